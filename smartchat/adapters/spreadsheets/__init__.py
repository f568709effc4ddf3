"""Contact files of every kind as a stream of rows: the only place that knows their formats.

What can be text is read here, in one pass and bounded memory. Everything else is read in a process of its own.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from smartchat.adapters.spreadsheets.kinds import HEAD_BYTES, kind_of
from smartchat.adapters.spreadsheets.limits import DEFAULT_LIMITS, MEGABYTE, Limits, too_large
from smartchat.adapters.spreadsheets.process import open_in_process
from smartchat.adapters.spreadsheets.text import open_text
from smartchat.domain.contact_file.table import Table

__all__ = ["DEFAULT_LIMITS", "Limits", "open_table"]


@contextmanager
def open_table(stream: BinaryIO, filename: str, limits: Limits = DEFAULT_LIMITS) -> Iterator[Table]:
    """A contact file as a Table, whatever its content is. The name counts only for text that must use tabs.

    `stream` must be seekable and stay open; it is read from its start. Raises Unreadable on opening, and its rows
    may raise it later; `ContactFileCheck` takes that up.
    """
    size = stream.seek(0, io.SEEK_END)
    if size > limits.file_bytes:
        raise too_large("bytes", limit=limits.file_bytes // MEGABYTE)
    stream.seek(0)
    kind = kind_of(stream.read(HEAD_BYTES))
    opened = open_text(stream, filename) if kind == "text" else open_in_process(stream, kind, limits)
    with opened as table:
        yield table
