"""Excel 97–2003 and Excel 95 workbooks (.xls) through xlrd: the first visible sheet with data."""

import io
import struct
from collections.abc import Iterator
from typing import BinaryIO

import xlrd
from xlrd.biffh import XLRDError
from xlrd.compdoc import CompDocError
from xlrd.formula import FormulaError
from xlrd.sheet import Sheet as Worksheet

from smartchat.adapters.spreadsheets.biff import cells_alone
from smartchat.adapters.spreadsheets.containers import read_archive
from smartchat.adapters.spreadsheets.limits import Limits, encrypted, unreadable
from smartchat.adapters.spreadsheets.locked import unlocked
from smartchat.adapters.spreadsheets.serials import from_serial
from smartchat.adapters.spreadsheets.sheet import Sheet
from smartchat.domain.contact_file.table import Row, Unreadable
from smartchat.domain.contact_file.values import ErrorValue, Value

_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
# What xlrd raises for damage, and for what it does not know: FormulaError is an Exception and nothing more.
_GIVEN_UP = (CompDocError, FormulaError, struct.error, LookupError, AssertionError, ValueError, TypeError)
_OTHER_CONTENTS = (("WordDocument", "document"), ("PowerPoint Document", "document"), ("__substg1.0", "mail"))


def read_xls(file: BinaryIO, limits: Limits) -> Sheet:
    """Open a workbook. Raises Unreadable, also while its rows are read."""
    content = file.read()
    if _ENCRYPTED_PACKAGE in content:
        return read_archive(io.BytesIO(unlocked(content)), limits)
    try:
        book = _opened(content)
    except XLRDError as error:
        if "encrypted" in str(error).lower():
            return _unlocked_book(content)
        return _second(content)
    except _GIVEN_UP:
        return _second(content)
    return _first_with_data(book)


def _opened(content: bytes) -> xlrd.Book:
    """`ragged_rows`: one value in the last corner would make sixteen million empty cells else."""
    return xlrd.open_workbook(file_contents=content, logfile=io.StringIO(), ragged_rows=True)


def _second(content: bytes) -> Sheet:
    """What xlrd gives up on: the cells alone once more, as it knows errors of formulas; then the second reader."""
    if refusal := _other_contents(content):
        raise refusal
    try:
        return _first_with_data(_opened(cells_alone(content)))
    except (XLRDError, OSError, *_GIVEN_UP):
        from smartchat.adapters.spreadsheets.second_reader import read_biff

        return read_biff(content)


def _unlocked_book(content: bytes) -> Sheet:
    try:
        return _first_with_data(_opened(unlocked(content)))
    except (XLRDError, *_GIVEN_UP):
        raise encrypted() from None


def _other_contents(content: bytes) -> Unreadable | None:
    for stream, kind in _OTHER_CONTENTS:
        if stream.encode("utf-16-le") in content:
            return unreadable("kind", kind=kind)
    return None


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
