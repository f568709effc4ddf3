"""The database: one metadata, two engines. SQLite (WAL) for one machine, PostgreSQL for many.

SQLite's own deferred BEGIN loses read-modify-writes or fails them as locked, so every transaction that may write
begins IMMEDIATE; requests that only read ask for a plain BEGIN with `read_only()`.
"""

import math
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    CursorResult,
    DateTime,
    Delete,
    Dialect,
    Engine,
    Integer,
    MetaData,
    TableClause,
    Update,
    event,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

BUSY_TIMEOUT_MS = 15_000
IDLE_SECONDS = 1.0

_begin: ContextVar[str] = ContextVar("sqlite_begin", default="BEGIN IMMEDIATE")


class Base(DeclarativeBase):
    """All tables of SmartChat. Whole numbers are 64 bits wide on PostgreSQL, as SQLite's are anyway."""

    type_annotation_map = {int: BigInteger().with_variant(Integer, "sqlite")}
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC on both engines (SQLite itself knows no zones)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


db = SQLAlchemy(metadata=Base.metadata)


@contextmanager
def read_only() -> Iterator[None]:
    """Transactions begun inside take no write lock on SQLite; writing inside is a fault."""
    token = _begin.set("BEGIN")
    try:
        yield
    finally:
        _begin.reset(token)


def begin_for(method: str) -> None:
    """How this request's transactions begin: GET and HEAD only read."""
    _begin.set("BEGIN" if method in ("GET", "HEAD", "OPTIONS") else "BEGIN IMMEDIATE")


def begin_writing() -> None:
    """For the rare GET that writes (a one-time link): end what was begun and write from here on."""
    db.session.rollback()
    _begin.set("BEGIN IMMEDIATE")


@contextmanager
def writing() -> Iterator[None]:
    """For the one short transaction of a GET that keeps what it worked out: ends what was begun, writes, commits."""
    db.session.rollback()
    token = _begin.set("BEGIN IMMEDIATE")
    try:
        yield
        db.session.commit()
    finally:
        db.session.rollback()
        _begin.reset(token)


@contextmanager
def autocommit() -> Iterator[Connection]:
    """A connection beside the session's, whose every statement is a transaction of its own: durable when it is done.

    Rows have to be read to the end: what SQLite fails at when it commits, it says after the last row.
    """
    token = _begin.set("")
    try:
        with db.engine.connect() as connection:
            if connection.dialect.name != "sqlite":
                connection.execution_options(isolation_level="AUTOCOMMIT")
            yield connection
    finally:
        _begin.reset(token)


def prepare_engine(engine: Engine, synchronous: str = "NORMAL") -> None:
    """Sets SQLite up on every connection (WAL, busy timeout, foreign keys, explicit BEGIN), and asks PostgreSQL's that
    lay idle whether they live.

    `synchronous`: NORMAL survives any crash of ours, FULL also keeps the last second when the power is cut.
    """
    if engine.dialect.name != "sqlite":
        _ask_the_idle(engine)
        return

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        if how := _begin.get():
            connection.exec_driver_sql(how)


class BadDatabase(ValueError):
    """The database file cannot be used; the message says why and what to do."""


def look_at_file(engine: Engine) -> None:
    """Raises BadDatabase where SQLite's file is there and is none, is damaged at its root, or may not be opened."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or not Path(path).exists():
        return
    if not (os.access(path, os.W_OK) and os.access(Path(path).parent, os.W_OK)):
        raise BadDatabase(
            f"The database {path} may not be written to by this user. Give the file and its folder to it."
        )
    try:
        connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_MS / 1000)
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise BadDatabase(
            f"The database {path} cannot be used ({error}). If the file is damaged, put a backup in its place; to"
            " begin with an empty one, move it away. DATABASE_URL names another."
        ) from error


def _ask_the_idle(engine: Engine) -> None:
    """A connection that was used a moment ago is not asked: that would be one way more to the server each time."""

    @event.listens_for(engine, "checkin")
    def on_checkin(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info["idle_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def on_checkout(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("idle_since", math.inf) < IDLE_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def insert_new(table: "type[Base] | TableClause") -> "sqlite.Insert | postgresql.Insert":
    """INSERT … ON CONFLICT DO NOTHING for the engine in use: with RETURNING, no row says that it was there."""
    if db.engine.dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def changed_rows(statement: Update | Delete) -> int:
    """Executes an UPDATE or DELETE in the session's transaction; how many rows it changed: claims go by that."""
    # What is deleted by the thousand is not looked for among the objects of the session.
    options = {"synchronize_session": False} if isinstance(statement, Delete) else {}
    result = db.session.execute(statement, execution_options=options)
    return cast("CursorResult[Any]", result).rowcount
