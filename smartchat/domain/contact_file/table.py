"""A sheet as its reader hands it over: rows of typed cells, and what is known about where they came from."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from smartchat.domain.contact_file.problems import Problem
from smartchat.domain.contact_file.values import ErrorValue, Value

NOT_CALCULATED = ErrorValue("")


Row = tuple[int, Sequence[Value]]
"""The number of the row as the spreadsheet shows it (from 1), and its values from column A on."""

TEXT_ROW_LIMIT = 1_000_000
WORKBOOK_ROW_LIMIT = 1_048_576
COLUMN_LIMIT = 100


@dataclass(slots=True)
class Table:
    """One sheet, read once from top to bottom. `rows` may raise Unreadable at any point."""

    rows: Iterator[Row]
    format: str
    """`tsv`, `csv`, `xlsx`, `xls`, `ods`, `html` or `xml2003`: what the content is, whatever the name says."""
    encoding: str | None = None
    guessed_sample: str | None = None
    """A line of the file with accents, where its encoding had to be guessed: "does *Muñoz* look right?"."""
    sheet: str | None = None
    warnings: Sequence[Problem] = ()
    row_limit: int = WORKBOOK_ROW_LIMIT
    progress: Callable[[], float] = lambda: 0.0
    """How much of the file has been read, from 0 to 1."""
    delimiter: str | None = None
    """What stands between the cells of a text file."""


class Unreadable(Exception):
    """The file as a whole cannot be read; `problem` says why and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def column_index(letters: str) -> int:
    """The index of a column by its letter (A → 0)."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1
