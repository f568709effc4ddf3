"""What every reader of the reading process gives: the one sheet that is read."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from smartchat.domain.contact_file.table import Row


@dataclass(slots=True)
class Sheet:
    """The sheet that is read: its rows with at least one value, typed."""

    format: str
    rows: Iterator[Row]
    sheet: str | None = None
    others: list[str] = field(default_factory=list)
    """Other visible sheets with data."""
    encoding: str | None = None
    progress: Callable[[], float] = lambda: 0.0


class ListedSheet(NamedTuple):
    """A sheet as a first pass over the workbook finds it."""

    name: str
    visible: bool
    has_data: bool


def choose(sheets: Sequence[ListedSheet]) -> tuple[int | None, list[str]]:
    """The index of the first visible sheet with data, and the names of the other ones. All hidden counts as visible."""
    seen = [at for at, sheet in enumerate(sheets) if sheet.visible] or list(range(len(sheets)))
    with_data = [at for at in seen if sheets[at].has_data]
    if not with_data:
        return None, []
    return with_data[0], [sheets[at].name for at in with_data[1:]]
