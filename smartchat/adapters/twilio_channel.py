"""Twilio: the only import of its client. Sends, looks up, and checks signatures.

The REST client is imported where it is first used: web processes only check signatures and stay small.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from twilio.request_validator import RequestValidator

from smartchat.domain.delivery import (
    Accepted,
    NotReached,
    Outgoing,
    Refused,
    Result,
    Seen,
    Unknown,
    Verdict,
    verdict,
)

if TYPE_CHECKING:
    from twilio.rest import Client

CALL_SECONDS = 10.0
LOOK_BACK = 200


def signed_by_twilio(auth_token: str, url: str, form: Mapping[str, str], signature: str) -> bool:
    """Whether the webhook's signature fits. `url` is the public one, raw; `form` the MultiDict itself."""
    return bool(RequestValidator(auth_token).validate(url, form, signature))


def public_url_of(public_url: str, raw_uri: str) -> str:
    """The address Twilio signed: the public base and the raw path and query, undecoded."""
    if "://" in raw_uri.split("?", 1)[0]:
        parts = urlsplit(raw_uri)
        raw_uri = parts.path + (f"?{parts.query}" if parts.query else "")
    return public_url.rstrip("/") + raw_uri


class TwilioChannel:
    """Messages out. One official client a thread, each with a kept-alive connection; never inside a transaction."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings
        self._threads = threading.local()

    def send(self, message: Outgoing) -> Result:
        """Hands one message to Twilio: Accepted, Refused, NotReached (surely not taken) or Unknown (perhaps taken)."""
        import requests
        from twilio.base.exceptions import TwilioRestException

        try:
            made = self._client().messages.create(**self._fields(message))
        except TwilioRestException as error:
            if verdict(error.code, error.status) is Verdict.UNKNOWN:
                return Unknown(f"HTTP {error.status}")
            return Refused(error.code, error.status, str(error.msg))
        except requests.exceptions.ConnectTimeout as error:
            return NotReached(type(error).__name__)
        except requests.exceptions.ConnectionError as error:
            return NotReached("refused") if _never_connected(error) else Unknown(type(error).__name__)
        except (requests.exceptions.RequestException, ValueError, KeyError) as error:
            # An answer that is cut short or is no JSON: the message may well have been taken.
            return Unknown(type(error).__name__)
        return Accepted(str(made.sid), str(made.status))

    def find(self, message: Outgoing) -> list[Seen] | None:
        """What Twilio lists from this sender to this contact, newest first; None where it cannot be asked."""
        import requests
        from twilio.base.exceptions import TwilioException

        # Without a date filter: a message that is still queued may have no date yet.
        query = {"to": message.to, "limit": LOOK_BACK, "page_size": LOOK_BACK}
        if not message.sender.startswith("MG"):
            query["from_"] = message.sender
        try:
            listed = self._client().messages.list(**query)
        except (TwilioException, requests.exceptions.RequestException, ValueError, KeyError):
            return None
        return [_seen(found) for found in listed]

    def _fields(self, message: Outgoing) -> dict[str, Any]:
        callback = f"{self._settings['PUBLIC_URL']}/twilio/status?message={message.id}"
        fields: dict[str, Any] = {"to": message.to, "status_callback": callback}
        fields["messaging_service_sid" if message.sender.startswith("MG") else "from_"] = message.sender
        if message.content_sid:
            fields["content_sid"] = message.content_sid
            fields["content_variables"] = message.content_variables or "{}"
        else:
            fields["body"] = message.body
        if message.media_url:
            fields["media_url"] = [message.media_url]
        if message.validity is not None:
            fields["validity_period"] = message.validity
        return fields

    def _client(self) -> Client:
        client: Client | None = getattr(self._threads, "client", None)
        if client is None:
            client = self._threads.client = self._new_client()
        return client

    def _new_client(self) -> Client:
        from twilio.http.http_client import TwilioHttpClient
        from twilio.rest import Client

        settings = self._settings
        # The client logs whole requests, numbers and texts included.
        logging.getLogger("twilio.http_client").setLevel(logging.WARNING)
        http = TwilioHttpClient(timeout=CALL_SECONDS)
        # A stand-in is near: no proxy to look up on every call.
        http.session.trust_env = not settings.get("TWILIO_API_URL")
        account = settings["TWILIO_ACCOUNT_SID"]
        if settings.get("TWILIO_API_KEY") and settings.get("TWILIO_API_SECRET"):
            key, secret = settings["TWILIO_API_KEY"], settings["TWILIO_API_SECRET"]
        else:
            key, secret = account, settings["TWILIO_AUTH_TOKEN"]
        client = Client(key, secret, account, http_client=http)
        if settings.get("TWILIO_API_URL"):
            client.api.base_url = settings["TWILIO_API_URL"]
        return client


def _seen(found: Any) -> Seen:
    created = found.date_created
    if isinstance(created, datetime):
        created = created.replace(tzinfo=UTC) if created.tzinfo is None else created.astimezone(UTC)
    return Seen(str(found.sid), str(found.status), str(found.body or ""), created)


def _never_connected(error: Exception) -> bool:
    """requests wraps urllib3: only a connection that was never established is surely without effect."""
    from urllib3.exceptions import NameResolutionError, NewConnectionError

    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError | NameResolutionError)
