"""`flask db compact`: beside the commands of the migrations."""

import json

import click
from flask_migrate import cli  # type: ignore[attr-defined]

from smartchat.services.operations import compacting

group: click.Group = cli.db
_MEGABYTE = 1_000_000


@group.command("compact")
@click.option("--json", "json_", is_flag=True, help="Print JSON.")
def compact(json_: bool) -> None:
    """Give the space that deleted contacts have left back to the disk (SQLite). Nothing can be written meanwhile."""
    done = compacting.compact()
    if json_:
        click.echo(json.dumps({"before": done and done.before, "after": done and done.after}))
    elif done is None:
        click.echo("PostgreSQL does this by itself.")
    else:
        click.echo(f"{done.before / _MEGABYTE:,.1f} MB before, {done.after / _MEGABYTE:,.1f} MB now.")
