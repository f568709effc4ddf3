"""Twilio's signature of a webhook."""

import base64
import hashlib
import hmac
from collections.abc import Mapping


def sign(token: str, url: str, parameters: Mapping[str, str]) -> str:
    """The value of X-Twilio-Signature: base64 of HMAC-SHA1, keyed with the account's token, over ``url``
    exactly as it was configured, followed by each parameter's name and value in the order of the names."""
    text = url + "".join(name + parameters[name] for name in sorted(parameters))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()
