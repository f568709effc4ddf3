"""Whether a webhook comes from Twilio."""

from flask import current_app
from werkzeug.datastructures import MultiDict

from smartchat.adapters import twilio_channel


def is_signed(raw_uri: str, form: MultiDict[str, str], signature: str) -> bool:
    """`raw_uri` is the request's path and query as they came over the wire: decoding them breaks the signature."""
    settings = current_app.config
    if not signature or not settings["TWILIO_AUTH_TOKEN"]:
        return False
    url = twilio_channel.public_url_of(settings["PUBLIC_URL"], raw_uri)
    return twilio_channel.signed_by_twilio(settings["TWILIO_AUTH_TOKEN"], url, form, signature)
