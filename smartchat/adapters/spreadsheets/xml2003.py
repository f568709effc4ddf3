"""XML Spreadsheet 2003 (SpreadsheetML), mostly called .xls or .xml: the first visible sheet with data."""

from collections.abc import Iterator
from typing import BinaryIO

from smartchat.adapters.spreadsheets.limits import unreadable
from smartchat.adapters.spreadsheets.sheet import ListedSheet, Sheet, choose
from smartchat.adapters.spreadsheets.values import day_of_iso, number_of
from smartchat.adapters.spreadsheets.xml_feed import CharacterData, chunks_of, feed, local, make_parser
from smartchat.domain.contact_file.table import NOT_CALCULATED, Row
from smartchat.domain.contact_file.values import ErrorValue, Value

_LAST_COLUMN = 16_384


def read_xml2003(file: BinaryIO) -> Sheet:
    """Open a workbook. Raises Unreadable, also while its rows are read."""
    first_pass = _Workbook()
    for _ in first_pass.read(file):
        pass
    chosen, others = choose(first_pass.listed)
    if chosen is None:
        return Sheet("xml2003", iter(()))
    size = file.seek(0, 2)
    rows = (row for at, row in _Workbook().read(file) if at == chosen)
    name = first_pass.listed[chosen].name
    return Sheet("xml2003", rows, name, others, progress=lambda: file.tell() / max(1, size))


class _Workbook:
    """One pass over the file. Rows come with the index of their sheet; whether it is hidden stands below its rows."""

    def __init__(self) -> None:
        self.listed: list[ListedSheet] = []
        self._name = ""
        self._visible = self._has_data = True
        self._row = self._index = self._after = 0
        self._cells: list[Value] = []
        self._kind = ""
        self._value: Value = None
        self._inside: list[str] = []
        self._text = CharacterData()
        self._ready: list[tuple[int, Row]] = []
        self._parser = make_parser()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def read(self, file: BinaryIO) -> Iterator[tuple[int, Row]]:
        """(index of the sheet, row) for every row with a value."""
        for _ in feed(self._parser, chunks_of(file)):
            yield from self._ready
            self._ready.clear()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = local(name)
        if not self._inside and tag != "Workbook":
            raise unreadable("kind", kind="xml")
        told = {local(key): value for key, value in attributes.items()}
        if tag == "Worksheet":
            self._name, self._visible, self._has_data, self._row = told.get("Name", ""), True, False, 0
        elif tag == "Row":
            self._row = _place(told.get("Index"), self._row + 1)
            self._after = _place(told.get("Span"), 0)
            self._cells, self._index = [], 0
        elif tag == "Cell":
            self._index = _place(told.get("Index"), self._index + 1)
            self._value = NOT_CALCULATED if "Formula" in told else None
            # The cells that a merged one covers are not written.
            self._after_cell = _place(told.get("MergeAcross"), 0)
        elif (tag == "Data" and self._inside[-1] == "Cell") or tag == "Visible":
            self._kind = told.get("Type", "String")
            self._text.take()
            self._parser.CharacterDataHandler = self._text.add
        self._inside.append(tag)

    def _end(self, _name: str) -> None:
        tag = self._inside.pop()
        if tag == "Data" and self._inside[-1] == "Cell":
            self._parser.CharacterDataHandler = None
            self._value = _value(self._kind, self._text.take())
        elif tag == "Visible":
            self._parser.CharacterDataHandler = None
            self._visible = self._text.take().strip() == "SheetVisible"
        elif tag == "Cell":
            self._put_cell()
        elif tag == "Row":
            if self._cells:
                self._has_data = True
                self._ready.append((len(self.listed), (self._row, self._cells)))
            self._row += self._after
        elif tag == "Worksheet":
            self.listed.append(ListedSheet(self._name, self._visible, self._has_data))

    def _put_cell(self) -> None:
        if self._value is not None:
            if self._index > _LAST_COLUMN or self._index <= len(self._cells):
                raise unreadable("damaged")
            self._cells.extend([None] * (self._index - 1 - len(self._cells)))
            self._cells.append(self._value)
        self._index += self._after_cell


def _place(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else otherwise


def _value(kind: str, text: str) -> Value:
    match kind:
        case "Number":
            return number_of(text.strip())
        case "DateTime":
            return day_of_iso(text.strip())
        case "Boolean":
            return text.strip() in ("1", "true")
        case "Error":
            return ErrorValue(text.strip() or "#ERROR!")
        case _:
            return text or None
