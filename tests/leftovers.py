"""Nothing that tests or benchmarks start outlives them: a watcher, a process apart, ends what is left after them.

It notices their end, also by kill -9, by a pipe that only they hold; and it finds what they started, and what that
started in turn, by a variable that all of it inherits (Linux: it reads /proc).
"""

import os
import signal
import sys
import time
import uuid
from contextlib import suppress
from pathlib import Path

VARIABLE = "STARTED_BY_TESTS"
GRACE_SECONDS = 15.0


def watch() -> None:
    """From now on all that this process starts is marked; when it has ended, what is left of that is ended too."""
    unmarked = {name: value for name, value in os.environ.items() if name != VARIABLE}
    os.environ[VARIABLE] = uuid.uuid4().hex
    reading, _held_until_we_end = os.pipe()
    os.posix_spawn(
        sys.executable,
        [sys.executable, "-S", __file__, f"{VARIABLE}={os.environ[VARIABLE]}"],
        unmarked,
        file_actions=[
            (os.POSIX_SPAWN_DUP2, reading, 0),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ],
        setsid=True,
    )
    os.close(reading)


def carrying(mark: str) -> dict[int, str]:
    """The processes with this in their environment, by their command lines."""
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark.encode() in (path / "environ").read_bytes().split(b"\0"):
                command = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                found[int(path.name)] = command
    return found


def end_all(mark: str) -> None:
    """Asks each of them once to end, and kills those that have not after a grace."""
    asked: set[int] = set()
    due = time.monotonic() + GRACE_SECONDS
    while left := carrying(mark).keys():
        late = time.monotonic() > due
        for pid in left if late else left - asked:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL if late else signal.SIGTERM)
        asked |= left
        time.sleep(0.1)


if __name__ == "__main__":
    sys.stdin.buffer.read()
    end_all(sys.argv[1])
