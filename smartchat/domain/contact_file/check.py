"""Is this contact file right? Rows go in, good contacts come out, and every problem is named with its cell.

One pass, whatever the size: nothing is kept of a row but its number (24 bytes) and its problems.
Rules: file → headers → cells → limits; of these classes only the first that has errors is reported.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from smartchat.domain.contact_file.batch import FileContact, GoodRows, RowBatch, used_width, without_column
from smartchat.domain.contact_file.cell_mending import Changed, Mender
from smartchat.domain.contact_file.cells import CellFault, is_blank, shown
from smartchat.domain.contact_file.columns import column_reader
from smartchat.domain.contact_file.first_rows import FirstRows
from smartchat.domain.contact_file.headers import Headers, read_headers
from smartchat.domain.contact_file.mending import NOTHING, UNSEEN, Findings, Mending, Seen
from smartchat.domain.contact_file.phone import Phone, PhoneFault, PhoneReader, read_phone
from smartchat.domain.contact_file.problems import Param, Problem, ProblemLog
from smartchat.domain.contact_file.table import COLUMN_LIMIT, NOT_CALCULATED, Row, Table, Unreadable
from smartchat.domain.contact_file.values import ErrorValue, Value, column_letter
from smartchat.domain.contact_file.wrong_rows import NATIONAL, WrongRows
from smartchat.domain.numbering import country_code_of, region_of
from smartchat.domain.script.custom_data import DataColumn
from smartchat.domain.script.reserved import CONTACT

__all__ = [
    "CheckedFile",
    "ContactFileCheck",
    "ErrorValue",
    "FileContact",
    "GoodRows",
    "Problem",
    "ProblemLog",
    "Table",
    "Unreadable",
    "check",
]

Told = Callable[[int, Sequence[Value], Sequence[Problem]], None]
"""Takes each wrong row: its number, its cells, and its errors."""

# So few that they are gone before the garbage collector has to look at them: more take a third longer.
_BATCH = 128
_MOST_HEADERS = 10 * COLUMN_LIMIT  # beyond that they are counted only


class ContactFileCheck:
    """Checks a table while it is read. Iterate once: it yields the good contacts.

    Afterwards `problems` is complete; until then it holds what was found so far. A file with errors yields its
    good rows all the same, so whoever stores them while reading must undo that unless `ok` is true at the end.
    `country_code` ("52") is put before numbers that were written without one; `completed` says before how many.
    `mending`: what the operator chose to have mended; `changed` is told each cell that is. `seen`: what an
    earlier look at the whole file found.
    `header` is the row of the headers as it stands, `wrong_rows` the first of those below that have errors; `tell`
    is called for every one of these while the file is read.
    """

    def __init__(  # noqa: PLR0913 - what is asked of a file, each by its name
        self,
        table: Table,
        columns: Sequence[DataColumn],
        country_code: str = "",
        tell: Told | None = None,
        *,
        mending: Mending = NOTHING,
        seen: Seen = UNSEEN,
        changed: Changed | None = None,
    ) -> None:
        self.table = table
        self.columns = tuple(columns)
        self.problems = ProblemLog()
        self.row_count = 0
        self.contact_count = 0
        self.error_count = 0
        self.completed = 0
        self.unusual = 0
        """How many numbers are of no range that is known: they are kept."""
        self.left_out = 0
        """How many rows repeat an earlier one and are left out, where that was chosen."""
        self.header: Row | None = None
        self.wrong_rows = WrongRows()
        self.over_limit = False
        """Whether there were more rows than may be: those were not read."""
        self._tell = tell
        self._mender = Mender(mending, seen, changed)
        self._before = seen
        self._mending = mending
        self._errors_of_row: list[Problem] = []
        self._warnings: list[Problem] = []
        self._country_code = country_code
        self._extra_columns: Sequence[str] = ()
        self._phones = PhoneReader(country_code)
        self._first_rows = FirstRows()
        self._warn(*table.warnings)

    @property
    def ok(self) -> bool:
        """Whether the file may be used as it is. Warnings do not count."""
        return self.error_count == 0

    @property
    def only_cells_wrong(self) -> bool:
        """Whether there are errors, and all of them are in cells: the other rows may be used without these."""
        in_cells = self.wrong_rows.problems.total()
        return not self.ok and not self.over_limit and self.error_count == in_cells

    def __iter__(self) -> Iterator[FileContact]:
        return chain.from_iterable(
            batch.contacts() if isinstance(batch, GoodRows) else batch for batch in self.batches()
        )

    @property
    def findings(self) -> Findings:
        """What there is to mend, and what was mended."""
        return self._mender.findings

    @property
    def seen(self) -> Seen:
        """At the end: what the file has to be read again with; the same as before where it need not."""
        return self._mender.seen

    @property
    def extra_columns(self) -> list[str]:
        """The headers that the chatbot does not use, once the headers have been read."""
        return list(self._extra_columns)

    def batches(self) -> Iterator[GoodRows | list[FileContact]]:
        """The good contacts, some hundred at a time: given one by one, that alone would cost as much as the checks."""
        try:
            rows = iter(self.table.rows)
            headers = self._read_headers(rows)
            if headers is None:
                return
            self._extra_columns = [name for _, name in headers.extras]
            yield from self._read_contacts(rows, headers)
            if not self.row_count:
                self._only(Problem("no_rows"))
        except Unreadable as unreadable:
            self._only(unreadable.problem)

    def _read_headers(self, rows: Iterator[Row]) -> Headers | None:
        """The first row that is not empty; None where it is so wrong that the rows below mean nothing."""
        first = next((row for row in rows if not all(map(is_blank, row[1]))), None)
        if first is None:
            self._only(Problem("empty_file"))
            return None
        self.header = first
        width = used_width(first[1])
        headers = read_headers(*first, self.columns) if width <= _MOST_HEADERS else None
        if headers is None or headers.width > COLUMN_LIMIT:
            found = headers.width if headers is not None else width
            params: dict[str, Param] = {"reason": "columns", "found": found, "limit": COLUMN_LIMIT}
            self._only(Problem("too_large", params=params))
            return None
        self._warn(*(problem for problem in headers.problems if problem.severity == "warning"))
        if headers.ok:
            return headers
        self._only(*(problem for problem in headers.problems if problem.severity == "error"))
        return None

    def _read_contacts(self, rows: Iterator[Row], headers: Headers) -> Iterator[GoodRows | list[FileContact]]:
        fields = [
            (column.id, index, column_reader(column.data_type, self.findings, self._mending, self._before))
            for index, column in headers.fields
        ]
        limit = self.table.row_limit
        if headers.reason is not None:
            rows = without_column(rows, headers.reason, headers.width)
        while rows_of_batch := list(islice(rows, _BATCH)):
            batch = RowBatch(rows_of_batch, headers, fields)
            if self.row_count + len(batch) <= limit and batch.is_right(self._phones):
                repeated = self._first_rows.add(batch.keys(), batch.numbers)
                if not repeated:
                    self._mender.country.add_all(batch.columns[0])  # type: ignore[arg-type]
                    self.row_count += len(batch)
                    self.contact_count += len(batch)
                    yield batch.good_rows()
                    continue
            else:
                repeated = None
            yield list(self._read_rows(batch, headers, repeated))
            if self.row_count > limit:
                self.row_count = limit
                self._limit(limit)
                return

    def _read_rows(
        self, batch: RowBatch, headers: Headers, repeated: Mapping[int, int] | None
    ) -> Iterator[FileContact]:
        """Row by row, as something in the batch is wrong. `repeated`: by row, the first row, where that is known."""
        cells = batch.columns[0]
        phones = [
            self._mender.phone(number, cell, phone)
            for number, cell, phone in zip(batch.numbers, cells, self._phones.read(cells), strict=True)
        ]
        if repeated is None:
            good = [(phone, at) for at, phone in enumerate(phones) if isinstance(phone, Phone)]
            keys = [int(phone.contact_key) for phone, _ in good]
            repeated = self._first_rows.add(keys, [batch.numbers[at] for _, at in good])
        for at, (number, phone) in enumerate(zip(batch.numbers, phones, strict=True)):
            if (
                isinstance(phone, PhoneFault)
                and phone.code == "missing_value"
                and all(map(is_blank, batch.cells[at]))
            ):
                continue
            self.row_count += 1
            if self.row_count > self.table.row_limit:
                return
            self._errors_of_row = []
            first_row = repeated.get(number, 0)
            if first_row and self._mending.first:
                self._leave_out(number, batch.cells[at], first_row)
                continue
            self._check_phone(number, cells[at], phone, first_row)
            values = self._values(number, batch, at)
            if not batch.fits or headers.blanks:
                self._strays(number, batch.cells[at], headers)
            if self._errors_of_row:
                self.wrong_rows.add(number, batch.cells[at], self._errors_of_row)
                if self._tell:
                    self._tell(number, batch.cells[at], self._errors_of_row)
            elif isinstance(phone, Phone):
                self.contact_count += 1
                yield FileContact(number, phone.phone, phone.contact_key, values, batch.extra_values(at))

    def _leave_out(self, number: int, cells: Sequence[Value], first_row: int) -> None:
        self.left_out += 1
        self.findings.mended("first", shown(cells[0]), str(first_row))
        if self._tell:
            params: dict[str, Param] = {"first_row": first_row}
            problem = Problem("duplicate_contact", "error", number, CONTACT, shown(cells[0]), params)
            self._tell(number, cells, [problem])

    def _check_phone(self, number: int, cell: Value, phone: Phone | PhoneFault, first_row: int) -> None:
        if isinstance(phone, PhoneFault):
            params: dict[str, Param] = {}
            for name in ("reason", "digits", "country_code", "region", "expected"):
                if told := getattr(phone, name):
                    params[name] = told
            self._error(Problem(phone.code, "error", number, CONTACT, shown(cell), params))
        elif first_row:
            params = {"first_row": first_row}
            self.findings.first.add(shown(cell), str(first_row))
            self._error(Problem("duplicate_contact", "error", number, CONTACT, shown(cell), params))
        elif phone.unusual:
            self.unusual += 1
            told = {"region": region_of(phone.phone), "country_code": country_code_of(phone.phone)}
            self.problems.add(Problem("unusual_phone", "warning", number, CONTACT, shown(cell), told))
        if self._country_code and isinstance(phone, Phone):
            before = read_phone(cell)
            self.completed += isinstance(before, PhoneFault) and before.reason == NATIONAL

    def _values(self, number: int, batch: RowBatch, at: int) -> dict[str, str]:
        values: dict[str, str] = {}
        for id_, index, readings in zip(batch.ids, batch.indexes, batch.readings, strict=True):
            value = readings[at]
            if isinstance(value, CellFault):
                cell = batch.columns[index][at]
                if mended := self._mender.value(number, index, cell, value):
                    values[id_] = mended
                    continue
                params = {"reason": value.reason} if value.reason else {}
                self._error(
                    Problem(value.code, "error", number, id_, shown(batch.columns[index][at]), params)
                )
            else:
                values[id_] = value
        return values

    def _strays(self, number: int, cells: Sequence[Value], headers: Headers) -> None:
        strays = (index for index in range(headers.width, len(cells)) if not is_blank(cells[index]))
        for index in islice(strays, COLUMN_LIMIT):
            if cells[index] != NOT_CALCULATED:
                letter = column_letter(index)
                self._error(Problem("extra_cell", "error", number, letter, shown(cells[index])))
        for index in [index for index in headers.blanks if index < len(cells) and not is_blank(cells[index])]:
            headers.blanks.remove(index)
            letter = column_letter(index)
            told: dict[str, Param] = {"reason": "blank", "found_in": number}
            self._warn(Problem("unknown_column", "warning", headers.row, letter, None, told))

    def _limit(self, limit: int) -> None:
        self.over_limit = True
        if self.ok:
            self._error(Problem("too_large", params={"reason": "rows", "limit": limit}))

    def _error(self, problem: Problem) -> None:
        self.error_count += 1
        self.problems.add(problem)
        self._errors_of_row.append(problem)

    def _warn(self, *problems: Problem) -> None:
        for problem in problems:
            self._warnings.append(problem)
            self.problems.add(problem)

    def _only(self, *errors: Problem) -> None:
        """Report these errors and none of those that were found before: theirs is an earlier class."""
        self.problems = ProblemLog()
        self.wrong_rows = WrongRows()
        self.error_count = 0
        for warning in self._warnings:
            self.problems.add(warning)
        for error in errors:
            self._error(error)


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """The outcome for a whole small file."""

    contacts: list[FileContact]
    problems: list[Problem]
    rows: int
    ok: bool


def check(table: Table, columns: Sequence[DataColumn]) -> CheckedFile:
    """Check a whole table at once: for small files and tests. A file that is not `ok` gives its good rows too."""
    checking = ContactFileCheck(table, columns)
    contacts = list(checking)
    return CheckedFile(contacts, list(checking.problems), checking.row_count, checking.ok)
