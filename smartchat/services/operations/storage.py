"""Whether what is to be kept can be kept: the bytes that are free where the data lies, and a write that is tried.

The database is asked by a write of one row, once in a few seconds for each process, however many want to know.
"""

import shutil
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import Connection, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from smartchat.db import BUSY_TIMEOUT_MS, autocommit, insert_new
from smartchat.models import Heartbeat

PROBE = "probe"
REMEMBER_SECONDS = 5.0
LEAST_FREE = 100_000_000
"""Bytes: with less the disk counts as full, before it is."""


@dataclass(frozen=True)
class Storage:
    """`free` bytes on the disk of the data folder (SQLite's database lies there); `refused` is what the database says
    to a write, empty where it takes it.
    """

    free: int | None
    refused: str = ""

    @property
    def scarce(self) -> bool:
        """Whether little is left on the disk."""
        return self.free is not None and self.free < LEAST_FREE


def look(machine: datetime) -> Storage:
    """As it was found within the last seconds. `machine`: the machine's time."""
    found: tuple[float, Storage] | None = current_app.extensions.get("smartchat_storage")
    if found is None or time.monotonic() - found[0] > REMEMBER_SECONDS:
        found = (time.monotonic(), Storage(free(), _refused(machine)))
        current_app.extensions["smartchat_storage"] = found
    return found[1]


def folder() -> Path:
    """Where the data lies: SQLite's folder, or the instance's."""
    url = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"])
    sqlite = url.get_backend_name() == "sqlite" and url.database
    return Path(url.database or "").parent if sqlite else Path(current_app.config["INSTANCE"])


def free() -> int | None:
    """Bytes free on the disk where the data lies; None where nobody can tell."""
    try:
        return shutil.disk_usage(folder()).free
    except OSError:
        return None


def _refused(machine: datetime) -> str:
    try:
        with autocommit() as connection:
            _write(connection, machine)
    except DBAPIError as error:
        said = (str(error.orig).splitlines() or [type(error).__name__])[0][:200]
        return "" if "locked" in said else said  # somebody else is writing: it can be written
    except SQLAlchemyError as error:
        return type(error).__name__
    return ""


def _write(connection: Connection, machine: datetime) -> None:
    """Nobody waits for it: not for SQLite's one writer."""
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        connection.exec_driver_sql("PRAGMA busy_timeout = 100")
    try:
        mine = Heartbeat.name == PROBE
        if connection.scalar(select(Heartbeat.name).where(mine)) is None:
            connection.execute(insert_new(Heartbeat).values(name=PROBE, beat_at=machine))
        else:
            connection.execute(update(Heartbeat).where(mine).values(beat_at=machine))
    finally:
        if sqlite:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
