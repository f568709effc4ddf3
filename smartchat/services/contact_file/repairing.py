"""wrong file → the operator's own file back: the same rows in their order, and beside each wrong one what to do.

The rows go through the check on their way from the reader to the writer: read once, and never more than some hundred
of them held. Numbers that can be read are written in their good form; what is wrong stays as it is.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import BinaryIO

from smartchat.adapters import repaired_files, spreadsheets
from smartchat.adapters.repaired_files import Layout, SheetRow
from smartchat.domain.contact_file.batch import GoodRows
from smartchat.domain.contact_file.broken_letters import mended_letters
from smartchat.domain.contact_file.cells import is_blank
from smartchat.domain.contact_file.check import ContactFileCheck, Problem, Unreadable
from smartchat.domain.contact_file.headers import Headers, clean_header, read_headers, reason_header
from smartchat.domain.contact_file.mending import NOTHING, UNSEEN, Mending, Seen
from smartchat.domain.contact_file.phone import Phone, read_phone
from smartchat.domain.contact_file.table import COLUMN_LIMIT, Row, Table, column_index
from smartchat.domain.contact_file.values import Value, column_letter
from smartchat.domain.contact_file.wording_repaired_files import REPAIRED_FILE_WORDS
from smartchat.domain.script.custom_data import DataColumn
from smartchat.domain.script.reserved import CONTACT

_BETWEEN = " · "


@dataclass(frozen=True, slots=True)
class Repaired:
    """The file that was written: the name to offer it by, and what is in it."""

    file_name: str
    format: str
    """`tsv`, `csv` or `xlsx`."""
    mimetype: str
    wrong_rows: int
    """How many rows have a reason beside them."""
    good_rows: int
    mended: int
    """How many numbers now stand in their good form, and did not before."""
    wrong_headers: bool
    """The header is wrong: the reason stands in its own row, and the rows below were not looked at."""


@dataclass(frozen=True, slots=True)
class NotRepaired:
    """There is nothing that could be given back, and why. What was written until then is worth nothing."""

    problem: Problem


def repair(  # noqa: PLR0913 - what comes, what goes, and what the form asks for, each by its name
    stream: BinaryIO,
    file_name: str,
    columns: Sequence[DataColumn],
    language: str,
    out: BinaryIO,
    country_code: str = "",
    *,
    limits: spreadsheets.Limits = spreadsheets.DEFAULT_LIMITS,
    as_workbook: bool = False,
    mending: Mending = NOTHING,
    seen: Seen = UNSEEN,
    told: Callable[[float], None] | None = None,
) -> Repaired | NotRepaired:
    """Write a contact file to `out` as its owner is to correct it, with the reasons in `es` or `en`.

    `stream` must be seekable; `out` need not be. Text files keep their format, unless `as_workbook`: that has colours,
    and Excel keeps the digits of its phones. Everything else becomes xlsx. `seen` is what a check of the file found;
    `told` hears how much of it is done (0 to 1), and may raise to stop it.
    """
    words = REPAIRED_FILE_WORDS["es" if language.lower().startswith("es") else "en"]
    try:
        with spreadsheets.open_table(stream, file_name, limits) as table:
            repairing = _Repairing(table, columns, language, country_code, mending, seen)
            repairing.told = told
            if table.delimiter and not as_workbook:
                kind = table.format
                repaired_files.write_text(repairing.rows(), out, table.delimiter)
            else:
                kind = "xlsx"
                repaired_files.write_workbook(repairing.rows(), out, table.sheet or words["sheet"])
    except Unreadable as unreadable:
        return NotRepaired(unreadable.problem)
    if refusal := repairing.refusal():
        return NotRepaired(refusal)
    check = repairing.check
    return Repaired(
        file_name=name_of(file_name, kind, language),
        format=kind,
        mimetype=repaired_files.MIMETYPES[kind],
        wrong_rows=check.wrong_rows.count(),
        good_rows=check.contact_count,
        mended=repairing.mended,
        wrong_headers=repairing.wrong_headers,
    )


def name_of(file_name: str, kind: str, language: str) -> str:
    """`contactos.xls` → `contactos-corregir.xlsx`, and so it stays when it comes back and goes out once more."""
    words = REPAIRED_FILE_WORDS["es" if language.lower().startswith("es") else "en"]
    name = "".join(mark for mark in file_name.replace("\\", "/").split("/")[-1] if mark.isprintable())
    stem = name.rpartition(".")[0] if "." in name else name
    for other in REPAIRED_FILE_WORDS.values():
        stem = stem.removesuffix(f"-{other['suffix']}")
    return f"{stem.strip(' .') or words['stem']}-{words['suffix']}.{kind}"


class _Repairing:
    """The rows of one table as they pass through its check."""

    def __init__(
        self,
        table: Table,
        columns: Sequence[DataColumn],
        language: str,
        country_code: str,
        mending: Mending,
        seen: Seen,
    ) -> None:
        self.mended = 0
        self.told: Callable[[float], None] | None = None
        self.wrong_headers = False
        self._columns = columns
        self._language = language
        self._country_code = country_code
        self._source = iter(table.rows)
        self._passed: deque[Row] = deque()
        self._told: dict[int, Sequence[Problem]] = {}
        self._changed: dict[int, dict[int, Value]] = {}
        self._letters = mending.letters
        self._places: _Places | None = None
        table.rows = self._watched()
        self.check = ContactFileCheck(
            table, columns, country_code, self._tell, mending=mending, seen=seen, changed=self._change
        )

    def refusal(self) -> Problem | None:
        """Why there is nothing to correct row by row; asked for when all rows have been taken."""
        if self.check.over_limit:
            limit = self.check.table.row_limit
            return Problem("too_large", params={"reason": "rows", "limit": limit})
        if self.check.ok or self.wrong_headers or self.check.wrong_rows.count():
            return None
        return next(problem for problem in self.check.problems if problem.severity == "error")

    def rows(self) -> Iterator[SheetRow]:
        """The rows as they are to be written. Raises Unreadable."""
        for batch in self.check.batches():
            if self.told:
                self.told(self.check.table.progress())
            yield from self._checked(isinstance(batch, GoodRows))
        # Where the headers are wrong, the check has read no further than these.
        yield from self._checked(True)
        if self.wrong_headers:
            for number, cells in self._source:
                yield self._unchanged(number, cells)

    def _watched(self) -> Iterator[Row]:
        for row in self._source:
            # Empty rows above the headers, however many, need not be held: the writers leave room for them.
            if self.check.header or not all(map(is_blank, row[1])):
                self._passed.append(row)
            yield row

    def _tell(self, number: int, cells: Sequence[Value], problems: Sequence[Problem]) -> None:
        del cells  # they may have been read without their reasons of before
        self._told[number] = problems

    def _change(self, number: int, index: int, value: str) -> None:
        self._changed.setdefault(number, {})[index] = value

    def _checked(self, good: bool) -> Iterator[SheetRow]:
        """The rows that the check has done with."""
        header = self.check.header
        while self._passed:
            number, cells = self._passed.popleft()
            if header and number == header[0]:
                yield self._header(number, cells)
            elif good or self._places is None:
                yield self._unchanged(number, cells)
            else:
                yield self._mended(number, cells, self._places)
        self._told.clear()
        self._changed.clear()

    def _header(self, number: int, cells: Sequence[Value]) -> SheetRow:
        headers = read_headers(number, cells, self._columns)
        self._places = places = _Places(headers)
        wrong = [problem for problem in headers.problems if problem.severity == "error"]
        self.wrong_headers = bool(wrong) and headers.width <= COLUMN_LIMIT
        reason = reason_header(self._columns)
        if wrong:
            reason = f"{reason}: {self._reason(wrong)}"
        marked = set(chain.from_iterable(_marked_headers(problem, cells) for problem in wrong))
        names = places.laid(cells[: max(headers.width, (headers.reason or 0) + 1)], reason)
        return SheetRow(number, names, set(map(places.moved, marked)), places.layout)

    def _unchanged(self, number: int, cells: Sequence[Value]) -> SheetRow:
        if self._places is None:
            return SheetRow(number, cells)
        return SheetRow(number, self._places.laid(self._with_letters(cells, self._places), None))

    def _with_letters(self, cells: Sequence[Value], places: "_Places") -> Sequence[Value]:
        if not self._letters:
            return cells
        return [
            mended_letters(cell) if isinstance(cell, str) and at in places.texts else cell
            for at, cell in enumerate(cells)
        ]

    def _mended(self, number: int, cells: Sequence[Value], places: "_Places") -> SheetRow:
        if all(map(is_blank, cells)):
            return SheetRow(number, cells)
        changed = self._changed.get(number, {})
        phone = read_phone(cells[0], self._country_code)
        if isinstance(phone, Phone) and phone.phone != cells[0]:
            changed = {0: phone.phone, **changed}
        # A number of another country stays as it was written: with a + nobody would ask again.
        disputed = any(problem.code == "other_country" for problem in self._told.get(number, ()))
        if disputed:
            changed.pop(0, None)
        self.mended += 0 in changed
        cells = [changed.get(at, cell) for at, cell in enumerate(self._with_letters(cells, places))]
        problems = self._told.get(number)
        if not problems:
            return SheetRow(number, places.laid(cells, None))
        problems = list(map(places.lettered, problems))
        marked = {places.of(problem) for problem in problems}
        return SheetRow(number, places.laid(cells, self._reason(problems)), marked)

    def _reason(self, problems: Sequence[Problem]) -> str:
        return _BETWEEN.join(problem.reason(self._language) for problem in problems)


class _Places:
    """Where each column goes: the reasons stay where they are, or come right after the last header."""

    def __init__(self, headers: Headers) -> None:
        self._inserted = headers.reason is None
        self._reason = headers.width if headers.reason is None else headers.reason
        self.texts = {index for index, column in headers.fields if column.data_type == "TEXT"}
        self.layout = Layout(frozenset(map(self.moved, {0, *self.texts})), self._reason)
        self._fields: Mapping[str, int] = {
            CONTACT: 0,
            **{column.id: index for index, column in headers.fields},
        }

    def moved(self, index: int) -> int:
        """The index of a column in the repaired file."""
        return index + 1 if self._inserted and index >= self._reason else index

    def laid(self, cells: Sequence[Value], reason: str | None) -> Sequence[Value]:
        """The cells of a row with its reason among them."""
        at = self._reason
        empty = [None] * (at - len(cells))
        return [*cells[:at], *empty, reason, *cells[at if self._inserted else at + 1 :]]

    def lettered(self, problem: Problem) -> Problem:
        """A value beyond the last header goes by the letter of its column: the new one."""
        if problem.code != "extra_cell" or not problem.column:
            return problem
        return replace(problem, column=column_letter(self.moved(column_index(problem.column))))

    def of(self, problem: Problem) -> int:
        """The index of the wrong cell in the repaired file."""
        column = problem.column or CONTACT
        return column_index(column) if problem.code == "extra_cell" else self.moved(self._fields[column])


def _marked_headers(problem: Problem, cells: Sequence[Value]) -> Collection[int]:
    """The indexes of the headers to change."""
    if problem.code == "no_contact_column":
        return {0}
    if letter := problem.params.get("letter"):
        return {column_index(str(letter))}
    if problem.code == "duplicate_column":
        return {at for at, cell in enumerate(cells) if clean_header(cell) == problem.column}
    return ()
