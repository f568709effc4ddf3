"""Reads a workbook in a process of its own, which may run out of memory or time, or crash, and nothing else does."""

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from shutil import copyfileobj
from typing import Any, BinaryIO

from smartchat.adapters.spreadsheets.cells import decode_row
from smartchat.adapters.spreadsheets.kinds import Kind
from smartchat.adapters.spreadsheets.limits import Limits, too_large, unreadable
from smartchat.domain.contact_file.problems import Problem
from smartchat.domain.contact_file.table import Row, Table, Unreadable

_PACKAGE = Path(__file__).resolve().parents[2]
# The package's own __init__ builds the web application. A reader needs none of it, and starts much sooner without.
_START = (
    "import sys, types; package = types.ModuleType('smartchat'); package.__path__ = [sys.argv[1]]; "
    "sys.modules['smartchat'] = package; from smartchat.adapters.spreadsheets.child import main; main(sys.argv[2:])"
)
# What an interpreter may need to find its own libraries; nothing that is a secret of ours.
_KEPT_VARIABLES = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PATH", "TMPDIR")
_STOPPED_BY_LIMITS = (-signal.SIGKILL, -signal.SIGXCPU)
_PIPE_BYTES = 1024 * 1024


@contextmanager
def open_in_process(stream: BinaryIO, kind: Kind, limits: Limits) -> Iterator[Table]:
    """A workbook (or a page, or XML) as a Table, read by a child process. Raises Unreadable, here or while reading."""
    with _as_file(stream) as file:
        child = subprocess.Popen(  # noqa: S603  our own interpreter and code; the file is only its standard input
            [sys.executable, "-I", "-c", _START, str(_PACKAGE), kind, json.dumps(asdict(limits))],
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ},
        )
        try:
            yield _Reading(child, limits).table()
        finally:
            child.kill()
            child.wait()
            assert child.stdout is not None  # noqa: S101  it is a pipe
            child.stdout.close()


@contextmanager
def _as_file(stream: BinaryIO) -> Iterator[BinaryIO]:
    """The stream itself where the system knows it as a file, else a copy."""
    stream.seek(0)
    try:
        stream.fileno()
    except OSError:
        with tempfile.TemporaryFile() as file:
            copyfileobj(stream, file)
            file.flush()
            yield file
    else:
        yield stream


class _Reading:
    """What the child sends, line by line: first what the sheet is, then rows, then the end or a problem."""

    def __init__(self, child: subprocess.Popen[bytes], limits: Limits) -> None:
        assert child.stdout is not None  # noqa: S101  it is a pipe
        self._child = child
        self._pipe = child.stdout.fileno()
        self._seconds_left = limits.waiting_seconds
        self._done = 0.0
        self._frames = self._split()

    def table(self) -> Table:
        """Wait for the first line. Raises Unreadable."""
        sheet = self._next()
        others = sheet["others"]
        params = {"sheet": sheet["sheet"], "others": ", ".join(others)}
        warnings = [Problem("other_sheets", "warning", params=params)] if others else []
        return Table(
            rows=self._rows(),
            format=sheet["format"],
            encoding=sheet["encoding"],
            sheet=sheet["sheet"],
            warnings=warnings,
            progress=lambda: self._done,
        )

    def _rows(self) -> Iterator[Row]:
        while "end" not in (frame := self._next()):
            self._done = frame["done"]
            for number, cells in frame["rows"]:
                yield number, decode_row(cells)
        self._done = 1.0

    def _next(self) -> dict[str, Any]:
        line = next(self._frames, None)
        if line is None:
            raise self._death()
        frame: dict[str, Any] = json.loads(line)
        if "problem" in frame:
            problem = frame["problem"]
            raise Unreadable(Problem(problem["code"], row=problem["row"], params=problem["params"]))
        return frame

    def _split(self) -> Iterator[bytes]:
        rest = b""
        with selectors.DefaultSelector() as selector:
            selector.register(self._pipe, selectors.EVENT_READ)
            while True:
                began = time.monotonic()
                if not selector.select(self._seconds_left):
                    raise unreadable("gave_up")
                chunk = os.read(self._pipe, _PIPE_BYTES)
                self._seconds_left = max(0.0, self._seconds_left - (time.monotonic() - began))
                if not chunk:
                    return
                first, *more = chunk.split(b"\n")
                rest += first
                for line in more:
                    yield rest
                    rest = line

    def _death(self) -> Unreadable:
        """The child went without a word: killed for its memory or time, or crashed by the file."""
        status = self._child.wait()
        return too_large("resources") if status in _STOPPED_BY_LIMITS else unreadable("gave_up")
