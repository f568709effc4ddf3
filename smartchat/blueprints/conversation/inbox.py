"""All that came in, newest first."""

from functools import partial
from typing import Any

from flask import Blueprint, request, url_for

from smartchat import clock
from smartchat.reading import inbox, opt_outs
from smartchat.web.htmx import place, respond

blueprint = Blueprint("inbox", __name__)


@blueprint.get("/inbox")
def index() -> Any:
    q, kind = request.args.get("q", ""), request.args.get("show")
    kind = kind if kind in inbox.INBOX_FILTERS else None
    url = partial(url_for, "inbox.index", q=q or None, show=kind)
    return respond(
        "conversation/inbox.html",
        "conversation/_messages.html",
        q=q,
        kind=kind,
        page=inbox.inbox(q, kind, place(), url),
        first=url(),
        too_short=inbox.too_short(q),
        doubtful_count=opt_outs.doubtful_count(),
        now=clock.now(),
    )
