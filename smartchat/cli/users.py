"""`flask user …`: operators and their sign-in links."""

import json
import sys
from pathlib import Path

import click
from flask import current_app

from smartchat import clock, installation
from smartchat.domain.operations.passwords import SHORTEST
from smartchat.domain.statuses import Role
from smartchat.models import User
from smartchat.services.operations import users

from ._plain import Group

group = Group("user", help="Operators: add, list, sign-in links, passwords, deactivate.")
as_json = click.option("--json", "json_", is_flag=True, help="Print JSON.")


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
    try:
        user = users.add(email, role, _password())
    except users.UserExists as error:
        raise click.ClickException(f"There is an operator {error} already: `flask user list`.") from None
    except users.WeakPassword as error:
        raise click.ClickException(str(error)) from None
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
    rows = [
        {"id": user.id, "email": user.email, "role": user.role, "active": user.deactivated_at is None}
        for user in users.every()
    ]
    if json_:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        off = "" if row["active"] else "  (deactivated)"
        click.echo(f"{row['id']:>4}  {row['role']:<8}  {row['email']}{off}")


@group.command("link")
@click.argument("email")
@as_json
def link(email: str, json_: bool) -> None:
    """Print a sign-in link that works once, within 24 hours."""
    user = _operator(email)
    if user.deactivated_at is not None:
        raise click.ClickException(f"{user.email} is deactivated: `flask user activate {user.email}`.")
    url = f"{_address()}/login/{users.make_link(user, clock.machine_now())}"
    click.echo(json.dumps({"email": user.email, "link": url}) if json_ else url)


@group.command("password")
@click.argument("email")
def password(email: str) -> None:
    """Set an operator's password, asked for or read from standard input. It ends where they are signed in."""
    user = _operator(email)
    new = _password()
    try:
        users.set_password(user, new)
    except users.WeakPassword as error:
        raise click.ClickException(str(error)) from None
    what = f"The password of {user.email} is set" if new else f"{user.email} signs in by links only now"
    click.echo(f"{what}. Whoever was signed in as {user.email} is out.")


@group.command("deactivate")
@click.argument("email")
def deactivate(email: str) -> None:
    """Sign an operator out everywhere, and let them in no more. What they did stays."""
    user = _operator(email)
    users.deactivate(user, clock.now())
    click.echo(f"{user.email} is out. `flask user activate {user.email}` undoes it.")


@group.command("activate")
@click.argument("email")
def activate(email: str) -> None:
    """Let an operator in again who was deactivated."""
    user = _operator(email)
    users.activate(user)
    click.echo(f"{user.email} may sign in again.")


def _address() -> str:
    """Where the link leads: what runs on this folder, or PUBLIC_URL. Says so where neither is known."""
    address = installation.address_of(Path(current_app.config["INSTANCE"]))
    if address is None and not current_app.config["PUBLIC_URL_IS_SET"]:
        click.echo(
            "SmartChat does not run on this folder now: the link works once `make run` has started it, at the"
            " address that it prints.",
            err=True,
        )
    return address or str(current_app.config["PUBLIC_URL"])


def _operator(email: str) -> User:
    user = users.by_email(email)
    if user is None:
        raise click.ClickException(f"There is no operator {email}. Add one: flask user add {email}")
    return user


def _password() -> str | None:
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip() or None
    asked = f"Password ({SHORTEST} characters or more; empty: sign-in links only)"
    return click.prompt(asked, default="", hide_input=True, show_default=False) or None
