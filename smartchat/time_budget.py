"""A bound on how long it may take to understand what somebody wrote. For pure work alone: it ends in the middle.

In the main thread of a process (workers understand there) the operating system's timer stops whatever runs, an
expression in the middle of its match too. In other threads (a webhook's, the one that fetches lost messages) and on a
system without such timers the bound is looked at with every call of a function: there an expression is not stopped,
but none of ours takes longer than its text is long. Both count processor time, not the time of a busy machine.
"""

import gc
import inspect
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, TypeVar

T = TypeVar("T")

TURN = 1.0
"""Seconds of processor time to understand a turn; a hundredth of it is enough."""

_HAS_TIMER = hasattr(signal, "setitimer") and hasattr(signal, "SIGVTALRM")
_AGAIN = 0.05  # seconds: a stop that got lost (where Python swallows what a finalizer raises) comes again
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
        if timer:
            _disarm()
        raise TimeUp from None


def _timed(seconds: float, work: Callable[[], T]) -> T:
    global _armed
    if signal.getsignal(signal.SIGVTALRM) is not _on_timer:
        signal.signal(signal.SIGVTALRM, _on_timer)
    # A collection of garbage is nobody's work, may take long, and swallows what is raised in its finalizers.
    collects = gc.isenabled()
    gc.disable()
    try:
        _armed = True
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds, _AGAIN)
        return work()
    finally:
        _disarm()
        if collects:
            gc.enable()


def _disarm() -> None:
    """First the word, then the timer: a signal that is on its way already does nothing any more."""
    global _armed
    _armed = False
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _on_timer(_number: int, _frame: FrameType | None) -> None:
    if _armed:
        raise _Stop


def _watched(seconds: float, work: Callable[[], T]) -> T:
    end, no_sooner = time.thread_time() + seconds, time.monotonic() + seconds

    def look(frame: FrameType, event: str, _arg: Any) -> None:
        # The clock on the wall is the cheaper one to ask, and never behind.
        if time.monotonic() <= no_sooner or time.thread_time() <= end:
            return
        # Not where a generator goes on or ends: if it is being thrown away, Python swallows what is raised there, and
        # looks no more.
        if event == "c_call" or (event == "call" and not frame.f_code.co_flags & inspect.CO_GENERATOR):
            raise _Stop

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        return work()
    finally:
        sys.setprofile(before)
