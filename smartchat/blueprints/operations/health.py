"""Whether it is alive, whether it is in order, and its numbers: for load balancers and monitoring, without sign-in."""

import hmac
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, request

from smartchat import clock
from smartchat.refused_settings import is_loopback
from smartchat.services.operations import health

blueprint = Blueprint("health", __name__)

FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via")
PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8"


@blueprint.get("/healthz")
def healthz() -> dict[str, str]:
    """Alive: this process answers. Looks at nothing else, or a slow database would have it restarted."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def readyz() -> Any:
    """In order: 200, or 503 that says what is not."""
    checks = health.check(clock.machine_now())
    ready = all(answer == health.OK for answer in checks.values())
    return {"status": health.OK if ready else "not ready", **checks}, 200 if ready else 503


@blueprint.get("/metrics")
def metrics() -> Response:
    """Prometheus' text format: for who brings METRICS_TOKEN; without such a token for this machine alone."""
    if not _may_see_metrics():
        abort(404)
    lines = health.metrics(clock.now(), clock.machine_now())
    return Response("".join(f"{line}\n" for line in lines), content_type=PROMETHEUS_TEXT)


def _may_see_metrics() -> bool:
    """Behind a proxy everybody seems to be this machine: what a proxy adds, or another name in Host, gives it away."""
    if token := current_app.config["METRICS_TOKEN"]:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    passed_on = any(name in request.headers for name in FORWARDED)
    host = urlsplit(f"//{request.host}").hostname or ""
    return not passed_on and is_loopback(request.remote_addr or "") and is_loopback(host)
