"""Signs of life of a role's process: whoever keeps it running is told every second that its work goes on.

The sign comes from a thread, so that a long piece of work does not silence it. A process that stands still gives none,
and its keeper ends it: ours (processes.py, over a pipe) or systemd (WatchdogSec). Where the process lives and its work
hangs, `moved()` is not called any more: then it ends itself, and is started again by whoever keeps it.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

log = logging.getLogger(__name__)

DESCRIPTOR = "SMARTCHAT_LIFE_FD"
"""The environment variable by which the keeper names its pipe."""
SECONDS = 1.0
LONGEST_PIECE = 300.0
"""Seconds that a role's work may take without a `moved()`: nothing that is in order takes as long."""
HUNG = 70
"""The exit status of a process whose work hangs."""

_moved_at = time.monotonic()


def moved() -> None:
    """The work goes on: called between any two pieces of it that take seconds."""
    global _moved_at
    _moved_at = time.monotonic()


def since_moved() -> float:
    """Seconds since the work was last known to go on."""
    return time.monotonic() - _moved_at


def begin() -> None:
    """From here on this process gives signs of life, and ends where its work hangs."""
    listeners = [*_keeper(), *_systemd()]
    threading.Thread(target=_tell, args=(listeners,), name="life", daemon=True).start()


def _tell(listeners: list[Callable[[], object]]) -> None:
    while since_moved() < LONGEST_PIECE:
        for tell in listeners:
            with suppress(OSError):  # it is gone, or has enough that it has not heard yet
                tell()
        time.sleep(SECONDS)
    log.error("the work has not gone on for %.0f s: this process ends, to be started again", since_moved())
    os._exit(HUNG)


def _keeper() -> Iterator[Callable[[], object]]:
    text = os.environ.get(DESCRIPTOR, "")
    if text.isdecimal():
        pipe = int(text)
        os.set_inheritable(pipe, False)
        os.set_blocking(pipe, False)
        yield lambda: os.write(pipe, b".")


def _systemd() -> Iterator[Callable[[], object]]:
    """The protocol of sd_notify(3): a datagram to the socket that it names."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address and os.environ.get("WATCHDOG_USEC"):
        path = "\0" + address[1:] if address.startswith("@") else address
        notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        notify.setblocking(False)
        yield lambda: notify.sendto(b"WATCHDOG=1", path)
