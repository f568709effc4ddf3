"""`flask user …`: operators and their sign-in links."""

import json
import sys
from pathlib import Path

import click
from flask import current_app

from smartchat import clock, running
from smartchat.domain.campaign import Role
from smartchat.services import users

from ._plain import Group

group = Group("user", help="Operators: add, list, sign-in links.")
as_json = click.option("--json", "json_", is_flag=True, help="Print JSON.")
SHORTEST_PASSWORD = 10


@group.command("add")
@click.argument("email")
@click.option(
    "--role", type=click.Choice([str(role) for role in Role]), default=str(Role.OPERATOR), show_default=True
)
@as_json
def add(email: str, role: str, json_: bool) -> None:
    """Add an operator. The password is asked for, or read from standard input; empty: one-time links only."""
    if "@" not in email:
        raise click.ClickException(f"{email} is no e-mail address: write it like ana@example.com.")
    password = _password()
    if password and len(password) < SHORTEST_PASSWORD:
        raise click.ClickException(f"The password needs at least {SHORTEST_PASSWORD} characters.")
    try:
        user = users.add(email, role, password or None)
    except users.UserExists as error:
        raise click.ClickException(f"There is an operator {error} already: `flask user list`.") from None
    if json_:
        click.echo(json.dumps({"id": user.id, "email": user.email, "role": user.role}))
    else:
        click.echo(
            f"{user.email} is added as {user.role}. `flask user link {user.email}` prints a sign-in link."
        )


@group.command("list")
@as_json
def list_users(json_: bool) -> None:
    """List the operators."""
    rows = [{"id": user.id, "email": user.email, "role": user.role} for user in users.every()]
    if json_:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo(f"{row['id']:>4}  {row['role']:<8}  {row['email']}")


@group.command("link")
@click.argument("email")
@as_json
def link(email: str, json_: bool) -> None:
    """Print a sign-in link that works once, within 24 hours."""
    user = users.by_email(email)
    if user is None:
        raise click.ClickException(f"There is no operator {email}. Add one: flask user add {email}")
    url = f"{_address()}/login/{users.make_link(user, clock.machine_now())}"
    click.echo(json.dumps({"email": user.email, "link": url}) if json_ else url)


def _address() -> str:
    """Where the link leads: what runs on this folder, or PUBLIC_URL. Says so where neither is known."""
    address = running.address_of(Path(current_app.config["INSTANCE"]))
    if address is None and not current_app.config["PUBLIC_URL_IS_SET"]:
        click.echo(
            "SmartChat does not run on this folder now: the link works once `make run` has started it, at the"
            " address that it prints.",
            err=True,
        )
    return address or str(current_app.config["PUBLIC_URL"])


def _password() -> str:
    if sys.stdin.isatty():
        return str(
            click.prompt(
                "Password (empty: sign-in links only)", default="", hide_input=True, show_default=False
            )
        )
    return sys.stdin.readline().strip()
