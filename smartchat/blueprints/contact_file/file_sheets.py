"""The contact file as its owner sees it: letters, row numbers, wrong cells in their places, the reasons beside."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from smartchat.domain.contact_file.cells import shown
from smartchat.domain.contact_file.headers import clean_header
from smartchat.domain.contact_file.problems import SHOWN_CHARACTERS, Problem
from smartchat.domain.contact_file.table import COLUMN_LIMIT, Row
from smartchat.domain.contact_file.values import column_letter
from smartchat.domain.contact_file.wrong_rows import WrongRow

HEADER_CODES = frozenset({"no_contact_column", "missing_column", "duplicate_column"})


class SheetCell(NamedTuple):
    """The text of a cell, and whether it has to be mended."""

    value: str
    wrong: bool


class Reason(NamedTuple):
    """What is wrong in a column, and what to do."""

    column: str
    sentence: str


class RepairRow(NamedTuple):
    """A row with the number that the spreadsheet shows."""

    number: int
    cells: Sequence[SheetCell]
    reasons: Sequence[Reason]


@dataclass(frozen=True)
class RepairSheet:
    """The header row and the rows with something to mend; `letters` and all cells are of the same width."""

    letters: Sequence[str]
    header: RepairRow
    rows: Sequence[RepairRow]


def sheet_of_rows(header: Row, wrong: Sequence[WrongRow], language: str) -> RepairSheet:
    """The rows with wrong cells, below the headers."""
    names = _names(header)
    columns = {_normal(name): at for at, name in reversed(list(enumerate(names)))}
    width = max(len(names), *(_used(row.cells) for row in wrong))
    rows = [
        RepairRow(
            row.number,
            _cells(row.cells, {_place(problem, columns) for problem in row.problems}, width),
            [_reason(problem, language) for problem in row.problems],
        )
        for row in wrong
    ]
    return RepairSheet(_letters(width), RepairRow(header[0], _cells(names, set(), width), []), rows)


def sheet_of_headers(header: Row, problems: Sequence[Problem], language: str) -> RepairSheet:
    """The row of the headers alone, with those that are wrong."""
    names = _names(header)
    wrong = {at for problem in problems for at in _wrong_headers(problem, names)}
    width = max(len(names), 1)
    reasons = [_reason(problem, language) for problem in problems]
    return RepairSheet(_letters(width), RepairRow(header[0], _cells(names, wrong, width), reasons), [])


def _names(header: Row) -> list[str]:
    """The headers as they stand, up to the last one."""
    names = [shown(cell)[:SHOWN_CHARACTERS] for cell in header[1][:COLUMN_LIMIT]]
    return names[: _used(names)]


def _used(cells: Sequence[str]) -> int:
    return max((at + 1 for at, text in enumerate(cells) if text.strip()), default=0)


def _normal(name: str) -> str:
    return unicodedata.normalize("NFC", clean_header(name))


def _letters(width: int) -> list[str]:
    return [column_letter(at) for at in range(width)]


def _cells(texts: Sequence[str], wrong: set[int], width: int) -> list[SheetCell]:
    return [SheetCell(texts[at] if at < len(texts) else "", at in wrong) for at in range(width)]


def _place(problem: Problem, columns: dict[str, int]) -> int:
    """The index of the cell: a value beyond the headers is told by its letter, all others by their header."""
    column = problem.column or ""
    return _index(column) if problem.code == "extra_cell" else columns.get(_normal(column), 0)


def _index(letter: str) -> int:
    at = 0
    for mark in letter:
        at = at * 26 + ord(mark) - ord("A") + 1
    return at - 1


def _wrong_headers(problem: Problem, names: Sequence[str]) -> list[int]:
    if problem.code == "duplicate_column":
        return [at for at, name in enumerate(names) if clean_header(name) == problem.column]
    letter = problem.params.get("letter")
    return [_index(str(letter))] if letter else []


def _reason(problem: Problem, language: str) -> Reason:
    # The row has its number in the table: the sentence does not say it again.
    sentence = replace(problem, row=None).message(language)
    return Reason(problem.column or "", sentence[:1].upper() + sentence[1:])
