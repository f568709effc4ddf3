"""All that came in, newest first."""

from functools import partial
from typing import Any

from flask import Blueprint, request, url_for

from smartchat import clock, inbox_queries, opt_out_queries
from smartchat.htmx import place, respond

blueprint = Blueprint("inbox", __name__)


@blueprint.get("/inbox")
def index() -> Any:
    q, kind = request.args.get("q", ""), request.args.get("show")
    kind = kind if kind in inbox_queries.INBOX_FILTERS else None
    url = partial(url_for, "inbox.index", q=q or None, show=kind)
    return respond(
        "inbox/index.html",
        "inbox/_messages.html",
        q=q,
        kind=kind,
        page=inbox_queries.inbox(q, kind, place(), url),
        first=url(),
        too_short=inbox_queries.too_short(q),
        doubtful_count=opt_out_queries.doubtful_count(),
        now=clock.now(),
    )
