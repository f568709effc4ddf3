"""The empty contact file of a chatbot: the headers that it needs, and cells that keep what is typed into them."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from smartchat.domain.contact_file.wording_contact_templates import TEMPLATE_WORDS
from smartchat.domain.script.custom_data import DataColumn
from smartchat.domain.script.reserved import CONTACT

if TYPE_CHECKING:  # openpyxl is imported where a workbook is made: no process starts slower for it
    from openpyxl.worksheet.worksheet import Worksheet

# Excel: "@" is Text, which keeps the + and every digit of a number.
_FORMATS = {CONTACT: "@", "TEXT": "@", "NUMBER": "0.##########", "DATE": "yyyy-mm-dd"}
# The format of a whole column is applied to its empty cells only by some programs; these cells have it for all.
_FORMATTED_ROWS = 500
_MADE = datetime(2026, 1, 1)  # noqa: DTZ001  a fixed date: the same chatbot gives the same bytes


def tsv(columns: Sequence[DataColumn], language: str) -> bytes:
    """The headers as tab-separated UTF-8, with the mark by which Excel knows it. `language` changes nothing here."""
    del language
    return ("\t".join([CONTACT, *(column.id for column in columns)]) + "\r\n").encode("utf-8-sig")


def xlsx(columns: Sequence[DataColumn], language: str) -> bytes:
    """A workbook with the headers, a note with an example on each, and the right format in the cells below.

    No example row: one that is forgotten would be written to. `language`: `es` or `en`, for the notes.
    """
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    words = TEMPLATE_WORDS["es" if language.startswith("es") else "en"]
    workbook = Workbook()
    workbook.properties.creator = "SmartChat"
    workbook.properties.created = workbook.properties.modified = _MADE
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)  # noqa: S101  a new workbook has one
    sheet.title = words["sheet"]
    for number, (header, kind) in enumerate([(CONTACT, CONTACT), *((c.id, c.data_type) for c in columns)], 1):
        _make_column(sheet, number, header, _FORMATS[kind], words[kind])
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _make_column(sheet: "Worksheet", number: int, header: str, number_format: str, note: str) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    letter = get_column_letter(number)
    sheet.column_dimensions[letter].width = max(18, len(header) + 4)
    sheet.column_dimensions[letter].number_format = number_format
    cell = sheet.cell(1, number, header)
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="DDE8F0")
    cell.number_format = "@"
    cell.comment = Comment(note, "SmartChat", width=320, height=150)
    for row in range(2, _FORMATTED_ROWS + 2):
        empty = sheet.cell(row, number)
        empty.number_format = number_format
        if number_format == "@":
            empty.alignment = Alignment(horizontal="left")
