"""Twilio: the only import of its client. Sends, looks up, and checks signatures.

The REST client is imported where it is first used: web processes only check signatures and stay small.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from twilio.request_validator import RequestValidator

from smartchat.domain.sending.delivery import (
    Accepted,
    ListedOutbound,
    NotReached,
    Outgoing,
    Refused,
    Result,
    Unknown,
    Verdict,
    verdict,
)
from smartchat.domain.sending.fetched import ListedInbound, ListNotGiven
from smartchat.domain.sending.senders import service_sid

if TYPE_CHECKING:
    from twilio.rest import Client

CALL_SECONDS = 10.0
LOOK_BACK = 200
PAGE = 1000
MOST_MEDIA = 10


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

    def find(self, message: Outgoing) -> list[ListedOutbound] | None:
        """What Twilio lists from this sender to this contact, newest first; None where it cannot be asked."""
        import requests
        from twilio.base.exceptions import TwilioException

        # Without a date filter: a message that is still queued may have no date yet.
        query = {"to": message.to, "limit": LOOK_BACK, "page_size": LOOK_BACK}
        if not service_sid(message.sender):
            query["from_"] = message.sender
        try:
            listed = self._client().messages.list(**query)
        except (TwilioException, requests.exceptions.RequestException, ValueError, KeyError):
            return None
        return [_seen(found) for found in listed]

    def list_inbound(
        self, sender: str, since: datetime, numbers: Collection[str] = ()
    ) -> Iterator[list[ListedInbound]]:
        """What contacts wrote to this sender since then, newest first, a page at a time. Raises ListNotGiven.

        A Messaging Service has no inbox of its own: `numbers` are those that are known to be its, and what the
        service sends meanwhile tells more of them.
        """
        import requests
        from twilio.base.exceptions import TwilioException

        since = since.astimezone(UTC)
        # The client drops the zone, and Twilio may look at the day alone: what is older is left out here.
        query: dict[str, Any] = {"date_sent_after": since, "page_size": PAGE}
        if not service_sid(sender):
            query["to"] = sender
        ours = set(numbers)
        try:
            found = iter(self._client().messages.stream(**query))
            while page := list(islice(found, PAGE)):
                ours |= {m.from_ for m in page if m.direction != "inbound" and _is_of(m, sender)}
                yield [
                    _listed(m, sender)
                    for m in page
                    if _has_come(m) and _is_since(m, since) and _belongs(m, sender, ours)
                ]
                if all(not _is_since(m, since) for m in page):
                    return
        except (TwilioException, requests.exceptions.RequestException, ValueError, KeyError) as error:
            raise ListNotGiven(type(error).__name__) from error

    def attachments(self, sid: str) -> tuple[tuple[str, str], ...]:
        """The pictures and files of a message: address and type of each. Raises ListNotGiven."""
        import requests
        from twilio.base.exceptions import TwilioException

        client = self._client()
        try:
            found = client.messages(sid).media.list(limit=MOST_MEDIA)
        except (TwilioException, requests.exceptions.RequestException, ValueError, KeyError) as error:
            raise ListNotGiven(type(error).__name__) from error
        base = str(client.api.base_url).rstrip("/")
        return tuple((base + str(m.uri).removesuffix(".json"), str(m.content_type or "")) for m in found)

    def _fields(self, message: Outgoing) -> dict[str, Any]:
        callback = f"{self._settings['PUBLIC_URL']}/twilio/status?message={message.id}"
        fields: dict[str, Any] = {"to": message.to, "status_callback": callback}
        if service := service_sid(message.sender):
            fields["messaging_service_sid"] = service
        else:
            fields["from_"] = message.sender
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


def _seen(found: Any) -> ListedOutbound:
    return ListedOutbound(str(found.sid), str(found.status), str(found.body or ""), _utc(found.date_created))


def _utc(moment: Any) -> datetime | None:
    if not isinstance(moment, datetime):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _listed(found: Any, sender: str) -> ListedInbound:
    return ListedInbound(
        sid=str(found.sid),
        from_=str(found.from_),
        to=str(found.to),
        body=str(found.body or ""),
        media=_whole(found.num_media, 0),
        segments=_whole(found.num_segments, 1),
        at=_utc(found.date_sent) or _utc(found.date_created),
        service=service_sid(sender) or found.messaging_service_sid or None,
        account_sid=found.account_sid or None,
    )


def _whole(text: Any, default: int) -> int:
    return int(text) if str(text).isdecimal() else default


def _has_come(found: Any) -> bool:
    """An inbound message that Twilio has whole: of one that is `receiving` the webhook is still to come."""
    return found.direction == "inbound" and bool(found.from_) and str(found.status) != "receiving"


def _is_since(found: Any, since: datetime) -> bool:
    at = _utc(found.date_sent) or _utc(found.date_created)
    # Twilio's times are whole seconds, cut off: a message of the same second may be later.
    return at is None or at >= since.replace(microsecond=0)


def _is_of(found: Any, service: str) -> bool:
    return bool(found.from_) and found.messaging_service_sid == service_sid(service)


def _belongs(found: Any, sender: str, numbers: Collection[str]) -> bool:
    service = service_sid(sender)
    return not service or found.messaging_service_sid == service or found.to in numbers


def _never_connected(error: Exception) -> bool:
    """requests wraps urllib3: only a connection that was never established is surely without effect."""
    from urllib3.exceptions import NameResolutionError, NewConnectionError

    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError | NameResolutionError)
