"""The pages and the webhooks."""

from flask import Flask

from smartchat.web.security import csrf


def init_app(app: Flask) -> None:
    """Registers every blueprint."""
    from .builder import builder, chatbots, pictures, secret_pages, trying, versions
    from .campaign import campaigns, rehearsals
    from .contact_file import preparations, uploads
    from .conversation import contacts, inbox, media, opt_outs, pauses, twilio
    from .operations import auth, health, senders

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
