"""Whole pages and partials: what htmx 4 asks for, and what the answer must say for caches; places in long lists."""

from typing import Any

from flask import Response, make_response, render_template, request

from smartchat.reading.keyset import LAST, Cursor


def wants_partial() -> bool:
    """Whether this request wants a part of the page; version 4 says so in a header of its own."""
    return request.headers.get("HX-Request-Type") == "partial"


def respond(page: str, partial: str, /, status: int = 200, **context: Any) -> Response:
    """Renders the partial for htmx, the whole page for everybody else."""
    response = make_response(render_template(partial if wants_partial() else page, **context), status)
    response.vary.add("HX-Request-Type")
    return response


def place() -> Cursor:
    """Where in a long list the request wants to look: `after=KEY`, `before=KEY`, or from the row `row=N` on."""
    after, before, row = (_key(name) for name in ("after", "before", "row"))
    if row is not None:
        after = row - 1
    return Cursor(before=before) if after is None else Cursor(after=after)


def _key(name: str) -> int | None:
    key = request.args.get(name, type=int)
    return None if key is None else min(max(key, 0), LAST)
