"""The values that cells hold, and the letters of columns."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ErrorValue:
    """A cell that holds `#N/A` or its kin. With no code: a formula that was never calculated."""

    code: str


Value = str | int | float | Decimal | date | datetime | time | bool | ErrorValue | None
"""One cell. Text files give `str` alone; workbooks give typed cells, and None for an empty one."""


def column_letter(index: int) -> str:
    """The letter of a column (0 → A, 25 → Z, 26 → AA), as spreadsheets show it."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
