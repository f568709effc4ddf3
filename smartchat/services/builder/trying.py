"""Trying a chatbot without a stored conversation: what is tried has the time that a turn of a real one has."""

from collections.abc import Callable
from typing import TypeVar

from smartchat.time_budget import TURN, TimeUp, within

T = TypeVar("T")


def in_time(work: Callable[[], T]) -> T | None:
    """What the work gives; None where it takes longer than a turn may. The work must touch no database."""
    try:
        return within(TURN, work)
    except TimeUp:
        return None
