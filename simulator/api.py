"""Twilio's REST API for messages."""

import hmac
import secrets
import time
from dataclasses import replace

from flask import Blueprint, Response, g, jsonify, make_response, request
from flask.typing import ResponseReturnValue

from .creating import create
from .errors import Refusal, any_refusal, refusal
from .listing import list_messages
from .messages import API_VERSION, FINAL, Message, find_media, media_resource, resource
from .server import BREAK
from .world import World


def blueprint(world: World) -> Blueprint:  # noqa: C901 - a list of routes, each of them simple
    """The routes under /2010-04-01/Accounts/{AccountSid}."""
    api = Blueprint("api", __name__, url_prefix=f"/{API_VERSION}/Accounts/<account_sid>")
    store = world.store

    @api.url_value_preprocessor
    def _take_account(_endpoint: str | None, values: dict[str, str] | None) -> None:
        g.account_sid = (values or {}).pop("account_sid", None)

    @api.before_request
    def _admit() -> ResponseReturnValue | None:
        g.latency = world.mishaps.latency() / 2
        time.sleep(g.latency) if g.latency else None
        if not _known(world):
            return _refuse(refusal(20003))
        if world.mishaps.too_many():
            return _refuse(refusal(20429))
        if g.account_sid != world.settings.account_sid:
            return _not_found()
        return None

    @api.after_request
    def _leave(response: Response) -> Response:
        response.headers["Twilio-Request-Id"] = "RQ" + secrets.token_hex(16)
        time.sleep(g.latency) if g.get("latency") else None
        return response

    @api.post("/Messages.json")
    def send() -> ResponseReturnValue:
        mishap = world.mishaps.create()
        if mishap == "error_share":
            return _broken(world)
        if mishap == "break_before_accept":
            return _break_off()
        message = _fated(world, create(request.form, g.account_sid, store, world.clock.now()))
        if isinstance(message, Refusal):
            return _refuse(message)
        answer = resource(message)
        store.add(message)
        world.delivery.begin(message)
        if mishap == "accept_then_500":
            return _broken(world)
        if mishap == "accept_then_break":
            return _break_off()
        return jsonify(answer), 201

    @api.get("/Messages.json")
    def browse() -> ResponseReturnValue:
        answer = list_messages(request.args, g.account_sid, store)
        return _refuse(answer) if isinstance(answer, Refusal) else jsonify(answer)

    @api.get("/Messages/<sid>.json")
    def fetch(sid: str) -> ResponseReturnValue:
        message = store.get(sid)
        return jsonify(resource(message)) if message else _not_found()

    @api.post("/Messages/<sid>.json")
    def update(sid: str) -> ResponseReturnValue:
        message = store.get(sid)
        if message is None:
            return _not_found()
        refused = _update(world, message, request.form.get("Status"), request.form.get("Body"))
        return _refuse(refused) if refused else jsonify(resource(message))

    @api.delete("/Messages/<sid>.json")
    def delete(sid: str) -> ResponseReturnValue:
        message = store.get(sid)
        if message is None:
            return _not_found()
        with store.lock:
            if message.status not in FINAL:
                return _refuse(refusal(20009, sid))
            message.deleted = True
        return "", 204

    @api.get("/Messages/<sid>/Media.json")
    def media(sid: str) -> ResponseReturnValue:
        message = store.get(sid)
        if message is None:
            return _not_found()
        uri, last = request.path, max(0, len(message.media) - 1)
        items = [media_resource(message, index) for index in range(len(message.media))]
        paging = {"page": 0, "page_size": 50, "start": 0, "end": last, "uri": uri, "first_page_uri": uri}
        return jsonify(media_list=items, next_page_uri=None, previous_page_uri=None, **paging)

    @api.get("/Messages/<sid>/Media/<medium>.json")
    def fetch_media(sid: str, medium: str) -> ResponseReturnValue:
        message = store.get(sid)
        index = find_media(message, medium) if message else None
        return _not_found() if message is None or index is None else jsonify(media_resource(message, index))

    return api


def _fated(world: World, message: Message | Refusal) -> Message | Refusal:
    """What the faults by code make of a message: refused, or bound to an end."""
    if isinstance(message, Refusal):
        return message
    if (code := world.mishaps.refused_with()) is not None:
        return any_refusal(code, message.to, message.sender)
    message.outcome = message.outcome or world.mishaps.fails_with()
    message.proves_wrong |= world.mishaps.happens(world.mishaps.faults.contradict)
    return message


def _update(world: World, message: Message, status: str | None, body: str | None) -> Refusal | None:
    """Cancel a message that still waits, or wipe out the text of one that has ended."""
    if (status is None) == (body is None) or status not in (None, "canceled") or body not in (None, ""):
        return refusal(30400)
    if status is not None:
        return None if world.delivery.cancel(message) else refusal(30409, message.status)
    with world.store.lock:
        if message.status not in FINAL:
            return refusal(20009, message.sid)
        message.body = ""
        message.date_updated = world.clock.now()
        world.store.touch()
    return None


def _known(world: World) -> bool:
    """Whether the request carries the account's token, or its API key and secret."""
    given, settings = request.authorization, world.settings
    if given is None or given.type != "basic":
        return False
    pairs = [(settings.account_sid, settings.auth_token)]
    if settings.api_key and settings.api_secret:
        pairs.append((settings.api_key, settings.api_secret))
    user, password = (given.username or "").encode(), (given.password or "").encode()
    return any(
        hmac.compare_digest(user, name.encode()) and hmac.compare_digest(password, secret.encode())
        for name, secret in pairs
    )


def _refuse(refused: Refusal) -> ResponseReturnValue:
    answer = make_response(jsonify(refused.body()), refused.status)
    if refused.status == 401:
        answer.headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
    return answer


def _broken(world: World) -> ResponseReturnValue:
    status, page = world.mishaps.server_error()
    if page:
        return make_response(f"<html><h1>{status}</h1></html>", status)
    return _refuse(replace(refusal(20503 if status == 503 else 20500), status=status))


def _not_found() -> ResponseReturnValue:
    return _refuse(refusal(20404, request.path))


def _break_off() -> ResponseReturnValue:
    """No answer: the server closes the connection."""
    request.environ[BREAK] = True
    return ""
