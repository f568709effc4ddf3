"""Files without an end are refused early: in a moment, and with few problems."""

import io
import json
from typing import Any

import pytest

from bench import fuzz
from smartchat.adapters.spreadsheets import open_table
from smartchat.domain.contact_file.check import ContactFileCheck
from smartchat.domain.contact_file.table import Table, Unreadable
from smartchat.domain.script.custom_data import DataColumn
from smartchat.domain.script_file.parsing import parse_script_file
from smartchat.domain.script_file.reading import read_script

from .growth import stopped_after

COLUMNS = [DataColumn("NOMBRE", "TEXT")]
SCRIPT: dict[str, Any] = {
    "name": "x",
    "language": "es",
    "steps": [{"id": "A", "type": "message", "text": "x"}],
}
MANY = 100_000


def message(index: int, text: str) -> dict[str, Any]:
    return {"id": f"A{index}", "type": "message", "text": text}


SCRIPTS = {
    "unknown fields": SCRIPT | {f"f{n}": 1 for n in range(MANY)},
    "unknown fields of a step": SCRIPT | {"steps": [message(1, "x") | {f"f{n}": 1 for n in range(MANY)}]},
    "unknown references": SCRIPT | {"steps": [message(n, "{{Bxx}}" * 150) for n in range(1000)]},
    "references in one text": SCRIPT | {"steps": [message(1, "{{B}}" * 150_000)]},
    "headers": SCRIPT
    | {
        "steps": [
            {"id": "A", "type": "external", "url": "https://a.b/", "method": "GET"}
            | {"headers": {f"h{n}": "{{B}}" for n in range(20_000)}, "values": {f"V{n}": "a" for n in range(20_000)}}
        ]
    },
    "formulas": SCRIPT
    | {"steps": [{"id": f"A{n}", "type": "math", "formula": "+".join(["Q"] * 400)} for n in range(1000)]},
    "steps that are none": SCRIPT | {"steps": [5] * 1000},
    "equal IDs": SCRIPT | {"steps": [message(1, "x")] * 1000},
}  # fmt: skip


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_without_an_end_is_refused_in_a_moment(name: str) -> None:
    content = json.dumps(SCRIPTS[name]).encode()
    with stopped_after(8):
        data, problems = parse_script_file(content)
        problems = problems or read_script(data)[1]
    assert 1 <= len(problems) <= 200


def test_a_script_of_150_000_good_references_is_read() -> None:
    steps = [
        {"id": "B", "type": "custom_data", "data_type": "TEXT"},
        *(message(n, "{{B}}" * 150) for n in range(999)),
    ]
    with stopped_after(8):
        script, problems = read_script(SCRIPT | {"steps": steps})
    assert script is not None
    assert problems == ()


def check(rows: list[Any]) -> ContactFileCheck:
    checking = ContactFileCheck(Table(iter(rows), "tsv"), COLUMNS)
    with stopped_after(8):
        list(checking)
    return checking


def test_headers_of_two_million_columns_are_counted_only() -> None:
    checking = check([(1, ["CONTACT", "NOMBRE", *["x"] * 2_500_000])])
    [problem] = checking.problems
    assert (problem.code, problem.params["found"]) == ("too_large", 2_500_002)


def test_a_row_of_two_million_cells_has_a_hundred_problems() -> None:
    checking = check([(1, ["CONTACT", "NOMBRE"]), (2, ["+525512345678", "Ana", *["x"] * 2_500_000])])
    assert checking.error_count == 100


@pytest.mark.parametrize("where", ["header", "row"])
def test_a_text_file_with_an_endless_line_is_refused_before_its_cells_are_made(where: str) -> None:
    endless = "\t" * 2_500_000
    header, row = ("CONTACT\tNOMBRE", "+525512345678\tAna")
    text = f"{header}{endless if where == 'header' else ''}\n{row}{endless if where == 'row' else ''}\n"
    with (
        pytest.raises(Unreadable) as refused,
        stopped_after(8),
        open_table(io.BytesIO(text.encode()), "contacts.tsv") as table,
    ):
        list(table.rows)
    assert refused.value.problem.params["reason"] == "line"


@pytest.mark.check
@pytest.mark.timeout(900)
def test_two_thousand_mutated_contact_files_end_in_contacts_or_in_a_sentence() -> None:
    report = fuzz.run(seed=20261201, inputs=2_000, processes=2)
    assert report.outcomes.total() == 2_000
    assert report.faults == []
    for number in report.dead[:5]:
        assert "(" in fuzz.said_by_the_product(20261201, number)
