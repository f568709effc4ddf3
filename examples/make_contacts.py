"""Writes the contacts of the first campaign as .tsv, .xls and .xlsx: `.venv/bin/python examples/make_contacts.py`."""

from datetime import date, datetime
from pathlib import Path

import openpyxl
import xlwt

FOLDER = Path(__file__).parent
HEADERS = ["CONTACT", "NOMBRE", "MONTO", "FECHA"]
ROWS = [
    ("+525500998877", "Carlos", 1200, date(2016, 12, 25)),
    ("+525511223344", "Ana", 1350, date(2016, 10, 25)),
    ("+525533445566", "Alfredo", 1480, date(2016, 11, 25)),
]
MADE = datetime(2026, 1, 1)  # noqa: DTZ001  a fixed date: the files change only when the contacts do


def write_tsv(path: Path) -> None:
    """As Excel saves “Text (Tab delimited)”, in UTF-8."""
    lines = ["\t".join(HEADERS), *("\t".join(map(str, row)) for row in ROWS)]
    path.write_bytes("".join(line + "\r\n" for line in lines).encode())


def write_xls(path: Path) -> None:
    """A real BIFF8 workbook, with true date cells."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Contactos")
    styles = [xlwt.easyxf(num_format_str=code) for code in ("@", "@", "0", "yyyy-mm-dd")]
    for column, header in enumerate(HEADERS):
        sheet.write(0, column, header)
        for row, values in enumerate(ROWS, 1):
            sheet.write(row, column, values[column], styles[column])
    book.save(str(path))


def write_xlsx(path: Path) -> None:
    """With the phones as text and true date cells."""
    book = openpyxl.Workbook()
    book.properties.created = book.properties.modified = MADE
    sheet = book.worksheets[0]
    sheet.title = "Contactos"
    sheet.append(HEADERS)
    for row in ROWS:
        sheet.append(row)
        sheet.cell(sheet.max_row, 1).number_format = "@"
        sheet.cell(sheet.max_row, 4).number_format = "yyyy-mm-dd"
    book.save(path)


if __name__ == "__main__":
    write_tsv(FOLDER / "contacts.tsv")
    write_xls(FOLDER / "contacts.xls")
    write_xlsx(FOLDER / "contacts.xlsx")
