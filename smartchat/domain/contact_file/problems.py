"""What is wrong with a contact file: one problem, and a log that holds a million of them in little memory."""

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, overload

from . import wording_contacts as wording

Severity = Literal["error", "warning"]
Param = str | int

SHOWN_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend, or to know. `code` is public (interface.md); `params["reason"]` tells its kinds apart."""

    code: str
    severity: Severity = "error"
    row: int | None = None
    """The row as the spreadsheet shows it, from 1."""
    column: str | None = None
    """The header, or the letter of the column where the header is the problem."""
    value: str | None = None
    params: Mapping[str, Param] = field(default_factory=dict)

    def message(self, language: str) -> str:
        """Where, what, why, and what to do now. Language: `es` or `en`."""
        return wording.message(self, language)

    def reason(self, language: str) -> str:
        """The message without the row: for a place where the row is seen."""
        return wording.reason(self, language)

    def to_json(self, language: str) -> dict[str, Param | None]:
        """The public form of `flask contacts check --json`."""
        return {
            "code": self.code,
            "severity": self.severity,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "message": self.message(language),
        }


_Kind = tuple[str, Severity, str | None, bool, tuple[tuple[str, Param], ...]]


class ProblemLog(Sequence[Problem]):
    """All problems of one file in the order of their rows.

    A wrong column in a file of a million rows makes a million problems. What they have in common is kept once,
    and the rest in arrays: some 25 bytes each and the text of the cell. A Problem is made when it is looked at.
    """

    def __init__(self) -> None:
        self._kinds: list[_Kind] = []
        self._kind_numbers: dict[_Kind, int] = {}
        self._kind_of = array("I")
        self._rows = array("I")
        self._first_rows = array("I")
        self._ends = array("Q")
        self._texts = bytearray()
        self._per_kind: Counter[int] = Counter()

    def add(self, problem: Problem) -> None:
        """Append one problem. `first_row` among its params is kept beside, as it differs from row to row."""
        params = dict(problem.params)
        first_row = int(params.pop("first_row", 0))
        value = problem.value
        kind = (problem.code, problem.severity, problem.column, value is not None, tuple(params.items()))
        number = self._kind_numbers.setdefault(kind, len(self._kinds))
        if number == len(self._kinds):
            self._kinds.append(kind)
        self._kind_of.append(number)
        self._rows.append(problem.row or 0)
        self._first_rows.append(first_row)
        self._texts += (value or "")[:SHOWN_CHARACTERS].encode("utf-8", "replace")
        self._ends.append(len(self._texts))
        self._per_kind[number] += 1

    def counts(self, severity: Severity = "error") -> Counter[str]:
        """How many problems there are of each code."""
        counted: Counter[str] = Counter()
        for number, times in self._per_kind.items():
            if self._kinds[number][1] == severity:
                counted[self._kinds[number][0]] += times
        return counted

    def counts_by(self, code: str, param: str) -> Counter[Param]:
        """Of the problems of one code: how many there are for each value of a param that they have."""
        counted: Counter[Param] = Counter()
        for number, times in self._per_kind.items():
            kind = self._kinds[number]
            if kind[0] == code and param in (params := dict(kind[4])):
                counted[params[param]] += times
        return counted

    def __len__(self) -> int:
        return len(self._kind_of)

    @overload
    def __getitem__(self, index: int) -> Problem: ...
    @overload
    def __getitem__(self, index: slice) -> list[Problem]: ...
    def __getitem__(self, index: int | slice) -> Problem | list[Problem]:
        if isinstance(index, slice):
            return [self._problem(at) for at in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        return self._problem(index % len(self))

    def __iter__(self) -> Iterator[Problem]:
        return map(self._problem, range(len(self)))

    def _problem(self, at: int) -> Problem:
        code, severity, column, has_value, params = self._kinds[self._kind_of[at]]
        start = self._ends[at - 1] if at else 0
        value = self._texts[start : self._ends[at]].decode("utf-8") if has_value else None
        first_row = self._first_rows[at]
        found = {**dict(params), "first_row": first_row} if first_row else dict(params)
        return Problem(code, severity, self._rows[at] or None, column, value, found)
