"""How the writing of a file's contacts is followed, and stopped."""

from dataclasses import dataclass, field
from threading import Event


class Stopped(Exception):
    """Whoever watches the reading has stopped it."""


@dataclass
class Watch:
    """How far a file has been read, for another thread to look at; and how that thread stops it."""

    rows: int = 0
    share: float = 0.0
    phase: str = ""
    """What is done with it beside reading: a word of Phase."""
    stop: Event = field(default_factory=Event)
