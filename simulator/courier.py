"""Work that is done later, by a bounded number of threads."""

import heapq
import itertools
import sys
import threading
import time
import traceback
from collections.abc import Callable

Task = Callable[[], object]


class Courier:
    """Runs tasks when they fall due. Never more than ``threads`` at a time; they end with the process."""

    def __init__(self, threads: int) -> None:
        self._ready = threading.Condition()
        self._tasks: list[tuple[float, int, Task]] = []
        self._ticket = itertools.count()
        for index in range(threads):
            threading.Thread(target=self._work, name=f"courier-{index}", daemon=True).start()

    def after(self, seconds: float, task: Task) -> None:
        """Run ``task`` in so many seconds; of two that fall due together, the one that was given first."""
        with self._ready:
            heapq.heappush(self._tasks, (time.monotonic() + seconds, next(self._ticket), task))
            self._ready.notify()

    def _work(self) -> None:
        while True:
            task = self._next()
            try:
                task()
            except Exception:  # noqa: BLE001 - reported; the other messages still have their tasks to be done
                sys.stderr.write(traceback.format_exc())

    def _next(self) -> Task:
        with self._ready:
            while True:
                if not self._tasks:
                    self._ready.wait()
                    continue
                wait = self._tasks[0][0] - time.monotonic()
                if wait <= 0:
                    return heapq.heappop(self._tasks)[2]
                self._ready.wait(wait)
