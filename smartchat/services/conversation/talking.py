"""What a turn of the dialogue leaves behind: the conversation's state and the messages to send, in one transaction."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from smartchat.db import db
from smartchat.domain.conversation.dialogue import (
    Dialogue,
    Effect,
    Finished,
    QuestionAnswered,
    QuestionNotAnswered,
    Send,
)
from smartchat.domain.conversation.state import status_of
from smartchat.domain.hours import due_at
from smartchat.domain.sending.segments import segments
from smartchat.domain.statuses import PRIORITY, OutboundKind
from smartchat.models import Conversation, OutboundMessage


def keep(
    conversation: Conversation,
    dialogue: Dialogue,
    effects: Iterable[Effect],
    kind: OutboundKind,
    now: datetime,
    not_before: datetime | None = None,
) -> dict[str, Any] | None:
    """Writes state and outbound rows (no commit); gives what was understood of the turn, for the transcript.

    `not_before`: when the messages may leave, where that is later than now.
    """
    waited_at = (conversation.state or {}).get("step") or ""
    conversation.state = dialogue.state()
    conversation.status = status_of(dialogue)
    if dialogue.ended:
        conversation.ended_at = now
    conversation.call_due_at = now if dialogue.status == "calling" else None
    conversation.call_lease_until = None
    if dialogue.status == "handed_over":
        conversation.handed_over_at = conversation.handed_over_at or now
    due = due_at(dialogue.script.active_hours, max(now, not_before or now))
    heard: dict[str, Any] | None = None
    for effect in effects:
        match effect:
            case Send():
                db.session.add(message(conversation, effect, kind, due, now))
            case QuestionAnswered():
                heard = {"step": effect.step_id, "value": effect.value, "how": effect.how}
            case QuestionNotAnswered():
                heard = {"step": effect.step_id, "why": effect.why}
            case Finished("wrong_number"):
                heard = {"step": waited_at, "why": "wrong_number"}
            case _:
                pass
    return heard


def message(
    conversation: Conversation, send: Send, kind: OutboundKind, due: datetime, now: datetime
) -> OutboundMessage:
    """The row of a message to a contact, to be sent from `due` on."""
    whatsapp = conversation.sender.startswith("whatsapp:")
    to = f"whatsapp:{conversation.phone}" if whatsapp else conversation.phone
    if whatsapp and conversation.last_from:
        # The 24-hour session belongs to the address exactly as the contact writes from it.
        to = conversation.last_from
    return OutboundMessage(
        conversation_id=conversation.id,
        campaign_id=conversation.campaign_id,
        kind=kind,
        priority=PRIORITY[kind],
        step_id=send.step_id,
        sender=conversation.sender,
        to=to,
        body=send.text,
        media_url=send.media_url,
        template=asdict(send.template) if send.template else None,
        due_at=due,
        created_at=now,
        segments=segments(send.text).count or 1,
    )
