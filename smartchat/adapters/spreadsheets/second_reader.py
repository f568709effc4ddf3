"""Workbooks through calamine: binary ones (.xlsb), and those in the old format that xlrd gives up on.

It is the second reader because it shows no errors of formulas and holds a whole sheet at once.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import BinaryIO

import python_calamine

from smartchat.adapters.spreadsheets.limits import encrypted, unreadable
from smartchat.adapters.spreadsheets.serials import from_serial
from smartchat.adapters.spreadsheets.sheet import Sheet
from smartchat.domain.contact_file.table import Row, Unreadable
from smartchat.domain.contact_file.values import Value

_Cell = int | float | str | bool | object


def read_xlsb(file: BinaryIO) -> Sheet:
    """Open a binary workbook. Raises Unreadable, also while its rows are read."""
    file.seek(0)
    with _damage_is("kind", kind="xlsb"):
        return _first_with_data(file, "xlsb")


def read_biff(content: bytes) -> Sheet:
    """Open a workbook in the old format. Raises Unreadable, also while its rows are read."""
    with _damage_is("damaged"):
        return _first_with_data(io.BytesIO(content), "xls")


@contextmanager
def _damage_is(reason: str, **params: str) -> Iterator[None]:
    """Whatever the library says of a file is said in one sentence: also its panics, which are no `Exception`."""
    try:
        yield
    except (MemoryError, Unreadable, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except python_calamine.PasswordError:
        raise encrypted() from None
    except BaseException:  # noqa: BLE001 - a panic derives from BaseException
        raise unreadable(reason, **params) from None


def _first_with_data(file: BinaryIO, format_: str) -> Sheet:
    book = python_calamine.load_workbook(file)
    listed = [sheet for sheet in book.sheets_metadata if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet]
    visible = [sheet for sheet in listed if sheet.visible == python_calamine.SheetVisibleEnum.Visible]
    found: Sheet | None = None
    for listed_sheet in visible or listed:
        rows = list(_rows(book.get_sheet_by_name(listed_sheet.name)))
        if not rows:
            continue
        if found is None:
            found = Sheet(format_, iter(rows), listed_sheet.name)
        else:
            found.others.append(listed_sheet.name)
    if not listed:
        raise unreadable("damaged")
    return found or Sheet(format_, iter(()), listed[0].name)


def _rows(sheet: python_calamine.CalamineSheet) -> Iterator[Row]:
    if sheet.start is None:
        return
    before: list[Value] = [None] * sheet.start[1]  # columns that are empty are left out
    for number, cells in enumerate(sheet.iter_rows(), 1):
        values = [_value(cell) for cell in cells]
        while values and values[-1] is None:
            values.pop()
        if values:
            yield number, [*before, *values]


def _value(cell: object) -> Value:
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, timedelta):
        days = cell / timedelta(days=1)
        return from_serial(days, False) or days
    return cell  # type: ignore[return-value]
