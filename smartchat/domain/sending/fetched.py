"""Inbound messages as Twilio lists them: what a webhook that never reached us would have said."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from smartchat.domain.addresses import canonical_key

# The list gives whole seconds: a message that is listed at 10:00:05 came before 10:00:06. Taken at the end of its
# second it is never earlier than the question that it answers.
WITHIN_SECOND = timedelta(milliseconds=999)
NEAREST = 20  # more of one contact's messages are not looked at: a webhook is at most some tries behind Twilio's list


class ListNotGiven(Exception):
    """Twilio's list could not be read; the message says why, in a word."""


@dataclass(frozen=True, slots=True)
class ListedInbound:
    """An inbound message in Twilio's list. `at`: when Twilio got it (aware, whole seconds), where it says so.

    `media` counts its pictures and files; `attachments` are their addresses and types, which are asked for apart.
    """

    sid: str
    from_: str
    to: str
    body: str
    media: int = 0
    attachments: tuple[tuple[str, str], ...] = ()
    segments: int = 1
    at: datetime | None = None
    service: str | None = None
    account_sid: str | None = None


class StoredMessages:
    """Which of a contact's messages are here, in the order of Twilio's list: no clock of ours has a say in it."""

    def __init__(self) -> None:
        self._sids: dict[tuple[str, str], list[str]] = {}
        self._later: dict[str, int] = {}

    def read_on(self, message: ListedInbound, is_here: bool) -> None:
        """The next message of the list, which begins with the newest. Only contacts that miss one are kept in mind."""
        of_contact = between(message)
        if not is_here:
            self._later[message.sid] = len(self._sids.setdefault(of_contact, []))
        elif of_contact in self._sids:
            self._sids[of_contact].append(message.sid)

    def before(self, message: ListedInbound) -> list[str]:
        """The sids of those of its contact that came before this one, which is not here: the nearest of them."""
        start = self._later[message.sid]
        return self._sids[between(message)][start : start + NEAREST]


def between(message: ListedInbound) -> tuple[str, str]:
    """Whose talk a message belongs to: our side of it, and the contact."""
    return message.service or message.to, canonical_key(message.from_)


def came_at(message: ListedInbound, now: datetime) -> datetime:
    """When it came to Twilio, as far as the list tells, by Twilio's clock: it may be later than ours has it."""
    return now if message.at is None else message.at + WITHIN_SECOND


def as_webhook(message: ListedInbound, fetched_at: datetime) -> dict[str, str]:
    """The parameters of the webhook that was lost, and `FetchedAt`, which no webhook has: when we found it."""
    parameters = {
        "MessageSid": message.sid,
        "From": message.from_,
        "To": message.to,
        "Body": message.body,
        "NumMedia": str(message.media),
        "NumSegments": str(message.segments),
        "SmsStatus": "received",
        "FetchedAt": fetched_at.isoformat(),
    }
    if message.account_sid:
        parameters["AccountSid"] = message.account_sid
    if message.service:
        parameters["MessagingServiceSid"] = message.service
    for index, (url, kind) in enumerate(message.attachments):
        parameters |= {f"MediaUrl{index}": url, f"MediaContentType{index}": kind}
    return parameters


def in_the_order_of_arrival(newest_first: Iterable[ListedInbound], now: datetime) -> list[ListedInbound]:
    """The first one first; those of one second keep the order of the list, turned round."""
    oldest_first = list(newest_first)[::-1]
    return sorted(oldest_first, key=lambda message: came_at(message, now))
