"""Faults on demand: what a network and a busy Twilio do to a client, so that tests can."""

import random
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields


@dataclass(frozen=True)
class Faults:
    """The faults in force. Shares are from 0 to 1, times in milliseconds.

    The first five touch the REST API: ``latency_ms`` and up to ``jitter_ms`` more, half before and half after
    the work; ``rate_limit`` requests a second (0: no limit), the rest get 429 and 20429; of the creates,
    ``error_share`` get 500 and are not accepted, ``accept_then_500`` get 500 and are accepted,
    ``accept_then_break`` are accepted and get no answer, ``break_before_accept`` neither. With ``mixed_errors`` the 500
    are any of 500, 502, 503 and 504, half of them a proxy's page instead of JSON. The others touch
    webhooks: each with the share ``duplicate_webhooks`` is sent ``duplicate_count`` times at once;
    ``late_webhooks`` delays all; ``reorder_callbacks`` sends a message's statuses in a wrong order, when it
    has the last one; ``drop_callbacks`` loses a share of the statuses, ``lose_webhooks`` of the inbound messages
    (they stand in the list all the same). ``hold_deliveries`` leaves messages in
    the queue, where they expire after their ValidityPeriod. ``seed`` makes the dice repeatable.

    ``refuse`` and ``fail`` are objects of error codes and shares, such as ``{"21408": 0.2}``: of the creates that are
    refused with that code, and of the accepted messages that end with it. ``contradict`` is the share of what ends so
    that is reported as ``delivered`` after that.
    """

    latency_ms: float = 0
    jitter_ms: float = 0
    rate_limit: float = 0
    error_share: float = 0
    accept_then_500: float = 0
    accept_then_break: float = 0
    break_before_accept: float = 0
    mixed_errors: bool = False
    duplicate_webhooks: float = 0
    duplicate_count: int = 2
    late_webhooks: float = 0
    reorder_callbacks: bool = False
    drop_callbacks: float = 0
    lose_webhooks: float = 0
    hold_deliveries: bool = False
    refuse: Mapping[str, float] = field(default_factory=dict)
    fail: Mapping[str, float] = field(default_factory=dict)
    contradict: float = 0
    seed: int | None = None


_SHARES = (
    "error_share", "accept_then_500", "accept_then_break", "break_before_accept", "duplicate_webhooks",
    "drop_callbacks", "lose_webhooks", "contradict",
)  # fmt: skip
_OF_CREATES = _SHARES[:4]
_BY_CODE = ("refuse", "fail")
_TIMES = ("latency_ms", "jitter_ms", "late_webhooks")
_LONGEST = 600_000
_SWITCHES = ("mixed_errors", "reorder_callbacks", "hold_deliveries")


def parse(given: object) -> Faults | str:
    """The faults that a JSON object asks for (what it leaves out is off), or a sentence that says what is
    wrong with it."""
    if not isinstance(given, dict):
        return 'Send a JSON object, such as {"latency_ms": 100}; {} turns all faults off.'
    names = [known.name for known in fields(Faults)]
    for name, value in given.items():
        if name not in names:
            return f"There is no fault {name!r}; these exist: {', '.join(names)}."
        problem = _problem(name, value)
        if problem:
            return f"{name}: {problem}; got {value!r}."
    faults = Faults(**given)
    if sum(getattr(faults, name) for name in _OF_CREATES) > 1:
        return f"{', '.join(_OF_CREATES)} are shares of the same requests: together they cannot exceed 1."
    return faults


def _problem(name: str, value: object) -> str | None:  # noqa: PLR0911 - a sentence for each way to be wrong
    if name in _BY_CODE:
        return _problem_by_code(value)
    if name in _SWITCHES:
        return None if isinstance(value, bool) else "true or false is wanted"
    if name == "seed" and value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "a number is wanted"
    if name in ("seed", "duplicate_count") and not isinstance(value, int):
        return "a whole number is wanted"
    if name == "duplicate_count" and not 2 <= value <= 20:
        return "a number from 2 to 20 is wanted"
    if name in _SHARES and not 0 <= value <= 1:
        return "a share from 0 to 1 is wanted"
    if name in _TIMES and not 0 <= value <= _LONGEST:
        return f"milliseconds from 0 to {_LONGEST} are wanted"
    if name == "rate_limit" and not 0 <= value <= 1_000_000:
        return "requests a second are wanted, or 0 for no limit"
    return None


def _problem_by_code(value: object) -> str | None:
    if not isinstance(value, dict) or not all(re.fullmatch("[0-9]{5}", str(code)) for code in value):
        return "an object of error codes and shares is wanted"
    shares = list(value.values())
    if any(isinstance(share, bool) or not isinstance(share, int | float) or share < 0 for share in shares):
        return "shares from 0 to 1 are wanted"
    return None if sum(shares) <= 1 else "the shares are of the same messages: together they cannot exceed 1"


class Mishaps:
    """The faults in force, and the dice thrown for them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.set(Faults())

    def set(self, faults: Faults) -> None:
        """These faults, and no others, from now on."""
        with self._lock:
            self.faults = faults
            self._dice = random.Random(faults.seed)
            self._tokens = max(1.0, faults.rate_limit)
            self._filled = time.monotonic()

    def as_json(self) -> dict[str, object]:
        """The faults in force."""
        return asdict(self.faults)

    def happens(self, share: float) -> bool:
        """Whether this time it happens, which it does in this share of the times."""
        if share <= 0:
            return False
        with self._lock:
            return self._dice.random() < share

    def create(self) -> str | None:
        """What befalls this create: the name of one fault, or nothing."""
        if not any(getattr(self.faults, name) for name in _OF_CREATES):
            return None
        with self._lock:
            left = self._dice.random()
            for name in _OF_CREATES:
                left -= getattr(self.faults, name)
                if left < 0:
                    return name
        return None

    def refused_with(self) -> int | None:
        """The error code that this create is refused with, if any."""
        return self._code(self.faults.refuse)

    def fails_with(self) -> int | None:
        """The error code that this message is to end with, if any."""
        return self._code(self.faults.fail)

    def _code(self, shares: Mapping[str, float]) -> int | None:
        if not shares:
            return None
        with self._lock:
            left = self._dice.random()
        for code, share in shares.items():
            left -= share
            if left < 0:
                return int(code)
        return None

    def server_error(self) -> tuple[int, bool]:
        """The HTTP status of a 5xx, and whether a proxy's page comes with it."""
        if not self.faults.mixed_errors:
            return 500, False
        with self._lock:
            return self._dice.choice((500, 502, 503, 504)), self._dice.random() < 0.5

    def latency(self) -> float:
        """Seconds that this request takes longer."""
        faults = self.faults
        if not faults.latency_ms and not faults.jitter_ms:
            return 0.0
        with self._lock:
            return (faults.latency_ms + faults.jitter_ms * self._dice.random()) / 1000

    def too_many(self) -> bool:
        """Whether this request is one more than the rate limit lets through."""
        rate = self.faults.rate_limit
        if not rate:
            return False
        with self._lock:
            now = time.monotonic()
            self._tokens = min(max(1.0, rate), self._tokens + (now - self._filled) * rate)
            self._filled = now
            if self._tokens < 1:
                return True
            self._tokens -= 1
            return False

    def copies(self) -> int:
        """How many times this webhook is sent."""
        return self.faults.duplicate_count if self.happens(self.faults.duplicate_webhooks) else 1

    def shuffled(self, items: list[dict[str, str]]) -> list[dict[str, str]]:
        """The items in an order that is not theirs (unless there are fewer than two)."""
        with self._lock:
            mixed = self._dice.sample(items, len(items))
        return mixed if mixed != items else mixed[::-1]
