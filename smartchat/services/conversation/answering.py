"""inbound → reply: all unhandled messages of a conversation are one turn, answered once, in one commit."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Exists, exists, func, select, update
from sqlalchemy.orm import aliased, joinedload

from smartchat import queue
from smartchat.db import db
from smartchat.domain.conversation.dialogue import Dialogue, Effect, QuestionNotAnswered
from smartchat.domain.conversation.turns import Turn, split
from smartchat.domain.conversation.unwritten import Unwritten
from smartchat.domain.hours import due_at
from smartchat.domain.statuses import (
    UNSETTLED,
    CampaignStatus,
    ConversationStatus,
    InboundOutcome,
    OutboundKind,
    PauseReason,
)
from smartchat.models import Conversation, InboundMessage, OutboundMessage
from smartchat.services.builder import chatbots
from smartchat.services.quoting import Aim, TapOrText
from smartchat.services.sending import proving
from smartchat.time_budget import TURN, TimeUp, within

from . import hearing, pausing, talking

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
    """With due messages, none that waits for more, and nothing of ours still on its way: the contact answers what was
    seen. Where another system is being asked, what comes in waits for its answer.
    """
    calling = exists().where(
        Conversation.id == InboundMessage.conversation_id, Conversation.call_due_at.is_not(None)
    )
    later = aliased(InboundMessage)
    # A message that came after it has moved the turn on.
    moved_on = exists().where(
        later.conversation_id == InboundMessage.conversation_id,
        later.id > InboundMessage.id,
        later.outcome.is_(None),
        later.due_at > now,
    )
    query = (
        select(InboundMessage.conversation_id)
        .where(
            InboundMessage.outcome.is_(None),
            InboundMessage.due_at <= now,
            ~_on_its_way(),
            ~calling,
            ~moved_on,
        )
        .order_by(InboundMessage.due_at, InboundMessage.id)
        .limit(limit)
    )
    return list(dict.fromkeys(id_ for id_ in db.session.scalars(query) if id_ is not None))


def _on_its_way() -> Exists:
    """A condition for queries: something of ours in the message's conversation has not left yet."""
    return exists().where(
        OutboundMessage.conversation_id == InboundMessage.conversation_id,
        OutboundMessage.status.in_(UNSETTLED),
    )


def next_due(now: datetime, within: timedelta) -> datetime | None:
    """When the next message is to be answered, if that is after `now` and within this time."""
    query = select(func.min(InboundMessage.due_at)).where(
        InboundMessage.outcome.is_(None), InboundMessage.due_at > now, InboundMessage.due_at <= now + within
    )
    due = db.session.scalar(query)
    db.session.rollback()
    return due


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
    proving.answered([conversation.id for conversation in ours], now)
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
    """The unhandled messages of these conversations, in order: one query, and no flush between one and the next.

    None of those that another worker has answered a moment ago: what is left there waits until that has left.
    """
    query = (
        select(InboundMessage)
        .where(
            InboundMessage.conversation_id.in_(conversation_ids),
            InboundMessage.outcome.is_(None),
            ~_on_its_way(),
        )
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
    script = chatbots.script_of_version(conversation.campaign.version)
    if conversation.handed_over_at is not None:
        written = _written(conversation, Dialogue.restore(script, conversation.state or {}), turn, now)
        _settle([message for message in turn if message.id in written], InboundOutcome.HANDED_OVER, now)
        return None
    if conversation.paused_at is not None:
        pausing.hold(turn)
        return None
    if conversation.call_due_at is not None:
        return None
    due = due_at(script.active_hours, now)
    if due > now:
        for message in turn:
            message.due_at = due
        return due
    return _take(conversation, Dialogue.restore(script, conversation.state or {}), turn, now)


def _take(
    conversation: Conversation, dialogue: Dialogue, turn: list[InboundMessage], now: datetime
) -> datetime | None:
    """Gives the turn to the dialogue: what came before its question is no answer to it, and nothing is said to that;
    neither to what nobody wrote, nor to what quotes an earlier question, which is for a person.

    When the replies leave, where they are slowed.
    """
    heard = _written(conversation, dialogue, turn, now)
    passed = {id_ for id_, one in heard.items() if one.aim is Aim.PASSED}
    _settle([message for message in turn if message.id in passed], InboundOutcome.PASSED, now)
    turn = [message for message in turn if message.id in heard and message.id not in passed]
    asked_at = _unless_ahead(conversation.last_sent_at, now)
    parts = split(
        turn,
        lambda message: _heard_at(message, heard[message.id], asked_at),
        asked_at,
        _unless_ahead(_first_asked_at(conversation, dialogue), now) if dialogue.failed else None,
    )
    try:
        messages, (after, effects) = within(TURN, lambda: _heard(dialogue, parts, heard))
    except TimeUp:
        # Not tried again: it would take as long. One of them may ask for silence.
        _settle(turn, InboundOutcome.SET_ASIDE, now)
        pausing.pause(conversation, PauseReason.UNREAD, (), now)
        return None
    _settle([message for message in turn if message not in messages], InboundOutcome.EARLY, now)
    return _reply(conversation, after, effects, messages, now) if messages else None


def _reply(
    conversation: Conversation,
    after: Dialogue,
    effects: tuple[Effect, ...],
    messages: list[InboundMessage],
    now: datetime,
) -> datetime | None:
    """Writes what a turn comes to, unless the other side seems to be a machine."""
    look = pausing.look(conversation, effects, now)
    if look.reason:
        pausing.pause(conversation, look.reason, messages, now)
        return None
    messages[-1].understood = talking.keep(conversation, after, effects, OutboundKind.REPLY, now, look.until)
    _settle(messages, InboundOutcome.ANSWERED, now)
    return look.until


def _written(
    conversation: Conversation, dialogue: Dialogue, turn: list[InboundMessage], now: datetime
) -> dict[int, TapOrText]:
    """What the chatbot hears of each message, by its id; those that nobody wrote are settled and left out."""
    found = {}
    for message in turn:
        heard = hearing.heard(conversation, dialogue, message)
        if isinstance(heard, Unwritten):
            _settle([message], InboundOutcome(heard), now)
        else:
            found[message.id] = heard
    return found


def _heard_at(message: InboundMessage, heard: TapOrText, asked_at: datetime | None) -> datetime:
    """When it came; what names the question that it answers never came before it."""
    at_once = heard.aim is Aim.AT_ONCE
    return max(message.received_at, asked_at) if at_once and asked_at else message.received_at


def _unless_ahead(asked_at: datetime | None, now: datetime) -> datetime | None:
    """A question that was asked in the time to come was so by a clock that had jumped: all that comes is an answer."""
    return None if asked_at is None or asked_at > now else asked_at


def _heard(
    dialogue: Dialogue, parts: Turn[InboundMessage], heard: Mapping[int, TapOrText]
) -> tuple[list[InboundMessage], tuple[Dialogue, tuple[Effect, ...]]]:
    """The messages that the chatbot reacts to, and how. What came while the question was being asked again counts if
    it is an answer; if not, it has been said already that it was not understood.
    """
    if parts.between:
        messages = [*parts.between, *parts.answers]
        moved, effects = hearing.advanced(dialogue, messages, heard)
        if not any(isinstance(effect, QuestionNotAnswered) for effect in effects):
            return messages, (moved, effects)
    messages = list(parts.answers)
    return messages, hearing.advanced(dialogue, messages, heard) if messages else (dialogue, ())


def _first_asked_at(conversation: Conversation, dialogue: Dialogue) -> datetime | None:
    """When the question that has been asked again was asked first."""
    query = select(func.min(OutboundMessage.sent_at)).where(
        OutboundMessage.conversation_id == conversation.id, OutboundMessage.step_id == dialogue.step
    )
    with db.session.no_autoflush:
        return db.session.scalar(query)


def _settle(turn: list[InboundMessage], outcome: InboundOutcome, now: datetime) -> None:
    for message in turn:
        message.outcome, message.handled_at = outcome, now
