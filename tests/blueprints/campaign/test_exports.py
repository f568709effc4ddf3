"""The answers as a file: what is in it, and that nothing in it runs."""

import csv
import io
import sqlite3
import tracemalloc
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from sqlalchemy import insert

from smartchat import clock
from smartchat.adapters import exports
from smartchat.db import db
from smartchat.models import Campaign, Contact
from smartchat.services.campaign import exporting, finishing, launching
from tests.blueprints import scenes

CARLOS, ANA, JOSE = "+525500998877", "+525511223344", "+525533445566"
ROWS = [(CARLOS, "Carlos", "1200"), (ANA, "Ana", "1350.50"), (JOSE, "José", "-3")]


@pytest.fixture
def stage(app: Flask) -> Iterator[None]:
    """Monday 10:00 at UTC−05:00."""
    with app.app_context(), time_machine.travel(datetime.fromisoformat("2026-11-23T10:00-05:00")):
        yield
        db.session.rollback()


def exported(campaign_id: int, file_format: str, language: Any = "en") -> bytes:
    stream = io.BytesIO()
    exporting.write(db.session.get_one(Campaign, campaign_id), file_format, stream, language)
    return stream.getvalue()


def tsv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter="\t"))


def sheet(content: bytes, number: int = 0) -> list[list[Any]]:
    return [list(row) for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[number].values]


def test_contacts_stand_in_file_order_with_a_column_for_each_question(stage: None) -> None:
    campaign_id = scenes.launch(ROWS)
    scenes.talk(ANA, "sí", "tres", "banco y tienda", "Nada")
    headers, *rows = tsv(exported(campaign_id, "tsv"))
    assert headers == [
        *("CONTACT", "NOMBRE", "MONTO", "Conversation state"),
        *("PAGA", "PAGOS", "MEDIO", "NOTA", "Last answer (UTC−05:00)"),
    ]
    assert rows[0] == [CARLOS, "Carlos", "1200", "open", "", "", "", "", ""]
    assert rows[1][:-1] == [ANA, "Ana", "1350.50", "completed", "yes", "3", "Banco; Tienda", "Nada"]
    assert rows[1][-1].startswith("2026-11-23 10:00")
    assert [row[0] for row in rows] == [CARLOS, ANA, JOSE]


def test_a_campaign_that_was_never_launched_is_exported_too(stage: None) -> None:
    rows = tsv(exported(scenes.draft(ROWS), "tsv"))
    assert [row[:4] for row in rows[1:]] == [[*row, "not launched"] for row in ROWS]


def test_the_files_extra_columns_come_back_and_are_told_from_questions(stage: None) -> None:
    campaign_id = scenes.launch(
        [(CARLOS, "Carlos", "1", "Norte", "quizá")], headers="CONTACT\tNOMBRE\tMONTO\tZONA\tPAGA"
    )
    headers, row = tsv(exported(campaign_id, "tsv"))
    values = dict(zip(headers, row, strict=True))
    assert (values["ZONA"], values["PAGA (file)"], values["PAGA"]) == ("Norte", "quizá", "")


def test_the_workbook_has_text_phones_and_numbers_that_can_be_summed(stage: None) -> None:
    campaign_id = scenes.launch(ROWS)
    scenes.talk(CARLOS, "no", "4")
    _, carlos, ana, jose = sheet(exported(campaign_id, "xlsx"))
    assert carlos[:3] == [CARLOS, "Carlos", 1200]
    assert (ana[2], jose[2], carlos[5]) == (1350.5, -3, 4)


def test_the_words_are_in_the_operators_language(stage: None) -> None:
    headers, row, *_ = sheet(exported(scenes.launch(ROWS), "xlsx", "es"))
    assert headers[3] == "Estado de la conversación"
    assert row[3] == "abierta"


def test_the_second_sheet_adds_up_to_all_messages(stage: None) -> None:
    campaign_id = scenes.launch(ROWS)
    scenes.talk(CARLOS, "sí")
    finishing.finish(campaign_id, None, clock.now())
    counts = {row[0]: row[1] for row in sheet(exported(campaign_id, "xlsx"), 1)[1:]}
    messages = {name: n for name, n in counts.items() if name.startswith("Messages to contacts")}
    everything = messages.pop("Messages to contacts: all")
    assert sum(messages.values()) == everything == 7
    assert counts["Conversations: ended"] == counts["Conversations: all"] == counts["Contacts"] == 3


DANGEROUS = ["=1+1", "+1+1", "-2+3+cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "＝1+1", "+", "-"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_never_runs_as_a_formula(text: str) -> None:
    out = io.BytesIO()
    exports.tsv(["A"], [[text]], out)
    assert tsv(out.getvalue())[1] == [f"'{text}"]
    out = io.BytesIO()
    exports.xlsx([("A", [["A"], [text]])], out)
    cell = openpyxl.load_workbook(io.BytesIO(out.getvalue())).worksheets[0]["A2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


@pytest.mark.parametrize("text", ["+525500998877", "-3", "1350.50", "Ana"])
def test_phones_numbers_and_words_stay_as_they_are(text: str) -> None:
    out = io.BytesIO()
    exports.tsv(["A"], [[text]], out)
    assert out.getvalue() == f"\ufeffA\r\n{text}\r\n".encode()


def test_an_answer_that_looks_like_a_formula_comes_out_harmless(stage: None) -> None:
    campaign_id = scenes.launch([(CARLOS, "Carlos", "1")])
    scenes.talk(CARLOS, "sí", "3", "banco", '=HYPERLINK("http://evil.example")')
    assert tsv(exported(campaign_id, "tsv"))[1][7] == '\'=HYPERLINK("http://evil.example")'


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


@given(rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=8))
def test_whatever_is_written_the_tsv_keeps_its_rows_and_columns(rows: list[list[str]]) -> None:
    out = io.BytesIO()
    exports.tsv(["A", "B", "C"], rows, out)
    read = tsv(out.getvalue())[1:]
    assert [[cell.removeprefix("'") for cell in row] for row in read] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]


@given(text=CELLS)
def test_whatever_is_written_the_workbook_opens_and_keeps_what_xml_can_hold(text: str) -> None:
    out = io.BytesIO()
    exports.xlsx([("A", [["A"], [text]])], out)
    held = "".join(c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))
    value = openpyxl.load_workbook(io.BytesIO(out.getvalue())).worksheets[0]["A2"].value or ""
    assert value == held.replace("\r\n", "\n").replace("\r", "\n")


def test_text_that_a_workbook_would_read_as_an_escape_stays_text() -> None:
    out = io.BytesIO()
    exports.xlsx([("A", [["A"], ["_x000D_ and _x0041_"]])], out)
    # openpyxl does not read the escapes; calamine does, as Excel.
    read = CalamineWorkbook.from_filelike(io.BytesIO(out.getvalue())).get_sheet_by_index(0).to_python()
    assert read == [["A"], ["_x000D_ and _x0041_"]]


@pytest.mark.parametrize(
    ("text", "number"),
    [("1200", Decimal(1200)), ("1350.50", Decimal("1350.50")), ("1234567890123456", "1234567890123456")],
)
def test_more_digits_than_a_spreadsheet_keeps_stay_text(text: str, number: object) -> None:
    assert exports.number(text) == number


def test_thirty_thousand_contacts_take_no_more_memory_than_a_chunk(stage: None) -> None:
    campaign_id = scenes.draft(ROWS[:1])
    made = range(30_000)
    db.session.execute(
        insert(Contact),
        [
            {
                "campaign_id": campaign_id,
                "row": n + 3,
                "phone": f"+5256{n:08}",
                "contact_key": f"+5256{n:08}",
                "custom_data": {"NOMBRE": "Ana María", "MONTO": "1350.50"},
                "extra": {},
            }
            for n in made
        ],
    )
    db.session.commit()
    campaign = db.session.get_one(Campaign, campaign_id)

    class Counting(io.RawIOBase):
        size = 0

        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            self.size += len(data)
            return len(data)

    for file_format in ("tsv", "xlsx"):
        stream = Counting()
        tracemalloc.start()
        exporting.write(campaign, file_format, stream)  # type: ignore[arg-type]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert stream.size > 100_000
        assert peak < 12_000_000


def test_the_download_is_named_after_the_campaign_in_plain_letters(
    app: Flask, stage: None, signed_in: FlaskClient
) -> None:
    campaign_id = scenes.draft(ROWS, name="Cobranza: Año Nuevo / #1")
    with signed_in.get(f"/campaigns/{campaign_id}/export.xlsx") as answer:
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"] == "attachment; filename=cobranza-ano-nuevo-1.xlsx"
        assert [row[0] for row in sheet(answer.data)] == ["CONTACT", CARLOS, ANA, JOSE]


def test_a_name_without_a_plain_letter_gives_a_file_name_all_the_same(stage: None) -> None:
    campaign_id = scenes.draft(ROWS, name="顧客")
    campaign = db.session.get_one(Campaign, campaign_id)
    assert exporting.file_name(campaign, "tsv") == f"campaign-{campaign_id}.tsv"


@pytest.mark.parametrize("path", ["/campaigns/999/export.tsv", "/campaigns/1/export.pdf"])
def test_what_does_not_exist_is_404(stage: None, signed_in: FlaskClient, path: str) -> None:
    scenes.draft(ROWS)
    assert signed_in.get(path).status_code == 404


def test_others_can_write_to_the_database_while_a_file_is_written(app: Flask, stage: None) -> None:
    campaign_id = scenes.launch(ROWS)
    campaign = db.session.get_one(Campaign, campaign_id)  # begins a transaction that may write
    names = iter(range(1000))

    class Meanwhile(io.BytesIO):
        def write(self, data: Any) -> int:
            with sqlite3.connect(db.engine.url.database or "", timeout=0) as other:
                other.execute("UPDATE campaigns SET name = ?", (f"name {next(names)}",))
            other.close()
            return super().write(data)

    exporting.write(campaign, "tsv", Meanwhile())
    assert next(names) > 1


def test_the_command_line_writes_the_same_file(app: Flask, stage: None, tmp_path: Any) -> None:
    campaign_id = scenes.launch(ROWS)
    path = tmp_path / "out.tsv"
    done = app.test_cli_runner().invoke(args=["campaign", "export", str(campaign_id), "--out", str(path)])
    assert done.exit_code == 0, done.output
    assert path.read_bytes() == exported(campaign_id, "tsv")


def test_who_was_left_out_at_launch_is_told_from_who_ended(stage: None) -> None:
    scenes.launch(ROWS)
    draft = scenes.draft(ROWS)
    assert launching.launch(draft, None, clock.now(), leave_out_live=True).done
    assert [row[3] for row in tsv(exported(draft, "tsv"))[1:]] == ["left out at launch"] * 3
