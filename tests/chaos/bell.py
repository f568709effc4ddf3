"""Redis for rounds in one process: the bell, which can be emptied, be away, and lose what was set for the morning."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch

from smartchat import queue

from .timeline import Timeline


class LocalBell:
    """In place of the functions of `smartchat.queue`; `wake` is called for each job that a worker can take."""

    def __init__(self, timeline: Timeline, point: Callable[[], object], wake: Callable[[], object]) -> None:
        self._timeline = timeline
        self._point = point
        self._wake = wake
        self._generation = 0
        self._timers: set[str] = set()
        self.flag = False
        self.jobs = 0
        self.away = False

    def flush(self) -> None:
        """FLUSHALL: the flag, the jobs and the timers are gone."""
        self._generation += 1
        self._timers.clear()
        self.flag, self.jobs = False, 0

    def ring(self, bell: queue.Bell = queue.MESSAGES) -> bool:
        self._point()
        if self.away:
            return False
        if bell is queue.MESSAGES and not self.flag:
            self._enqueue()
        return True

    def ring_again(self, bell: queue.Bell = queue.MESSAGES) -> bool:
        if self.away:
            return False
        if bell is queue.MESSAGES and self.jobs == 0:
            self._enqueue()
        return True

    def ring_at(self, sender: str, opening: datetime) -> bool:
        self._point()
        name = queue.opening_job_id(sender, opening)
        if self.away:
            return False
        if name not in self._timers:
            self._timers.add(name)
            generation = self._generation
            self._timeline.at(opening, lambda: self._fire(generation, name))
        return True

    def drain_begins(self, *_: object) -> None:
        self.flag = False

    def _fire(self, generation: int, name: str) -> None:
        if generation == self._generation:
            self._timers.discard(name)
            self._enqueue()

    def _enqueue(self) -> None:
        self.flag = True
        self.jobs += 1
        self._timeline.after(0.01, self._wake)

    @contextmanager
    def installed(self) -> Iterator[None]:
        """The product rings this bell while it lasts."""
        with (
            patch.object(queue, "ring", self.ring),
            patch.object(queue, "ring_again", self.ring_again),
            patch.object(queue, "ring_at", self.ring_at),
            patch.object(queue, "drain_begins", self.drain_begins),
            patch.object(queue, "rung", lambda *_: self.away or self.flag),
            patch.object(queue, "connection", lambda: None),
        ):
            yield
