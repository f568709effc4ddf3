"""What programs write goes on to the terminal at once, and the end of it is remembered: it tells why one ended."""

import os
import selectors
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

KEPT_BYTES = 4_000
KEPT_LINES = 15


class Output:
    """The output of several programs, each with a pipe of its own. Only `pass_on` reads: it has to be called often."""

    def __init__(self) -> None:
        self._pipes = selectors.DefaultSelector()
        self._kept: dict[str, bytearray] = {}

    def listen(self, name: str, pipe: IO[bytes]) -> None:
        """From now on the name stands for this pipe; what came from one before it is forgotten."""
        self._kept[name] = bytearray()
        self._pipes.register(pipe, selectors.EVENT_READ, self._kept[name])

    def pass_on(self, seconds: float) -> None:
        """Passes on to standard error what was written, after waiting up to so many seconds for it."""
        for key, _ in self._pipes.select(seconds):
            if chunk := os.read(key.fd, 65_536):
                key.data.extend(chunk)
                del key.data[:-KEPT_BYTES]
                _show(chunk)
            else:
                self._pipes.unregister(key.fileobj)
                cast(IO[bytes], key.fileobj).close()

    def close(self) -> None:
        """Passes on what is there still, and lets go of all pipes."""
        self.pass_on(0)
        for key in list(self._pipes.get_map().values()):
            self._pipes.unregister(key.fileobj)
            cast(IO[bytes], key.fileobj).close()

    def last_lines(self, name: str) -> str:
        """The last lines of that program."""
        return _last(bytes(self._kept.get(name, b"")))


def of_file(path: Path) -> str:
    """The last lines of a log file; empty where there is none."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - KEPT_BYTES))
            return _last(file.read())
    except OSError:
        return ""


def _last(text: bytes) -> str:
    return "\n".join(text.decode("utf-8", "replace").splitlines()[-KEPT_LINES:])


def _show(chunk: bytes) -> None:
    with suppress(OSError):  # a terminal that was closed; the programs go on
        sys.stderr.buffer.write(chunk)
        sys.stderr.buffer.flush()
