"""The REST API spoken by hand: for what the official client would not send, or hides."""

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jsonschema

from tests.simulator_server import ACCOUNT_SID, AUTH_TOKEN, DIRECT

MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
SCHEMA = json.loads((Path(__file__).parent / "message.schema.json").read_text())


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any


def ask(
    url: str,
    form: Mapping[str, str | Sequence[str]] | None = None,
    credentials: tuple[str, str] | None = (ACCOUNT_SID, AUTH_TOKEN),
    method: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """One request: a POST of the form where there is one. The body is JSON, or text where it is not."""
    data = None if form is None else urlencode(form, doseq=True).encode()
    request = urllib.request.Request(url, data, dict(headers or {}), method=method)
    if credentials:
        token = base64.b64encode(":".join(credentials).encode()).decode()
        request.add_header("Authorization", f"Basic {token}")
    try:
        with DIRECT.open(request, timeout=30) as response:
            return Answer(response.status, _body(response.read()))
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, _body(error.read()))


def _body(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return data.decode(errors="replace")


def check(name: str, body: object) -> None:
    """The body has the form that Twilio's description gives it: ``message``, ``page`` or ``error``."""
    jsonschema.validate(body, {**SCHEMA, "$ref": f"#/$defs/{name}"})
