"""How long something takes as its text grows: the measure of what is linear."""

import gc
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

FASTEST = 0.004  # seconds: below that a ratio says nothing
MOST = 3.0  # times as long for twice the text; linear is 2, quadratic 4


class TooLong(BaseException):
    """It was stopped: it had had its time."""


@contextmanager
def stopped_after(seconds: float) -> Iterator[None]:
    """Raises TooLong in what takes longer than this (processor time of this process)."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TooLong

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def seconds(work: Callable[[], object], rounds: int = 1) -> float:
    """Processor time, the best of some rounds, without the collector of garbage."""
    best = float("inf")
    collecting = gc.isenabled()
    gc.disable()
    try:
        for _ in range(rounds):
            begun = time.thread_time()
            work()
            best = min(best, time.thread_time() - begun)
    finally:
        if collecting:
            gc.enable()
    return best


def grows(
    work: Callable[[str], object], text: Callable[[int], str], size: int, limit: float = 2.0
) -> str | None:
    """What is wrong where the time grows faster than the text; None where it does not.

    `text` makes one of about a size. A look at small ones first: what grows without bounds shows there already. What
    seems to grow has to do so three times: a machine that does other things too is no fault of ours.
    """
    told = ""
    try:
        with stopped_after(limit):
            work(text(60))
            work(text(size // 4))
            for rounds in (1, 3, 7):
                whole = seconds(lambda: work(text(size)), rounds)
                if whole < FASTEST:
                    return None
                half = seconds(lambda: work(text(size // 2)), rounds)
                if whole < MOST * half:
                    return None
                told = f"{half * 1000:.1f} ms, and {whole * 1000:.1f} ms for twice the text"
    except TooLong:
        told = f"over {limit} s"
    return f"{told}: {text(60)[:80]!r}…{text(60)[-8:]!r}"
