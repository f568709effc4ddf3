"""A repaired workbook: typed cells as they were, wrong ones coloured. Nothing in it is ever a formula."""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from itertools import chain, islice
from typing import BinaryIO
from xml.sax.saxutils import escape

from smartchat.adapters.repaired_files.rows import Layout, SheetRow
from smartchat.adapters.xlsx_parts import MAIN, XML, frame
from smartchat.domain.contact_file.cells import DANGEROUS, shown, trimmed
from smartchat.domain.contact_file.table import NOT_CALCULATED
from smartchat.domain.contact_file.values import ErrorValue, Value, column_letter

from . import styles

_CHUNK = 200  # rows
_LONGEST_TEXT = 32_767  # characters of a cell, by Excel's own limit
_LAST_COLUMN = 16_384
_FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
# Characters that XML cannot hold or would change, and what would be read back as one of them.
_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_SURROGATES = re.compile("[\ud800-\udfff]")
# The others that Excel knows today it writes as #VALUE! too.
_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})
_NARROWEST, _WIDEST, _OF_REASONS = 14, 40, 90  # characters
_MOST_WIDTHS = 102
_MOST_FROZEN = 20  # rows: more would leave no room for the others
_DAY_SECONDS = 86_400
_EPOCH = date(1899, 12, 31)
_NEVER_WAS = 60  # by Excel's count of the days there was a 29 February 1900
_letter = lru_cache(_LAST_COLUMN)(column_letter)


def write_workbook(rows: Iterable[SheetRow], out: BinaryIO, sheet: str) -> None:
    """Write rows as the one sheet of an xlsx, under their own numbers. `out` need not seek; memory holds few rows."""
    name = _FORBIDDEN_IN_NAMES.sub(" ", sheet).strip(" '")[:31] or "1"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for part_name, content in frame([name], styles.XML):
            archive.writestr(part_name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for text in _sheet(iter(rows)):
                part.write(text.encode("utf-8", "replace"))


def _sheet(rows: Iterator[SheetRow]) -> Iterator[str]:
    first = list(islice(rows, _CHUNK))
    header = next((row for row in first if row.layout), None)
    yield f'{XML}<worksheet xmlns="{MAIN}">'
    layout = Layout(frozenset(), -1)
    if header and header.layout:
        layout = header.layout
        yield _pane(header.number)
        yield _columns(first, layout)
    yield "<sheetData>"
    rows = chain(first, rows)
    while chunk := list(islice(rows, _CHUNK)):
        yield "".join(_row(row, layout) for row in chunk)
    yield "</sheetData></worksheet>"


def _pane(header: int) -> str:
    """The headers, and what is above, stay in sight."""
    if header > _MOST_FROZEN:
        return ""
    return (
        f'<sheetViews><sheetView workbookViewId="0"><pane ySplit="{header}" topLeftCell="A{header + 1}" '
        'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    )


def _columns(rows: Sequence[SheetRow], layout: Layout) -> str:
    """How wide the columns are, and which ones keep as text what is typed into their empty cells."""
    widths: dict[int, int] = {}
    for row in rows:
        for index, value in enumerate(row.cells[:_MOST_WIDTHS]):
            widths[index] = max(widths.get(index, _NARROWEST), min(len(shown(value)) + 3, _WIDEST))
    widths[layout.reason] = _OF_REASONS
    style = dict.fromkeys(layout.text_columns, f' style="{styles.TEXT}"')
    columns = "".join(
        f'<col min="{index + 1}" max="{index + 1}" width="{width}" customWidth="1"{style.get(index, "")}/>'
        for index, width in sorted(widths.items())
    )
    return f"<cols>{columns}</cols>"


def _row(row: SheetRow, layout: Layout) -> str:
    cells = list(row.cells[:_LAST_COLUMN])
    while cells and cells[-1] in (None, "") and len(cells) - 1 not in row.marked:
        cells.pop()
    if not cells:
        return ""
    if row.layout:
        inside = [_header(shown(cell), at in row.marked) for at, cell in enumerate(cells)]
    else:
        inside = [_cell(cell, at, at in row.marked, layout) for at, cell in enumerate(cells)]
    # Gnumeric finds no place for a cell that does not name its own.
    texts = [f'<c r="{_letter(at)}{row.number}"{text}' for at, text in enumerate(inside)]
    return f'<row r="{row.number}">{"".join(texts)}</row>'


def _header(text: str, marked: bool) -> str:
    return _text(text, styles.WRONG_HEADER if marked else styles.HEADER)


def _cell(value: Value, index: int, marked: bool, layout: Layout) -> str:
    """What follows the reference of a cell."""
    shade = styles.WRONG if marked else 0
    match value:
        case None | "":
            kind = styles.TEXT if index in layout.text_columns else styles.GENERAL
            return f' s="{kind + shade}"/>'
        case str():
            if index == layout.reason:
                return _text(value, styles.REASON)
            # The mark keeps it a text when somebody edits the cell.
            runs = not value[0].isalnum() and trimmed(value).startswith(DANGEROUS)
            return _text(value, (styles.QUOTED if runs else styles.TEXT) + shade)
        case bool():
            return f' t="b" s="{styles.GENERAL + shade}"><v>{value:d}</v></c>'
        case ErrorValue():
            return _error(value, marked, shade)
        case date() | time():
            return _moment(value, shade)
        case int() | float() | Decimal():
            kind = styles.TEXT if index == 0 else styles.GENERAL
            return f' s="{kind + shade}"><v>{value!s}</v></c>'


def _error(value: ErrorValue, marked: bool, shade: int) -> str:
    if value == NOT_CALCULATED and not marked:
        return "/>"
    # A formula cannot be written, and an empty cell could be taken for an empty row: it has no value, and says so.
    code = "#N/A" if value == NOT_CALCULATED else value.code if value.code in _ERRORS else "#VALUE!"
    return f' t="e" s="{styles.GENERAL + shade}"><v>{code}</v></c>'


def _moment(value: date | time, shade: int) -> str:
    """A day, a time or both as spreadsheets count them; as text where their count has not begun."""
    seconds, days = 0, 0
    if isinstance(value, datetime | time):
        seconds = value.hour * 3600 + value.minute * 60 + value.second
    if isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        days = (day - _EPOCH).days
        if days < 1:
            return _text(shown(value), styles.TEXT + shade)
        days += days >= _NEVER_WAS
    kind = styles.DAY if not seconds else styles.MOMENT
    if isinstance(value, time):
        kind = styles.TIME
    return f' s="{kind + shade}"><v>{days + seconds / _DAY_SECONDS if seconds else days}</v></c>'


def _text(text: str, style: int) -> str:
    clean = escape(_NOT_XML.sub(_escaped, _SURROGATES.sub("\ufffd", text[:_LONGEST_TEXT])))
    keep = "" if clean == clean.strip() else ' xml:space="preserve"'
    return f' t="inlineStr" s="{style}"><is><t{keep}>{clean}</t></is></c>'


def _escaped(found: re.Match[str]) -> str:
    return f"_x{ord(found[0]):04X}_"
