"""The reading process: a workbook on standard input, its rows as lines of JSON on standard output."""

import json
import os
import resource
import sys
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO, TextIO

from smartchat.adapters.spreadsheets.cells import encode
from smartchat.adapters.spreadsheets.limits import Limits, too_large, unreadable
from smartchat.adapters.spreadsheets.sheet import Sheet
from smartchat.domain.contact_file.table import Row, Unreadable

_ROWS_A_LINE = 500
# Values this far to the right are a slip in one or two rows, and an attack in hundreds.
_FAR_COLUMN, _FAR_ROWS = 1_000, 100


def main(arguments: list[str]) -> None:
    """Read what is on standard input as the kind in arguments[0], within the limits in arguments[1] (JSON)."""
    kind, limits = arguments[0], Limits(**json.loads(arguments[1]))
    _confine(limits)
    # Libraries print warnings to standard output, where only rows may go.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="replace", newline="\n", buffering=1 << 16)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    try:
        with os.fdopen(0, "rb", closefd=False) as file:
            file.seek(0)
            _send(read(file, kind, limits), out)
    except Unreadable as refusal:
        _send_problem(refusal, out)
    except (MemoryError, RecursionError):
        _send_problem(too_large("resources"), out)
    except BrokenPipeError:
        os._exit(0)  # Whoever asked has gone.
    except Exception:  # noqa: BLE001 - a damaged file makes a library raise anything: the file's fault, by name
        _send_problem(unreadable("damaged"), out)
    out.flush()
    os._exit(0)


def _confine(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))


def read(file: BinaryIO, kind: str, limits: Limits) -> Sheet:
    """Open a file of a kind. Each reader is imported only where it is needed."""
    if kind == "zip":
        from smartchat.adapters.spreadsheets.containers import read_archive

        return read_archive(file, limits)
    if kind == "biff":
        from smartchat.adapters.spreadsheets.xls import read_xls

        return read_xls(file, limits)
    if kind in ("html", "mhtml"):
        from smartchat.adapters.spreadsheets.html import read_html, read_mhtml

        return read_html(file) if kind == "html" else read_mhtml(file)
    if kind == "fods":
        from smartchat.adapters.spreadsheets.ods import read_fods

        return read_fods(file)
    from smartchat.adapters.spreadsheets.xml2003 import read_xml2003

    return read_xml2003(file)


def _send(sheet: Sheet, out: TextIO) -> None:
    first = {"format": sheet.format, "sheet": sheet.sheet, "others": sheet.others, "encoding": sheet.encoding}
    out.write(encode(first) + "\n")
    out.flush()
    rows_left = _reasonable(sheet.rows)
    while rows := list(islice(rows_left, _ROWS_A_LINE)):
        out.write(encode({"done": sheet.progress(), "rows": rows}) + "\n")
    out.write(encode({"end": True}) + "\n")


def _reasonable(rows: Iterator[Row]) -> Iterator[Row]:
    far_rows = 0
    for row in rows:
        if len(row[1]) > _FAR_COLUMN:
            far_rows += 1
            if far_rows > _FAR_ROWS:
                raise too_large("sheet")
        yield row


def _send_problem(refusal: Unreadable, out: TextIO) -> None:
    problem = refusal.problem
    told = {"code": problem.code, "row": problem.row, "params": dict(problem.params)}
    out.write(encode({"problem": told}) + "\n")
