"""Tables as files that a spreadsheet opens: written row by row, and nothing in them ever runs as a formula.

The workbook is written by hand: openpyxl takes a minute of CPU for a million rows, longer than a browser waits.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from itertools import count, islice, starmap
from typing import BinaryIO
from xml.sax.saxutils import escape

from smartchat.adapters.xlsx_parts import MAIN, XML, frame
from smartchat.domain.contact_file.cells import DANGEROUS
from smartchat.domain.contact_file.values import column_letter

Cell = str | int | Decimal | None
"""Text, a number that a spreadsheet may calculate with, or nothing."""

_CHUNK = 500  # rows
_DIGITS = 15  # a spreadsheet keeps no more of a number
_LONGEST_TEXT = 32_767  # characters of a cell, by Excel's own limit
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?", re.ASCII)
# Characters that XML 1.0 cannot hold, and the escapes that Excel would read back as characters.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_TEXT, _BOLD, _QUOTED = 1, 2, 3  # styles of the workbook


_letter = cache(column_letter)


def number(text: str) -> Cell:
    """A number for what is written as one and fits a spreadsheet's digits; any other text as it is."""
    if not _PLAIN_NUMBER.fullmatch(text):
        return text or None
    value = Decimal(text)
    return value if len(value.as_tuple().digits) <= _DIGITS else text


def tsv(headers: Sequence[str], rows: Iterable[Sequence[Cell]], stream: BinaryIO) -> None:
    """Tab-separated UTF-8 with the mark by which Excel knows it; CRLF; fields with tabs or line breaks quoted.

    A text that might run as a formula gets an apostrophe before it; phones and plain numbers stay as they are.
    """
    stream.write("\ufeff".encode())
    rows = iter(rows)
    chunk: list[Sequence[Cell]] = [headers]
    while chunk:
        text = io.StringIO()
        writer = csv.writer(text, delimiter="\t", lineterminator="\r\n")
        writer.writerows([_harmless(cell) for cell in row] for row in chunk)
        stream.write(text.getvalue().encode("utf-8", "replace"))
        chunk = list(islice(rows, _CHUNK))


def _harmless(cell: Cell) -> str:
    if cell is None:
        return ""
    text = str(cell)
    if text.startswith(DANGEROUS) and not _PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def xlsx(sheets: Sequence[tuple[str, Iterable[Sequence[Cell]]]], stream: BinaryIO) -> None:
    """A workbook of sheets (name, rows), the headers first. Whatever a text holds, its cell is text.

    `stream` need not seek. Memory holds a few hundred rows at most.
    """
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in frame([name for name, _ in sheets], _STYLES):
            archive.writestr(name, content)
        for index, (_, rows) in enumerate(sheets, 1):
            with archive.open(f"xl/worksheets/sheet{index}.xml", "w", force_zip64=True) as part:
                for text in _sheet(iter(rows)):
                    part.write(text.encode("utf-8", "replace"))


def _sheet(rows: Iterator[Sequence[Cell]]) -> Iterator[str]:
    headers = next(rows, ())
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{min(max(14, len(str(header)) + 4), 40)}" customWidth="1"/>'
        for n, header in enumerate(headers, 1)
    )
    yield (
        f'{XML}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"{f'<cols>{widths}</cols>' if widths else ''}<sheetData>"
        f'<row r="1">{"".join(_text(place, str(header), _BOLD) for place, header in _placed(1, headers))}</row>'
    )
    numbers = count(2)
    while chunk := list(islice(rows, _CHUNK)):
        yield "".join(
            f'<row r="{number}">{"".join(starmap(_cell, _placed(number, row)))}</row>'
            for number, row in zip(numbers, chunk, strict=False)
        )
    yield "</sheetData></worksheet>"


def _placed(number: int, row: Sequence[Cell]) -> Iterator[tuple[str, Cell]]:
    """The cells with their addresses: not every program counts the cells by itself."""
    return ((f"{_letter(at)}{number}", cell) for at, cell in enumerate(row))


def _cell(place: str, cell: Cell) -> str:
    match cell:
        case None | "":
            return ""
        case int() | Decimal() if len(Decimal(cell).as_tuple().digits) <= _DIGITS:
            return f'<c r="{place}"><v>{cell}</v></c>'
        case _:
            text = str(cell)
            # The mark keeps it a text when somebody edits the cell.
            return _text(place, text, _QUOTED if text.startswith(DANGEROUS) else _TEXT)


def _text(place: str, text: str, style: int) -> str:
    clean = escape(_ESCAPE.sub("_x005F_", _NOT_XML.sub("", text[:_LONGEST_TEXT])))
    # A line break of its own kind would be normalised away by the reader's XML parser.
    clean = clean.replace("\r\n", "\n").replace("\r", "\n")
    return f'<c r="{place}" t="inlineStr" s="{style}"><is><t xml:space="preserve">{clean}</t></is></c>'


_STYLES = (
    f'{XML}<styleSheet xmlns="{MAIN}">'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" quotePrefix="1"/>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)
