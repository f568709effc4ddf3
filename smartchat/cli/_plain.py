"""Commands that end with a sentence, not with a trace, where the database cannot be used."""

from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError, ProgrammingError


class _Plain(click.Command):
    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (OperationalError, ProgrammingError) as error:
            why = str(error.orig).strip().splitlines()[0]
            raise click.ClickException(
                f"The database cannot be used: {why}. Is DATABASE_URL the right one? Tables that are missing are"
                " made by: flask --app app db upgrade"
            ) from error


class Group(_Plain, AppGroup):
    """A group of commands."""


class Command(_Plain):
    """A command outside of any group."""
