"""Web pages called .xls, as many reports are: the rows of the first table whose first header is CONTACT."""

import codecs
import io
import re
from collections.abc import Iterator
from email import message_from_binary_file
from html.parser import HTMLParser
from typing import BinaryIO

from smartchat.adapters.spreadsheets.kinds import HEAD_BYTES, bom_of
from smartchat.adapters.spreadsheets.limits import too_large, unreadable
from smartchat.adapters.spreadsheets.sheet import Sheet
from smartchat.adapters.spreadsheets.xml_feed import CHUNK_BYTES, LONGEST_TEXT
from smartchat.domain.contact_file.headers import clean_header
from smartchat.domain.contact_file.table import Row
from smartchat.domain.contact_file.values import Value
from smartchat.domain.script.reserved import CONTACT

_CHARSET = re.compile(rb"charset\s*+=\s*+(?:[\"']\s*+)?([A-Za-z0-9_:.-]++)", re.IGNORECASE)
# What browsers do too: pages that say Latin-1 are Windows-1252.
_REALLY_1252 = frozenset({"iso8859-1", "ascii", "utf-8"})
_SPACES = re.compile(r"[ \t\r\n\f]+")
_SHORTENED = re.compile(r"[0-9]([.,][0-9]+)?E\+[0-9]+")
_SILENT = frozenset({"script", "style", "head", "title"})
_NEW_LINE = frozenset({"br", "p", "div", "li"})
_WIDEST_SPAN, _LONGEST_SPAN = 1000, 65_534


def read_html(file: BinaryIO) -> Sheet:
    """Open a page. Raises Unreadable, also while its rows are read."""
    encoding = _encoding_of(file)
    first_rows: dict[int, Row] = {}
    for table, row in _rows(file, encoding):
        first_rows.setdefault(table, row)
    if not first_rows:
        raise unreadable("no_table")
    with_contact = [at for at, row in first_rows.items() if clean_header(row[1][0]) == CONTACT]
    chosen = min(with_contact or first_rows)
    others = [str(at) for at in sorted(first_rows) if at != chosen]
    size = file.seek(0, 2)
    rows = (row for at, row in _rows(file, encoding) if at == chosen)
    return Sheet("html", rows, str(chosen), others, encoding, lambda: file.tell() / max(1, size))


def read_mhtml(file: BinaryIO) -> Sheet:
    """Open a page that was saved as one file ("Single File Web Page"): its first part with a table."""
    file.seek(0)
    for part in message_from_binary_file(file).walk():
        page = part.get_payload(decode=True)
        if part.get_content_type() == "text/html" and isinstance(page, bytes) and b"<table" in page.lower():
            return read_html(io.BytesIO(page))
    raise unreadable("no_table")


def _encoding_of(file: BinaryIO) -> str:
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if bom := bom_of(head):
        return "utf-8-sig" if bom[1] == "utf-8" else bom[1]
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while head:
            decoder.decode(head)
            head = file.read(HEAD_BYTES)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        file.seek(0)
        named = _CHARSET.search(file.read(HEAD_BYTES))
        return _known(named[1].decode("ascii")) if named else "cp1252"
    return "utf-8"


def _known(name: str) -> str:
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return "cp1252"
    return "cp1252" if found in _REALLY_1252 else found


def _rows(file: BinaryIO, encoding: str) -> Iterator[tuple[int, Row]]:
    """All rows with a value, of all tables: (number of the table from 1, row)."""
    page = _Page()
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    while chunk := file.read(CHUNK_BYTES):
        page.feed(decoder.decode(chunk))
        yield from page.take()
    page.close()
    page.end()
    yield from page.take()


class _Table:
    """An open table: where the next cell goes, and what cells of rows above still cover."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.row = 0
        self.cells: list[Value] | None = None
        self.text: list[str] | None = None
        self.exact: str | None = None
        self.span = (1, 1)
        self.covered: dict[int, int] = {}


class _Page(HTMLParser):
    """Collects the rows of a page. Tags that close what is still open are taken as read: reports leave them out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._found: list[tuple[int, Row]] = []
        self._open: list[_Table] = []
        self._tables = 0
        self._silent = 0

    def take(self) -> list[tuple[int, Row]]:
        """The rows that are complete."""
        found, self._found = self._found, []
        return found

    def end(self) -> None:
        """The page is over, whatever is still open."""
        while self._open:
            self._end_table()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "table":
            self._tables += 1
            self._open.append(_Table(self._tables))
        elif not self._open:
            return
        elif tag == "tr":
            self._end_row()
            self._open[-1].cells = []
        elif tag in ("td", "th"):
            self._start_cell(dict(attrs))
        elif tag in _NEW_LINE and (text := self._open[-1].text) is not None:
            text.append("\0")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif not self._open:
            return
        elif tag == "table":
            self._end_table()
        elif tag == "tr":
            self._end_row()
        elif tag in ("td", "th"):
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self._open and not self._silent and (text := self._open[-1].text) is not None:
            text.append(data)

    def _start_cell(self, attributes: dict[str, str | None]) -> None:
        table = self._open[-1]
        self._end_cell()
        if table.cells is None:
            table.cells = []
        table.text = []
        table.exact = attributes.get("x:num")
        table.span = (
            _span(attributes.get("colspan"), _WIDEST_SPAN),
            _span(attributes.get("rowspan"), _LONGEST_SPAN),
        )

    def _end_cell(self) -> None:
        table = self._open[-1]
        if table.text is None or table.cells is None:
            return
        text, table.text = "".join(table.text), None
        if len(text) > LONGEST_TEXT:
            raise too_large("line")
        self._skip_covered(table, table.cells)
        at = len(table.cells)
        lines = (_SPACES.sub(" ", line).strip(" ") for line in text.split("\0"))
        table.cells.extend([_exact("\n".join(lines).strip("\n"), table.exact), *[None] * (table.span[0] - 1)])
        if table.span[1] > 1:
            table.covered.update(dict.fromkeys(range(at, at + table.span[0]), table.row + table.span[1]))

    def _skip_covered(self, table: _Table, cells: list[Value]) -> None:
        while table.covered.get(len(cells), 0) > table.row:
            cells.append(None)

    def _end_row(self) -> None:
        table = self._open[-1]
        self._end_cell()
        if table.cells is not None:
            table.row += 1
            if any(table.cells):
                self._found.append((table.number, (table.row, table.cells)))
        table.cells = None

    def _end_table(self) -> None:
        self._end_row()
        self._open.pop()


def _span(text: str | None, most: int) -> int:
    return max(1, min(most, int(text))) if text and text.isdecimal() and len(text) < 6 else 1


def _exact(text: str, number: str | None) -> Value:
    """Excel writes the number beside what it shows: 5.25501E+11 has all its digits there."""
    if number and _SHORTENED.fullmatch(text):
        try:
            return float(number)
        except ValueError:
            return text
    return text or None
