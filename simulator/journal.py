"""What an auditor reads afterwards: every message, status and webhook, as JSON lines in a file."""

import json
import threading
from pathlib import Path
from typing import TextIO


class Journal:
    """The log file, where one was asked for; each line is on its way to the disk when ``write`` returns."""

    def __init__(self, path: Path | None) -> None:
        self._lock = threading.Lock()
        self._file: TextIO | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            torn = _is_torn(path)
            self._file = path.open("a", encoding="utf-8")
            if torn:  # whoever wrote it was killed in the middle of a line
                self._file.write("\n")

    def write(self, event: str, entry: dict[str, object]) -> None:
        """Append one line; ``event`` says what happened (message, status, webhook, opt_out, opt_in)."""
        if self._file is None:
            return
        line = json.dumps({"event": event, **entry}, ensure_ascii=False) + "\n"
        with self._lock:
            self._file.write(line)
            self._file.flush()

    def close(self) -> None:
        """Nothing is written any more."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None


def _is_torn(path: Path) -> bool:
    """Whether the last line has no end."""
    if not path.exists() or path.stat().st_size == 0:
        return False
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read() != b"\n"
