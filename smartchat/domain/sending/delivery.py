"""What Twilio says of a message, and what follows from it. Statuses never go down; codes as Twilio documents them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from smartchat.domain.statuses import OutboundStatus

from .twilio_codes import CODES, Then

# A message may be called sent before the answer of the call that made it, and callbacks come in any order. A report
# that it did not arrive may be wrong: `delivered` stands above it.
RANKS = {
    "accepted": 0,
    "scheduled": 0,
    "queued": 1,
    "sending": 2,
    "sent": 3,
    "undelivered": 4,
    "failed": 4,
    "canceled": 4,
    "delivered": 5,
    "read": 6,
}
_GROUPS = {
    "delivered": OutboundStatus.DELIVERED,
    "read": OutboundStatus.DELIVERED,
    "undelivered": OutboundStatus.FAILED,
    "failed": OutboundStatus.FAILED,
    "canceled": OutboundStatus.FAILED,
}


def rank(status: str) -> int:
    """The place of a Twilio status in the order that never goes down; an unknown word counts as queued."""
    return RANKS.get(status, 1)


def later(old: str | None, new: str) -> str:
    """The status that stands after hearing `new`: the old one unless the new one ranks higher."""
    return new if old is None or rank(new) > rank(old) else old


def group(status: str) -> OutboundStatus:
    """Twilio's status in our words: what was handed over counts as sent until it is delivered or fails."""
    return _GROUPS.get(status, OutboundStatus.SENT)


class Verdict(Enum):
    """What to do after Twilio refused a message."""

    FAIL = auto()  # this message or number is bad: do not repeat
    OPTED_OUT = auto()  # the contact asked for silence
    LATER = auto()  # not now, for reasons that pass by themselves: repeat after a while, however often
    LATER_CAPPED = auto()  # this phone cannot be reached now: repeat a few times
    NEXT_OPENING = (
        auto()
    )  # too late for today, or today's allowance is used up: once more when the hours open
    HOLD = auto()  # WhatsApp's 24 hours are over: when the contact writes again
    STOP_SENDER = auto()  # settings or credentials: nothing of this sender will get through
    UNKNOWN = auto()  # perhaps it was accepted: look before repeating


OPTED_OUT_CODE = 21610
WINDOW_CODE = 63016
EXPIRED_CODE = 30036  # it waited at Twilio until its ValidityPeriod was over
_VERDICTS = {
    Then.FAIL: Verdict.FAIL,
    Then.SHARE: Verdict.FAIL,
    Then.STOP: Verdict.STOP_SENDER,
    Then.OUT: Verdict.OPTED_OUT,
    Then.HOLD: Verdict.HOLD,
    Then.PAUSE: Verdict.LATER,
    Then.CAPPED: Verdict.LATER_CAPPED,
    Then.OPENING: Verdict.NEXT_OPENING,
    Then.LOOK: Verdict.UNKNOWN,
}
_BETWEEN_TWO = 14107  # about one contact alone; of what else passes by itself the whole sender is too fast
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=10)
SENDER_PAUSE = timedelta(minutes=2)
MOST_ATTEMPTS = 12
MOST_RETRIES = 3  # of a message that Twilio took and could not deliver
UNREACHABLE_PAUSE = timedelta(minutes=15)


def verdict(code: int | None, http_status: int) -> Verdict:
    """From Twilio's error code and the HTTP status of the answer; 5xx without a known code is of unknown outcome."""
    if known := CODES.get(code or 0):
        return _VERDICTS[known.then]
    if http_status == 429:
        return Verdict.LATER
    if http_status in (401, 403):
        return Verdict.STOP_SENDER
    return Verdict.UNKNOWN if http_status >= 500 else Verdict.FAIL


def after_failure(code: int | None, expired: int, retries: int) -> Verdict:
    """What to do with a message that Twilio took and then could not deliver; FAIL: nothing.

    `expired` and `retries` count how often that happened to it before, because its time ran out, and in all. What may
    have arrived all the same (30005, 30008 …) is not repeated.
    """
    found = verdict(code, 400)
    if found is Verdict.NEXT_OPENING:
        return found if expired == 0 and retries < MOST_RETRIES else Verdict.FAIL
    if found is Verdict.LATER:
        return found if retries < MOST_ATTEMPTS else Verdict.FAIL
    if found in (Verdict.LATER_CAPPED, Verdict.HOLD):
        return found if retries < MOST_RETRIES else Verdict.FAIL
    # What waits for the sender to be mended is never given up.
    return found if found in (Verdict.OPTED_OUT, Verdict.STOP_SENDER) else Verdict.FAIL


def too_fast(code: int | None, http_status: int = 0) -> bool:
    """Whether Twilio says by this that the sender goes too fast."""
    known = CODES.get(code or 0)
    if known is not None:
        return known.then is Then.PAUSE and code != _BETWEEN_TWO
    return code is None and http_status == 429


def pause(attempts: int) -> timedelta:
    """How long to wait before the next attempt: 2 s, 4 s, 8 s … at most 10 minutes."""
    return min(FIRST_PAUSE * (1 << min(attempts, 20)), LONGEST_PAUSE)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A claimed message on its way to Twilio. `validity` in seconds: Twilio may not deliver it later than that."""

    id: int
    sender: str
    to: str
    body: str
    media_url: str | None = None
    content_sid: str | None = None
    content_variables: str | None = None
    validity: int | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    sid: str
    status: str


@dataclass(frozen=True, slots=True)
class Refused:
    code: int | None
    http_status: int
    message: str


@dataclass(frozen=True, slots=True)
class NotReached:
    """Surely not accepted: the connection was never made."""

    why: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Perhaps accepted: a timeout, a broken connection, a 5xx."""

    why: str


@dataclass(frozen=True, slots=True)
class Closed:
    """Not tried: outside active hours; `until` is the next opening."""

    until: datetime


@dataclass(frozen=True, slots=True)
class NotTried:
    """Not tried: the claim was about to run out."""


Result = Accepted | Refused | NotReached | Unknown | Closed | NotTried


@dataclass(frozen=True, slots=True)
class ListedOutbound:
    """A message in Twilio's own list."""

    sid: str
    status: str
    body: str
    created_at: datetime | None
