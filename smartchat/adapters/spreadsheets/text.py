"""Text files, .tsv and .csv: read in one pass, a row at a time, in any encoding and with any line ends."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from typing import BinaryIO

from smartchat.adapters.spreadsheets.encodings import Encoding, encoding_of
from smartchat.adapters.spreadsheets.limits import MEGABYTE, too_large
from smartchat.domain.contact_file.problems import Problem
from smartchat.domain.contact_file.table import TEXT_ROW_LIMIT, Row, Table, Unreadable
from smartchat.domain.script.reserved import CONTACT

_LONGEST_CELL = MEGABYTE
_DELIMITERS = ",;\t|"
_MOST_CELLS = 16_384
_TABS_ONLY = (".tsv", ".tab", ".txt")
_SEP_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE | re.DOTALL)
_QUOTED = re.compile(r'"(?:[^"]|"")*"?')
_END = "\0end of file\0"
_HEADER_WITHIN = 1000
_LONGEST_HEADER = 1024 * 1024
# So few that they are gone before the garbage collector has to look at them: more take a third longer.
_BATCH = 128
_SHOWN = 60


@contextmanager
def open_text(stream: BinaryIO, filename: str) -> Iterator[Table]:
    """A text file as a Table. What is called `.tsv` or `.txt` must use tabs, every other name may use any delimiter.

    Raises Unreadable.
    """
    size = stream.seek(0, io.SEEK_END)
    encoding = encoding_of(stream)
    stream.seek(encoding.start)
    text = io.TextIOWrapper(stream, encoding.name, newline="")
    name = filename.lower()
    any_delimiter = not name.endswith(_TABS_ONLY)
    try:
        rows, delimiter = _rows(text, encoding, any_delimiter)
        yield Table(
            rows=rows,
            format="csv" if name.endswith(".csv") or delimiter != "\t" else "tsv",
            encoding=encoding.name,
            guessed_sample=encoding.guessed_sample,
            row_limit=TEXT_ROW_LIMIT,
            progress=lambda: stream.tell() / size if size else 1.0,
            delimiter=delimiter,
        )
    finally:
        # Else the wrapper would close the caller's stream when it goes.
        text.detach()


def _rows(text: io.TextIOWrapper, encoding: Encoding, any_delimiter: bool) -> tuple[Iterator[Row], str]:
    lines: Iterable[str] = (line.replace("\0", "") for line in text) if encoding.has_nul else text
    lines = iter(lines)
    first_lines, delimiter = _beginning(lines, any_delimiter)
    whole = _not_endless(chain(first_lines, lines, (_END,)), delimiter)
    return chain.from_iterable(_numbered(whole, delimiter, any_delimiter)), delimiter


def _not_endless(lines: Iterable[str], delimiter: str) -> Iterator[str]:
    """The lines; refuses one with more cells than any spreadsheet has columns, before they are made."""
    for line in lines:
        if len(line) > _MOST_CELLS and line.count(delimiter) >= _MOST_CELLS:
            raise too_large("line")
        yield line


def _beginning(lines: Iterator[str], any_delimiter: bool) -> tuple[list[str], str]:
    """(the lines up to the headers, the delimiter). Excel hides a first line `sep=;`: it is left out and no row."""
    read: list[str] = []
    named, blank, quotes, length = "", 0, 0, 0
    for line in lines:
        if not read and not named and (sep := _SEP_LINE.fullmatch(line)):
            named = sep[1]
            continue
        read.append(line)
        blank += blank == len(read) - 1 and not line.strip()
        quotes, length = quotes + line.count('"'), length + len(line)
        # A header may have line breaks inside its quotes.
        whole = blank < len(read) and not quotes % 2
        if whole or len(read) > _HEADER_WITHIN or length > _LONGEST_HEADER:
            break
    header = "".join(read[blank:])
    bare = _QUOTED.sub("", header)
    if any_delimiter:
        usual = max(_DELIMITERS, key=lambda mark: (_begins_with_contact(header, mark), bare.count(mark)))
        return read, named if named and named in _DELIMITERS else usual
    if "\t" not in bare and (used := max(",;|", key=bare.count)) in bare:
        raise Unreadable(Problem("wrong_delimiter", row=blank + 1, params={"delimiter": used}))
    return read, "\t"


def _begins_with_contact(header: str, delimiter: str) -> bool:
    first, found, _ = header.strip("\ufeff \r\n").upper().partition(delimiter)
    return bool(found) and first.strip('" \r\n') == CONTACT


def _numbered(lines: Iterator[str], delimiter: str, blanks: bool) -> Iterator[Iterable[Row]]:
    """Number the records as a spreadsheet does: a cell with line breaks is one row, an empty line is one too.

    Some hundred at a time; each is looked at only where one of them has line breaks. `blanks` may stand before quotes.
    """
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=blanks)
    swallowed = next_row(delimiter)
    number, at_end = 1, False
    while not at_end:
        records: list[list[str]] = []
        lines_before = reader.line_num
        try:
            records.extend(islice(reader, _BATCH))
        except csv.Error:
            # The only thing that the reader refuses here is an endless cell: mostly a quote that swallows the file.
            if reader.line_num - lines_before > len(records) + 1:
                raise _unclosed_quote(number + len(records), "") from None
            raise too_large("line") from None
        if reader.line_num - lines_before != len(records):
            _look_for_unclosed_quote(number, records, swallowed)
        at_end = len(records) < _BATCH or records[-1] == [_END]
        if at_end:
            records.pop()
        yield zip(range(number, number + len(records)), records, strict=True)
        number += len(records)


def next_row(delimiter: str) -> re.Pattern[str]:
    """How a row of the file begins that a quote has swallowed: a line break, and a number with a cell's end."""
    return re.compile(rf"[\r\n][ '\"]?\+?[0-9][0-9 ().-]{{6,}}{re.escape(delimiter)}")


def _look_for_unclosed_quote(first: int, records: list[list[str]], swallowed: re.Pattern[str]) -> None:
    for number, cells in enumerate(records, first):
        for cell in cells:
            if (cell.endswith(_END) and cells != [_END]) or swallowed.search(cell):
                raise _unclosed_quote(number, cell)


def _unclosed_quote(number: int, cell: str) -> Unreadable:
    return Unreadable(Problem("unclosed_quote", row=number, value=cell.replace(_END, "")[:_SHOWN]))
