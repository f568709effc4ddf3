"""The workbooks that the corpus is made from, and what must come of each, whatever program saved it."""

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

COLUMNS = [
    {"id": "NOMBRE", "type": "TEXT"},
    {"id": "MONTO", "type": "NUMBER"},
    {"id": "FECHA", "type": "DATE"},
]
HEADERS = ["CONTACT", "NOMBRE", "MONTO", "FECHA"]
DAY = "yyyy\\-mm\\-dd"

PLAIN: list[list[Any]] = [
    ["+525500998877", "José Núñez", 1350.5, date(2026, 3, 5)],
    ["+525500998878", "María García", -3, date(2026, 12, 31)],
    ["+523312345678", "Iñaki Peña", 0, date(2028, 2, 29)],
    ["+528112345678", "Ana, Luis & Co.", 99999, date(2026, 1, 1)],
    ["+12125550123", 'Óscar "Ocho" Díaz', 0.5, date(1999, 12, 31)],
]


def plain(path: Path) -> None:
    """Five contacts as they should be."""
    book = openpyxl.Workbook()
    _fill(book.worksheets[0], [HEADERS, *PLAIN])
    book.save(path)


PLAIN_CONTACTS = [
    [2, "+525500998877", {"NOMBRE": "José Núñez", "MONTO": "1350.5", "FECHA": "2026-03-05"}],
    [3, "+525500998878", {"NOMBRE": "María García", "MONTO": "-3", "FECHA": "2026-12-31"}],
    [4, "+523312345678", {"NOMBRE": "Iñaki Peña", "MONTO": "0", "FECHA": "2028-02-29"}],
    [5, "+528112345678", {"NOMBRE": "Ana, Luis & Co.", "MONTO": "99999", "FECHA": "2026-01-01"}],
    [6, "+12125550123", {"NOMBRE": 'Óscar "Ocho" Díaz', "MONTO": "0.5", "FECHA": "1999-12-31"}],
]


def typed(path: Path) -> None:
    """Phones as numbers, formats that hide the stored value, days with a time, a line break."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    moment = datetime(2026, 3, 5, 14, 30)  # noqa: DTZ001
    rows = [
        HEADERS,
        [525500998877, "Calle 5\nMostrador", 1234567, moment],
        [5215500998878, 46086, 0.155, moment],
        ["525500998879", 0.1 + 0.2, 2.75, date(1900, 3, 1)],
        ["+52 55 0099\u00a08880", 7, 1e-7, date(2026, 3, 5)],
        [12125550123.0, date(2026, 3, 5), 12, date(9999, 12, 31)],
    ]
    _fill(sheet, rows)
    for row, code in ((2, '"$"#,##0.00'), (3, "0%"), (4, "0")):
        sheet.cell(row, 3).number_format = code
    for row, code in (
        (2, "dd/mm/yyyy hh:mm"),
        (3, "d-mmm"),
        (4, "dd/mm/yy"),
        (5, '[$-80A]d" de "mmmm" de "yyyy;@'),
    ):
        sheet.cell(row, 4).number_format = code
    sheet.cell(6, 2).number_format = "d/m/yyyy"
    book.save(path)


TYPED_CONTACTS = [
    [2, "+525500998877", {"NOMBRE": "Calle 5\nMostrador", "MONTO": "1234567", "FECHA": "2026-03-05"}],
    [3, "+525500998878", {"NOMBRE": "46086", "MONTO": "0.155", "FECHA": "2026-03-05"}],
    [4, "+525500998879", {"NOMBRE": "0.3", "MONTO": "2.75", "FECHA": "1900-03-01"}],
    [5, "+525500998880", {"NOMBRE": "7", "MONTO": "0.0000001", "FECHA": "2026-03-05"}],
    [6, "+12125550123", {"NOMBRE": "2026-03-05", "MONTO": "12", "FECHA": "9999-12-31"}],
]


def wrong(path: Path) -> None:
    """Errors of formulas, merged cells, a shifted row, a repeated number, digits lost, a time, a bare serial."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    rows = [
        HEADERS,
        ["+525500998877", "=NA()", 1, date(2026, 3, 5)],
        ["+525500998878", "Ana", "=1/0", date(2026, 3, 5)],
        ["+525500998879", "Ana", 1, "=NA()"],
        ["=NA()", "Ana", 1, date(2026, 3, 5)],
        ["+525500998880", "Unida", 1, date(2026, 3, 5)],
        ["+525500998881", None, 1, date(2026, 3, 5)],
        ["+525500998882", "Ana", 1, date(2026, 3, 5), "sobra"],
        [525500998877, "Ana", 1, date(2026, 3, 5)],
        ["5.25501E+11", "Ana", 1, 46086],
        [5512345678, "Ana", "1,350", time(14, 30)],
        [None, None, None, None],
        ["+525500998883", 4111111111111111, "mil", "31/12/2026"],
    ]
    _fill(sheet, rows)
    sheet.merge_cells("B6:B7")
    book.save(path)


WRONG_PROBLEMS = [
    [2, "NOMBRE", "formula_error"],
    [3, "MONTO", "formula_error"],
    [4, "FECHA", "formula_error"],
    [5, "CONTACT", "formula_error"],
    [7, "NOMBRE", "missing_value"],
    [8, "E", "extra_cell"],
    [9, "CONTACT", "duplicate_contact"],
    [10, "CONTACT", "digits_lost"],
    [10, "FECHA", "invalid_date"],
    [11, "CONTACT", "invalid_phone"],
    [11, "MONTO", "invalid_number"],
    [11, "FECHA", "invalid_date"],
    [13, "NOMBRE", "precision_lost"],
    [13, "MONTO", "invalid_number"],
    [13, "FECHA", "invalid_date"],
]


def arranged(path: Path) -> None:
    """A hidden sheet first, an empty one, empty rows above and between, hidden rows, formatted ones, a second sheet."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Contactos"
    rows = [[], [], HEADERS, PLAIN[0], [], PLAIN[1], [" "], PLAIN[2]]
    _fill(sheet, rows)
    sheet.row_dimensions[6].hidden = True
    for row in range(9, 200):
        sheet.cell(row, 4).number_format = DAY
    hidden = book.create_sheet("Oculta", 0)
    _fill(hidden, [["CONTACT"], ["+525500998899"]])
    hidden.sheet_state = "hidden"
    book.create_sheet("Vacía", 1)
    _fill(book.create_sheet("Otra"), [["CONTACT"], ["+525500998898"]])
    book.active = 2
    book.save(path)


ARRANGED_CONTACTS = [[row, *contact[1:]] for row, contact in zip((4, 6, 8), PLAIN_CONTACTS, strict=False)]


def _fill(sheet: Worksheet, rows: list[list[Any]]) -> None:
    for number, values in enumerate(rows, 1):
        for column, value in enumerate(values, 1):
            cell = sheet.cell(number, column, value)
            if isinstance(value, date) and not isinstance(value, datetime):
                cell.number_format = DAY
