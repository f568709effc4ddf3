"""How fast a sender may send, and when the last of many openings will have gone out."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from smartchat.domain.addresses import WHATSAPP
from smartchat.domain.hours import MIDNIGHT, ONE_DAY, ActiveHours, due_at, next_open_time
from smartchat.domain.sending.pacing import OPENINGS_SHARE

Kind = Literal["long_code", "toll_free", "short_code", "whatsapp", "messaging_service", "test", "unknown"]
Unit = Literal["segments", "messages"]
# Twilio's own test number: what it sends reaches nobody, so no carrier counts.
TEST_NUMBER = "+15005550006"

_TOLL_FREE = re.compile(r"\+18(?:00|33|44|55|66|77|88)[0-9]{7}\Z")
_SHORT_CODE = re.compile(r"\+?[0-9]{3,7}\Z")
_LONG_CODE = re.compile(r"\+[0-9]{8,15}\Z")


@dataclass(frozen=True, slots=True)
class SenderRate:
    """`per_second` of what is `counted`: SMS segments, or whole messages where segments do not count."""

    kind: Kind
    per_second: float
    counted: Unit

    def units(self, segments: int) -> int:
        """What a message of so many segments uses up of the rate; at least 1."""
        return max(segments, 1) if self.counted == "segments" else 1

    @property
    def for_openings(self) -> "SenderRate":
        """What openings get of it: a fifth is kept for replies."""
        return replace(self, per_second=self.per_second * OPENINGS_SHARE)


def rate_of(sender: str, per_second: float | None = None) -> SenderRate:
    """The rate that an operator set for the sender, or else what is usual for its kind."""
    usual = _usual(sender)
    return usual if per_second is None else SenderRate(usual.kind, per_second, usual.counted)


def _usual(sender: str) -> SenderRate:
    """What Twilio documents for a sender of this kind; the slowest, 1 segment a second, where it cannot be told.

    A Messaging Service may hold any numbers; so its rate cannot be told either.
    """
    if sender.startswith(WHATSAPP):
        return SenderRate("whatsapp", 80, "messages")
    if sender == TEST_NUMBER:
        return SenderRate("test", 100, "segments")
    if sender.startswith("MG"):
        return SenderRate("messaging_service", 1, "segments")
    if _TOLL_FREE.match(sender):
        return SenderRate("toll_free", 3, "segments")
    if _SHORT_CODE.match(sender):
        return SenderRate("short_code", 100, "segments")
    return SenderRate("long_code" if _LONG_CODE.match(sender) else "unknown", 1, "segments")


def last_opening_at(
    segments: int, messages: int, rate: SenderRate, hours: ActiveHours, start: datetime
) -> datetime:
    """When the last of them leaves, in UTC, if they begin at `start` or at the opening after it.

    Only time inside the active hours counts; in each of its seconds `rate.per_second` leave. Without anything to
    send it is the moment at which it would begin.
    """
    units = segments if rate.counted == "segments" else messages
    open_seconds = timedelta(seconds=max(units - 1, 0) // rate.per_second)
    begin = due_at(hours, start)
    today = _closing(hours, begin) - begin
    if open_seconds < today:
        return begin + open_seconds
    days, rest = divmod(open_seconds - today, _length(hours))
    return next_open_time(hours, begin) + days * ONE_DAY + rest


def _length(hours: ActiveHours) -> timedelta:
    closes = timedelta(hours=hours.closes.hour, minutes=hours.closes.minute)
    opens = timedelta(hours=hours.opens.hour, minutes=hours.opens.minute)
    return (ONE_DAY if hours.closes == MIDNIGHT else closes) - opens


def _closing(hours: ActiveHours, begin: datetime) -> datetime:
    """When the window that `begin` lies in closes."""
    return next_open_time(hours, begin) - ONE_DAY + _length(hours)
