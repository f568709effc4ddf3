"""What the pages say of paused conversations, and of contacts with several. Nothing here writes."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import aliased

from smartchat.db import db
from smartchat.domain.statuses import ConversationStatus
from smartchat.models import Conversation, ConversationEvent, InboundMessage, User

from .numbers import tallies

PAUSED: ColumnElement[bool] = and_(
    Conversation.paused_at.is_not(None), Conversation.status == ConversationStatus.OPEN
)
HELD: ColumnElement[bool] = and_(InboundMessage.outcome.is_(None), InboundMessage.due_at.is_(None))
"""Inbound messages that wait until their paused conversation goes on."""


@dataclass(frozen=True)
class Paused:
    """Paused conversations of an active campaign, and the inbound messages that wait in them."""

    conversations: int
    messages: int


def paused_in(campaign_id: int) -> Paused:
    """How much of a campaign is paused: its tally, and a look into a small index where there is anything."""
    paused = tallies([campaign_id])[campaign_id].paused()
    if not paused:
        return Paused(0, 0)
    held = db.session.scalar(select(func.count()).where(HELD, InboundMessage.campaign_id == campaign_id))
    return Paused(paused, held or 0)


def trace(conversation_id: int) -> list[tuple[ConversationEvent, str | None]]:
    """What was done to a conversation from outside, in order, with the operator's e-mail."""
    query = (
        select(ConversationEvent, User.email)
        .outerjoin(User, User.id == ConversationEvent.user_id)
        .where(ConversationEvent.conversation_id == conversation_id)
        .order_by(ConversationEvent.id)
    )
    return [(event, email) for event, email in db.session.execute(query)]


def with_several(conversation_ids: Iterable[int | None]) -> set[int]:
    """Those of these conversations whose contact has another one with the same sender."""
    other = aliased(Conversation)
    more = exists().where(
        other.sender == Conversation.sender,
        other.contact_key == Conversation.contact_key,
        other.id != Conversation.id,
    )
    ids = {id_ for id_ in conversation_ids if id_ is not None}
    return set(db.session.scalars(select(Conversation.id).where(Conversation.id.in_(ids), more)))
