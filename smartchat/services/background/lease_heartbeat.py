"""The pulse of long work: tells the database every second how far it is and that it lives, and hears who stops it."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread
from types import TracebackType
from typing import Self

from sqlalchemy import Engine, select, update
from sqlalchemy.exc import SQLAlchemyError

from smartchat import life
from smartchat.models import Preparation
from smartchat.services.contact_file.watch import Watch

LEASE = timedelta(seconds=30)
SECONDS = 1.0
LONGEST_STANDSTILL = 3600.0
"""Seconds that a file may be worked on without a row more: a large workbook is unpacked before its first one."""


class LeaseHeartbeat:
    """A context around the work of one claim; it stops the `watch` where that is asked for.

    `wish_to_stop`: the operator wants it. `lost`: somebody else has the work now (this process stood still too long).
    """

    def __init__(
        self,
        engine: Engine,
        claim: str,
        watch: Watch,
        machine: Callable[[], datetime],
        stopping: Callable[[], bool],
    ) -> None:
        self._engine, self._claim, self._watch = engine, claim, watch
        self._machine, self._stopping = machine, stopping
        self._over = Event()
        self._thread = Thread(target=self._run, name="pulse", daemon=True)
        self.wish_to_stop = False
        self.lost = False

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _fault: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        known, since = None, time.monotonic()
        while not self._over.wait(SECONDS):
            if known != (known := (self._watch.rows, self._watch.share)):
                since = time.monotonic()
            if time.monotonic() - since < LONGEST_STANDSTILL:
                life.moved()
            try:
                self._beat()
            except SQLAlchemyError:
                continue  # the next beat may come through; if none does, the lease runs out
            if self.wish_to_stop or self.lost or self._stopping():
                self._watch.stop.set()
                return

    def _beat(self) -> None:
        mine = Preparation.claim == self._claim
        beat = {
            "rows": self._watch.rows,
            "share": self._watch.share,
            "phase": str(self._watch.phase),
            "lease_until": self._machine() + LEASE,
        }
        with self._engine.begin() as connection:
            connection.execute(update(Preparation).where(mine).values(**beat))
            wish = connection.scalar(select(Preparation.stop).where(mine))
        self.lost = wish is None
        self.wish_to_stop = bool(wish)
