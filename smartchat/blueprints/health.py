"""Whether it is alive, whether it is in order, and its numbers: for load balancers and monitoring, without sign-in."""

from typing import Any

from flask import Blueprint, Response

from smartchat import clock
from smartchat.services import readiness

blueprint = Blueprint("health", __name__)

PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8"


@blueprint.get("/healthz")
def healthz() -> dict[str, str]:
    """Alive: this process answers. Looks at nothing else, or a slow database would have it restarted."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def readyz() -> Any:
    """In order: 200, or 503 that says what is not."""
    checks = readiness.check(clock.machine_now())
    ready = all(answer == readiness.OK for answer in checks.values())
    return {"status": readiness.OK if ready else "not ready", **checks}, 200 if ready else 503


@blueprint.get("/metrics")
def metrics() -> Response:
    """Prometheus' text format."""
    lines = readiness.metrics(clock.now(), clock.machine_now())
    return Response("".join(f"{line}\n" for line in lines), content_type=PROMETHEUS_TEXT)
