"""Alembic's environment: the application's engine and metadata (Flask-Migrate)."""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import inspect

from smartchat.db import UtcDateTime
from smartchat.models import tallies

migrate = current_app.extensions["migrate"]


def render_item(kind: str, item: Any, _context: Any) -> Any:
    """Migrations name plain types: they must not change when the application's own types do."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    with migrate.db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=migrate.db.metadata,
            render_item=render_item,
            **migrate.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()
            # SQLite forgets a table's triggers where a migration made the table anew.
            if inspect(connection).has_table("tallies"):
                tallies.install(connection)
        connection.commit()


run()
