"""The upload page: columns, template, the check of a chosen file, and the draft that it becomes."""

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from smartchat.db import db
from smartchat.models import Campaign, Contact
from tests.blueprints.desk import ONE_CONTACT, PARTIAL, Desk, words

BOTH_WAYS = pytest.mark.parametrize("path", ["/campaigns/check", "/campaigns"])


def stored(app: Flask) -> tuple[int, int]:
    """How many campaigns and contacts there are."""
    with app.app_context():
        tables = (Campaign, Contact)
        campaigns, contacts = (db.session.scalar(select(func.count()).select_from(table)) for table in tables)
        return campaigns or 0, contacts or 0


def wrong_cells(rows: int) -> str:
    return "CONTACT\tNOMBRE\n" + "".join(f"55123456{n:02}\tAna\n" for n in range(rows))


def test_choosing_a_chatbot_shows_the_columns_that_it_needs_and_the_templates(desk: Desk) -> None:
    steps = [
        {"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"},
        {"id": "MONTO", "type": "custom_data", "data_type": "NUMBER"},
        {"id": "FECHA", "type": "custom_data", "data_type": "DATE"},
        {"id": "SALUDO", "type": "message", "text": "Hola {{NOMBRE}}: {{MONTO}}, {{FECHA}}."},
    ]
    chatbot = desk.chatbot(name="Cobranza", steps=steps)
    desk.chatbot(name="Otro")
    page = desk.client.get(f"/campaigns/new?chatbot={chatbot}").text
    sheet = re.search(r"<table.*?</table>", page, re.DOTALL)
    assert sheet is not None
    assert words(sheet[0]).startswith(
        "1 CONTACT NOMBRE MONTO FECHA 2 +525512345678 Carlos 1350.50 2026-11-23 number with country code"
    )
    assert f'href="/chatbots/{chatbot}/template.xlsx"' in page
    assert f'href="/chatbots/{chatbot}/template.tsv"' in page


def test_the_example_row_would_be_right(desk: Desk) -> None:
    steps = [
        {"id": "MONTO", "type": "custom_data", "data_type": "NUMBER"},
        {"id": "FECHA", "type": "custom_data", "data_type": "DATE"},
        {"id": "SALUDO", "type": "message", "text": "{{MONTO}} {{FECHA}}"},
    ]
    chatbot = desk.chatbot(steps=steps)
    sheet = re.search(
        r"<table.*?</table>", desk.client.get(f"/campaigns/new?chatbot={chatbot}").text, re.DOTALL
    )
    assert sheet is not None
    rows = [re.findall(r"<t[dh][^>]*>([^<]*)</t[dh]>", row) for row in sheet[0].split("<tr")[1:3]]
    file = "\n".join("\t".join(cells[1:]) for cells in rows)
    assert "Everything is right." in words(desk.upload("/campaigns/check", file, chatbot, partial=True).text)


def test_the_name_is_proposed_from_chatbot_and_day(desk: Desk) -> None:
    chatbot = desk.chatbot(name="Cobranza")
    assert 'value="Cobranza – 23 Nov 2026"' in desk.client.get(f"/campaigns/new?chatbot={chatbot}").text


def test_the_proposed_day_is_that_of_the_chatbots_clock(desk: Desk, at: Callable[[str], None]) -> None:
    """At 22:00 at UTC−05:00 it is already tomorrow in UTC."""
    at("2026-11-23T22:00")
    assert "23 Nov 2026" in desk.client.get(f"/campaigns/new?chatbot={desk.chatbot()}").text


def test_a_proposed_name_is_never_too_long(desk: Desk) -> None:
    chatbot = desk.chatbot(name="L" * 200)
    proposed = re.search(
        r'name="name"[^>]*value="([^"]*)"', desk.client.get(f"/campaigns/new?chatbot={chatbot}").text
    )
    assert proposed is not None
    assert len(proposed[1]) <= 200
    assert desk.upload("/campaigns", ONE_CONTACT, chatbot, name=proposed[1]).status_code == 303


def test_a_new_campaign_takes_the_name_over_from_another(desk: Desk) -> None:
    chatbot = desk.chatbot()
    assert 'value="Marzo"' in desk.client.get(f"/campaigns/new?chatbot={chatbot}&name=Marzo").text


def test_with_one_chatbot_there_is_nothing_to_choose(desk: Desk) -> None:
    desk.chatbot()
    assert "CONTACT" in desk.page("/campaigns/new")


def test_with_several_chatbots_one_has_to_be_chosen_first(desk: Desk) -> None:
    first, second = desk.chatbot(name="Uno"), desk.chatbot(name="Dos")
    page = desk.client.get("/campaigns/new").text
    for chatbot in (first, second):
        assert f'<option value="{chatbot}">' in page
    assert 'type="file"' not in page


def test_without_a_chatbot_the_page_leads_to_the_chatbots(desk: Desk) -> None:
    assert "There is no chatbot yet." in desk.page("/campaigns/new")


@pytest.mark.parametrize("path", ["/campaigns/new?chatbot=77", "/campaigns/77", "/campaigns/77/finish"])
def test_what_does_not_exist_is_a_page_that_says_so(desk: Desk, path: str) -> None:
    assert desk.client.get(path).status_code == 404


def test_a_good_file_is_counted_and_nothing_is_stored(desk: Desk, app: Flask) -> None:
    answer = desk.upload("/campaigns/check", ONE_CONTACT, desk.chatbot(), partial=True)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert words(answer.text) == "1 contact in contactos.tsv. Everything is right."
    assert stored(app) == (0, 0)


def test_a_warning_stands_beside_a_good_answer(desk: Desk) -> None:
    file = "CONTACT\tNOMBRE\tSUCURSAL\n+525500998877\tCarlos\tCentro\n"
    said = words(desk.upload("/campaigns/check", file, desk.chatbot(), partial=True).text)
    assert "Everything is right." in said
    assert "SUCURSAL" in said


@BOTH_WAYS
def test_wrong_headers_come_first_and_alone(desk: Desk, path: str) -> None:
    file = "CONTACT\tNOMBRES\n5512345678\tAna\n"
    answer = desk.upload(path, file, desk.chatbot())
    said = words(answer.text)
    assert answer.status_code == 422
    assert "did you mean NOMBRE" in said
    assert "has 10 digits" not in said


@BOTH_WAYS
def test_wrong_cells_are_named_by_row_column_value_and_remedy(desk: Desk, path: str) -> None:
    answer = desk.upload(path, ONE_CONTACT + "5512345678\tAna\n", desk.chatbot())
    assert answer.status_code == 422
    row = re.search(r"<tr><th[^>]*>.{0,60}3</th>.*?</tr>", answer.text, re.DOTALL)
    assert row is not None
    assert words(row[0]).startswith(
        "Row 3 ⚠ To correct: 5512345678 Ana CONTACT 5512345678 has 10 digits and no country code."
    )


def test_the_first_twenty_rows_are_shown_and_the_others_counted_by_kind(desk: Desk) -> None:
    answer = desk.upload(
        "/campaigns/check", wrong_cells(70) + "+525500998877\t\n", desk.chatbot(), partial=True
    )
    said = words(answer.text)
    assert answer.text.count("<tr>") == 21  # with the letters
    assert "71 problems in contactos.tsv." in said
    assert "70 numbers without country code" in said
    assert "1 empty cell" in said
    assert "and 51 more rows" in said


def test_twenty_cells_are_all_there_are(desk: Desk) -> None:
    said = words(desk.upload("/campaigns/check", wrong_cells(20), desk.chatbot(), partial=True).text)
    assert "20 problems" in said
    assert "more" not in said


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"%PDF-1.7 nothing"])
def test_a_file_that_is_no_spreadsheet_gets_a_sentence(desk: Desk, content: bytes) -> None:
    answer = desk.upload("/campaigns/check", content, desk.chatbot(), partial=True)
    assert answer.status_code == 200
    assert "1 problem in contactos.tsv." in words(answer.text)


@BOTH_WAYS
def test_without_javascript_the_whole_page_answers_and_keeps_the_name(
    desk: Desk, app: Flask, path: str
) -> None:
    answer = desk.upload(path, wrong_cells(1), desk.chatbot(), name="Cobranza de marzo")
    assert answer.status_code == 422
    assert "<html" in answer.text
    assert 'value="Cobranza de marzo"' in answer.text
    assert "choose it again" in words(answer.text)
    summary = re.search(r'<p[^>]*role="alert"[^>]*data-focus>.*?</p>', answer.text)
    assert summary is not None
    assert 'href="#check"' in summary[0]
    assert stored(app) == (0, 0)


def test_a_good_file_with_a_name_becomes_a_draft(desk: Desk, app: Flask) -> None:
    answer = desk.upload("/campaigns", ONE_CONTACT, desk.chatbot(), name="  Marzo  ")
    assert answer.status_code == 303
    assert re.fullmatch(r"/campaigns/\d+", answer.location)
    assert stored(app) == (1, 1)
    with app.app_context():
        campaign = db.session.scalars(select(Campaign)).one()
        assert (campaign.name, campaign.status) == ("Marzo", "draft")
        assert campaign.created_by is not None


@pytest.mark.parametrize("name", ["", "   ", "x" * 201])
def test_a_campaign_needs_a_name_and_the_answer_to_the_file_comes_along(
    desk: Desk, app: Flask, name: str
) -> None:
    answer = desk.upload("/campaigns", wrong_cells(1), desk.chatbot(), name=name)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert "has 10 digits" in words(answer.text)
    assert stored(app) == (0, 0)


@BOTH_WAYS
def test_a_form_without_a_file_is_asked_for_one(desk: Desk, path: str) -> None:
    answer = desk.client.post(path, data={"chatbot": desk.chatbot(), "name": "Marzo"})
    assert answer.status_code == 422
    assert "Choose the contact file." in words(answer.text)


@BOTH_WAYS
def test_a_form_without_a_chatbot_is_asked_for_one(desk: Desk, path: str) -> None:
    desk.chatbot(name="Uno")
    desk.chatbot(name="Dos")
    data = {"name": "Marzo", "file": (io.BytesIO(ONE_CONTACT.encode()), "contactos.tsv")}
    answer = desk.client.post(path, data=data)
    assert answer.status_code == 422
    assert "Choose a chatbot first." in words(answer.text)


@BOTH_WAYS
def test_a_chatbot_that_is_gone_is_not_found(desk: Desk, path: str) -> None:
    assert desk.upload(path, ONE_CONTACT, 77).status_code == 404


def test_taking_the_file_back_takes_the_answer_back(desk: Desk) -> None:
    """What the browser posts when the choice of a file is undone: no file at all."""
    answer = desk.client.post("/campaigns/check", data={"chatbot": desk.chatbot()}, headers=PARTIAL)
    assert answer.status_code == 200  # or htmx would leave the old answer there
    assert words(answer.text) == "Choose the contact file."


def test_values_of_the_file_are_shown_as_written_never_as_markup(desk: Desk) -> None:
    file = "CONTACT\tNOMBRE\n<img src=x>\tAna\n"
    answer = desk.upload("/campaigns/check", file, desk.chatbot(), partial=True)
    assert "<img" not in answer.text
    assert "&lt;img src=x&gt;" in answer.text


def test_the_answer_speaks_the_language_of_the_operator(desk: Desk) -> None:
    chatbot = desk.chatbot()
    desk.client.post("/language", data={"language": "es"})
    said = words(
        desk.upload("/campaigns/check", ONE_CONTACT + "5512345678\tAna\n", chatbot, partial=True).text
    )
    assert "1 problema en contactos.tsv." in said
    assert "ponga +52" in said


def test_checking_does_not_keep_others_from_writing(
    desk: Desk, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite one transaction at a time may write: a file that is being read must not be the one."""
    from smartchat.services.contact_file import importing

    chatbot, check_file = desk.chatbot(), importing.check_file

    def check_while_another_writes(*upload: object, **chosen: object) -> object:
        connection = db.engine.raw_connection()
        connection.execute("PRAGMA busy_timeout=0")  # type: ignore[attr-defined]
        connection.execute("BEGIN IMMEDIATE")  # type: ignore[attr-defined]
        connection.rollback()
        connection.close()
        return check_file(*upload, **chosen)  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "check_file", check_while_another_writes)
    assert "Everything is right." in words(
        desk.upload("/campaigns/check", ONE_CONTACT, chatbot, partial=True).text
    )


def test_a_guessed_encoding_is_shown_with_a_line_of_the_file(desk: Desk) -> None:
    content = "CONTACT\tNOMBRE\n+525500998877\tJosé Muñoz\n".encode("cp1252")
    answer = words(desk.upload("/campaigns/check", content, desk.chatbot(), partial=True).text)
    assert "Does this look right?" in answer
    assert "José Muñoz" in answer


def test_an_encoding_that_is_sure_raises_no_question(desk: Desk) -> None:
    content = "CONTACT\tNOMBRE\n+525500998877\tJosé Muñoz\n"
    answer = words(desk.upload("/campaigns/check", content, desk.chatbot(), partial=True).text)
    assert "Does this look right?" not in answer
