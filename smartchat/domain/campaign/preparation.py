"""The work on a contact file that runs beside the pages: its words, and how long it will take."""

from datetime import datetime, timedelta
from enum import StrEnum

BEGINNING = 0.02
"""Below this share nothing can be said of the time that is left."""


class Task(StrEnum):
    """import: the file becomes contacts; rehearse: the opening is made for every contact, and counted."""

    IMPORT = "import"
    REHEARSE = "rehearse"


class Phase(StrEnum):
    """What is done with a wrong file: undoing takes its contacts away, marking writes it with the reasons."""

    UNDOING = "undoing"
    MARKING = "marking"


class PreparationStatus(StrEnum):
    """waiting → running → gone when all is well, or `wrong`: the operator must do something about the file."""

    WAITING = "waiting"
    RUNNING = "running"
    WRONG = "wrong"


def time_left(begun_at: datetime | None, share: float, now: datetime) -> timedelta | None:
    """How long work will still take that has come to `share` (0 to 1) since it was begun; None while too early."""
    if begun_at is None or share < BEGINNING:
        return None
    return (now - begun_at) * (1 - min(share, 1.0)) / min(share, 1.0)
