"""inbound → store: one INSERT and one commit before the webhook is answered; the same MessageSid twice is one row."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, select, true

from smartchat import queue
from smartchat.db import db, insert_new
from smartchat.domain.campaign import CampaignStatus, ConversationStatus, InboundOutcome
from smartchat.domain.hours import due_at
from smartchat.domain.phone import canonical_key
from smartchat.models import Campaign, Conversation, InboundMessage

from . import chatbots, opting
from .opting import Address

log = logging.getLogger(__name__)

CLOCKS_DIFFER = timedelta(seconds=5)  # what Twilio's clock and ours may be apart


@dataclass(frozen=True)
class Received:
    """`new` is False for a repeated webhook; `due` is when the chatbot will look at it, None where it will not.

    `sender` is that of the conversation it belongs to.
    """

    new: bool
    due: datetime | None
    sender: str = ""


def receive(params: Mapping[str, str], now: datetime) -> Received:
    """Stores one inbound message (all of Twilio's parameters) with the conversation it belongs to, then rings."""
    received = store(params, now)
    if not received.new:
        db.session.rollback()
        return received
    db.session.commit()
    ring(received, now)
    return received


def ring(received: Received, now: datetime) -> None:
    """Wakes a worker for a stored message, now or when it falls due. After the commit."""
    if received.due is not None:
        _ = queue.ring() if received.due <= now else queue.ring_at(received.sender, received.due)


def store(params: Mapping[str, str], now: datetime, came_at: datetime | None = None) -> Received:
    """Stores one inbound message (no commit). `came_at`: when it came to Twilio, where it did not reach us then.

    Such a message belongs where it would have belonged then, and is only shown where time has passed over it: a later
    one of its contact has been answered already, or said stop or start.
    """
    address = _address(params)
    live = _live_conversation(address, came_at)
    wish = opting.wish(address, live, params)
    place = _place(live, address, wish, now, came_at)
    late = came_at is not None and _overtaken(address, live, wish, came_at)
    if late:
        wish, place = None, place | {"due_at": None, "outcome": InboundOutcome.LATE, "handled_at": now}
    row: dict[str, Any] = {
        "provider_sid": params["MessageSid"],
        "sender": params["To"],
        "from_address": address.from_,
        "contact_key": address.contact_key,
        "body": params.get("Body", "").replace("\0", ""),
        "params": dict(params),
        "received_at": came_at or now,
        **place,
    }
    # RETURNING rather than a row count: PostgreSQL's driver does not count rows of an ORM insert.
    if db.session.scalar(insert_new(InboundMessage).values(**row).returning(InboundMessage.id)) is None:
        return Received(False, None)
    if live is not None and not late:
        live.last_from = address.from_
    if wish is not None:
        opting.apply(wish, address, str(params.get("Body", "")), came_at or now)
    return Received(True, row["due_at"], live.sender if live is not None else "")


def _address(params: Mapping[str, str]) -> Address:
    to = tuple(filter(None, (params["To"], params.get("MessagingServiceSid"))))
    return Address(to, params["From"], canonical_key(params["From"]))


def _live_conversation(address: Address, came_at: datetime | None) -> Conversation | None:
    """The live conversation of this contact with this sender that last sent something to the contact."""
    query = (
        select(Conversation)
        .join(Campaign, Campaign.id == Conversation.campaign_id)
        .where(
            Conversation.sender.in_(address.to),
            Conversation.contact_key == address.contact_key,
            Conversation.status == ConversationStatus.OPEN,
            Conversation.last_sent_at.isnot(None),
            Campaign.status == CampaignStatus.ACTIVE,
            _begun_by(came_at),
        )
        .order_by(Conversation.last_sent_at.desc(), Conversation.id.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def _place(
    live: Conversation | None,
    address: Address,
    wish: opting.Wish | None,
    now: datetime,
    came_at: datetime | None,
) -> dict[str, Any]:
    """Where the message belongs, and when it falls due; what nobody answers is handled on the spot."""
    shown_in = live or _latest_conversation(address, came_at)
    place: dict[str, Any] = {
        "conversation_id": shown_in.id if shown_in else None,
        "campaign_id": shown_in.campaign_id if shown_in else None,
    }
    if wish is not None:
        outcome = InboundOutcome.OPT_OUT if wish is opting.Wish.OUT else InboundOutcome.OPT_IN
        return place | {"due_at": None, "outcome": outcome, "handled_at": now}
    if live is None:
        return place | {"due_at": None, "outcome": InboundOutcome.UNMATCHED, "handled_at": now}
    return place | {"due_at": _due_at(live, now), "outcome": None, "handled_at": None}


def _due_at(live: Conversation, now: datetime) -> datetime:
    try:
        return due_at(chatbots.script_of_version(live.campaign.version).active_hours, now)
    except ValueError:
        # A script that cannot be read (a fault of ours) must not cost the message: it is stored, and looked at again.
        log.exception("the chatbot of conversation %d cannot be read", live.id)
        return now


def _latest_conversation(address: Address, came_at: datetime | None) -> Conversation | None:
    """Where a message that nobody will answer is shown: the last conversation with this contact, over or not."""
    query = (
        select(Conversation)
        .where(
            Conversation.sender.in_(address.to),
            Conversation.contact_key == address.contact_key,
            Conversation.last_sent_at.isnot(None),
            _begun_by(came_at),
        )
        .order_by(Conversation.last_sent_at.desc(), Conversation.id.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def _begun_by(came_at: datetime | None) -> ColumnElement[bool]:
    """A message that was fetched later cannot be a reply to a conversation that was not begun when it came."""
    return true() if came_at is None else Conversation.opened_at <= came_at + CLOCKS_DIFFER


def _overtaken(
    address: Address, live: Conversation | None, wish: opting.Wish | None, came_at: datetime
) -> bool:
    """Whether something that the contact said after this has had its effect already."""
    if wish is not None:
        return opting.changed_since(address, came_at)
    if live is None:
        return False
    answered_later = exists().where(
        InboundMessage.conversation_id == live.id,
        InboundMessage.received_at > came_at,
        InboundMessage.outcome == InboundOutcome.ANSWERED,
    )
    return bool(db.session.scalar(select(answered_later)))
