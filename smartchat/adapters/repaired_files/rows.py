"""What the writers are given: the rows of one sheet in their order."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from smartchat.domain.contact_file.values import Value


@dataclass(frozen=True, slots=True)
class Layout:
    """What the columns hold, by index: those of CONTACT and of TEXT keep what is typed; `reason` holds the reasons."""

    text_columns: frozenset[int]
    reason: int


class SheetRow(NamedTuple):
    """One row: its number in the sheet (from 1, growing), its cells, and the indexes of those to be coloured."""

    number: int
    cells: Sequence[Value]
    marked: Collection[int] = ()
    layout: Layout | None = None
    """Given with the row of the headers."""
