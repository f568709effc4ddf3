"""Is this contact file right? Rows go in, good contacts come out, and every problem is named with its cell.

One pass, whatever the size: nothing is kept of a row but its number (24 bytes) and its problems.
Rules: file → headers → cells → limits; of these classes only the first that has errors is reported.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from smartchat.domain.cells import CellFault, Reading, is_blank, reader_for, shown
from smartchat.domain.custom_data import DataColumn
from smartchat.domain.first_rows import FirstRows
from smartchat.domain.headers import CONTACT, Headers, read_headers
from smartchat.domain.phone import PhoneFault, PhoneReader
from smartchat.domain.problems import Param, Problem, ProblemLog
from smartchat.domain.table import (
    COLUMN_LIMIT,
    NOT_CALCULATED,
    ErrorValue,
    Row,
    Table,
    Unreadable,
    Value,
    column_letter,
)

__all__ = [
    "CheckedFile",
    "Contact",
    "ContactFileCheck",
    "ErrorValue",
    "Problem",
    "ProblemLog",
    "Table",
    "Unreadable",
    "check",
]

_NOTHING: Mapping[str, str] = {}
_Field = tuple[str, int, Callable[[Value], Reading]]


class Contact(NamedTuple):
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


class ContactFileCheck:
    """Checks a table while it is read. Iterate once: it yields the good contacts.

    Afterwards `problems` is complete; until then it holds what was found so far. A file with errors yields its
    good rows all the same, so whoever stores them while reading must undo that unless `ok` is true at the end.
    `country_code` ("52") is put before numbers that were written without one.
    """

    def __init__(self, table: Table, columns: Sequence[DataColumn], country_code: str = "") -> None:
        self.table = table
        self.columns = tuple(columns)
        self.problems = ProblemLog()
        self.row_count = 0
        self.contact_count = 0
        self.error_count = 0
        self._warnings: list[Problem] = []
        self._phones = PhoneReader(country_code)
        self._first_rows = FirstRows()
        self._warn(*table.warnings)

    @property
    def ok(self) -> bool:
        """Whether the file may be used as it is. Warnings do not count."""
        return self.error_count == 0

    def __iter__(self) -> Iterator[Contact]:
        try:
            yield from self._read()
        except Unreadable as unreadable:
            self._only(unreadable.problem)

    def _read(self) -> Iterator[Contact]:
        rows = iter(self.table.rows)
        headers = self._read_headers(rows)
        if headers is None:
            return
        yield from self._read_contacts(rows, headers)
        if not self.row_count:
            self._only(Problem("no_rows"))

    def _read_headers(self, rows: Iterator[Row]) -> Headers | None:
        """The first row that is not empty; None where it is so wrong that the rows below mean nothing."""
        first = next((row for row in rows if not all(map(is_blank, row[1]))), None)
        if first is None:
            self._only(Problem("empty_file"))
            return None
        headers = read_headers(*first, self.columns)
        if headers.width > COLUMN_LIMIT:
            params: dict[str, Param] = {"reason": "columns", "found": headers.width, "limit": COLUMN_LIMIT}
            self._only(Problem("too_large", params=params))
            return None
        self._warn(*(problem for problem in headers.problems if problem.severity == "warning"))
        if headers.ok:
            return headers
        self._only(*(problem for problem in headers.problems if problem.severity == "error"))
        return None

    def _read_contacts(self, rows: Iterator[Row], headers: Headers) -> Iterator[Contact]:
        width, limit = headers.width, self.table.row_limit
        fields = [(column.id, index, reader_for(column.data_type)) for index, column in headers.fields]
        read_phone, first_row_of = self._phones.read, self._first_rows.add
        for number, cells in rows:
            if len(cells) < width:
                cells = [*cells, *[None] * (width - len(cells))]
            errors_before = self.error_count
            phone = read_phone(cells[0])
            if isinstance(phone, PhoneFault):
                if phone.code == "missing_value" and all(map(is_blank, cells)):
                    continue
                self._phone_error(number, cells[0], phone)
            elif first_row := first_row_of(int(phone[1][1:]), number):
                params: dict[str, Param] = {"first_row": first_row}
                self._error(Problem("duplicate_contact", "error", number, CONTACT, shown(cells[0]), params))
            if self.row_count == limit:
                self._limit(limit)
                return
            self.row_count += 1
            values = self._values(number, cells, fields)
            if len(cells) > width or headers.blanks:
                self._strays(number, cells, headers)
            if self.error_count == errors_before and not isinstance(phone, PhoneFault):
                self.contact_count += 1
                extra = {name: shown(cells[i]) for i, name in headers.extras} if headers.extras else _NOTHING
                yield Contact(number, phone[0], phone[1], values, extra)

    def _values(self, number: int, cells: Sequence[Value], fields: Sequence[_Field]) -> dict[str, str]:
        values: dict[str, str] = {}
        for id_, index, read in fields:
            value = read(cells[index])
            if isinstance(value, CellFault):
                params = {"reason": value.reason} if value.reason else {}
                self._error(Problem(value.code, "error", number, id_, shown(cells[index]), params))
            else:
                values[id_] = value
        return values

    def _strays(self, number: int, cells: Sequence[Value], headers: Headers) -> None:
        for index in range(headers.width, len(cells)):
            if not is_blank(cells[index]) and cells[index] != NOT_CALCULATED:
                letter = column_letter(index)
                self._error(Problem("extra_cell", "error", number, letter, shown(cells[index])))
        for index in [index for index in headers.blanks if not is_blank(cells[index])]:
            headers.blanks.remove(index)
            letter = column_letter(index)
            told: dict[str, Param] = {"reason": "blank", "found_in": number}
            self._warn(Problem("unknown_column", "warning", headers.row, letter, None, told))

    def _phone_error(self, number: int, cell: Value, fault: PhoneFault) -> None:
        params: dict[str, Param] = {}
        for name in ("reason", "digits", "country_code", "region", "expected"):
            if told := getattr(fault, name):
                params[name] = told
        self._error(Problem(fault.code, "error", number, CONTACT, shown(cell), params))

    def _limit(self, limit: int) -> None:
        if self.ok:
            self._error(Problem("too_large", params={"reason": "rows", "limit": limit}))

    def _error(self, problem: Problem) -> None:
        self.error_count += 1
        self.problems.add(problem)

    def _warn(self, *problems: Problem) -> None:
        for problem in problems:
            self._warnings.append(problem)
            self.problems.add(problem)

    def _only(self, *errors: Problem) -> None:
        """Report these errors and none of those that were found before: theirs is an earlier class."""
        self.problems = ProblemLog()
        self.error_count = 0
        for warning in self._warnings:
            self.problems.add(warning)
        for error in errors:
            self._error(error)


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """The outcome for a whole small file."""

    contacts: list[Contact]
    problems: list[Problem]
    rows: int
    ok: bool


def check(table: Table, columns: Sequence[DataColumn]) -> CheckedFile:
    """Check a whole table at once: for small files and tests. A file that is not `ok` gives its good rows too."""
    checking = ContactFileCheck(table, columns)
    contacts = list(checking)
    return CheckedFile(contacts, list(checking.problems), checking.row_count, checking.ok)
