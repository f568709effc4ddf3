"""A repaired text file: UTF-8 with the mark by which Excel knows it, CRLF, quotes only where they are needed."""

import csv
import io
import re
from collections.abc import Iterable
from itertools import islice
from typing import BinaryIO

from smartchat.adapters.repaired_files.rows import SheetRow
from smartchat.domain.contact_file.cells import DANGEROUS, shown, trimmed
from smartchat.domain.contact_file.values import Value

_CHUNK = 500  # rows
# A phone or a number: no spreadsheet runs these.
_HARMLESS = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?", re.ASCII)


def write_text(rows: Iterable[SheetRow], out: BinaryIO, delimiter: str) -> None:
    """Write rows; the numbers that are missing among them become empty lines. `out` need not seek."""
    out.write("\ufeff".encode())
    rows, number = iter(rows), 1
    while chunk := list(islice(rows, _CHUNK)):
        text = io.StringIO(newline="")
        plain = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
        # Other delimiters inside a header would be taken for the one of the file, if they were not quoted.
        quoted = csv.writer(text, delimiter=delimiter, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
        for row in chunk:
            text.write("\r\n" * (row.number - number))
            number = row.number + 1
            all_quoted = row.layout is not None and delimiter != "\t"
            (quoted if all_quoted else plain).writerow(map(_unrunnable, row.cells))
        out.write(text.getvalue().encode("utf-8", "replace"))


def _unrunnable(value: Value) -> str:
    """The text of a cell, with an apostrophe before whatever a spreadsheet might run."""
    text = value if isinstance(value, str) else shown(value)
    if text[:1].isalnum():
        return text
    inner = trimmed(text)
    return f"'{inner}" if inner.startswith(DANGEROUS) and not _HARMLESS.fullmatch(inner) else text
