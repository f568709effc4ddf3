"""Some hundred rows of a contact file, read column by column."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import repeat
from typing import NamedTuple

from smartchat.domain.contact_file.cells import Reading, is_blank, shown, trimmed, unguarded
from smartchat.domain.contact_file.columns import ColumnReader, has_fault
from smartchat.domain.contact_file.headers import Headers
from smartchat.domain.contact_file.phone import PhoneReader
from smartchat.domain.contact_file.table import Row
from smartchat.domain.contact_file.values import Value

_NOTHING: Mapping[str, str] = {}


class FileContact(NamedTuple):
    """One good row."""

    row: int
    phone: str
    """E.164, to send to."""
    contact_key: str
    """Canonical, to know the contact by."""
    values: Mapping[str, str]
    """Custom Data by Unique ID as canonical text: NUMBER `1350.5`, DATE `YYYY-MM-DD`, TEXT as it is, trimmed."""
    extra: Mapping[str, str]
    """The columns that the chatbot does not use, kept for the download of answers."""


class GoodRows(NamedTuple):
    """Rows in which nothing had to be changed, column by column: what a million rows are written from."""

    numbers: Sequence[int]
    phones: Sequence[str]
    """E.164 and canonical both."""
    ids: Sequence[str]
    columns: Sequence[Sequence[str]]
    """The values by column, in the order of `ids`."""
    extras: Sequence[Mapping[str, str]] | None
    """None where the file has no other columns."""

    def contacts(self) -> Iterable[FileContact]:
        """The same, contact by contact."""
        values: Iterable[Mapping[str, str]] = repeat(_NOTHING)
        if self.ids:
            values = map(dict, map(zip, repeat(self.ids), zip(*self.columns, strict=True)))
        # A NamedTuple's own constructor takes twice as long.
        make = partial(tuple.__new__, FileContact)
        extras = self.extras or repeat(_NOTHING)
        return map(make, zip(self.numbers, self.phones, self.phones, values, extras, strict=False))


Field = tuple[str, int, ColumnReader]
"""The Unique ID of a Custom Data step, the index of its column, and the reader of its cells."""


class RowBatch:
    """Rows of a sheet below its headers, each cut or filled up to the width of the headers."""

    def __init__(self, rows: Sequence[Row], headers: Headers, fields: Sequence[Field]) -> None:
        self.numbers: tuple[int, ...]
        self.cells: tuple[Sequence[Value], ...]
        self.numbers, self.cells = zip(*rows, strict=True)
        self._headers = headers
        self.fits = set(map(len, self.cells)) == {headers.width}
        fitted = self.cells if self.fits else tuple(map(self._fitted, self.cells))
        self.columns: tuple[tuple[Value, ...], ...] = tuple(zip(*fitted, strict=True))
        self.ids = [id_ for id_, _, _ in fields]
        self.indexes = [index for _, index, _ in fields]
        self.readings: list[Sequence[Reading]] = [read(self.columns[index]) for _, index, read in fields]

    def __len__(self) -> int:
        return len(self.numbers)

    def _fitted(self, cells: Sequence[Value]) -> Sequence[Value]:
        width = self._headers.width
        return cells[:width] if len(cells) >= width else [*cells, *[None] * (width - len(cells))]

    def is_right(self, phones: PhoneReader) -> bool:
        """Whether all is as it should be, so that the rows need no look one by one (repeated numbers apart)."""
        return (
            self.fits
            and phones.all_unchanged(self.columns[0])
            and not any(map(has_fault, self.readings))
            and not any(any(self.columns[index]) for index in self._headers.blanks)
        )

    def keys(self) -> list[int]:
        """The contacts of a batch that is right as numbers."""
        return list(map(int, self.columns[0]))  # type: ignore[arg-type]

    def good_rows(self) -> GoodRows:
        """The contacts of a batch that is right."""
        extras = list(map(self.extra_values, range(len(self)))) if self._headers.extras else None
        return GoodRows(self.numbers, self.columns[0], self.ids, self.readings, extras)  # type: ignore[arg-type]

    def extra_values(self, at: int) -> Mapping[str, str]:
        """The values of one row that the chatbot does not use, by header."""
        return {
            name: unguarded(trimmed(shown(self.columns[index][at]))) for index, name in self._headers.extras
        }


def used_width(cells: Sequence[Value]) -> int:
    """The number of columns up to the last that shows something."""
    return next((at for at in range(len(cells), 0, -1) if not is_blank(cells[at - 1])), 0)


def without_column(rows: Iterator[Row], index: int, width: int) -> Iterator[Row]:
    """The rows as if nothing stood in a column: cut where nothing stands beyond the last header."""
    for number, cells in rows:
        if len(cells) > index:
            kept = [*cells[:index], None, *cells[index + 1 :]]
            while len(kept) > width and is_blank(kept[-1]):
                kept.pop()
            yield number, kept
        else:
            yield number, cells
