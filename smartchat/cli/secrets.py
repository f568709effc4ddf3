"""`flask secret`: what external systems want and no script file may hold."""

import sys

import click

from smartchat import clock
from smartchat.services.builder import keeping_secrets

from ._plain import Group

group = Group("secret", help="Secrets for External system steps: {{secret.NAME}} in a URL, header or body.")


@group.command("set")
@click.argument("name")
@click.option(
    "--host", "hosts", multiple=True, required=True, help="A host that it may go to; several are possible."
)
def set_secret(name: str, hosts: tuple[str, ...]) -> None:
    """Keep a secret for the hosts named; its value is read from standard input, or asked for."""
    value = click.prompt("Value", hide_input=True) if sys.stdin.isatty() else sys.stdin.read().strip("\r\n")
    if not keeping_secrets.keep(name, value, " ".join(hosts), None, clock.now()):
        raise click.ClickException(
            "A name has letters, digits and _, beginning with a letter; a value is not empty; a host is the name"
            " alone, such as api.example.com."
        )
    click.echo(f"{name} is kept.")


@group.command("list")
def list_secrets() -> None:
    """The names, and the hosts that they may go to; no value is ever shown."""
    for secret in keeping_secrets.kept():
        click.echo(f"{secret.name}\t{secret.hosts or 'no host: set it again with --host'}")


@group.command("delete")
@click.argument("name")
def delete_secret(name: str) -> None:
    """Take a secret away."""
    if not keeping_secrets.forget(name):
        raise click.ClickException(
            f"There is no secret {name}. `flask --app app secret list` shows the names."
        )
