"""What a message is about that quotes one of ours, or taps on a button of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from sqlalchemy import Connection, exists, select, update

from smartchat.db import db
from smartchat.domain.conversation.dialogue import Dialogue, answers_by_tap
from smartchat.domain.inbound.buttons import LONGEST, Tap, tap_of, written_tap
from smartchat.domain.inbound.quoting import passed, templates_of
from smartchat.domain.statuses import OutboundStatus
from smartchat.models import Conversation, EarlierSend, InboundMessage, OutboundMessage

from .builder import chatbots

QUOTED = "OriginalRepliedMessageSid"


class Aim(Enum):
    """AT_ONCE: it answers the question that waits, also where that has not left yet. PASSED: it is about an earlier
    one. OPEN: its time decides.
    """

    OPEN = auto()
    AT_ONCE = auto()
    PASSED = auto()


@dataclass(frozen=True)
class TapOrText:
    """A message as the dialogue takes it: as a tap, or as a text."""

    body: str
    tap: Tap | None = None
    aim: Aim = Aim.OPEN


def conversation_quoted(params: Mapping[str, str], connection: Connection) -> int | None:
    """The conversation of the message of ours that this one quotes; None where it quotes none."""
    sid = params.get(QUOTED)
    if not sid:
        return None
    found = connection.scalar(
        select(OutboundMessage.conversation_id).where(OutboundMessage.provider_sid == sid)
    )
    if found is not None:
        return int(found)
    # It was sent more than once, and an earlier one arrived all the same.
    earlier = (
        select(OutboundMessage.conversation_id)
        .join(EarlierSend, EarlierSend.message_id == OutboundMessage.id)
        .where(EarlierSend.sid == sid)
    )
    found = connection.scalar(earlier)
    return None if found is None else int(found)


def hear(conversation_id: int, dialogue: Dialogue, message: InboundMessage) -> TapOrText:
    """What a message is to the dialogue that waits. One look into the database where it quotes or taps, else none."""
    params, body = message.params, message.body
    if dialogue.status != "asking" or dialogue.step is None:
        return TapOrText(body)
    script = dialogue.script
    templates = templates_of(script, dialogue.step)
    tap = tap_of(params)
    if tap is not None and not templates:
        tap = None
    elif tap is None and templates and len(body) <= LONGEST:
        tap = written_tap(body, tuple(templates.values()))
    since = _said_since(conversation_id, params)
    if since and passed(since, dialogue.step, script):
        return TapOrText(body, tap, Aim.PASSED)
    if since and since[0] == dialogue.step:
        return TapOrText(body, tap, Aim.AT_ONCE)
    if tap is None or not answers_by_tap(dialogue, tap, message.received_at):
        return TapOrText(body, tap)
    seen = bool(since) or _was_sent(conversation_id, tuple(templates), message.received_at)
    return TapOrText(body, tap, Aim.AT_ONCE if seen else Aim.OPEN)


def written(conversation_id: int, dialogue: Dialogue, text: str) -> Tap | None:
    """The button that says exactly what was written, of a template that was sent and asks what waits."""
    if dialogue.status != "asking" or dialogue.step is None or len(text) > LONGEST:
        return None
    templates = templates_of(dialogue.script, dialogue.step)
    tap = written_tap(text, tuple(templates.values()))
    return tap if tap is not None and _was_sent(conversation_id, tuple(templates)) else None


def take_back(conversation_id: int, message: InboundMessage, now: datetime) -> None:
    """A tap that answers the question before it has left: it need not be asked any more (no commit)."""
    conversation = db.session.get(Conversation, conversation_id, with_for_update=True, populate_existing=True)
    if conversation is None or not conversation.state or conversation.paused_at is not None:
        return
    script = chatbots.script_of_version_id(conversation.campaign.version_id)
    dialogue = Dialogue.restore(script, conversation.state)
    heard = hear(conversation.id, dialogue, message)
    if heard.tap is None or heard.aim is not Aim.AT_ONCE:
        return
    db.session.execute(
        update(OutboundMessage)
        .where(
            OutboundMessage.conversation_id == conversation.id,
            OutboundMessage.step_id == dialogue.step,
            OutboundMessage.status == OutboundStatus.WAITING,
        )
        .values(status=OutboundStatus.CANCELLED, settled_at=now, held_since=None)
        .execution_options(synchronize_session=False)
    )


def _said_since(conversation_id: int, params: Mapping[str, str]) -> list[str]:
    """The steps of our messages in this conversation from the quoted one on; none where it quotes none of them."""
    sid = params.get(QUOTED)
    if not sid:
        return []
    earlier = select(EarlierSend.message_id).where(EarlierSend.sid == sid)
    quoted = (
        select(OutboundMessage.id)
        .where(
            OutboundMessage.conversation_id == conversation_id,
            (OutboundMessage.provider_sid == sid) | OutboundMessage.id.in_(earlier),
        )
        .limit(1)
        .scalar_subquery()
    )
    query = select(OutboundMessage.step_id).where(
        OutboundMessage.conversation_id == conversation_id, OutboundMessage.id >= quoted
    )
    return list(db.session.scalars(query.order_by(OutboundMessage.id)))


def _was_sent(conversation_id: int, step_ids: tuple[str, ...], by: datetime | None = None) -> bool:
    """Whether one of these steps had been said by then, or at all."""
    sent = exists().where(
        OutboundMessage.conversation_id == conversation_id,
        OutboundMessage.step_id.in_(step_ids),
        OutboundMessage.sent_at.is_not(None) if by is None else OutboundMessage.sent_at <= by,
    )
    return bool(db.session.scalar(select(sent)))
