"""The empty contact file of a chatbot."""

import io
from collections.abc import Callable, Sequence

import openpyxl
import pytest

from smartchat.adapters import contact_templates
from smartchat.adapters.spreadsheets import open_table
from smartchat.domain.contact_file.check import check
from smartchat.domain.script.custom_data import DataColumn

COLUMNS = (DataColumn("NOMBRE", "TEXT"), DataColumn("AÑO", "NUMBER"), DataColumn("FECHA", "DATE"))


@pytest.mark.parametrize(
    ("make", "name"), [(contact_templates.xlsx, "t.xlsx"), (contact_templates.tsv, "t.tsv")]
)
def test_a_template_needs_only_its_contacts(
    make: Callable[[Sequence[DataColumn], str], bytes], name: str
) -> None:
    with open_table(io.BytesIO(make(COLUMNS, "es")), name) as table:
        assert [problem.code for problem in check(table, COLUMNS).problems] == ["no_rows"]


def test_cells_of_the_workbook_have_the_format_of_their_column() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(contact_templates.xlsx(COLUMNS, "es"))).worksheets[0]
    assert [sheet.cell(2, column).number_format for column in (1, 2, 3, 4)] == [
        *("@", "@", "0.##########", "yyyy-mm-dd"),
    ]
    assert sheet.max_row > 100


def test_a_phone_typed_into_the_template_keeps_its_digits() -> None:
    book = openpyxl.load_workbook(io.BytesIO(contact_templates.xlsx(COLUMNS, "en")))
    book.worksheets[0].append(["+525500998877", "Ana", 2026, "2026-03-05"])
    out = io.BytesIO()
    book.save(out)
    with open_table(out, "t.xlsx") as table:
        checked = check(table, COLUMNS)
    assert checked.ok
    assert checked.contacts[0].phone == "+525500998877"


@pytest.mark.parametrize(("language", "word"), [("es", "Contactos"), ("en", "Contacts")])
def test_every_header_has_a_note_with_an_example(language: str, word: str) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(contact_templates.xlsx(COLUMNS, language))).worksheets[0]
    notes = [
        str(sheet.cell(1, column).comment and sheet.cell(1, column).comment.text) for column in (1, 2, 3, 4)
    ]
    assert sheet.title == word
    for note, example in zip(notes, ("+525512345678", "Carlos", "1350.50", "2026-03-05"), strict=True):
        assert example in note


def test_the_text_template_opens_in_excel_with_its_accents() -> None:
    assert contact_templates.tsv(COLUMNS, "es") == "\ufeffCONTACT\tNOMBRE\tAÑO\tFECHA\r\n".encode()
