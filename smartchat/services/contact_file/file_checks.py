"""The answer to a contact file, as a value and as JSON: what a worker found is shown by another process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from smartchat.domain.contact_file.cells import shown
from smartchat.domain.contact_file.check import ContactFileCheck, FileContact, Problem
from smartchat.domain.contact_file.mending import UNSEEN, Findings, Seen
from smartchat.domain.contact_file.problems import SHOWN_CHARACTERS
from smartchat.domain.contact_file.table import COLUMN_LIMIT, Row
from smartchat.domain.contact_file.wrong_rows import WrongRows

Json = dict[str, Any]


@dataclass(frozen=True)
class FileCheck:
    """The answer to a chosen file: `rows` with something in them, `contacts` that are good, all the problems.

    `header` and `wrong_rows` show them in their places; `completed` numbers have had the country code put before them.
    """

    ok: bool
    rows: int
    contacts: int
    problems: Sequence[Problem]
    """All of them; of a check that was stored, those that are in no cell."""
    errors: int
    first_rows: int | None = None
    """Where only the first rows were looked at, and there are more: how many that were."""
    header: Row | None = None
    wrong_rows: WrongRows = field(default_factory=WrongRows)
    completed: int = 0
    good_rows_usable: bool = False
    """Whether nothing but cells is wrong, and there are good rows: a campaign can do with those."""
    guessed_sample: str | None = None
    """A line of the file with accents, where its encoding had to be guessed."""
    is_text: bool = False
    """Whether it is a text file, in which no cell can be marked."""
    unusual: int = 0
    """How many numbers are of no range that is known, and kept."""
    left_out: int = 0
    """How many rows repeat an earlier one and are left out, as was chosen."""
    findings: Findings = field(default_factory=Findings)
    """What can be mended with a click, and what was."""
    first_contacts: Sequence[FileContact] = ()
    """The first good ones, as many as were asked for."""
    seen: Seen = UNSEEN
    """What only the end of the file told of its beginning."""


def unreadable(problem: Problem) -> FileCheck:
    """The answer to a file that cannot be read."""
    return FileCheck(False, 0, 0, [problem], 1)


def of(checking: ContactFileCheck, first_rows: int | None = None) -> FileCheck:
    """The answer after a check; `first_rows` where it looked at so many rows, and there are more."""
    return FileCheck(
        checking.ok,
        checking.row_count,
        checking.contact_count,
        checking.problems,
        checking.error_count,
        first_rows,
        checking.header,
        checking.wrong_rows,
        checking.completed,
        checking.only_cells_wrong and checking.contact_count > 0,
        checking.table.guessed_sample,
        checking.table.delimiter is not None,
        checking.unusual,
        checking.left_out,
        checking.findings,
        seen=checking.seen,
    )


def to_json(check: FileCheck) -> Json:
    """All that a page shows of it: of a million problems in cells their counts, and the first rows of each kind."""
    in_cells = check.wrong_rows.count() > 0
    others = [
        problem
        for problem in check.problems
        if (not in_cells or problem.severity == "warning") and problem.code != "unusual_phone"
    ]
    header = check.header
    return {
        "ok": check.ok,
        "rows": check.rows,
        "contacts": check.contacts,
        "problems": [problem_to_json(problem) for problem in others],
        "errors": check.errors,
        "header": header
        and [header[0], [shown(cell)[:SHOWN_CHARACTERS] for cell in header[1][:COLUMN_LIMIT]]],
        "wrong_rows": check.wrong_rows.to_json(problem_to_json),
        "completed": check.completed,
        "good_rows_usable": check.good_rows_usable,
        "guessed_sample": check.guessed_sample,
        "unusual": check.unusual,
        "left_out": check.left_out,
        "findings": check.findings.to_json(),
    }


def from_json(kept: Mapping[str, Any]) -> FileCheck:
    """The check of a `to_json`."""
    header = kept["header"]
    return FileCheck(
        kept["ok"],
        kept["rows"],
        kept["contacts"],
        [problem_from_json(problem) for problem in kept["problems"]],
        kept["errors"],
        header=(header[0], header[1]) if header else None,
        wrong_rows=WrongRows.from_json(kept["wrong_rows"], problem_from_json),
        completed=kept["completed"],
        good_rows_usable=kept["good_rows_usable"],
        guessed_sample=kept["guessed_sample"],
        unusual=kept.get("unusual", 0),
        left_out=kept.get("left_out", 0),
        findings=Findings.from_json(kept.get("findings", {})),
    )


def problem_to_json(problem: Problem) -> Json:
    """Every field of a problem, so that it can be said in any language later."""
    return {
        "code": problem.code,
        "severity": problem.severity,
        "row": problem.row,
        "column": problem.column,
        "value": problem.value,
        "params": dict(problem.params),
    }


def problem_from_json(kept: Mapping[str, Any]) -> Problem:
    """The problem of a `problem_to_json`."""
    return Problem(**kept)
