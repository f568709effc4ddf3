"""OpenDocument spreadsheets (.ods): the first visible sheet with data."""

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

from smartchat.adapters.spreadsheets.archive import Archive
from smartchat.adapters.spreadsheets.limits import encrypted, too_large, unreadable
from smartchat.adapters.spreadsheets.sheet import ListedSheet, Sheet, choose
from smartchat.adapters.spreadsheets.values import day_of_iso, number_of, time_of_duration
from smartchat.adapters.spreadsheets.xml_feed import CharacterData, chunks_of, feed, make_parser
from smartchat.domain.contact_file.table import NOT_CALCULATED, WORKBOOK_ROW_LIMIT, Row
from smartchat.domain.contact_file.values import ErrorValue, Value

_CONTENT = "content.xml"
_LAST_COLUMN = 16_384
_CELLS = frozenset({"table:table-cell", "table:covered-table-cell"})
# Notes and drawings hold paragraphs too, which are no part of the cell.
_ASIDE = ("office:annotation", "draw:", "table:shapes")
# A column filled to its end repeats its row a million times: no list of contacts does.
_MOST_REPEATS = 100_000
# Blanks that are written as tags count as they are; those between and inside the tags count once, as in a web page.
_NEW_PARAGRAPH, _BLANK, _TAB, _NEW_LINE = "\x01", "\x02", "\x03", "\x04"
_MARKS = {ord(_BLANK): " ", ord(_TAB): "\t", ord(_NEW_LINE): "\n"}
_BLANKS = re.compile(r"[ \t\r\n]+")


def read_ods(archive: Archive) -> Sheet:
    """Open a spreadsheet. Raises Unreadable, also while its rows are read."""
    if "mimetype" in archive and b"spreadsheet" not in archive.read("mimetype"):
        raise unreadable("kind", kind="document")
    if "meta-inf/manifest.xml" in archive and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise encrypted()
    return _sheet(lambda: archive.chunks(_CONTENT), archive.size(_CONTENT))


def read_fods(file: BinaryIO) -> Sheet:
    """Open a flat spreadsheet (.fods): the same XML without the container. Raises Unreadable."""

    return _sheet(lambda: chunks_of(file), file.seek(0, 2))


def _sheet(chunks: Callable[[], Iterator[bytes]], size: int) -> Sheet:
    first_pass = _Document()
    for _ in first_pass.read(chunks()):
        pass
    chosen, others = choose(first_pass.listed)
    if chosen is None:
        return Sheet("ods", iter(()))
    document = _Document()
    rows = (row for at, row in document.read(chunks()) if at == chosen)
    name = first_pass.listed[chosen].name
    return Sheet("ods", rows, name, others, progress=lambda: document.given / max(1, size))


class _Document:
    """One pass over the content. Rows come with the index of their sheet."""

    def __init__(self) -> None:
        self.listed: list[ListedSheet] = []
        self.given = 0
        self._hidden_styles: set[str] = set()
        self._style = self._name = ""
        self._visible = self._has_data = True
        self._row = self._row_repeats = self._gap = self._repeats = self._paragraphs = self._aside = 0
        self._in_paragraph = False
        self._cells: list[Value] = []
        self._attributes: dict[str, str] = {}
        self._in_cell = False
        self._text = CharacterData()
        self._ready: list[tuple[int, Row]] = []

    def read(self, chunks: Iterator[bytes]) -> Iterator[tuple[int, Row]]:
        """(index of the sheet, row) for every row with a value."""
        parser = make_parser()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        for _ in feed(parser, self._counted(chunks)):
            yield from self._ready
            self._ready.clear()

    def _counted(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.given += len(chunk)
            yield chunk

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._aside or (self._in_cell and name.startswith(_ASIDE)):
            self._aside += 1
        elif self._in_cell:
            self._start_in_cell(name, attributes)
        elif name in _CELLS:
            self._attributes, self._in_cell, self._paragraphs = attributes, True, 0
            self._repeats = _count(attributes.get("table:number-columns-repeated"))
        elif name == "table:table-row":
            self._row_repeats = _count(attributes.get("table:number-rows-repeated"))
            self._cells, self._gap = [], 0
        elif name == "table:table":
            self._name, self._row, self._has_data = attributes.get("table:name", ""), 0, False
            self._visible = attributes.get("table:style-name", "") not in self._hidden_styles
        elif name == "style:style":
            self._style = attributes.get("style:name", "")
        elif name == "style:table-properties" and attributes.get("table:display") == "false":
            self._hidden_styles.add(self._style)

    def _start_in_cell(self, name: str, attributes: dict[str, str]) -> None:
        if name == "text:p":
            if self._paragraphs:
                self._text.add(_NEW_PARAGRAPH)
            self._paragraphs += 1
            self._in_paragraph = True
        elif name == "text:s":
            self._text.add(_BLANK * min(100, _count(attributes.get("text:c"))))
        elif name == "text:tab":
            self._text.add(_TAB)
        elif name == "text:line-break":
            self._text.add(_NEW_LINE)

    def _characters(self, characters: str) -> None:
        if self._in_paragraph and self._in_cell and not self._aside:
            self._text.add(characters)

    def _end(self, name: str) -> None:
        if self._aside:
            self._aside -= 1
        elif self._in_cell:
            if name in _CELLS:
                self._in_cell = self._in_paragraph = False
                self._put_cell(_value(self._attributes, _laid_out(self._text.take())))
            elif name == "text:p":
                self._in_paragraph = False
        elif name == "table:table-row":
            self._put_row()
        elif name == "table:table":
            self.listed.append(ListedSheet(self._name, self._visible, self._has_data))

    def _put_cell(self, value: Value) -> None:
        if value is None:
            self._gap += self._repeats
            return
        if len(self._cells) + self._gap + self._repeats > _LAST_COLUMN:
            raise too_large("sheet")
        self._cells.extend([None] * self._gap)
        self._cells.extend([value] * self._repeats)
        self._gap = 0

    def _put_row(self) -> None:
        if not self._cells:
            self._row += self._row_repeats
            return
        self._has_data = True
        if self._row_repeats > _MOST_REPEATS or self._row + self._row_repeats > WORKBOOK_ROW_LIMIT:
            raise too_large("sheet")
        for _ in range(self._row_repeats):
            self._row += 1
            self._ready.append((len(self.listed), (self._row, self._cells)))


def _laid_out(text: str) -> str:
    """The text of a cell: its paragraphs as lines, its blanks as a reader sees them."""
    if text.isprintable() and "  " not in text:
        return text.strip(" ")
    text = _BLANKS.sub(" ", text)
    paragraphs = (paragraph.strip(" ") for paragraph in text.split(_NEW_PARAGRAPH))
    return "\n".join(paragraphs).translate(_MARKS)


def _count(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 1


def _value(attributes: dict[str, str], text: str) -> Value:
    kind = attributes.get("office:value-type", "")
    if attributes.get("calcext:value-type") == "error":
        return ErrorValue(text or "#ERROR!")
    match kind:
        case "float" | "percentage" | "currency":
            return number_of(attributes.get("office:value", ""))
        case "date":
            return day_of_iso(attributes.get("office:date-value", ""))
        case "time":
            return time_of_duration(attributes.get("office:time-value", ""))
        case "boolean":
            return attributes.get("office:boolean-value") == "true"
        case _:
            shown = text or attributes.get("office:string-value") or None
            return NOT_CALCULATED if shown is None and "table:formula" in attributes and not kind else shown
