"""Files that real programs saved: what is in them, and what is wrong with them, is known.

tests/contact_files/make.py made them; its manifest says what must come of each.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from smartchat.adapters.spreadsheets import open_table
from smartchat.domain.contact_file.check import check
from smartchat.domain.script.custom_data import DataColumn

CORPUS = Path(__file__).parents[1] / "contact_files"
MANIFEST = json.loads((CORPUS / "manifest.json").read_text())["files"]


@pytest.mark.parametrize("entry", MANIFEST, ids=[entry["file"] for entry in MANIFEST])
def test_a_file_of_a_real_program_comes_out_as_expected(entry: dict[str, Any]) -> None:
    columns = [DataColumn(column["id"], column["type"]) for column in entry["columns"]]
    with (CORPUS / "files" / entry["file"]).open("rb") as stream, open_table(stream, entry["file"]) as table:
        checked = check(table, columns)
    assert [[problem.row, problem.column, problem.code] for problem in checked.problems] == entry["problems"]
    if entry["contacts"] is not None:
        contacts = [[contact.row, contact.phone, dict(contact.values)] for contact in checked.contacts]
        assert contacts == entry["contacts"]


def test_every_file_of_the_corpus_is_in_the_manifest() -> None:
    assert {path.name for path in (CORPUS / "files").iterdir()} == {entry["file"] for entry in MANIFEST}
