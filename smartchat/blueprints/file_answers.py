"""The answer to a contact file as the page shows it: what is wrong as a whole, then the first cells, then the count."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from smartchat.domain.problems import Problem, ProblemLog
from smartchat.services.importing import FileCheck

CELLS_SHOWN = 20
# Problems of one cell, shown as rows of a table; all others are about the file or its headers.
CELL_CODES = frozenset(
    {
        "missing_value",
        "invalid_phone",
        "digits_lost",
        "duplicate_contact",
        "invalid_date",
        "invalid_number",
        "precision_lost",
        "formula_error",
        "extra_cell",
    }
)


@dataclass(frozen=True)
class WrongCell:
    """A cell to mend, by the row that the spreadsheet shows and its column."""

    row: int | None
    column: str | None
    value: str | None
    message: str


@dataclass(frozen=True)
class FileAnswer:
    """`general` are sentences about the file or its headers; `more` cells are wrong and not shown; `kinds` by code."""

    file_name: str
    ok: bool
    contacts: int
    general: Sequence[str]
    cells: Sequence[WrongCell]
    more: int
    kinds: Sequence[tuple[str, int]]
    warnings: Sequence[str]

    @property
    def errors(self) -> int:
        """How many things there are to mend."""
        return len(self.general) + len(self.cells) + self.more


def file_answer(check: FileCheck, file_name: str, language: str) -> FileAnswer:
    """What the page says of a checked file, in `es` or `en`."""
    errors, warnings = _counts(check.problems, "error"), _counts(check.problems, "warning")
    wrong_cells = sum(n for code, n in errors.items() if code in CELL_CODES)
    cells = list(islice((p for p in check.problems if _is_cell(p)), CELLS_SHOWN)) if wrong_cells else []
    general = errors.total() - wrong_cells
    return FileAnswer(
        file_name=file_name,
        ok=check.ok,
        contacts=check.contacts,
        general=[
            p.message(language)
            for p in islice((p for p in check.problems if p.severity == "error" and not _is_cell(p)), general)
        ],
        cells=[_cell(problem, language) for problem in cells],
        more=wrong_cells - len(cells),
        kinds=errors.most_common() if wrong_cells > CELLS_SHOWN else [],
        warnings=[
            p.message(language)
            for p in islice((p for p in check.problems if p.severity == "warning"), warnings.total())
        ],
    )


def _counts(problems: Sequence[Problem], severity: str) -> Counter[str]:
    """How many of each code: a log of a million problems knows, without looking at each."""
    if isinstance(problems, ProblemLog):
        return problems.counts("error" if severity == "error" else "warning")
    return Counter(problem.code for problem in problems if problem.severity == severity)


def _is_cell(problem: Problem) -> bool:
    return problem.severity == "error" and problem.code in CELL_CODES


def _cell(problem: Problem, language: str) -> WrongCell:
    # Row and column have columns of their own in the table: the sentence does not say them again.
    sentence = replace(problem, row=None).message(language)
    return WrongCell(problem.row, problem.column, problem.value, sentence[:1].upper() + sentence[1:])
