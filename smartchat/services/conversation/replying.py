"""An operator answers where the chatbot has handed over; the hours hold for people too."""

from datetime import datetime

from sqlalchemy import update

from smartchat import queue
from smartchat.db import changed_rows, db
from smartchat.domain.conversation.dialogue import Send
from smartchat.domain.hours import due_at
from smartchat.domain.script.texts import bodies
from smartchat.domain.statuses import CampaignStatus, ConversationStatus, Happened, OutboundKind
from smartchat.models import Conversation
from smartchat.services.builder import chatbots
from smartchat.services.sending import whatsapp_window

from . import pausing, talking

OPERATOR_STEP = ""
"""The step of a message that no step of the script says."""


def reply(conversation_id: int, text: str, now: datetime) -> bool:
    """Writes a message of the operator to the contact; False where the chatbot has not handed over, or it is over."""
    conversation = db.session.get(Conversation, conversation_id, with_for_update=True)
    if conversation is None or not may_reply(conversation) or not text.strip():
        db.session.rollback()
        return False
    script = chatbots.script_of_version(conversation.campaign.version)
    due = due_at(script.active_hours, now)
    for body in bodies(text):
        send = Send(body, OPERATOR_STEP)
        db.session.add(talking.message(conversation, send, OutboundKind.REPLY, due, now))
    whatsapp_window.hold_behind(conversation, now)
    sender = conversation.sender
    db.session.commit()
    _ = queue.ring() if due <= now else queue.ring_at(sender, due)
    return True


def close(conversation_id: int, now: datetime, user_id: int | None = None) -> bool:
    """Ends a conversation that was handed over; False where it is not open any more."""
    changed = changed_rows(
        update(Conversation)
        .where(
            Conversation.id == conversation_id,
            Conversation.status == ConversationStatus.OPEN,
            Conversation.handed_over_at.is_not(None),
        )
        .values(status=ConversationStatus.COMPLETED, ended_at=now)
        .execution_options(synchronize_session=False)
    )
    if changed:
        pausing.write_down(conversation_id, Happened.ENDED, user_id, now)
    db.session.commit()
    return changed == 1


def may_reply(conversation: Conversation) -> bool:
    """Whether an operator is expected to answer."""
    return (
        conversation.handed_over_at is not None
        and conversation.status == ConversationStatus.OPEN
        and conversation.campaign.status == CampaignStatus.ACTIVE
    )
