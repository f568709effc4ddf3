"""The chatbot falls silent where the other side seems to be a machine, or a message could not be read in time; an
operator decides how it goes on.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Exists, Update, exists, select, update

from smartchat import queue
from smartchat.db import db
from smartchat.domain.conversation.dialogue import CallExternal, Effect, Send
from smartchat.domain.conversation.guards import LOOK_BACK, looped, slowed
from smartchat.domain.hours import due_at
from smartchat.domain.statuses import (
    CampaignStatus,
    ConversationStatus,
    Happened,
    InboundOutcome,
    OutboundKind,
    OutboundStatus,
    PauseReason,
)
from smartchat.models import Conversation, ConversationEvent, InboundMessage, OutboundMessage
from smartchat.services.builder import chatbots

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PauseDecision:
    """`reason`: why the replies of a turn are not to be written; `until`: from when on they may leave, if not now."""

    reason: PauseReason | None = None
    until: datetime | None = None


def look(conversation: Conversation, effects: Iterable[Effect], now: datetime) -> PauseDecision:
    """Whether the replies of a turn may be written, and when they may leave. Under the conversation's lock.

    What another system will make the chatbot say is not known yet: as if it said once more what it said last.
    A turn that an operator has just let through is not looked at.
    """
    if conversation.pause_reason is not None:
        conversation.pause_reason = None
        return PauseDecision()
    if conversation.last_sent_at is None or now - conversation.last_sent_at >= LOOK_BACK:
        return PauseDecision()
    said = _said_lately(conversation, now)
    new = [_whole(effect.text, effect.media_url) for effect in effects if isinstance(effect, Send)]
    until = slowed(said, new, now)
    if said and any(isinstance(effect, CallExternal) for effect in effects):
        new.append(max(said)[1])
    return PauseDecision(looped(said, new, now), until)


def pause(
    conversation: Conversation, why: PauseReason, turn: Iterable[InboundMessage], now: datetime
) -> None:
    """From here on the chatbot is silent in this conversation, and what came in waits (no commit)."""
    conversation.paused_at, conversation.pause_reason = now, why
    write_down(conversation.id, Happened.PAUSED, None, now, why)
    hold(turn)
    log.warning("conversation %d is paused: %s", conversation.id, why)


def pause_unread(conversation_id: int, now: datetime) -> None:
    """The same for a message that nobody could read in time; nothing where it is paused or over (no commit)."""
    conversation = db.session.get(Conversation, conversation_id, with_for_update=True, populate_existing=True)
    if conversation is None or conversation.paused_at or conversation.status != ConversationStatus.OPEN:
        return
    pause(conversation, PauseReason.UNREAD, (), now)
    db.session.execute(_waiting(conversation_id).values(due_at=None))


def write_down(
    conversation_id: int, what: Happened, user_id: int | None, now: datetime, why: PauseReason | None = None
) -> None:
    """The trace of what was done to a conversation, and by whom (no commit)."""
    db.session.add(
        ConversationEvent(conversation_id=conversation_id, what=what, reason=why, user_id=user_id, at=now)
    )


def hold(turn: Iterable[InboundMessage]) -> None:
    """These messages wait until the conversation goes on (no commit)."""
    for message in turn:
        message.due_at = None


def is_paused(conversation: Conversation) -> bool:
    """Whether the chatbot is silent and an operator is to decide."""
    return (
        conversation.paused_at is not None
        and conversation.status == ConversationStatus.OPEN
        and conversation.campaign.status == CampaignStatus.ACTIVE
    )


def resume(conversation_id: int, now: datetime, user_id: int | None = None) -> bool:
    """Lets the chatbot go on: all that waits is one turn. False where the conversation is not paused (any more)."""
    conversation = _locked(conversation_id)
    if conversation is None:
        return False
    due = due_at(chatbots.script_of_version(conversation.campaign.version).active_hours, now)
    write_down(conversation_id, Happened.RESUMED, user_id, now)
    conversation.paused_at = None  # the reason stays: the next turn is let through
    db.session.execute(_waiting(conversation_id).values(due_at=due))
    sender, calls = conversation.sender, conversation.call_due_at is not None
    db.session.commit()
    _ = queue.ring() if due <= now else queue.ring_at(sender, due)
    if calls:
        queue.ring(queue.CALLS)
    return True


def take_over(conversation_id: int, now: datetime, user_id: int | None = None) -> bool:
    """An operator answers from here on, as after a hand-over. False where nothing waits for one."""
    conversation = _locked(conversation_id, may_take_over)
    if conversation is None:
        return False
    write_down(conversation_id, Happened.TAKEN_OVER, user_id, now)
    conversation.paused_at = conversation.pause_reason = None
    conversation.handed_over_at, conversation.call_due_at = now, None
    db.session.execute(_waiting(conversation_id).values(outcome=InboundOutcome.HANDED_OVER, handled_at=now))
    db.session.commit()
    return True


def end(conversation_id: int, now: datetime, user_id: int | None = None) -> bool:
    """Ends a paused conversation in the middle of whatever it was; False where it is not paused."""
    conversation = _locked(conversation_id)
    if conversation is None:
        return False
    write_down(conversation_id, Happened.ENDED, user_id, now)
    conversation.status, conversation.ended_at = ConversationStatus.ENDED, now
    conversation.call_due_at = None
    db.session.execute(_waiting(conversation_id).values(outcome=InboundOutcome.ENDED, handled_at=now))
    db.session.commit()
    return True


def may_take_over(conversation: Conversation) -> bool:
    """Whether an operator may answer instead of the chatbot: it is paused, or something was written for a person."""
    if conversation.handed_over_at is not None:
        return False
    return is_paused(conversation) or (
        conversation.status == ConversationStatus.OPEN
        and conversation.campaign.status == CampaignStatus.ACTIVE
        and bool(db.session.scalar(select(_for_a_person(conversation.id))))
    )


def _for_a_person(conversation_id: int) -> Exists:
    return exists().where(
        InboundMessage.conversation_id == conversation_id, InboundMessage.outcome == InboundOutcome.PASSED
    )


def _locked(conversation_id: int, allowed: Callable[[Conversation], bool] = is_paused) -> Conversation | None:
    """The conversation under its lock, if it is as it has to be: paused, where nothing else is said."""
    conversation = db.session.get(Conversation, conversation_id, with_for_update=True, populate_existing=True)
    if conversation is None or not allowed(conversation):
        db.session.rollback()
        return None
    return conversation


def _waiting(conversation_id: int) -> Update:
    return update(InboundMessage).where(
        InboundMessage.conversation_id == conversation_id, InboundMessage.outcome.is_(None)
    )


def _said_lately(conversation: Conversation, now: datetime) -> list[tuple[datetime, str]]:
    """What we replied to this contact from this sender, in whatever campaign, by when it was to leave."""
    query = (
        select(
            OutboundMessage.created_at,
            OutboundMessage.due_at,
            OutboundMessage.body,
            OutboundMessage.media_url,
        )
        .join(Conversation, Conversation.id == OutboundMessage.conversation_id)
        .where(
            Conversation.sender == conversation.sender,
            Conversation.contact_key == conversation.contact_key,
            OutboundMessage.kind == OutboundKind.REPLY,
            OutboundMessage.status != OutboundStatus.CANCELLED,
            OutboundMessage.created_at > now - LOOK_BACK,
        )
    )
    with db.session.no_autoflush:  # a batch of turns is written at once
        rows = db.session.execute(query).all()
    return [(max(made, due), _whole(body, media)) for made, due, body, media in rows]


def _whole(text: str, media_url: str | None) -> str:
    """Two messages are equal if their pictures are, too."""
    return f"{text} {media_url}" if media_url else text
