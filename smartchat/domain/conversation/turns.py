"""Turns: which messages of a contact are answered together, when, and which of them answer no question at all."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from smartchat.domain.hours import ActiveHours, due_at, is_open

MOST_WAITS = 4
T = TypeVar("T")


def turn_due(hours: ActiveHours, now: datetime, wait: timedelta, first_due: datetime | None) -> datetime:
    """When a message that comes in now is to be answered: a little later, since the next one may be on its way.

    `first_due`: when the first message of this turn falls due, None where this is the first. Each further one moves
    the turn on by `wait`, at most to four waits after the first. Outside active hours: the next opening.
    """
    if not wait or not is_open(hours, now):
        return due_at(hours, now)
    due = now + wait
    if first_due is not None:
        due = max(now, min(due, first_due + (MOST_WAITS - 1) * wait))
    return due_at(hours, due)


@dataclass(frozen=True, slots=True)
class Turn(Generic[T]):
    """The messages of a turn by what they can answer.

    `early` came before the question was asked: they answer nothing. `between` came after it was asked and before it
    was asked again. `answers` came after it was asked last.
    """

    early: tuple[T, ...]
    between: tuple[T, ...]
    answers: tuple[T, ...]


def split(
    messages: Iterable[T],
    received_at: Callable[[T], datetime],
    asked_at: datetime | None,
    first_asked_at: datetime | None = None,
) -> Turn[T]:
    """A turn's messages by when they came. `asked_at`: when the question that waits now was last handed to Twilio.

    `first_asked_at`: the same of the first time, None where it was asked once. A message of the very moment is an
    answer: the question is written down as handed over before it is.
    """
    groups: tuple[list[T], list[T], list[T]] = ([], [], [])
    for message in messages:
        at = received_at(message)
        if asked_at is None or at >= asked_at:
            groups[2].append(message)
        elif first_asked_at is not None and at >= first_asked_at:
            groups[1].append(message)
        else:
            groups[0].append(message)
    early, between, answers = map(tuple, groups)
    return Turn(early, between, answers)
