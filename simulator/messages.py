"""A message, and the two forms it is shown in: Twilio's resource and a record of the log."""

import mimetypes
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from hashlib import md5
from urllib.parse import urlsplit

from . import addresses, segments

API_VERSION = "2010-04-01"
FINAL = frozenset({"delivered", "undelivered", "failed", "canceled", "read", "received"})


@dataclass(slots=True)
class Message:
    """One message in either direction. Times are UTC; ``from_`` is empty until a service has picked one.

    ``outcome`` is the error code that an outbound message is bound to end with, and ``proves_wrong`` says that it is
    reported as delivered after that all the same; ``webhook`` tells what the
    inbound webhook of a message of a contact came to (``"200"``, ``"connection refused"``).
    """

    sid: str
    account_sid: str
    direction: str
    from_: str | None
    to: str
    body: str
    status: str
    date_created: datetime
    media: tuple[str, ...] = ()
    messaging_service_sid: str | None = None
    status_callback: str | None = None
    validity_period: int | None = None
    content_sid: str | None = None
    content_variables: str | None = None
    place: str = ""
    outcome: int | None = None
    proves_wrong: bool = False
    date_updated: datetime = field(init=False)
    date_sent: datetime | None = None
    error_code: int | None = None
    error_message: str | None = None
    history: list[tuple[str, datetime]] = field(init=False)
    webhook: str | None = None
    deleted: bool = False
    number: int = 0

    def __post_init__(self) -> None:
        self.date_updated = self.date_created
        self.history = [(self.status, self.date_created)]

    @property
    def outbound(self) -> bool:
        """Whether it goes from the business to the contact."""
        return self.direction != "inbound"

    @property
    def contact(self) -> str:
        """The address of the person's phone."""
        return self.to if self.outbound else self.from_ or ""

    @property
    def sender(self) -> str:
        """What the business writes from: the Messaging Service where there is one, else the address."""
        return self.messaging_service_sid or (self.from_ if self.outbound else self.to) or ""

    @property
    def num_segments(self) -> int:
        """The number of parts of the SMS; 0 while a service has not picked a sender, 1 on WhatsApp."""
        if self.from_ is None:
            return 0
        return segments.count(self.body) if addresses.channel(self.to) == "sms" else 1

    def become(
        self, status: str, now: datetime, error_code: int | None = None, text: str | None = None
    ) -> None:
        """The next status, at this instant."""
        self.status, self.date_updated = status, now
        self.error_code, self.error_message = error_code, text
        self.history.append((status, now))
        if status == "sent":
            self.date_sent = now


def new_sid(media: bool = False) -> str:
    """A SID that no other message has: SM…, or MM… for one with media."""
    return ("MM" if media else "SM") + secrets.token_hex(16)


def resource(message: Message) -> dict[str, object]:
    """The Message resource of Twilio's API: every field, dates in RFC 2822 and GMT."""
    path = f"/{API_VERSION}/Accounts/{message.account_sid}/Messages/{message.sid}"
    return {
        "account_sid": message.account_sid,
        "api_version": API_VERSION,
        "body": message.body,
        "date_created": format_datetime(message.date_created),
        "date_sent": format_datetime(message.date_sent) if message.date_sent else None,
        "date_updated": format_datetime(message.date_updated),
        "direction": message.direction,
        "error_code": message.error_code,
        "error_message": message.error_message,
        "from": message.from_,
        "messaging_service_sid": message.messaging_service_sid,
        "num_media": str(len(message.media)),
        "num_segments": str(message.num_segments),
        "price": None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": f"{path}/Media.json"},
        "to": message.to,
        "uri": f"{path}.json",
    }


def media_resource(message: Message, index: int) -> dict[str, object]:
    """The Media resource of the message's picture number ``index``."""
    sid = media_sid(message, index)
    return {
        "account_sid": message.account_sid,
        "content_type": content_type(message.media[index]),
        "date_created": format_datetime(message.date_created),
        "date_updated": format_datetime(message.date_created),
        "parent_sid": message.sid,
        "sid": sid,
        "uri": f"/{API_VERSION}/Accounts/{message.account_sid}/Messages/{message.sid}/Media/{sid}.json",
    }


def media_sid(message: Message, index: int) -> str:
    """The SID of the message's picture number ``index``; always the same."""
    return "ME" + md5(f"{message.sid} {index}".encode(), usedforsecurity=False).hexdigest()


def find_media(message: Message, sid: str) -> int | None:
    """Which of the message's pictures has this SID."""
    return next((index for index in range(len(message.media)) if media_sid(message, index) == sid), None)


def content_type(url: str) -> str:
    """The MIME type that the name in the URL speaks of."""
    return mimetypes.guess_type(urlsplit(url).path)[0] or "application/octet-stream"


def record(message: Message) -> dict[str, object]:
    """The message as the log tells it: what was asked for, and every status with its time (ISO 8601, UTC)."""
    return {
        "sid": message.sid,
        "account_sid": message.account_sid,
        "direction": message.direction,
        "From": message.from_,
        "To": message.to,
        "Body": message.body,
        "MediaUrl": list(message.media),
        "MessagingServiceSid": message.messaging_service_sid,
        "ContentSid": message.content_sid,
        "ContentVariables": message.content_variables,
        "ValidityPeriod": message.validity_period,
        "StatusCallback": message.status_callback,
        "num_segments": message.num_segments,
        "status": message.status,
        "error_code": message.error_code,
        "created": message.date_created.isoformat(),
        "updated": message.date_updated.isoformat(),
        "sent": message.date_sent.isoformat() if message.date_sent else None,
        "history": [[status, at.isoformat()] for status, at in message.history],
        "webhook": message.webhook,
        "deleted": message.deleted,
    }
