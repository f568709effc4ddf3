"""What is wrong in a contact file, shown as its sheet: letters, row numbers, marked cells, kinds, a country code."""

import io
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from smartchat.db import db
from smartchat.models import Contact
from tests.blueprints.desk import PARTIAL, Desk, words

GOOD = "+525500998877\tCarlos"
HEADERS = "CONTACT\tNOMBRE"
STEPS = [
    {"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"},
    {"id": "FECHA", "type": "custom_data", "data_type": "DATE"},
    {"id": "SALUDO", "type": "message", "text": "Hola {{NOMBRE}}: {{FECHA}}."},
]


def answered(desk: Desk, lines: list[str], chatbot: int | None = None, **fields: str) -> str:
    """The answer that htmx gets to a file of these lines."""
    data: dict[str, Any] = {
        "chatbot": chatbot or desk.chatbot(),
        "file": (io.BytesIO("\n".join(lines).encode()), "contactos.tsv"),
        **fields,
    }
    return desk.client.post("/campaigns/check", data=data, headers=PARTIAL).text


def sheet_rows(answer: str) -> list[str]:
    """The rows of the table, the letters first."""
    table = re.search(r'<table class="sheet.*?</table>', answer, re.DOTALL)
    assert table is not None, answer
    return re.findall(r"<tr.*?</tr>", table[0], re.DOTALL)


def cells(row: str) -> list[str]:
    return [words(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]


def marked(row: str) -> list[str]:
    """The column letters of the marked cells."""
    return re.findall(r'<td data-label="([A-Z]+)[^"]*" class="bad"', row)


def test_a_wrong_row_stands_below_letters_and_headers_with_all_its_cells(desk: Desk) -> None:
    rows = sheet_rows(answered(desk, [HEADERS, GOOD, "5512345678\tAna"]))
    assert cells(rows[0])[1:3] == ["A", "B"]
    assert cells(rows[1])[:3] == ["Row 1", "CONTACT", "NOMBRE"]
    assert cells(rows[2])[:3] == ["Row 3", "⚠ To correct: 5512345678", "Ana"]
    assert "has 10 digits and no country code" in cells(rows[2])[3]
    assert len(rows) == 3


def test_only_the_wrong_cells_are_marked(desk: Desk) -> None:
    chatbot = desk.chatbot(steps=STEPS)
    lines = ["CONTACT\tNOMBRE\tFECHA", "+525500998877\tAna\t31/31/2026", "5512345678\t\t2026-03-05"]
    rows = sheet_rows(answered(desk, lines, chatbot))
    assert [marked(row) for row in rows] == [[], [], ["C"], ["A", "B"]]


def test_a_row_with_two_wrong_cells_gives_both_reasons(desk: Desk) -> None:
    row = sheet_rows(answered(desk, [HEADERS, "5512345678\t"]))[2]
    assert "no country code" in cells(row)[-1]
    assert "NOMBRE This cell is empty" in cells(row)[-1]


def test_row_numbers_count_empty_rows_as_the_spreadsheet_does(desk: Desk) -> None:
    rows = sheet_rows(answered(desk, [HEADERS, "\t", "\t", "5512345678\tAna"]))
    assert cells(rows[2])[0] == "Row 4"


def test_the_columns_of_the_sheet_are_in_the_order_of_the_file(desk: Desk) -> None:
    lines = ["CONTACT\tOTRA\tFECHA\tNOMBRE", "+525500998877\tx\tayer\tAna"]
    rows = sheet_rows(answered(desk, lines, desk.chatbot(steps=STEPS)))
    assert marked(rows[2]) == ["C"]
    assert cells(rows[2])[1:5] == ["+525500998877", "x", "⚠ To correct: ayer", "Ana"]


def test_a_value_beyond_the_headers_gets_a_column_with_its_letter(desk: Desk) -> None:
    rows = sheet_rows(answered(desk, [HEADERS, GOOD + "\t\tde más"]))
    assert cells(rows[0])[1:5] == ["A", "B", "C", "D"]
    assert marked(rows[2]) == ["D"]


@pytest.mark.parametrize(
    ("headers", "letters", "said"),
    [
        ("CONTACT\tNOMBRES", ["B"], "did you mean NOMBRE"),
        ("Telefono\tNOMBRE", ["A"], "did you mean CONTACT"),
        ("NOMBRE\tCONTACT", ["B"], "Move it to column A"),
        ("CONTACT\tNOMBRE\tNOMBRE", ["B", "C"], "two columns with this header"),
        ("CONTACT\tOTRA", [], "NOMBRE There is no such column"),
    ],
)
def test_a_wrong_header_is_marked_in_its_row_and_the_cells_below_wait(
    desk: Desk, headers: str, letters: list[str], said: str
) -> None:
    rows = sheet_rows(answered(desk, [headers, "5512345678\tAna"]))
    assert len(rows) == 2
    assert marked(rows[1]) == letters
    assert said in cells(rows[1])[-1]


MIXED = [HEADERS, *(f"55123456{n:02}\tAna" for n in range(30)), *(f"+5255009988{n}\t" for n in range(10, 13))]


def test_the_kinds_are_counted_and_each_is_a_button_of_the_form(desk: Desk) -> None:
    answer = answered(desk, MIXED)
    buttons = re.findall(r'<button class="chip".*?</button>', answer, re.DOTALL)
    assert [words(button) for button in buttons] == [
        "All",
        "30 numbers without country code",
        "3 empty cells",
    ]
    for button in buttons:
        assert 'formaction="/campaigns/check"' in button
    assert 'value="missing_value"' in buttons[2]


def test_one_kind_shows_only_its_rows_also_those_that_come_late(desk: Desk) -> None:
    answer = answered(desk, MIXED, kind="missing_value")
    assert [cells(row)[0] for row in sheet_rows(answer)[2:]] == ["Row 32", "Row 33", "Row 34"]
    assert "more row" not in words(answer)
    assert re.findall(r'value="([a-z_]*)" aria-pressed="true"', answer) == ["missing_value"]


def test_the_rows_that_are_not_shown_are_counted_per_kind(desk: Desk) -> None:
    assert "and 13 more rows" in words(answered(desk, MIXED))
    assert "and 10 more rows" in words(answered(desk, MIXED, kind="no_country_code"))


def test_a_kind_that_the_file_does_not_have_shows_all(desk: Desk) -> None:
    assert len(sheet_rows(answered(desk, MIXED, kind="invalid_date"))) == 22


def test_a_corrected_file_is_right_whatever_kind_was_chosen(desk: Desk) -> None:
    assert "Everything is right." in words(answered(desk, [HEADERS, GOOD], kind="missing_value"))


def test_without_javascript_a_kind_answers_with_the_whole_page(desk: Desk) -> None:
    data = {
        "chatbot": desk.chatbot(),
        "kind": "missing_value",
        "file": (io.BytesIO("\n".join(MIXED).encode()), "contactos.tsv"),
    }
    answer = desk.client.post("/campaigns/check", data=data)
    assert answer.status_code == 422
    assert "<html" in answer.text
    assert cells(sheet_rows(answer.text.partition('id="check"')[2])[2])[0] == "Row 32"


def test_numbers_that_look_like_one_country_are_offered_its_code_once(desk: Desk) -> None:
    answer = answered(desk, MIXED)
    assert words(answer).count("30 numbers without country code look like Mexico.") == 1
    assert re.search(r'<button[^>]*name="country_code" value="52"', answer)


def test_numbers_that_a_code_would_not_mend_are_not_counted_in_the_offer(desk: Desk) -> None:
    lines = [HEADERS, "5512345678\tAna", "0445512345679\tAna", "+52551234\tAna", "12345678\tAna"]
    assert "2 numbers without country code look like Mexico." in words(answered(desk, lines))


def test_an_accepted_code_mends_the_numbers_and_stays_in_the_form(desk: Desk) -> None:
    answer = answered(desk, [HEADERS, GOOD, "5512345678\tAna"], country_code="52")
    said = words(answer)
    assert "2 contacts in contactos.tsv. Everything is right." in said
    assert "+52 is put before 1 number." in said
    assert '<input type="hidden" name="country_code" value="52">' in answer


def test_an_accepted_code_leaves_the_other_errors(desk: Desk) -> None:
    rows = sheet_rows(answered(desk, MIXED, country_code="52"))
    assert [cells(row)[0] for row in rows[2:]] == ["Row 32", "Row 33", "Row 34"]


def test_an_accepted_code_can_be_taken_back(desk: Desk) -> None:
    answer = answered(desk, [HEADERS, "5512345678\tAna"], country_code="52", as_written="1")
    assert "1 number without country code looks like Mexico." in words(answer)
    assert 'type="hidden" name="country_code"' not in answer


@pytest.mark.parametrize("code", ["+52", "0", "5252", "x", "٥٢"])
def test_what_is_no_country_code_is_put_before_no_number(desk: Desk, code: str) -> None:
    assert "1 problem" in words(answered(desk, [HEADERS, "5512345678\tAna"], country_code=code))


def test_the_draft_is_made_with_the_accepted_code(desk: Desk, app: Flask) -> None:
    data = {
        "chatbot": desk.chatbot(),
        "name": "Marzo",
        "country_code": "52",
        "file": (io.BytesIO(f"{HEADERS}\n5512345678\tAna\n".encode()), "contactos.tsv"),
    }
    assert desk.client.post("/campaigns", data=data).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Contact.phone)).all() == ["+525512345678"]


def test_the_enter_key_creates_the_campaign_and_does_not_filter(desk: Desk) -> None:
    """A form's first button is the one that Enter presses."""
    data = {
        "chatbot": desk.chatbot(),
        "file": (io.BytesIO("\n".join(MIXED).encode()), "contactos.tsv"),
    }
    page = desk.client.post("/campaigns/check", data=data).text
    form = page[page.index('action="/campaigns"') :]
    first = re.search(r"<button[^>]*>", form)
    assert first is not None
    assert "formaction" not in first[0]
