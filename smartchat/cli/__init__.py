"""The commands: `flask --app app …`."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Registers every command group."""
    from . import campaigns, chatbots, contacts, databases, opt_outs, secrets, senders, users

    for group in (
        users.group,
        chatbots.group,
        contacts.group,
        campaigns.group,
        secrets.group,
        senders.group,
        opt_outs.group,
    ):
        app.cli.add_command(group)
    app.cli.add_command(campaigns.sweep)
    app.cli.add_command(databases.group)
