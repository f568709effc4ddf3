"""Whether a webhook comes from Twilio."""

from flask import current_app
from werkzeug.datastructures import MultiDict

from smartchat.adapters import twilio_channel

# How hard Twilio is to try: 2 s to connect, 3.5 s to answer, 3 retries, after a 5xx too. This part is not signed.
CONNECTION = "#ct=2000&rt=3500&rc=3&rp=5xx,ct,rt"


def is_signed(raw_uri: str, form: MultiDict[str, str], signature: str) -> bool:
    """`raw_uri` is the request's path and query as they came over the wire: decoding them breaks the signature."""
    settings = current_app.config
    if not signature or not settings["TWILIO_AUTH_TOKEN"]:
        return False
    url = twilio_channel.public_url_of(settings["PUBLIC_URL"], raw_uri)
    return twilio_channel.signed_by_twilio(settings["TWILIO_AUTH_TOKEN"], url, form, signature)


def inbound_url() -> str:
    """The address that Twilio is to be given for incoming messages."""
    return f"{current_app.config['PUBLIC_URL']}/twilio/inbound{CONNECTION}"
