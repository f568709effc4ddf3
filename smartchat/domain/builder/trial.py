"""A trial of a chatbot: a conversation in memory, played from what the tester did, at the times the tester set.

A trial is its moves; `playing.play` makes the conversation of them anew each time. Nothing is stored or sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from smartchat.domain.contact_file.cells import CellFault, Reading, read_date, read_number, read_text
from smartchat.domain.contact_file.problems import Problem
from smartchat.domain.hours import ActiveHours, local_date
from smartchat.domain.script.custom_data import DataColumn

MOST_MOVES = 200
LONGEST_MESSAGE = 1_600
ONE_MINUTE = timedelta(minutes=1)
FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Wrote:
    """The contact writes a message."""

    text: str


@dataclass(frozen=True, slots=True)
class ClockSet:
    """The clock goes forward to an instant (UTC)."""

    to: datetime


@dataclass(frozen=True, slots=True)
class SystemAnswered:
    """What the other system is made to answer: values by ID, or None where it fails."""

    values: Mapping[str, str] | None


Move = Wrote | ClockSet | SystemAnswered


@dataclass(frozen=True)
class Trial:
    """`began` is aware, in UTC; `data` holds Custom Data as a contact file gives it."""

    began: datetime
    data: Mapping[str, str] = field(default_factory=dict)
    moves: tuple[Move, ...] = ()

    def then(self, move: Move) -> "Trial":
        """The trial with one more move."""
        return replace(self, moves=(*self.moves, move))

    def without_last(self) -> "Trial":
        """The trial before its last move."""
        return replace(self, moves=self.moves[:-1])

    @property
    def full(self) -> bool:
        """Whether it takes no more moves."""
        return len(self.moves) >= MOST_MOVES

    def to_json(self) -> dict[str, Any]:
        """As JSON can hold it, in few letters: it travels in the page."""
        return {
            "at": self.began.isoformat(),
            "data": dict(self.data),
            "moves": [_packed(m) for m in self.moves],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Trial":
        """The opposite of `to_json`."""
        moves = tuple(_unpacked(kind, value) for kind, value in data["moves"])
        return cls(datetime.fromisoformat(data["at"]), data["data"], moves)


def read_values(
    columns: Sequence[DataColumn], typed: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, Problem]]:
    """Typed Custom Data as a contact file would give it, and what is wrong with it, both by ID."""
    values, problems = {}, {}
    for column in columns:
        text = typed.get(column.id, "")
        reading = _read(column, text)
        if isinstance(reading, CellFault):
            params = {"reason": reading.reason} if reading.reason else {}
            problems[column.id] = Problem(reading.code, column=column.id, value=text, params=params)
        else:
            values[column.id] = reading
    return values, problems


def _read(column: DataColumn, text: str) -> Reading:
    match column.data_type:
        case "TEXT":
            return read_text(text)
        case "NUMBER":
            return read_number(text)
        case "DATE":
            return read_date(text)


def friday_evening(hours: ActiveHours, now: datetime) -> datetime:
    """One minute before closing on a Friday, the first after `now`; in UTC."""
    today = local_date(hours, now)
    last_minute = _last_minute(hours)
    friday = today + timedelta(days=(FRIDAY - today.weekday()) % 7)
    moment = at_local(hours, friday, last_minute)
    return moment if moment > now else at_local(hours, friday + timedelta(days=7), last_minute)


def at_local(hours: ActiveHours, day: date, clock: time) -> datetime:
    """The instant of a date and time on the chatbot's own clock, in UTC."""
    return (datetime.combine(day, clock) - hours.utc_offset).replace(tzinfo=UTC)


def _last_minute(hours: ActiveHours) -> time:
    return (datetime.combine(date.min + timedelta(days=1), hours.closes) - ONE_MINUTE).time()


def _packed(move: Move) -> list[Any]:
    match move:
        case Wrote(text):
            return ["w", text]
        case ClockSet(to):
            return ["c", to.isoformat()]
        case SystemAnswered(values):
            return ["s", None if values is None else dict(values)]


def _unpacked(kind: str, value: Any) -> Move:
    match kind:
        case "w":
            return Wrote(value)
        case "c":
            return ClockSet(datetime.fromisoformat(value))
        case _:
            return SystemAnswered(value)
