"""Openings: conversations that wait and are due begin to talk, a batch at a time, claimed by their lock."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, literal, select
from sqlalchemy.orm import joinedload

from smartchat import queue
from smartchat.db import db
from smartchat.domain.conversation.dialogue import Dialogue, Opened, advance
from smartchat.domain.hours import due_at
from smartchat.domain.statuses import (
    PRIORITY,
    CampaignStatus,
    ConversationStatus,
    OutboundKind,
    OutboundStatus,
)
from smartchat.models import Campaign, Conversation, OutboundMessage, Sender
from smartchat.services.builder import chatbots
from smartchat.services.opt_outs import opting
from smartchat.services.sending import whatsapp_window

from . import talking

log = logging.getLogger(__name__)

BATCH = 200
AHEAD = 100  # openings of a campaign that wait to be sent: with so many no more are written
SECOND_TRY = timedelta(minutes=1)


def open_due(now: datetime, machine: datetime, limit: int = BATCH) -> int:
    """Writes the openings of at most `limit` due conversations, in one commit; how many it dealt with.

    Just ahead of sending: not where enough of a campaign's openings wait already, nor where its sender is stopped
    (see pacing; `machine` is the machine's time). Campaigns take turns.
    """
    campaigns = _campaigns_to_open(now, machine)
    if not campaigns:
        db.session.rollback()
        return 0
    share = max(1, limit // len(campaigns))
    found = [row for id_ in campaigns for row in _due(id_, share, now)]
    later: set[tuple[str, datetime]] = set()
    for conversation, opted_out in found:
        if opted_out:
            conversation.status = ConversationStatus.OPTED_OUT
            conversation.ended_at, conversation.due_at = now, None
        elif until := _open_or_put_off(conversation, now):
            later.add((conversation.sender, until))
    calls = any(conversation.call_due_at for conversation, _ in found)
    db.session.commit()
    if calls:
        queue.ring(queue.CALLS)
    for sender, opening in later:
        queue.ring_at(sender, opening)
    return len(found)


def _campaigns_to_open(now: datetime, machine: datetime) -> list[int]:
    """Active campaigns with due openings, whose sender goes through and has few of them left to send."""
    due = exists().where(
        Conversation.campaign_id == Campaign.id,
        Conversation.status == ConversationStatus.WAITING,
        Conversation.due_at <= now,
    )
    ahead = (
        select(literal(1))
        .where(
            OutboundMessage.campaign_id == Campaign.id,
            OutboundMessage.status == OutboundStatus.WAITING,
            OutboundMessage.priority == PRIORITY[OutboundKind.OPENING],
            OutboundMessage.held_since.is_(None),
        )
        .correlate(Campaign)
        .offset(AHEAD - 1)
        .limit(1)
        .exists()
    )
    stopped = exists().where(Sender.address == Campaign.sender, Sender.stopped_until > machine)
    query = select(Campaign.id).where(Campaign.status == CampaignStatus.ACTIVE, due, ~ahead, ~stopped)
    return list(db.session.scalars(query.order_by(Campaign.id)))


def _due(campaign_id: int, limit: int, now: datetime) -> Sequence[Any]:
    query = (
        select(
            Conversation, opting.in_force(Conversation.sender, Conversation.contact_key).label("opted_out")
        )
        .join(Campaign, Campaign.id == Conversation.campaign_id)
        .where(
            Conversation.campaign_id == campaign_id,
            Conversation.status == ConversationStatus.WAITING,
            Conversation.due_at <= now,
            Campaign.status == CampaignStatus.ACTIVE,
        )
        .order_by(Conversation.due_at, Conversation.id)
        .limit(limit)
        .options(joinedload(Conversation.contact), joinedload(Conversation.campaign))
        .with_for_update(of=Conversation, skip_locked=True)
    )
    return db.session.execute(query).all()


def _open_or_put_off(conversation: Conversation, now: datetime) -> datetime | None:
    """A conversation that cannot be opened (a fault of ours) must not hold up the others: again in a minute."""
    try:
        with db.session.begin_nested():
            return _open(conversation, now)
    except Exception:
        log.exception("conversation %d could not be opened; again in a minute", conversation.id)
        conversation.due_at = now + SECOND_TRY
        return None


def _open(conversation: Conversation, now: datetime) -> datetime | None:
    """Begins one dialogue; or, outside active hours, puts it off and says until when."""
    script = chatbots.script_of_version_id(conversation.campaign.version_id)
    due = due_at(script.active_hours, now)
    if due > now:
        conversation.due_at = due
        return due
    begun = Dialogue.begin(script, conversation.contact.custom_data)
    dialogue, effects = advance(begun, Opened(now))
    conversation.opened_at, conversation.due_at = now, None
    whatsapp_window.known_from_before(conversation)
    talking.keep(conversation, dialogue, effects, OutboundKind.OPENING, now)
    return None
