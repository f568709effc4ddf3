"""Whole pages and partials: what htmx 4 asks for, and what the answer must say for caches."""

from typing import Any

from flask import Response, make_response, render_template, request


def wants_partial() -> bool:
    """Whether this request wants a part of the page; version 4 says so in a header of its own."""
    return request.headers.get("HX-Request-Type") == "partial"


def respond(page: str, partial: str, /, status: int = 200, **context: Any) -> Response:
    """Renders the partial for htmx, the whole page for everybody else."""
    response = make_response(render_template(partial if wants_partial() else page, **context), status)
    response.vary.add("HX-Request-Type")
    return response
