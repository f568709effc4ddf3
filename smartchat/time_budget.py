"""A bound on how long it may take to understand what somebody wrote. For pure work alone: it ends in the middle.

In the main thread of a process (workers understand there) the operating system's timer stops whatever runs, an
expression in the middle of its match too. In other threads (a webhook's, the one that fetches lost messages) and on a
system without such timers the bound is looked at with every call of a function: there an expression is not stopped,
but none of ours takes longer than its text is long. Both count processor time, not the time of a busy machine.
"""

import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, TypeVar

T = TypeVar("T")

_HAS_TIMER = hasattr(signal, "setitimer") and hasattr(signal, "SIGVTALRM")
_armed = False  # only the main thread reads and writes it


class TimeUp(Exception):
    """The work took longer than it may; nothing of it is left."""


class _Stop(BaseException):
    """Stops the work: no Exception, so that nothing in it takes it for one of its own."""


def within(seconds: float, work: Callable[[], T]) -> T:
    """What the work gives; raises TimeUp where it takes longer than so many seconds of processor time.

    The work must touch no database, file or lock: it may end at any point. Inside of another `within` the outer bound
    counts.
    """
    timer = _HAS_TIMER and threading.current_thread() is threading.main_thread()
    if timer and _armed:
        return work()
    try:
        return _timed(seconds, work) if timer else _watched(seconds, work)
    except _Stop:
        raise TimeUp from None


def _timed(seconds: float, work: Callable[[], T]) -> T:
    global _armed
    if signal.getsignal(signal.SIGVTALRM) is not _on_timer:
        signal.signal(signal.SIGVTALRM, _on_timer)
    try:
        _armed = True
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
        return work()
    finally:
        # First the word, then the timer: a signal that is on its way already does nothing any more.
        _armed = False
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _on_timer(_number: int, _frame: FrameType | None) -> None:
    global _armed
    if _armed:
        _armed = False
        raise _Stop


def _watched(seconds: float, work: Callable[[], T]) -> T:
    end = time.thread_time() + seconds

    def look(_frame: FrameType, _event: str, _arg: Any) -> None:
        if time.thread_time() > end:
            raise _Stop

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        return work()
    finally:
        sys.setprofile(before)
