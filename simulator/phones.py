"""The phones: what contacts see and write."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from . import view
from .addresses import CHANNEL, RCS, bare, user
from .messages import API_VERSION, find_media
from .store import Phone
from .texts import LANGUAGES
from .world import World
from .writing import PLACE, Given, NotWritten, Written, write

_OURS = ("Body", "To", "MediaUrl", "Place")


def blueprint(world: World) -> Blueprint:
    """The page of phones, the route that a contact writes by, and the pictures that contacts sent."""
    phones = Blueprint("phones", __name__)

    @phones.get("/")
    def index() -> ResponseReturnValue:
        return _fresh(world) or _page(world)

    @phones.get("/phones")
    def choose() -> ResponseReturnValue:
        number = request.args.get("number", "").strip()
        return redirect(url_for("phones.thread", number=address(number)) if number else "/", 303)

    @phones.get("/phones/<number>")
    def thread(number: str) -> ResponseReturnValue:
        phone = world.store.phone(address(number))
        if phone is not None:
            world.store.look(phone)
        return _fresh(world) or _page(world, address(number))

    @phones.post("/phones/<number>/messages")
    def write_message(number: str) -> ResponseReturnValue:
        given = request.get_json(silent=True) if request.is_json else request.form.to_dict()
        texts = {k: str(v or "") for k, v in given.items()} if isinstance(given, dict) else {}
        own, media_url = request.host_url.rstrip("/"), texts.get("MediaUrl", "").strip()
        media = (_absolute(media_url, own),) if media_url else ()
        to = texts.get("To", "").strip() or None
        more = {
            name: text for name, text in texts.items() if text and name not in _OURS and name[:1].isupper()
        }
        more |= PLACE if texts.get("Place") else {}
        body = texts.get("Body", "") or more.get("ButtonText", "")
        written = write(world, own, address(number), body, Given(to, media, more))
        return _written(world, written, address(number), to, body)

    @phones.get(f"/{API_VERSION}/Accounts/<account_sid>/Messages/<sid>/Media/<medium>")
    def picture(account_sid: str, sid: str, medium: str) -> ResponseReturnValue:  # noqa: ARG001 - from the path
        message = world.store.get(sid)
        index = find_media(message, medium) if message else None
        if message is None or index is None:
            return jsonify(code=20404, message=f"The requested resource {request.path} was not found"), 404
        return redirect(message.media[index], 307)

    return phones


def address(text: str) -> str:
    """The phone's address as a person types it in a path: spaces and dashes do not count, nor a missing +."""
    if user(text):
        return text
    channel = next((known for known in (CHANNEL, RCS) if text.startswith(known)), "")
    number = "".join(letter for letter in bare(text) if letter not in " -()")
    return channel + (number if number.startswith("+") else "+" + number)


def _absolute(url: str, own: str) -> str:
    return own + url if url.startswith("/static/") and not urlsplit(url).netloc else url


def _language() -> str:
    return request.accept_languages.best_match(list(LANGUAGES)) or "en"


def _written(
    world: World, written: Written | NotWritten, number: str, to: str | None, body: str
) -> ResponseReturnValue:
    """JSON for programs; for a browser's form the page again, with the sentence where nothing was written."""
    browser = "text/html" in request.headers.get("Accept", "")
    if isinstance(written, NotWritten):
        sentence = LANGUAGES[_language()][written.kind].format(written.detail)
        if browser:
            return _page(world, number, problem=sentence, body=body, to=to or ""), 400
        return jsonify(message=sentence, status=400), 400
    if browser:
        return redirect(f"/phones/{quote(number, safe='+:')}?from={quote(written.message.sender)}", 303)
    webhook = written.webhook
    status = int(webhook) if webhook is not None and webhook.isdecimal() else None
    return jsonify(
        sid=written.message.sid, webhook_status=status, webhook_error=webhook if status is None else None
    ), 201


@dataclass(frozen=True)
class _Thread:
    """The chosen phone, and the sender whose messages are shown."""

    address: str
    name: str
    whatsapp: bool
    sender: str
    senders: list[tuple[str, str]]
    bubbles: list[view.Bubble]
    hidden: bool
    opted_out: bool


def _thread(world: World, number: str, texts: view.Texts) -> _Thread:
    phone = world.store.phone(number) or Phone(number)
    senders = view.senders(phone)
    asked = request.values.get("from") or request.values.get("To") or ""
    sender = asked if asked in (key for key, _ in senders) or not senders else senders[0][0]
    messages = [message for message in phone.messages if message.sender == sender]
    return _Thread(
        address=number,
        name=view.spoken(number),
        whatsapp=number.startswith(CHANNEL),
        sender=sender,
        senders=senders,
        bubbles=list(view.bubbles(messages, texts, world.clock.now())),
        hidden=len(messages) > view.MOST_MESSAGES,
        opted_out=world.store.opted_out(number, sender),
    )


def _latest_sender(world: World) -> str:
    """Who a phone that nobody has written to probably wants to write to."""
    return next((phone.senders[0] for phone in world.store.phones()), "+15005550006")


def _fresh(world: World) -> Response | None:
    """304 where the browser has this page already; the page asks every second or two."""
    tag = _tag(world)
    return _tagged(make_response("", 304), tag) if request.if_none_match.contains(tag) else None


def _tag(world: World) -> str:
    return f"{id(world):x}-{world.store.version}-{view.clock(world.clock.now())}-{_language()}"


def _page(
    world: World, number: str | None = None, problem: str = "", body: str = "", to: str = ""
) -> Response:
    language, search = _language(), request.args.get("q", "").strip()
    texts, tag, now = LANGUAGES[language], _tag(world), world.clock.now()
    items, found = view.items(world.store.phones(), texts, now, search)
    page = render_template(
        "phones.html",
        language=language,
        t=texts,
        clock=view.clock(now),
        items=items,
        found=found,
        search=search,
        thread=_thread(world, number, texts) if number else None,
        most=view.MOST_MESSAGES,
        problem=problem,
        body=body,
        to=to,
        latest=_latest_sender(world),
    )
    return _tagged(make_response(page), tag)


def _tagged(response: Response, tag: str) -> Response:
    response.set_etag(tag)
    response.headers["Vary"] = "Accept-Language"
    response.headers["Cache-Control"] = "no-cache"
    return response
