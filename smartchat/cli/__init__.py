"""The commands: `flask --app app …`."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Registers every command group."""
    from . import campaigns, chatbots, contacts, secrets, senders, users

    for group in (users.group, chatbots.group, contacts.group, campaigns.group, secrets.group, senders.group):
        app.cli.add_command(group)
    app.cli.add_command(campaigns.sweep)
