"""inbound → reply: all unhandled messages of a conversation are one turn, answered once, in one commit."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import exists, select, update
from sqlalchemy.orm import joinedload

from smartchat import queue
from smartchat.db import db
from smartchat.domain.campaign import (
    UNSETTLED,
    CampaignStatus,
    ConversationStatus,
    InboundOutcome,
    OutboundKind,
)
from smartchat.domain.dialogue import Dialogue, Received, advance
from smartchat.domain.hours import due_at
from smartchat.models import Conversation, InboundMessage, OutboundMessage

from . import chatbots, talking

log = logging.getLogger(__name__)

BATCH = 100
SECOND_TRY = timedelta(minutes=1)


def answer_due(now: datetime, limit: int = BATCH) -> int:
    """Answers at most `limit` conversations that have due messages; how many it dealt with.

    A conversation that cannot be answered (a fault of ours) is put off by a minute and logged; the rest goes on.
    """
    ids = _due_conversations(now, limit)
    if not ids:
        db.session.rollback()
        return 0
    try:
        return _answer_all(ids, now)
    except Exception:
        # One that fails must not hold up the others: take them one at a time, and put off the one.
        db.session.rollback()
        log.exception("a batch of %d conversations could not be answered; taking them one by one", len(ids))
        return sum(_answer_or_put_off(conversation_id, now) for conversation_id in ids)


def _due_conversations(now: datetime, limit: int) -> list[int]:
    """With due messages, and with nothing of ours still on its way: the contact answers what was seen.

    Where another system is being asked, what comes in waits for its answer.
    """
    calling = exists().where(
        Conversation.id == InboundMessage.conversation_id, Conversation.call_due_at.is_not(None)
    )
    unsettled = exists().where(
        OutboundMessage.conversation_id == InboundMessage.conversation_id,
        OutboundMessage.status.in_(UNSETTLED),
    )
    query = (
        select(InboundMessage.conversation_id)
        .where(InboundMessage.outcome.is_(None), InboundMessage.due_at <= now, ~unsettled, ~calling)
        .order_by(InboundMessage.due_at, InboundMessage.id)
        .limit(limit)
    )
    return list(dict.fromkeys(id_ for id_ in db.session.scalars(query) if id_ is not None))


def _answer_or_put_off(conversation_id: int, now: datetime) -> int:
    try:
        return _answer_all([conversation_id], now)
    except Exception:
        db.session.rollback()
        log.exception("conversation %d could not be answered; again in a minute", conversation_id)
        db.session.execute(
            update(InboundMessage)
            .where(InboundMessage.conversation_id == conversation_id, InboundMessage.outcome.is_(None))
            .values(due_at=now + SECOND_TRY)
        )
        db.session.commit()
        return 1


def _answer_all(ids: list[int], now: datetime) -> int:
    """Locks the conversations, then reads what is unhandled: what another worker has answered is not here any more.

    How many it could lock: those that another worker holds are not ours to count, or the drain would spin.
    """
    locked = (
        select(Conversation)
        .where(Conversation.id.in_(ids))
        .order_by(Conversation.id)
        .options(joinedload(Conversation.campaign))
        .with_for_update(of=Conversation, skip_locked=True)
    )
    later: set[tuple[str, datetime]] = set()
    ours = db.session.scalars(locked).all()
    turns = _turns([conversation.id for conversation in ours])
    for conversation in ours:
        if until := _answer(conversation, turns.get(conversation.id, []), now):
            later.add((conversation.sender, until))
    calls = any(conversation.call_due_at for conversation in ours)
    db.session.commit()
    if calls:
        queue.ring(queue.CALLS)
    for sender, opening in later:
        queue.ring_at(sender, opening)
    return len(ours)


def _turns(conversation_ids: list[int]) -> dict[int, list[InboundMessage]]:
    """The unhandled messages of these conversations, in order: one query, and no flush between one and the next."""
    query = (
        select(InboundMessage)
        .where(InboundMessage.conversation_id.in_(conversation_ids), InboundMessage.outcome.is_(None))
        .order_by(InboundMessage.received_at, InboundMessage.id)
    )
    turns: dict[int, list[InboundMessage]] = {}
    for message in db.session.scalars(query):
        turns.setdefault(message.conversation_id or 0, []).append(message)
    return turns


def _answer(conversation: Conversation, turn: list[InboundMessage], now: datetime) -> datetime | None:
    """One turn of one conversation; or, outside active hours, puts it off and says until when."""
    if not turn:
        return None
    if (
        conversation.status != ConversationStatus.OPEN
        or conversation.campaign.status != CampaignStatus.ACTIVE
    ):
        _settle(turn, InboundOutcome.ENDED, now)
        return None
    if conversation.handed_over_at is not None:
        _settle(turn, InboundOutcome.HANDED_OVER, now)
        return None
    if conversation.call_due_at is not None:
        return None
    script = chatbots.script_of_version_id(conversation.campaign.version_id)
    due = due_at(script.active_hours, now)
    if due > now:
        for message in turn:
            message.due_at = due
        return due
    dialogue = Dialogue.restore(script, conversation.state or {})
    dialogue, effects = advance(dialogue, Received(tuple(message.body for message in turn), now))
    turn[-1].understood = talking.keep(conversation, dialogue, effects, OutboundKind.REPLY, now)
    _settle(turn, InboundOutcome.ANSWERED, now)
    return None


def _settle(turn: list[InboundMessage], outcome: InboundOutcome, now: datetime) -> None:
    for message in turn:
        message.outcome, message.handled_at = outcome, now
