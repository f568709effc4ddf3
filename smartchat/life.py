"""Signs of life of a role's process: whoever keeps it running is told every second that its work goes on.

The sign comes from a thread, so that a long piece of work does not silence it; but only as long as the work itself
called `moved()` not long ago. A process that stands still gives no sign, nor does one whose work hangs.
"""

import os
import threading
import time

DESCRIPTOR = "SMARTCHAT_LIFE_FD"
"""The environment variable by which the keeper names its pipe."""
SECONDS = 1.0
LONGEST_PIECE = 300.0
"""Seconds that a role's work may take without a `moved()`: nothing that is in order takes as long."""

_moved_at = time.monotonic()


def moved() -> None:
    """The work goes on: called between any two pieces of it that take seconds."""
    global _moved_at
    _moved_at = time.monotonic()


def since_moved() -> float:
    """Seconds since the work was last known to go on."""
    return time.monotonic() - _moved_at


def tell_keeper() -> None:
    """Begins to give signs of life, where somebody wants to hear them."""
    text = os.environ.get(DESCRIPTOR, "")
    if text.isdecimal():
        pipe = int(text)
        os.set_inheritable(pipe, False)
        os.set_blocking(pipe, False)
        threading.Thread(target=_tell, args=(pipe,), name="life", daemon=True).start()


def _tell(pipe: int) -> None:
    while True:
        if since_moved() < LONGEST_PIECE:
            try:
                os.write(pipe, b".")
            except BlockingIOError:
                pass  # the keeper has enough unread signs
            except OSError:
                return  # it is gone
        time.sleep(SECONDS)
