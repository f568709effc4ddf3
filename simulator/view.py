"""What the phone page shows: lists of plain things for the template."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from urllib.parse import urlsplit
from zlib import crc32

from . import addresses
from .messages import Message, content_type
from .store import Phone

# The hours of the product are kept at a fixed offset; the page tells the time as they do.
ZONE = timezone(timedelta(hours=-5))
MOST_PHONES = 100
MOST_MESSAGES = 200
_COLOURS = 6
_TICKS = {"sent": "✓", "delivered": "✓✓", "read": "✓✓", "undelivered": "✕", "failed": "✕", "canceled": "✕"}

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Item:
    """A phone in the list."""

    address: str
    name: str
    initials: str
    colour: int
    whatsapp: bool
    preview: str
    time: str
    at: str
    unread: int


@dataclass(frozen=True)
class Picture:
    """A picture or another file: ``inline`` where the page may show it."""

    url: str
    inline: bool


@dataclass(frozen=True)
class Bubble:
    """A message in the thread. ``day`` is set on the first one of a day."""

    day: str
    own: bool
    text: str
    template: str
    variables: tuple[tuple[str, str], ...]
    pictures: tuple[Picture, ...]
    note: str
    time: str
    at: str
    state: str
    ticks: str
    kind: str
    parts: str


def items(phones: list[Phone], texts: Texts, now: datetime, search: str) -> tuple[list[Item], int]:
    """The phones whose number contains the digits of ``search``: the first ones, and how many there are."""
    wanted = "".join(letter for letter in search if letter.isdecimal())
    found = [phone for phone in phones if wanted in phone.address] if search else phones
    return [_item(phone, texts, now) for phone in found[:MOST_PHONES]], len(found)


def _item(phone: Phone, texts: Texts, now: datetime) -> Item:
    last = phone.messages[-1]
    text = (
        last.body
        or last.place
        or (texts["photo"] if last.media else texts["template"] if last.content_sid else "")
    )
    day = _day(last.date_created, now, texts)
    return Item(
        address=phone.address,
        name=spoken(phone.address),
        initials=phone.address[-2:],
        colour=crc32(phone.address.encode()) % _COLOURS,
        whatsapp=addresses.channel(phone.address) == "whatsapp",
        preview=("" if last.outbound else texts["you"]) + text,
        time=_time(last.date_created) if day == texts["today"] else day,
        at=last.date_created.isoformat(),
        unread=phone.unread,
    )


def bubbles(messages: list[Message], texts: Texts, now: datetime) -> Iterator[Bubble]:
    """The thread, in order."""
    before: date | None = None
    for message in messages[-MOST_MESSAGES:]:
        day = message.date_created.astimezone(ZONE).date()
        yield _bubble(message, texts, "" if day == before else _day(message.date_created, now, texts))
        before = day


def _bubble(message: Message, texts: Texts, day: str) -> Bubble:
    own = not message.outbound
    state = _reached(message, texts) if own else texts[message.status]
    if message.error_code is not None:
        state = f"{state} ({message.error_code})"
    failed = message.status in ("undelivered", "failed") or (own and not _received(message))
    parts = message.num_segments
    return Bubble(
        day=day,
        own=own,
        text=message.body or message.place,
        template=message.content_sid or "",
        variables=_variables(message),
        pictures=tuple(_picture(url) for url in message.media),
        note=texts["from_twilio"] if message.direction == "outbound-reply" else "",
        time=_time(message.date_created),
        at=message.date_created.isoformat(),
        state=state,
        ticks="" if own else _TICKS.get(message.status, ""),
        kind="bad" if failed else message.status,
        parts=texts["segments"].format(parts) if parts > 1 else "",
    )


def _received(message: Message) -> bool:
    return message.webhook is None or message.webhook.startswith("2")


def _reached(message: Message, texts: Texts) -> str:
    """What became of a message that the contact wrote."""
    webhook = message.webhook
    if webhook is None:
        return texts["on_its_way"]
    if webhook.startswith("2"):
        return texts["arrived"]
    if webhook.isdecimal():
        return texts["answered"].format(webhook)
    return texts["not_arrived"].format(texts.get(webhook, webhook))


def _variables(message: Message) -> tuple[tuple[str, str], ...]:
    given = json.loads(message.content_variables) if message.content_variables else {}
    return tuple(given.items())


def _picture(url: str) -> Picture:
    # The page's policy shows pictures of the simulator alone; those of others are links.
    path = urlsplit(url).path
    inline = content_type(url).startswith("image/") and path.startswith("/static/")
    return Picture(path if inline else url, inline)


def clock(now: datetime) -> str:
    """The time of day as the page tells it."""
    return _time(now)


def _time(at: datetime) -> str:
    return at.astimezone(ZONE).strftime("%H:%M")


def _day(at: datetime, now: datetime, texts: Texts) -> str:
    day, today = at.astimezone(ZONE).date(), now.astimezone(ZONE).date()
    if day == today:
        return texts["today"]
    return texts["yesterday"] if day == today - timedelta(days=1) else day.isoformat()


def spoken(address: str) -> str:
    """The address as people write it: +52 55 1234 5678."""
    number = addresses.bare(address)
    code = addresses.country_code(number)
    rest = number[len(code) :]
    if not number.startswith("+") or not code:
        return number
    if len(rest) != 10:
        return f"{code} {rest}"
    cut = 3 if code == "+1" else 2
    return f"{code} {rest[:cut]} {rest[cut:6]} {rest[6:]}"


def senders(phone: Phone | None) -> list[tuple[str, str]]:
    """Who the phone has messages with, the most recent first: the sender, and how to call it."""
    known = phone.senders if phone else []
    return [(sender, _called(sender)) for sender in known]


def _called(sender: str) -> str:
    if addresses.is_service(sender):
        return f"{spoken(addresses.number_of_service(sender, like=''))} · {sender[:6]}…"
    return spoken(sender)
