"""Databases as older versions left them: made by the migrations, filled from tests/migrations/, put aside, compared.

`tests/migrations/0006.json` holds rows (table → list) that are inserted once revision 0006 is reached; instants are
ISO 8601, bytes base64. A later revision carries up what is there, and adds rows of its own where it has a file.
"""

import base64
import contextlib
import io
import json
import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import JSON, Connection, DateTime, LargeBinary, MetaData, Table, inspect, select, text
from sqlalchemy.engine import make_url

from smartchat import create_app
from smartchat.config import ROOT
from smartchat.db import db
from smartchat.services.campaign import recounting

MIGRATIONS = ROOT / "migrations"
ROWS = ROOT / "tests" / "migrations"
BASE = "base"
NOT_DATA = ("alembic_version", "tallies")
REVISIONS = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]

_SQLITE_TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
# Of PostgreSQL: the same as reflection finds, in three looks.
_CATALOGUES = {
    "columns": "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default"
    " FROM information_schema.columns WHERE table_schema = 'public'",
    "keys": "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace",
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": "SELECT t.tgname, pg_get_triggerdef(t.oid), pg_get_functiondef(t.tgfoid) FROM pg_trigger AS t"
    " WHERE NOT t.tgisinternal",
}

Row = dict[str, Any]
Rows = dict[str, dict[tuple[Any, ...], Row]]


class StoredDatabase:
    """One database that migrations run on; `put_aside` keeps a copy under a name, `take` brings it back."""

    def __init__(self, url: str, put_aside: Callable[[str], None], take: Callable[[str], None]) -> None:
        self.app: Flask = create_app(
            {"SQLALCHEMY_DATABASE_URI": url, "TESTING": True, "SECRET_KEY": "tests", "REDIS_URL": ""}
        )
        self._put_aside, self._take = put_aside, take
        self._reflected: dict[str, dict[str, Table]] = {}

    def put_aside(self, name: str) -> None:
        self.release()
        self._put_aside(name)

    def take(self, name: str) -> None:
        self.release()
        self._take(name)

    def release(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def up(self, revision: str = "head", directory: Path = MIGRATIONS) -> None:
        with self.app.app_context():
            upgrade(directory=str(directory), revision=revision)

    def down(self, revision: str, directory: Path = MIGRATIONS) -> set[str]:
        """What the command named as gone: tables, and columns as `table.column`."""
        said = io.StringIO()
        with self.app.app_context(), contextlib.redirect_stderr(said):
            downgrade(directory=str(directory), revision=revision)
        lines = [line.partition(": ")[2] for line in said.getvalue().splitlines() if line.startswith("Gone ")]
        return {name for line in lines for name in line.split(", ")}

    def fill(self, revision: str) -> None:
        """Inserts the rows of a revision, if it has some."""
        path = ROWS / f"{revision}.json"
        if not path.exists():
            return
        with self.app.app_context(), db.engine.begin() as connection:
            tables = self._tables(connection)
            for name, rows in json.loads(path.read_text()).items():
                for row in rows:
                    connection.execute(tables[name].insert(), _typed(tables[name], row))
                _move_sequence_on(connection, tables[name])

    def rows(self) -> Rows:
        """Every row by its key; no tallies: those are compared by counting."""
        with self.app.app_context(), db.engine.connect() as connection:
            tables = self._tables(connection)
            return {
                name: {
                    tuple(row[column.name] for column in table.primary_key): dict(row)
                    for row in connection.execute(select(table)).mappings()
                }
                for name, table in tables.items()
                if name not in NOT_DATA
            }

    def schema(self) -> dict[str, Any]:
        """Tables, columns, keys, indexes and triggers, in no order."""
        with self.app.app_context(), db.engine.connect() as connection:
            tables = {"tables": sorted(inspect(connection).get_table_names())}
            return tables | (_catalogues if connection.dialect.name == "postgresql" else _reflected)(
                connection
            )

    def revision(self) -> str:
        with self.app.app_context(), db.engine.connect() as connection:
            return _revision(connection)

    def wrong_tallies(self) -> list[recounting.Difference]:
        """What `flask campaign recount` would complain of."""
        with self.app.app_context():
            return recounting.differences()

    def run(self, *statements: str) -> None:
        with self.app.app_context(), db.engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def _tables(self, connection: Connection) -> dict[str, Table]:
        """The tables as they are at this revision, looked at once."""
        revision = _revision(connection)
        if revision not in self._reflected:
            metadata = MetaData()
            metadata.reflect(connection, resolve_fks=False)
            self._reflected[revision] = {table.name: table for table in metadata.tables.values()}
        return self._reflected[revision]


def sqlite_database(folder: Path) -> StoredDatabase:
    path = folder / "in-use.db"
    return StoredDatabase(
        f"sqlite:///{path}",
        lambda name: shutil.copy(path, folder / f"{name}.db") and None,
        lambda name: shutil.copy(folder / f"{name}.db", path) and None,
    )


def postgresql_database(server: str, url: str) -> StoredDatabase:
    in_use = make_url(url).database

    def copy(source: str, target: str) -> None:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {target} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {target} TEMPLATE {source}")

    return StoredDatabase(
        url,
        lambda name: copy(f"{in_use}", f"{in_use}_{name}"),
        lambda name: copy(f"{in_use}_{name}", f"{in_use}"),
    )


def lost(before: Rows, after: Rows) -> set[str]:
    """What is not there any more as it was: tables that miss rows, and columns (`table.column`) of other values."""
    missing = {name for name, rows in before.items() if rows.keys() - after.get(name, {}).keys()}
    return missing | {
        f"{name}.{column}"
        for name, rows in before.items()
        if name not in missing
        for key, row in rows.items()
        for column, value in row.items()
        if value != after[name][key].get(column, "no such column")
    }


def _typed(table: Table, row: Row) -> Row:
    return {name: _value(table, name, value) for name, value in row.items()}


def _value(table: Table, name: str, value: Any) -> Any:
    kind = table.c[name].type
    if value is None or isinstance(kind, JSON):
        return value
    if isinstance(kind, DateTime):
        instant = datetime.fromisoformat(value).astimezone(UTC)
        return instant if kind.timezone else instant.replace(tzinfo=None)
    return base64.b64decode(value) if isinstance(kind, LargeBinary) else value


def _revision(connection: Connection) -> str:
    return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one_or_none())


def _move_sequence_on(connection: Connection, table: Table) -> None:
    """PostgreSQL's numbers go on after those of the file."""
    if connection.dialect.name == "postgresql" and table.autoincrement_column is not None:
        name = table.autoincrement_column.name
        connection.exec_driver_sql(
            f"SELECT setval(pg_get_serial_sequence('{table.name}', '{name}'), (SELECT max({name}) FROM {table.name}))"
        )


def _catalogues(connection: Connection) -> dict[str, list[str]]:
    return {part: sorted(map(str, connection.execute(text(sql)))) for part, sql in _CATALOGUES.items()}


def _reflected(connection: Connection) -> dict[str, list[str]]:
    found = inspect(connection)
    parts: dict[str, Mapping[Any, Any]] = {
        "columns": found.get_multi_columns(),
        "keys": found.get_multi_pk_constraint(),
        "references": found.get_multi_foreign_keys(),
        "unique": found.get_multi_unique_constraints(),
        "indexes": found.get_multi_indexes(),
    }
    said = {
        f"{part} of {table}": sorted(map(_plain, of_it if isinstance(of_it, list) else [of_it]))
        for part, tables in parts.items()
        for (_schema, table), of_it in tables.items()
        if of_it
    }
    return said | {"triggers": sorted(map(str, connection.execute(text(_SQLITE_TRIGGERS))))}


def _plain(thing: Any) -> str:
    """What reflection found, in words that can be compared."""
    if isinstance(thing, Mapping):
        return str(sorted((key, _plain(value)) for key, value in thing.items() if key != "comment"))
    return str(thing)
