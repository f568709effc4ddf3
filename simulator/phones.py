"""The phones: what contacts see and write."""

from urllib.parse import urlsplit

from flask import Blueprint, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from .addresses import CHANNEL, bare
from .messages import API_VERSION, find_media
from .world import World
from .writing import Written, write


def blueprint(world: World) -> Blueprint:
    """The page of phones, the route that a contact writes by, and the pictures that contacts sent."""
    phones = Blueprint("phones", __name__)

    @phones.post("/phones/<number>/messages")
    def write_message(number: str) -> ResponseReturnValue:
        given = request.get_json(silent=True) if request.is_json else request.form.to_dict()
        if not isinstance(given, dict):
            return _wrong("Send a form, or a JSON object, with Body and To.")
        texts = {name: str(given.get(name) or "").strip() for name in ("To", "MediaUrl")}
        own = request.host_url.rstrip("/")
        media = (_absolute(texts["MediaUrl"], own),) if texts["MediaUrl"] else ()
        body = str(given.get("Body") or "")
        written = write(world, own, address(number), body, texts["To"] or None, media)
        if isinstance(written, str):
            return _wrong(written)
        return _answer(written)

    @phones.get(f"/{API_VERSION}/Accounts/<account_sid>/Messages/<sid>/Media/<medium>")
    def picture(account_sid: str, sid: str, medium: str) -> ResponseReturnValue:
        message = world.store.get(sid)
        index = find_media(message, medium) if message else None
        if message is None or index is None:
            return jsonify(code=20404, message=f"The requested resource {request.path} was not found"), 404
        return redirect(message.media[index], 307)

    return phones


def address(text: str) -> str:
    """The phone's address as a person types it in a path: spaces and dashes do not count, nor a missing +."""
    channel = CHANNEL if text.startswith(CHANNEL) else ""
    number = "".join(letter for letter in bare(text) if letter not in " -()")
    return channel + (number if number.startswith("+") else "+" + number)


def _absolute(url: str, own: str) -> str:
    return own + url if not urlsplit(url).netloc and url.startswith("/static/") else url


def _answer(written: Written) -> ResponseReturnValue:
    webhook = written.webhook
    status = int(webhook) if webhook is not None and webhook.isdecimal() else None
    error = webhook if status is None else None
    return jsonify(sid=written.message.sid, webhook_status=status, webhook_error=error), 201


def _wrong(sentence: str) -> ResponseReturnValue:
    return jsonify(message=sentence, status=400), 400
