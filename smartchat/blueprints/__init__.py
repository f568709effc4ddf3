"""The pages and the webhooks."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Registers every blueprint."""
    from . import auth, campaigns, chatbots, contacts, health, inbox, twilio

    for module in (auth, campaigns, chatbots, contacts, inbox, health, twilio):
        app.register_blueprint(module.blueprint)
