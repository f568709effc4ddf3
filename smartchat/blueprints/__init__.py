"""The pages and the webhooks."""

from flask import Flask

from smartchat.security import csrf


def init_app(app: Flask) -> None:
    """Registers every blueprint."""
    from . import (
        auth,
        builder,
        campaigns,
        chatbots,
        contacts,
        health,
        inbox,
        media,
        opt_outs,
        pauses,
        pictures,
        preparations,
        rehearsals,
        secret_pages,
        senders,
        trying,
        twilio,
        uploads,
        versions,
    )

    # Webhooks are signed by Twilio; no browser posts there.
    csrf.exempt(twilio.blueprint)
    pages = (
        auth,
        campaigns,
        rehearsals,
        uploads,
        preparations,
        chatbots,
        builder,
        versions,
        pictures,
        contacts,
        pauses,
        inbox,
        media,
        opt_outs,
        trying,
        secret_pages,
        senders,
    )
    for module in (*pages, health, twilio):
        app.register_blueprint(module.blueprint)
