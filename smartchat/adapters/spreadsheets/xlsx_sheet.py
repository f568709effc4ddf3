"""One sheet of an Excel workbook, as it is streamed: rows with at least one value."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from smartchat.adapters.spreadsheets.archive import Archive
from smartchat.adapters.spreadsheets.limits import too_large, unreadable
from smartchat.adapters.spreadsheets.serials import from_serial
from smartchat.adapters.spreadsheets.values import day_of_iso, number_of
from smartchat.adapters.spreadsheets.xml_feed import LONGEST_TEXT, feed, make_parser
from smartchat.domain.contact_file.table import NOT_CALCULATED, WORKBOOK_ROW_LIMIT, Row, column_index
from smartchat.domain.contact_file.values import ErrorValue, Value

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DIGITS = "0123456789"
_LAST_COLUMN, _MOST_LETTERS = 16_384, 3


@dataclass(slots=True)
class Workbook:
    """What the sheets share."""

    strings: list[str] = field(default_factory=list)
    date_styles: set[str] = field(default_factory=set)
    """The numbers of the cell styles that show a day or a time."""
    since_1904: bool = False


def unescaped(text: str) -> str:
    """Characters that XML cannot hold are written `_x000D_`, those beyond U+FFFF as two of these."""
    if "_x" not in text:
        return text
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class SheetReader:
    """Reads one part of the archive. Iterate `rows` once."""

    def __init__(self, archive: Archive, part: str, workbook: Workbook) -> None:
        self._archive = archive
        self._part = part
        self._workbook = workbook
        self._read = 0
        self._columns: dict[str, int] = {}
        self._ready: list[Row] = []

    def progress(self) -> float:
        """How much of the sheet has been read, from 0 to 1."""
        return min(1.0, self._read / max(1, self._archive.size(self._part)))

    def rows(self) -> Iterator[Row]:
        """The rows with a value, numbered as in the sheet. Raises Unreadable."""
        parser = make_parser()
        parser.StartElementHandler = lambda root, _: self._handle(parser, root)
        for _ in feed(parser, self._chunks()):
            if self._ready:
                yield from self._ready
                self._ready.clear()

    def _chunks(self) -> Iterator[bytes]:
        for chunk in self._archive.chunks(self._part):
            self._read += len(chunk)
            yield chunk

    def _handle(self, parser: expat.XMLParserType, root: str) -> None:  # noqa: C901 - two handlers and what they share
        """Put the handlers in place, for the namespace prefix that this file's root has."""
        prefix = root[: root.rfind(":") + 1]
        c, v, t, f, row, phonetic = (prefix + tag for tag in ("c", "v", "t", "f", "row", "rPh"))
        parts: list[str] = []
        cells: list[Value] = []
        number, index, skipping, has_formula = 0, -1, False, False
        source = ""  # `v` or `t`: a cell may have both, and only one of them is its text
        kind: str | None = None
        style: str | None = None

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal number, index, skipping, has_formula, kind, style, cells, source
            if name == c:
                reference = attributes.get("r")
                index = self._column(reference) if reference else index + 1
                kind, style, has_formula, source = attributes.get("t"), attributes.get("s"), False, ""
                parts.clear()
            elif name == v or (name == t and not skipping):
                if source and source != name:
                    if name != (t if kind == "inlineStr" else v):
                        return
                    parts.clear()
                source = name
                parser.CharacterDataHandler = parts.append
            elif name == row:
                reference = attributes.get("r")
                number = int(reference) if reference else number + 1
                if not 0 < number <= WORKBOOK_ROW_LIMIT:
                    raise unreadable("damaged")
                cells, index = [], -1
            elif name == f:
                has_formula = True
            elif name == phonetic:
                skipping = True

        def end(name: str) -> None:
            nonlocal skipping
            if name in (v, t):
                parser.CharacterDataHandler = None
            elif name == c:
                value = self._value("".join(parts), kind, style, has_formula)
                if value is not None:
                    if index > len(cells):
                        cells.extend([None] * (index - len(cells)))
                    cells[index : index + 1] = (value,)
            elif name == row:
                if cells:
                    self._ready.append((number, cells))
            elif name == phonetic:
                skipping = False

        parser.StartElementHandler = start
        parser.EndElementHandler = end

    def _column(self, reference: str) -> int:
        letters = reference.rstrip(_DIGITS)
        index = self._columns.get(letters)
        if index is None:
            capitals = letters.replace("$", "").upper()
            if not (capitals.isascii() and capitals.isalpha() and len(capitals) <= _MOST_LETTERS):
                raise unreadable("damaged")
            index = column_index(capitals)
            if not 0 <= index < _LAST_COLUMN:
                raise unreadable("damaged")
            self._columns[letters] = index
        return index

    def _value(self, text: str, kind: str | None, style: str | None, has_formula: bool) -> Value:
        if not text:
            return NOT_CALCULATED if has_formula and kind not in ("str", "inlineStr", "s") else None
        if kind == "s":
            at = int(text)
            if at < 0:
                raise unreadable("damaged")
            return self._workbook.strings[at] or None
        if kind is None or kind == "n":
            return self._number(text, style)
        if len(text) > LONGEST_TEXT:
            raise too_large("line")
        if kind == "b":
            return text.strip() in ("1", "true")
        if kind == "e":
            return ErrorValue(text.strip())
        return day_of_iso(text) if kind == "d" else unescaped(text)

    def _number(self, text: str, style: str | None) -> Value:
        if style in self._workbook.date_styles:
            serial = float(text)
            day = from_serial(serial, self._workbook.since_1904)
            return serial if day is None else day
        return number_of(text)
