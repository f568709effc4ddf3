"""kill -9 without a process: at a drawn point whoever is at work is abandoned, and so is its transaction.

Points are all that tells a dead process from a living one: before and after a commit, before and after a call, before
the bell. Killed is no Exception: nothing that mends faults may mend this one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import Connection, event

from smartchat.db import db


class Killed(BaseException):
    """The process is gone."""


class Processes:
    """Who is at work, the innermost last, and after how many points each will be killed (None: never)."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._left: list[int | None] = []
        self.killed: list[str] = []

    @contextmanager
    def process(self, name: str, points: int | None = None) -> Iterator[None]:
        """An application context with a session of its own, which a kill ends without a word: see `killed`."""
        self._left.append(points)
        try:
            with self._app.app_context():
                yield
        except BaseException as fault:
            # What the dead still tried to do, and how it failed, is nobody's fault.
            if not isinstance(fault, Killed) and not self._dead:
                raise
            self.killed.append(name)
        finally:
            self._left.pop()

    @property
    def _dead(self) -> bool:
        return self._left[-1] is not None and self._left[-1] <= 0

    def point(self, *_: object) -> None:
        """Whoever is at work may die here; who is dead does nothing more, whatever it has in its `finally`."""
        if self._left and self._left[-1] is not None:
            self._left[-1] -= 1
            if self._left[-1] <= 0:
                raise Killed

    def _statement(self, connection: Connection, *about: Any) -> None:
        """What is inserted in no transaction is committed by itself; the point after that is the bell's."""
        *_, context, _executemany = about
        if context.isinsert and _commits_by_itself(connection):
            self.point()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Commits are points while this lasts."""
        with self._app.app_context():
            engine = db.engine
        points = [
            (db.session, "before_commit", self.point),
            (db.session, "after_commit", self.point),
            (engine, "before_cursor_execute", self._statement),
        ]
        for point in points:
            event.listen(*point)
        try:
            yield
        finally:
            for point in points:
                event.remove(*point)


def _commits_by_itself(connection: Connection) -> bool:
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        return not driver.in_transaction
    return bool(driver.autocommit)
