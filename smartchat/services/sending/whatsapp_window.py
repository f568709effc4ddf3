"""WhatsApp's 24 hours: what may not leave is held, and goes first when the contact writes again."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Exists, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from smartchat.db import changed_rows, db
from smartchat.domain.addresses import WHATSAPP
from smartchat.domain.statuses import LIVE, OutboundStatus
from smartchat.models import Conversation, OutboundMessage


def hold(message_ids: Collection[int], now: datetime) -> None:
    """These wait until their contact writes again, and with them what waits behind them in order (no commit).

    What is behind a held message cannot leave either: left as due, it would be looked at again in every round.
    """
    first = aliased(OutboundMessage)
    theirs = select(first.conversation_id).where(first.id.in_(message_ids))
    db.session.execute(
        update(OutboundMessage)
        .where(
            OutboundMessage.conversation_id.in_(theirs),
            OutboundMessage.status == OutboundStatus.WAITING,
            OutboundMessage.held_since.is_(None),
        )
        .values(held_since=now)
        .execution_options(synchronize_session=False)
    )


def hold_behind(conversation: Conversation, now: datetime) -> None:
    """What was just written waits too where something of the conversation is held already (no commit)."""
    if not conversation.sender.startswith(WHATSAPP):
        return
    db.session.flush()
    held = select(OutboundMessage.id).where(
        OutboundMessage.campaign_id == conversation.campaign_id,
        OutboundMessage.conversation_id == conversation.id,
        OutboundMessage.status == OutboundStatus.WAITING,
        OutboundMessage.held_since.is_not(None),
    )
    if ids := db.session.scalars(held.limit(1)).all():
        hold(ids, now)


def contact_wrote(senders: Collection[str], contact_key: str, from_address: str, at: datetime) -> int:
    """The 24 hours begin anew, for all that these senders have to say to the contact: what was held may leave.

    They belong to sender and contact, not to the conversation that the message went to. How many messages (no commit).
    """
    theirs = (
        select(Conversation)
        .where(
            Conversation.sender.in_(senders),
            Conversation.contact_key == contact_key,
            or_(Conversation.status.in_(LIVE), _has_held()),
        )
        .order_by(Conversation.id)
        .with_for_update(of=Conversation)
    )
    conversations = db.session.scalars(theirs).all()
    for conversation in conversations:
        if conversation.last_received_at is None or conversation.last_received_at < at:
            conversation.last_received_at = at
    if not conversations:
        return 0
    return changed_rows(
        update(OutboundMessage)
        .where(
            OutboundMessage.conversation_id.in_([conversation.id for conversation in conversations]),
            OutboundMessage.status == OutboundStatus.WAITING,
            OutboundMessage.held_since.is_not(None),
        )
        # The 24 hours belong to the address exactly as the contact writes from it.
        .values(held_since=None, to=from_address)
        .execution_options(synchronize_session=False)
    )


def known_from_before(conversation: Conversation) -> None:
    """A conversation that begins goes by what the contact wrote to the same sender in others (no commit)."""
    if not conversation.sender.startswith(WHATSAPP):
        return
    latest = select(func.max(Conversation.last_received_at)).where(
        Conversation.sender == conversation.sender, Conversation.contact_key == conversation.contact_key
    )
    conversation.last_received_at = db.session.scalar(latest)


def held_from(message: OutboundMessage, now: datetime) -> datetime | None:
    """From when a message that WhatsApp did not let through is held: `now`, or None where it may go at once, because
    the contact wrote after it was sent.
    """
    query = select(Conversation.last_received_at).where(Conversation.id == message.conversation_id)
    last = db.session.scalar(query)
    return None if last and message.sent_at and last > message.sent_at else now


def hold_with(message: OutboundMessage) -> None:
    """What waits behind a message that is held is held with it (no commit)."""
    if message.held_since is not None:
        db.session.flush()
        hold([message.id], message.held_since)


def _has_held() -> Exists:
    return exists().where(
        OutboundMessage.campaign_id == Conversation.campaign_id,
        OutboundMessage.conversation_id == Conversation.id,
        OutboundMessage.status == OutboundStatus.WAITING,
        OutboundMessage.held_since.is_not(None),
    )
