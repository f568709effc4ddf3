"""Custom Data read a column of many cells at a time.

Nearly all cells of a file are as they should be, and plain text. A few tests on all of them together show that, at
the speed of C; only where they fail is each cell read by itself. The answers are the same.
"""

import re
from collections.abc import Callable, Sequence

from smartchat.domain.contact_file.broken_letters import MISREAD, mended_letters
from smartchat.domain.contact_file.cells import (
    GUARDED,
    CellFault,
    Reading,
    read_date,
    read_number,
    read_text,
    unguarded,
)
from smartchat.domain.contact_file.mending import NOTHING, UNSEEN, Findings, Mending, Seen
from smartchat.domain.contact_file.numbers_as_written import THOUSANDS_WITH_POINTS
from smartchat.domain.contact_file.values import Value
from smartchat.domain.script.custom_data import DataType

ColumnReader = Callable[[Sequence[Value]], Sequence[Reading]]

_NUMBERS = re.compile(r"(?:-?[0-9]++(?:\.[0-9]++)?+(?:\n|\Z))*+")
_DAYS_REMEMBERED = 50_000
# One decimal or two; with three it might be thousands.
_POINT = re.compile(r"\A\s*-?[0-9]+\.[0-9]{1,2}\s*\Z")


def column_reader(
    data_type: DataType,
    findings: Findings | None = None,
    mending: Mending = NOTHING,
    seen: Seen = UNSEEN,
) -> ColumnReader:
    """The reader of one column, for one file; what it sees of things to mend goes into the findings."""
    findings = findings or Findings()
    match data_type:
        case "TEXT":
            return make_text_reader(findings, mending.letters)
        case "NUMBER":
            with_commas = mending.numbers == "comma" or (seen.commas and not mending.numbers)
            return make_number_reader(findings, with_commas)
        case "DATE":
            return make_date_reader()


def has_fault(readings: Sequence[Reading]) -> bool:
    """Whether any cell of a column is wrong."""
    return CellFault in set(map(type, readings))


def _joined(cells: Sequence[Value], mark: str) -> str | None:
    """All cells as one text; None where they are not all text."""
    try:
        return mark.join(cells)  # type: ignore[arg-type]
    except TypeError:
        return None


def read_texts(cells: Sequence[Value]) -> Sequence[Reading]:
    """`read_text` for each cell."""
    return _read_texts(cells, _joined(cells, ""))


def _read_texts(cells: Sequence[Value], together: str | None) -> Sequence[Reading]:
    if together is not None and together.isprintable() and "#" not in together and "\ufffd" not in together:
        trimmed = tuple(map(str.strip, cells))  # type: ignore[arg-type]
        if all(trimmed):
            guarded = "'" in together and any(guard in together for guard in GUARDED)
            return tuple(map(unguarded, trimmed)) if guarded else trimmed
    return [read_text(cell) for cell in cells]


def make_text_reader(findings: Findings, mend: bool) -> ColumnReader:
    """A reader of TEXT columns that notices broken letters, and mends them where that was chosen."""

    def read(cells: Sequence[Value]) -> Sequence[Reading]:
        """`read_text` for each cell."""
        together = _joined(cells, "")
        readings = _read_texts(cells, together)
        if (
            together is not None
            and (together.isascii() or not MISREAD.search(together))
            and "&" not in together
        ):
            return readings
        return [_mended(reading, findings, mend) for reading in readings]

    return read


def _mended(reading: Reading, findings: Findings, mend: bool) -> Reading:
    if isinstance(reading, CellFault) or (mended := mended_letters(reading)) == reading:
        return reading
    if not mend:
        findings.letters.add(reading, mended)
        return reading
    findings.mended("letters", reading, mended)
    return mended


def make_number_reader(findings: Findings, with_commas: bool = False) -> ColumnReader:
    """A reader of NUMBER columns that notices what points are: before decimals (1.5), or maybe in thousands (1.200).

    `with_commas`: numbers have commas before their decimals, so 1.200 is not 1.2.
    """

    def read(cells: Sequence[Value]) -> Sequence[Reading]:
        """`read_number` for each cell."""
        together = _joined(cells, "\n")
        if together is None or "." in together:
            findings.points_seen = True
            if not findings.point_seen:
                texts = (cell for cell in cells if isinstance(cell, str))
                findings.point_seen = any(map(_POINT.search, texts))
        return read_parted_numbers(cells) if with_commas else _read_numbers(cells, together)

    return read


def read_parted_numbers(cells: Sequence[Value]) -> Sequence[Reading]:
    """`read_number` for each cell of a file that parts thousands with points: 1.200 is not 1.2 there."""
    return [
        CellFault("invalid_number", "thousands")
        if isinstance(cell, str) and THOUSANDS_WITH_POINTS.fullmatch(cell.strip())
        else read_number(cell)
        for cell in cells
    ]


def read_numbers(cells: Sequence[Value]) -> Sequence[Reading]:
    """`read_number` for each cell."""
    return _read_numbers(cells, _joined(cells, "\n"))


def _read_numbers(cells: Sequence[Value], together: str | None) -> Sequence[Reading]:
    if together and _NUMBERS.fullmatch(together) and together.count("\n") == len(cells) - 1 and all(cells):
        return cells  # type: ignore[return-value]
    return [read_number(cell) for cell in cells]


def make_date_reader() -> ColumnReader:
    """A reader of DATE columns. A file holds few different days, so those that were right are remembered."""
    right: set[Value] = set()

    def read_dates(cells: Sequence[Value]) -> Sequence[Reading]:
        """`read_date` for each cell."""
        if right.issuperset(cells):
            return cells  # type: ignore[return-value]
        readings = [read_date(cell) for cell in cells]
        if len(right) < _DAYS_REMEMBERED:
            right.update(cell for cell, reading in zip(cells, readings, strict=True) if cell == reading)
        return readings

    return read_dates
