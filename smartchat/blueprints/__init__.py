"""The pages and the webhooks."""

from flask import Flask

from smartchat.security import csrf


def init_app(app: Flask) -> None:
    """Registers every blueprint."""
    from . import auth, campaigns, chatbots, contacts, health, inbox, preparations, twilio, uploads

    # Webhooks are signed by Twilio; no browser posts there.
    csrf.exempt(twilio.blueprint)
    for module in (auth, campaigns, uploads, preparations, chatbots, contacts, inbox, health, twilio):
        app.register_blueprint(module.blueprint)
