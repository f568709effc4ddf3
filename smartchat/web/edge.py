"""What a request may bring, before anybody looks at it: how many bytes, how many fields, which numbers and letters.

The order counts. A limit is set first; who is signed in is asked next; a body is read only after that. So a stranger
can make the product read no more than a small form.
"""

from functools import partial
from typing import Any

from flask import Flask, Request, abort, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.routing import IntegerConverter, ValidationError

from smartchat.db import db

KILOBYTE, MEGABYTE = 1024, 1024 * 1024
FORM_BYTES = 64 * KILOBYTE
"""What a form or a webhook may bring."""
FIELDS_BYTES = MEGABYTE
"""What may lie in memory while a form with files is parsed: werkzeug counts the piece of a file that it reads, too."""
UPLOADS = {
    "uploads.check": 201 * MEGABYTE,
    "uploads.create": 201 * MEGABYTE,
    "uploads.repaired": 201 * MEGABYTE,
    "opt_outs.import_": 201 * MEGABYTE,
    "chatbots.import_script": 7 * MEGABYTE,
}
"""The only routes that take files: bytes, with the form around the file. All of them ask for a signed-in operator."""
UPLOAD_PATHS = "upload_paths"
"""The extension that tells the web server (which knows no routes) the addresses of UPLOADS: a callable."""
MOST_FIELDS = 500
LONGEST_NUMBER = 15
"""Digits of an id, a row or a page in an address or a form: far beyond all that is stored, and within 64 bits."""
BEYOND_ALL_ROWS: int = 10**LONGEST_NUMBER
NUL = "\0"


def number(text: str) -> int:
    """A whole number of a request, as near to it as a database can look for; raises ValueError."""
    if len(text) <= LONGEST_NUMBER:
        return int(text)
    if not text.lstrip("+-").isdecimal():
        raise ValueError("this is no whole number")
    return -BEYOND_ALL_ROWS if text.startswith("-") else BEYOND_ALL_ROWS


class Parameters(ImmutableMultiDict[str, Any]):
    """The fields of an address or a form; `get(name, type=int)` gives only numbers that a database can look for."""

    def get(self, key: Any, default: Any = None, type: Any = None) -> Any:  # type: ignore[override]
        return super().get(key, default, number if type is int else type)


class EdgeRequest(Request):
    """Flask's own, with bounded numbers."""

    parameter_storage_class = Parameters


class RowConverter(IntegerConverter):
    """`<int:…>` in a route: a number beyond all rows is the address of nothing."""

    def to_python(self, value: str) -> Any:
        if len(value) > LONGEST_NUMBER:
            raise ValidationError
        return super().to_python(value)


def init_app(app: Flask) -> None:
    """Before the routes are registered, and before any other function that looks at requests."""
    app.request_class = EdgeRequest
    app.url_map.converters["int"] = RowConverter
    app.before_request(limit)
    app.extensions[UPLOAD_PATHS] = partial(_upload_paths, app)


def limit() -> None:
    """Sets how much of a body may be read at all. Nothing is read here."""
    multipart = request.mimetype == "multipart/form-data"
    request.max_content_length = UPLOADS.get(request.endpoint or "", FORM_BYTES) if multipart else FORM_BYTES
    request.max_form_memory_size = FIELDS_BYTES
    request.max_form_parts = MOST_FIELDS


def look() -> None:
    """Once it is known who asks: 413 for too much or too many, 422 for a NUL.

    Raises werkzeug's exceptions. Twilio's own NULs are not refused: the message counts (see `without_nul`).
    """
    if request.blueprint == "twilio":
        if request.headers.get("X-Twilio-Signature"):
            _count_fields()
        return
    if _has_nul(request.args) or any(NUL in str(value) for value in (request.view_args or {}).values()):
        abort(422)
    if request.method == "POST" and request.endpoint is not None:
        _count_fields()
        if request.endpoint in UPLOADS:
            db.session.rollback()  # a body may take minutes to come: no transaction waits for it
        if _has_nul(request.form):
            abort(422)


def without_nul(form: MultiDict[str, str]) -> dict[str, str]:
    """The fields of a webhook, without what no database of ours can store."""
    return {key.replace(NUL, ""): value.replace(NUL, "") for key, value in form.items()}


def _upload_paths(app: Flask) -> frozenset[str]:
    return frozenset(rule.rule for rule in app.url_map.iter_rules() if rule.endpoint in UPLOADS)


def _count_fields() -> None:
    """werkzeug counts the fields of multipart forms alone."""
    if request.mimetype == "application/x-www-form-urlencoded":
        data = request.get_data(cache=True)
        if data.count(b"&") >= MOST_FIELDS:
            abort(413)


def _has_nul(fields: MultiDict[str, str]) -> bool:
    return any(NUL in key or NUL in value for key, values in fields.lists() for value in values)
