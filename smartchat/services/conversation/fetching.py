"""After an outage: inbound messages that Twilio could not deliver to us are found in its own list, each stored once.

Twilio tries a webhook for some seconds and then never again. So its list is read every few minutes, and when the
sweep comes back after a silence: from a little before the moment up to which everything is known to be here.
"""

import logging
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Protocol

from flask import current_app
from sqlalchemy import or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from smartchat.adapters.twilio_channel import TwilioChannel
from smartchat.db import changed_rows, db, insert_new
from smartchat.domain.addresses import canonical_key
from smartchat.domain.operations.worker_roles import FETCHED, WorkerRole
from smartchat.domain.sending.fetched import (
    ListedInbound,
    ListNotGiven,
    StoredMessages,
    as_webhook,
    between,
    came_at,
    in_the_order_of_arrival,
)
from smartchat.domain.sending.senders import service_sid
from smartchat.domain.statuses import CampaignStatus, ConversationStatus
from smartchat.models import Campaign, Conversation, Heartbeat, InboundMessage
from smartchat.services import addressing

from . import receiving

log = logging.getLogger(__name__)

BEGUN = "fetch-begun"  # and the one that says when somebody last began to look
OVERLAP = timedelta(minutes=5)  # webhooks still on their way, clocks that differ
SILENCE = timedelta(seconds=60)  # of the sweep: longer than that, and something was down


class InboundList(Protocol):
    """Twilio's list of messages: adapters.twilio_channel.TwilioChannel."""

    def list_inbound(
        self, sender: str, since: datetime, numbers: Collection[str] = ()
    ) -> Iterator[list[ListedInbound]]: ...

    def attachments(self, sid: str) -> tuple[tuple[str, str], ...]: ...


@dataclass(frozen=True)
class Fetched:
    """How many inbound messages Twilio has in its list, and how many of them were new to us.

    `complete` is False where a sender's list could not be read, or a message could not be stored: look again.
    """

    found: int = 0
    new: int = 0
    complete: bool = True

    def __add__(self, other: "Fetched") -> "Fetched":
        return Fetched(self.found + other.found, self.new + other.new, self.complete and other.complete)


def twilio() -> InboundList:
    """Twilio's list, with the application's settings."""
    return TwilioChannel(current_app.config)


def fetch(register: InboundList, since: datetime, now: datetime) -> Fetched:
    """Compares Twilio's list since then with ours, for every sender that has had an active campaign since then."""
    return sum((_of_sender(register, sender, since, now) for sender in _senders(since)), Fetched())


def begin(machine: datetime, every: timedelta) -> datetime | None:
    """Whether this process is to look now: from when on (machine time), or None. Of several only one gets to look.

    `every` is how long after the last look; after a silence of the sweep it is looked at once. Asked before the
    sweep's own beat.
    """
    beats = {row.name: row.beat_at for row in db.session.scalars(select(Heartbeat))}
    db.session.rollback()
    if FETCHED not in beats:
        # Nothing was ever sent from here: nothing can have been lost.
        _set(FETCHED, machine)
        _set(BEGUN, machine)
        return None
    silent = WorkerRole.SWEEP in beats and machine - beats[WorkerRole.SWEEP] > SILENCE
    rested_since = machine - (min(SILENCE, every) if silent else every)
    if beats[BEGUN] > rested_since:
        return None
    claimed = changed_rows(
        update(Heartbeat)
        .where(Heartbeat.name == BEGUN, Heartbeat.beat_at <= rested_since)
        .values(beat_at=machine)
    )
    db.session.commit()
    return beats[FETCHED] - OVERLAP if claimed == 1 else None


def look(since: datetime, begun: datetime, now: datetime) -> Fetched:
    """One look by itself, as `begin` allowed it: `since` and `begun` are the machine's time, `now` the product's."""
    fetched = fetch(twilio(), now - (begun - since), now)
    if fetched.new:
        log.warning("fetched from Twilio's list what had not reached us: %d inbound messages", fetched.new)
    if fetched.complete:
        complete(begun)
    return fetched


def complete(begun: datetime) -> None:
    """Everything that came before `begun` (machine time) is here."""
    changed_rows(
        update(Heartbeat).where(Heartbeat.name == FETCHED, Heartbeat.beat_at < begun).values(beat_at=begun)
    )
    db.session.commit()


def _set(name: str, machine: datetime) -> None:
    db.session.execute(insert_new(Heartbeat).values(name=name, beat_at=machine))
    db.session.commit()


def _senders(since: datetime) -> list[str]:
    query = (
        select(Campaign.sender)
        .where(
            or_(
                Campaign.status == CampaignStatus.ACTIVE,
                (Campaign.status == CampaignStatus.FINISHED) & (Campaign.finished_at >= since),
            )
        )
        .distinct()
        .order_by(Campaign.sender)
    )
    senders = list(db.session.scalars(query))
    db.session.rollback()
    return senders


def _of_sender(register: InboundList, sender: str, since: datetime, now: datetime) -> Fetched:
    """Reads all pages first and keeps what is new: the list begins with the newest, answers with the oldest."""
    found, lost, heard, complete = 0, list[ListedInbound](), StoredMessages(), True
    try:
        for page in register.list_inbound(sender, since, _numbers(sender)):
            found += len(page)
            lost += [_with_media(register, message) for message in _unknown(page, heard)]
    except ListNotGiven as error:
        # What was read is stored nevertheless: it is a gap that gets smaller.
        log.warning("Twilio's list of messages could not be read (%s)", error)
        complete = False
    return Fetched(found, 0, complete) + _store_all(in_the_order_of_arrival(lost, now), heard, now)


def _with_media(register: InboundList, message: ListedInbound) -> ListedInbound:
    return replace(message, attachments=register.attachments(message.sid)) if message.media else message


def _numbers(sender: str) -> set[str]:
    """The numbers that a Messaging Service is known to answer at: contacts of its conversations wrote to them."""
    if not service_sid(sender):
        return set()
    query = (
        select(InboundMessage.sender)
        .join(Conversation, Conversation.id == InboundMessage.conversation_id)
        .where(Conversation.sender == sender)
        .distinct()
    )
    numbers = set(db.session.scalars(query)) | addressing.numbers_of(sender)
    db.session.rollback()
    return numbers


def _unknown(page: list[ListedInbound], heard: StoredMessages) -> list[ListedInbound]:
    """Those that are not here. No transaction is left open: the next page is asked for over the network."""
    sids = [message.sid for message in page]
    known = set(
        db.session.scalars(select(InboundMessage.provider_sid).where(InboundMessage.provider_sid.in_(sids)))
    )
    db.session.rollback()
    for message in page:
        heard.read_on(message, message.sid in known)
    return [message for message in page if message.sid not in known]


def _store_all(lost: list[ListedInbound], heard: StoredMessages, now: datetime) -> Fetched:
    """Contact by contact, in one commit each: what waited together is one turn."""
    result = Fetched()
    by_contact = sorted(lost, key=between)  # stable: of one contact in the order of arrival
    for _, messages in groupby(by_contact, key=between):
        result += _store(list(messages), heard, now)
    return result


def _store(messages: list[ListedInbound], heard: StoredMessages, now: datetime) -> Fetched:
    try:
        _hold(messages)
        stored = [
            receiving.store(as_webhook(message, now), now, came_at(message, now), heard.before(message))
            for message in messages
        ]
        db.session.commit()
    except SQLAlchemyError as error:
        db.session.rollback()
        log.warning(
            "fetched messages could not be stored (%s); they will be fetched again", type(error).__name__
        )
        return Fetched(complete=False)
    new = [received for received in stored if received.new]
    for received in new[-1:]:
        receiving.ring(received, now)
    return Fetched(new=len(new))


def _hold(messages: Iterable[ListedInbound]) -> None:
    """Nobody answers the contact's later messages while the earlier ones are being put before them."""
    first = next(iter(messages))
    to = tuple(filter(None, (first.to, first.service)))
    db.session.execute(
        select(Conversation.id)
        .where(
            Conversation.sender.in_(to),
            Conversation.contact_key == canonical_key(first.from_),
            Conversation.status == ConversationStatus.OPEN,
        )
        .order_by(Conversation.id)
        .with_for_update(of=Conversation)
    ).all()
