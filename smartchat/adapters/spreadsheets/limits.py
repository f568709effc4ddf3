"""How much a contact file may ask of the machine, and how its refusals are said."""

from dataclasses import dataclass

from smartchat.domain.contact_file.problems import Param, Problem
from smartchat.domain.contact_file.table import Unreadable

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes and seconds. The defaults take every real workbook of 1,048,576 rows and four columns."""

    file_bytes: int = 200 * MEGABYTE
    inflated_bytes: int = 256 * MEGABYTE
    """All the parts of a workbook together."""
    memory_bytes: int = 1024 * MEGABYTE
    """Address space of the reading process."""
    cpu_seconds: int = 120
    waiting_seconds: float = 180.0
    """How long may be spent waiting for the reading process; the time that the rows are worked on does not count."""


DEFAULT_LIMITS = Limits()


def unreadable(reason: str, **params: Param) -> Unreadable:
    """The file cannot be read. `reason` chooses the sentence."""
    return Unreadable(Problem("unreadable_file", params={"reason": reason, **params}))


def too_large(reason: str, **params: Param) -> Unreadable:
    """The file asks for more than it may."""
    return Unreadable(Problem("too_large", params={"reason": reason, **params}))


def encrypted() -> Unreadable:
    """The file needs a password."""
    return Unreadable(Problem("encrypted_file"))
