"""The list of messages, a page at a time, as Twilio's API gives it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from urllib.parse import quote, urlencode

from werkzeug.datastructures import MultiDict

from .errors import Refusal, refusal
from .messages import API_VERSION, Message, resource
from .store import Store

DEFAULT_SIZE = 50
LARGEST_SIZE = 1000
_DAY = "2026-11-23"


@dataclass(frozen=True)
class Sent:
    """The time of sending that is asked for: from the first instant, up to before the second."""

    since: datetime | None = None
    before: datetime | None = None

    def fits(self, message: Message) -> bool:
        """Whether the message was sent in that time; one that was not sent yet is in no time."""
        if self.since is None and self.before is None:
            return True
        at = message.date_sent
        if at is None:
            return False
        return (self.since is None or at >= self.since) and (self.before is None or at < self.before)


def list_messages(
    arguments: MultiDict[str, str], account_sid: str, store: Store
) -> dict[str, object] | Refusal:
    """The page of messages that the query asks for, newest first, with the addresses of its neighbours."""
    size, page = _whole(arguments.get("PageSize"), DEFAULT_SIZE), _whole(arguments.get("Page"), 0)
    if size is None or size < 1 or page is None or page < 0:
        return refusal(20001, "PageSize and Page are whole numbers.")
    if size > LARGEST_SIZE:
        return refusal(20007, str(size))
    sent = _sent(arguments)
    if sent is None:
        return refusal(20001, "DateSent is a date (YYYY-MM-DD) or a time (YYYY-MM-DDThh:mm:ssZ).")
    token = arguments.get("PageToken", "")
    with store.lock:
        among = store.newest_first(arguments.get("To") or None, arguments.get("From") or None)
        found = _cut((message for message in among if sent.fits(message)), token, page, size)
    return _answer(arguments, account_sid, found, page, size)


@dataclass(frozen=True)
class _Found:
    messages: list[Message]
    newer: bool
    older: bool


def _cut(messages: Iterator[Message], token: str, page: int, size: int) -> _Found:
    """``PA`` and a SID: the page after that message; ``PB``: the page before it; no token: by the number."""
    sid = token[2:]
    if token.startswith("PB"):
        newer: list[Message] = []
        for message in messages:
            if message.sid == sid:
                break
            newer.append(message)
        return _Found(newer[-size:], len(newer) > size, True)
    if token.startswith("PA"):
        next((message for message in messages if message.sid == sid), None)
    else:
        messages = islice(messages, page * size, None)
    found = list(islice(messages, size + 1))
    return _Found(found[:size], page > 0, len(found) > size)


def _answer(
    arguments: MultiDict[str, str], account_sid: str, found: _Found, page: int, size: int
) -> dict[str, object]:
    messages = found.messages
    path = f"/{API_VERSION}/Accounts/{account_sid}/Messages.json"
    asked = [(k, v) for k, v in arguments.items(multi=True) if k not in ("Page", "PageSize", "PageToken")]

    def uri(number: int, token: str | None = None) -> str:
        paging = [("PageSize", str(size)), ("Page", str(number))] + ([("PageToken", token)] if token else [])
        return f"{path}?{urlencode(asked + paging, quote_via=quote)}"

    return {
        "messages": [resource(message) for message in messages],
        "first_page_uri": uri(0),
        "next_page_uri": uri(page + 1, f"PA{messages[-1].sid}") if found.older and messages else None,
        "previous_page_uri": uri(max(0, page - 1), f"PB{messages[0].sid}")
        if found.newer and messages
        else None,
        "page": page,
        "page_size": size,
        "start": page * size,
        "end": page * size + max(0, len(messages) - 1),
        "uri": uri(page, arguments.get("PageToken")),
    }


def _whole(text: str | None, default: int) -> int | None:
    if text is None:
        return default
    return int(text) if text.isdecimal() else None


def _sent(arguments: MultiDict[str, str]) -> Sent | None:
    """Both ends of a range belong to it: Twilio reads ``DateSent<`` as "on or before", ``DateSent>`` as "on or
    after". ``DateSent`` alone asks for a day, also where the client makes a time of it (00:00:00Z)."""
    since = before = None
    for name in ("DateSent", "DateSent>", "DateSent<"):
        text = arguments.get(name)
        if not text:
            continue
        try:
            start, end = _span(text[: len(_DAY)] if name == "DateSent" else text)
        except ValueError:
            return None
        if name != "DateSent<":
            since = start
        if name != "DateSent>":
            before = end
    return Sent(since, before)


def _span(text: str) -> tuple[datetime, datetime]:
    """The day, or the second, that the text names, in GMT."""
    if len(text) == len(_DAY):
        day = date.fromisoformat(text)
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return start, start + timedelta(days=1)
    start = datetime.fromisoformat(text)
    start = start.replace(tzinfo=UTC) if start.tzinfo is None else start.astimezone(UTC)
    return start, start + timedelta(seconds=1)
