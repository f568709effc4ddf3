"""The rows of a contact file that have something to mend, as they stand in the sheet: the first of each kind."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from smartchat.domain.contact_file.cells import shown
from smartchat.domain.contact_file.problems import SHOWN_CHARACTERS, Problem
from smartchat.domain.contact_file.table import COLUMN_LIMIT
from smartchat.domain.contact_file.values import Value

KEPT_OF_A_KIND = 20
NATIONAL = "no_country_code"


class WrongRow(NamedTuple):
    """A row of the sheet with the text of all its cells, and what is wrong in it."""

    number: int
    cells: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class CountryOffer:
    """Once for the file: `count` national numbers look like those of `region` (`MX`): put `+code` before them?"""

    code: str
    region: str
    count: int


def kind_of(problem: Problem) -> str:
    """What a problem is counted under: its code; numbers without country code are a kind of their own."""
    if problem.code == "invalid_phone" and problem.params.get("reason") == NATIONAL:
        return NATIONAL
    return problem.code


class WrongRows:
    """Counts every wrong row and keeps few of them, whatever the size of the file: twenty of each kind."""

    def __init__(self) -> None:
        self.problems: Counter[str] = Counter()
        """How many problems of each kind there are."""
        self.national: Counter[tuple[str, str]] = Counter()
        """How many national numbers look like those of a country: by country code and region (`52`, `MX`)."""
        self._rows: Counter[str] = Counter()
        self._total = 0
        self._kept: dict[int, WrongRow] = {}

    def add(self, number: int, cells: Sequence[Value], problems: Sequence[Problem]) -> None:
        """One row of the sheet with its errors (at least one), in the order of the rows."""
        kinds = {kind_of(problem) for problem in problems}
        if self._total < KEPT_OF_A_KIND or any(self._rows[kind] < KEPT_OF_A_KIND for kind in kinds):
            texts = tuple(shown(cell)[:SHOWN_CHARACTERS] for cell in cells[:COLUMN_LIMIT])
            self._kept[number] = WrongRow(number, texts, tuple(problems))
        self._total += 1
        self._rows.update(kinds)
        self.problems.update(map(kind_of, problems))
        for problem in problems:
            if kind_of(problem) == NATIONAL:
                region = str(problem.params.get("region", ""))
                if region:
                    self.national[str(problem.params["country_code"]), region] += 1

    def country_offer(self) -> CountryOffer | None:
        """The country that most of the numbers without country code look like; None where none does."""
        for (code, region), count in self.national.most_common(1):
            return CountryOffer(code, region, count)
        return None

    def count(self, kind: str | None = None) -> int:
        """How many rows have a problem, or one of a kind."""
        return self._total if kind is None else self._rows[kind]

    def first(self, kind: str | None = None) -> list[WrongRow]:
        """The first twenty wrong rows, or those with a problem of a kind."""
        rows = self._kept.values()
        fitting = [row for row in rows if kind is None or kind in map(kind_of, row.problems)]
        return fitting[:KEPT_OF_A_KIND]

    def to_json(self, problem_to_json: Callable[[Problem], Any]) -> dict[str, Any]:
        """All counts, and the rows that are kept."""
        return {
            "problems": dict(self.problems),
            "national": [[code, region, count] for (code, region), count in self.national.items()],
            "rows": dict(self._rows),
            "total": self._total,
            "kept": [
                [row.number, row.cells, [problem_to_json(problem) for problem in row.problems]]
                for row in self._kept.values()
            ],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any], problem_from_json: Callable[[Any], Problem]) -> "WrongRows":
        """The rows of a `to_json`."""
        found = cls()
        found.problems.update(kept["problems"])
        found.national.update({(code, region): count for code, region, count in kept["national"]})
        found._rows.update(kept["rows"])
        found._total = kept["total"]
        for number, cells, problems in kept["kept"]:
            found._kept[number] = WrongRow(number, tuple(cells), tuple(map(problem_from_json, problems)))
        return found
