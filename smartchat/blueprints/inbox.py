"""All that came in, newest first."""

from functools import partial
from typing import Any

from flask import Blueprint, request, url_for

from smartchat import clock, contact_queries
from smartchat.htmx import respond

blueprint = Blueprint("inbox", __name__)


@blueprint.get("/inbox")
def index() -> Any:
    q, kind = request.args.get("q", ""), request.args.get("show")
    kind = kind if kind in contact_queries.INBOX_FILTERS else None
    address = partial(url_for, "inbox.index", q=q or None, show=kind)
    number = request.args.get("page", 1, type=int)
    page = contact_queries.inbox(q, kind, number, lambda n: address(page=n if n > 1 else None))
    return respond("inbox/index.html", "inbox/_messages.html", q=q, kind=kind, page=page, now=clock.now())
