"""Active hours: when a chatbot may send. A daily window at a fixed offset from UTC, no daylight saving.

Every `now` is an aware datetime in any zone; every answer is in UTC.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

MIDNIGHT = time(0)
ONE_DAY = timedelta(days=1)
FARTHEST_OFFSET = timedelta(hours=14)
_CLOCK = re.compile(r"(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)\Z", re.ASCII)
_OFFSET = re.compile(r"([+-])(0[0-9]|1[0-4]):([0-5][0-9])\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class ActiveHours:
    """The window opens ≤ t < closes of each local day; `closes` at 00:00 means the midnight that ends the day.

    A window does not run over midnight: ValueError where it is turned round or the offset is no real one.
    """

    opens: time = time(8)
    closes: time = time(21)
    utc_offset: timedelta = timedelta(hours=-5)

    def __post_init__(self) -> None:
        if self.closes != MIDNIGHT and self.opens >= self.closes:
            raise ValueError(f"active hours open at {self.opens} and close at {self.closes}")
        if abs(self.utc_offset) > FARTHEST_OFFSET or self.utc_offset % timedelta(minutes=1):
            raise ValueError(f"no place on earth is {self.utc_offset} from UTC")

    def to_json(self) -> dict[str, str]:
        """The script file's form: {"opens": "08:00", "closes": "21:00", "utc_offset": "-05:00"}."""
        closes = "24:00" if self.closes == MIDNIGHT else self.closes.strftime("%H:%M")
        minutes = int(abs(self.utc_offset).total_seconds()) // 60
        sign = "-" if self.utc_offset < timedelta(0) else "+"
        offset = f"{sign}{minutes // 60:02}:{minutes % 60:02}"
        return {"opens": self.opens.strftime("%H:%M"), "closes": closes, "utc_offset": offset}

    @classmethod
    def from_json(cls, data: Mapping[str, str]) -> "ActiveHours":
        """The opposite of `to_json`; what is left out has its default. ValueError for what is no such window."""
        default = cls()
        return cls(
            opens=_clock(data["opens"]) if "opens" in data else default.opens,
            closes=_clock(data["closes"]) if "closes" in data else default.closes,
            utc_offset=_offset(data["utc_offset"]) if "utc_offset" in data else default.utc_offset,
        )


def is_open(hours: ActiveHours, now: datetime) -> bool:
    """Whether a message may leave at this instant."""
    local = _local(hours, now).time()
    return hours.opens <= local and (hours.closes == MIDNIGHT or local < hours.closes)


def next_open_time(hours: ActiveHours, now: datetime) -> datetime:
    """The first opening after `now`, in UTC; at an open moment (also at 08:00 sharp) the one of the next day."""
    local = _local(hours, now)
    day = local.date() if local.time() < hours.opens else local.date() + ONE_DAY
    return _in_utc(hours, datetime.combine(day, hours.opens))


def due_at(hours: ActiveHours, now: datetime) -> datetime:
    """When something that is ready now may be sent, in UTC: now if open, else the next opening."""
    return now.astimezone(UTC) if is_open(hours, now) else next_open_time(hours, now)


def seconds_left(hours: ActiveHours, now: datetime) -> int:
    """Whole seconds until closing, rounded down; 0 when closed and in the last split second (do not send then)."""
    if not is_open(hours, now):
        return 0
    local = _local(hours, now)
    closing = datetime.combine(local.date(), hours.closes)
    if hours.closes == MIDNIGHT:
        closing += ONE_DAY
    return (closing - local) // timedelta(seconds=1)


def local_date(hours: ActiveHours, now: datetime) -> date:
    """The calendar day at the chatbot's offset: what "hoy" means to its contacts."""
    return _local(hours, now).date()


def _local(hours: ActiveHours, now: datetime) -> datetime:
    if now.tzinfo is None:
        raise ValueError("an instant needs its offset from UTC")
    return now.astimezone(UTC).replace(tzinfo=None) + hours.utc_offset


def _in_utc(hours: ActiveHours, local: datetime) -> datetime:
    return (local - hours.utc_offset).replace(tzinfo=UTC)


def _clock(text: str) -> time:
    match = _CLOCK.match(text)
    if match is None:
        raise ValueError(f"{text!r} is no time of day like 08:00")
    return MIDNIGHT if match[1] is None else time(int(match[1]), int(match[2]))


def _offset(text: str) -> timedelta:
    match = _OFFSET.match(text)
    if match is None:
        raise ValueError(f"{text!r} is no offset from UTC like -05:00")
    size = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return -size if match[1] == "-" else size
