"""Virtual time: one thread, a heap of what is to happen, and a clock that jumps from one to the next.

It stands in for the simulator's courier (`after`), and moves the time that the whole process reads. While a call
lasts (`spend`), what falls due meanwhile happens inside of it: a webhook, Finish, another worker's drain.
"""

import heapq
import itertools
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Self

import time_machine

Task = Callable[[], object]
DEEPEST = 4  # calls within calls


class Timeline:
    """From `start` on. Use as a context: outside of it time is the machine's again."""

    def __init__(self, start: datetime) -> None:
        self.now = start.astimezone(UTC)
        self.crashes: list[str] = []
        self._heap: list[tuple[datetime, int, Task]] = []
        self._ticket = itertools.count()
        self._depth = 0
        self._limit: datetime | None = None
        self._travel = time_machine.travel(self.now, tick=False)

    def __enter__(self) -> Self:
        self._coordinates = self._travel.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._travel.stop()

    def after(self, seconds: float, task: Task) -> None:
        """Runs `task` in so many seconds."""
        self.at(self.now + timedelta(seconds=seconds), task)

    def at(self, instant: datetime, task: Task) -> None:
        """Runs `task` then, or at once where that is past."""
        heapq.heappush(self._heap, (max(instant, self.now), next(self._ticket), task))

    def next_at(self) -> datetime | None:
        """When the next thing happens; None where nothing is planned."""
        return self._heap[0][0] if self._heap else None

    def step(self) -> None:
        """Goes to the next thing and does it; what it raises is a fault of the round, kept in `crashes`."""
        instant, _, task = heapq.heappop(self._heap)
        self.go(instant)
        try:
            task()
        except Exception:  # noqa: BLE001 - whatever it is, it is what the round looks for
            self.crashes.append(traceback.format_exc())

    def go(self, instant: datetime) -> None:
        """Now it is then; never earlier than before."""
        if instant > self.now:
            self.now = instant
            self._coordinates.move_to(instant)

    @property
    def stands(self) -> bool:
        """Whether time cannot go on before the call ends in which all this happens."""
        return self._limit is not None and self.now >= self._limit

    def spend(self, seconds: float) -> None:
        """A call takes so long: others act meanwhile, and are done with it by the time it ends."""
        outer = self._limit
        until = self.now + timedelta(seconds=seconds)
        self._limit = until = until if outer is None else min(until, outer)
        self._depth += 1
        try:
            while self._depth <= DEEPEST and self._heap and self._heap[0][0] <= until:
                self.step()
        finally:
            self._depth -= 1
            self._limit = outer
        self.go(until)
