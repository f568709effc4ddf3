"""Where this folder's installation runs: what `make run` leaves under instance/ for commands in other terminals."""

import fcntl
import time
from pathlib import Path
from typing import TextIO

NAME = "address"
_TRIES = 5
_announced: list[TextIO] = []
"""The lock is held as long as the file is open: until this process ends, however it ends."""


def announce(instance: Path, address: str) -> None:
    """Leaves the address for `address_of`; where another process runs on this folder, its own stays."""
    file = (instance / NAME).open("a+")
    for _ in range(_TRIES):
        if _lock(file, fcntl.LOCK_EX):
            file.truncate(0)
            file.write(address)
            file.flush()
            _announced.append(file)
            return
        time.sleep(0.01)  # a command that reads holds it for a moment
    file.close()


def address_of(instance: Path) -> str | None:
    """The address of what runs on this folder now; None: nothing that `make run` started."""
    try:
        with (instance / NAME).open() as file:
            return None if _lock(file, fcntl.LOCK_SH) else file.read() or None
    except FileNotFoundError:
        return None


def _lock(file: TextIO, how: int) -> bool:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
