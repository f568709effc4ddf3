"""`flask opt-out`: the list from the terminal."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.blueprints.desk import Desk

NUMBER = "+525512345678"


@pytest.fixture
def desk(app: Flask) -> Desk:
    desk = Desk(app, app.test_client())
    desk.chatbot()
    return desk


def run(desk: Desk, *arguments: str, status: int = 0) -> str:
    result = desk.app.test_cli_runner().invoke(args=["opt-out", *arguments])
    assert result.exit_code == status, result.output
    return result.output


def listed(desk: Desk, *arguments: str) -> Any:
    return json.loads(run(desk, "list", "--json", *arguments))


def test_a_number_is_added_once(desk: Desk) -> None:
    assert json.loads(run(desk, "add", "+52 55 1234 5678", "--json")) == {"contact": NUMBER, "added": True}
    assert json.loads(run(desk, "add", NUMBER, "--json")) == {"contact": NUMBER, "added": False}
    assert [row["contact"] for row in listed(desk)] == [NUMBER]


def test_what_is_no_number_is_refused(desk: Desk) -> None:
    assert "is no number" in run(desk, "add", "55 12", status=1)


def test_undo_wants_a_reason_and_leaves_a_trace(desk: Desk) -> None:
    run(desk, "add", NUMBER)
    run(desk, "undo", NUMBER, status=2)
    assert json.loads(run(desk, "undo", NUMBER, "--reason", "wrote to us", "--json"))["undone"] == 1
    assert listed(desk) == []
    trace = listed(desk, "--number", NUMBER)[0]["trace"]
    assert [(event["what"], event["reason"]) for event in trace] == [
        ("undone", "wrote to us"),
        ("out", "by hand"),
    ]


def test_who_is_not_on_the_list_cannot_be_taken_off_it(desk: Desk) -> None:
    assert "is not on the list" in run(desk, "undo", NUMBER, "--reason", "x", status=1)


def test_an_import_reports_the_rows_that_it_left_out(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "bajas.tsv"
    file.write_text(f"CONTACT\n{NUMBER}\n55 12\n")
    report = json.loads(run(desk, "import", str(file), "--json", status=1))
    assert (report["added"], report["known"], report["wrong"]) == (1, 0, 1)
    assert [(problem["row"], problem["code"]) for problem in report["problems"]] == [(3, "invalid_phone")]


def test_the_exported_list_names_who_is_on_it(desk: Desk, tmp_path: Path) -> None:
    run(desk, "add", NUMBER)
    run(desk, "export", "--out", str(tmp_path / "list.tsv"))
    assert NUMBER in (tmp_path / "list.tsv").read_text("utf-8-sig")


def test_the_list_of_one_sender(desk: Desk) -> None:
    desk.chatbot(name="Por WhatsApp", sender="whatsapp:+15005550006")
    run(desk, "add", NUMBER)
    assert len(listed(desk)) == 2
    assert [row["sender"] for row in listed(desk, "--sender", "whatsapp:+15005550006")] == [
        "whatsapp:+15005550006"
    ]
    run(desk, "undo", NUMBER, "--sender", "+15005550006", "--reason", "wrote again")
    assert [row["sender"] for row in listed(desk)] == ["whatsapp:+15005550006"]
