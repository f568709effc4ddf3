"""Alembic's environment: the application's engine and metadata (Flask-Migrate).

Every migration is one transaction, on both databases: what is killed or fails in between is as if it had never begun,
and the next `db upgrade` goes on from there. On SQLite a table is changed by making it anew, so foreign keys are off
meanwhile, and looked through before each commit.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from alembic import context
from flask import current_app
from sqlalchemy import Connection, inspect

from smartchat.db import UtcDateTime
from smartchat.models import tallies

migrate = current_app.extensions["migrate"]


class BrokenReferences(click.ClickException):
    """Rows point at rows that do not exist; nothing is committed."""


def render_item(kind: str, item: Any, _context: Any) -> Any:
    """Migrations name plain types: they must not change when the application's own types do."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    with migrate.db.engine.connect() as connection, foreign_keys_off(connection):
        context.configure(
            connection=connection,
            target_metadata=migrate.db.metadata,
            render_item=render_item,
            transactional_ddl=True,  # SQLite's is real: prepare_engine begins its transactions itself
            transaction_per_migration=True,
            on_version_apply=Watch(connection).step,
            **migrate.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


class Watch:
    """What is done at the end of every migration, in its transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.triggers = triggers(connection)
        self.columns = columns(connection)
        refuse_broken(connection, "Nothing was changed")
        connection.rollback()

    def step(self, *, step: Any, heads: set[str], **_: Any) -> None:
        """Triggers and tallies are made right, references looked through, and what a downgrade lost is named."""
        newest = step.is_upgrade and heads == set(context.get_head_revisions())
        if inspect(self.connection).has_table("tallies"):
            self.bring_triggers_back()
            if newest:
                tallies.install(self.connection)
                tallies.refill(self.connection)
        refuse_broken(self.connection, f"Migration {step.up_revision_id} was taken back")
        self.triggers, before = triggers(self.connection), self.columns
        self.columns = columns(self.connection)
        if not step.is_upgrade:
            name_lost(step.up_revision_id, before, self.columns)

    def bring_triggers_back(self) -> None:
        """SQLite forgets a table's triggers where a migration makes the table anew."""
        present = triggers(self.connection)
        for name, (table, sql) in self.triggers.items():
            if name not in present and inspect(self.connection).has_table(table):
                self.connection.exec_driver_sql(sql)


@contextmanager
def foreign_keys_off(connection: Connection) -> Iterator[None]:
    """SQLite, outside of any transaction: where a table is made anew, others go on pointing at it by its name."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw: Any = connection.connection.driver_connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()
        raw.execute("PRAGMA foreign_keys=ON")


def refuse_broken(connection: Connection, so: str) -> None:
    """Raises BrokenReferences where SQLite finds rows that point nowhere; PostgreSQL never lets one in."""
    if connection.dialect.name != "sqlite":
        return
    broken = {(row[0], row[2]) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")}
    if broken:
        pairs = ", ".join(f"{table} (to {parent})" for table, parent in sorted(broken))
        raise BrokenReferences(
            f"Rows point at rows that do not exist: {pairs}. {so}. Look at them with PRAGMA foreign_key_check, or go"
            " back to a backup; then run db upgrade again."
        )


def triggers(connection: Connection) -> dict[str, tuple[str, str]]:
    """SQLite's triggers: name → table, SQL."""
    if connection.dialect.name != "sqlite":
        return {}
    found = connection.exec_driver_sql("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
    return {name: (table, sql) for name, table, sql in found}


def columns(connection: Connection) -> dict[str, set[str]]:
    """The names of every table's columns."""
    found = inspect(connection).get_multi_columns()
    return {table: {column["name"] for column in of_it} for (_schema, table), of_it in found.items()}


def name_lost(revision: str, before: dict[str, set[str]], after: dict[str, set[str]]) -> None:
    """Says which tables and columns a downgrade took away with all that was in them."""
    tables = [table for table in sorted(before) if table not in after]
    single = [f"{table}.{name}" for table in sorted(after) for name in sorted(before[table] - after[table])]
    if tables or single:
        click.echo(f"Gone with {revision}: {', '.join(tables + single)}", err=True)


run()
