"""Excel 97–2003 and Excel 95 workbooks (.xls) through xlrd: the first visible sheet with data."""

import io
import struct
from collections.abc import Iterator
from typing import BinaryIO

import xlrd
from xlrd.biffh import XLRDError
from xlrd.compdoc import CompDocError
from xlrd.sheet import Sheet as Worksheet

from smartchat.adapters.spreadsheets.limits import encrypted, unreadable
from smartchat.adapters.spreadsheets.serials import from_serial
from smartchat.adapters.spreadsheets.sheet import Sheet
from smartchat.domain.table import ErrorValue, Row, Unreadable, Value

_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_OTHER_CONTENTS = (("WordDocument", "document"), ("PowerPoint Document", "document"), ("__substg1.0", "mail"))


def read_xls(file: BinaryIO) -> Sheet:
    """Open a workbook. Raises Unreadable, also while its rows are read."""
    content = file.read()
    if _ENCRYPTED_PACKAGE in content:
        raise encrypted()
    try:
        book = xlrd.open_workbook(file_contents=content, logfile=io.StringIO())
    except XLRDError as error:
        raise (encrypted() if "encrypted" in str(error).lower() else _refusal(content)) from None
    except (CompDocError, struct.error, LookupError, AssertionError, ValueError):
        raise _refusal(content) from None
    return _first_with_data(book)


def _refusal(content: bytes) -> Unreadable:
    for stream, kind in _OTHER_CONTENTS:
        if stream.encode("utf-16-le") in content:
            return unreadable("kind", kind=kind)
    return unreadable("damaged")


def _first_with_data(book: xlrd.Book) -> Sheet:
    found: Sheet | None = None
    worksheets = [book.sheet_by_index(at) for at in range(book.nsheets)]
    for worksheet in [sheet for sheet in worksheets if sheet.visibility == 0] or worksheets:
        if next(_rows(book, worksheet), None) is None:
            continue
        if found is None:
            found = _sheet(book, worksheet)
        else:
            found.others.append(worksheet.name)
    return found or Sheet("xls", iter(()), book.sheet_names()[0] if book.nsheets else None)


def _sheet(book: xlrd.Book, worksheet: Worksheet) -> Sheet:
    done = 0

    def counted() -> Iterator[Row]:
        nonlocal done
        for row in _rows(book, worksheet):
            done = row[0]
            yield row

    return Sheet("xls", counted(), worksheet.name, progress=lambda: done / max(1, worksheet.nrows))


def _rows(book: xlrd.Book, worksheet: Worksheet) -> Iterator[Row]:
    for at in range(worksheet.nrows):
        cells = [
            _value(kind, value, book.datemode)
            for kind, value in zip(worksheet.row_types(at), worksheet.row_values(at), strict=True)
        ]
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            yield at + 1, cells


def _value(kind: int, value: str | float, datemode: int) -> Value:
    match kind:
        case xlrd.XL_CELL_TEXT:
            return str(value) or None
        case xlrd.XL_CELL_NUMBER:
            return _whole(float(value))
        case xlrd.XL_CELL_DATE:
            day = from_serial(float(value), datemode == 1)
            return _whole(float(value)) if day is None else day
        case xlrd.XL_CELL_BOOLEAN:
            return bool(value)
        case xlrd.XL_CELL_ERROR:
            return ErrorValue(xlrd.error_text_from_code.get(int(value), "#ERROR!"))
        case _:
            return None


def _whole(number: float) -> int | float:
    return int(number) if number.is_integer() and abs(number) < 10**18 else number
