"""A contact who asked for silence and wrote START is not surprised by the chatbot: an operator lets it go on."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from smartchat import queue
from smartchat.db import db
from smartchat.domain.conversation import saying
from smartchat.domain.conversation.dialogue import Dialogue, Send
from smartchat.domain.conversation.questions import answerable
from smartchat.domain.hours import due_at
from smartchat.domain.script.script import Script
from smartchat.domain.script.steps import AnyQuestion, Template
from smartchat.domain.statuses import (
    CampaignStatus,
    ConversationStatus,
    Happened,
    OutboundKind,
    OutboundStatus,
)
from smartchat.models import Conversation, InboundMessage, OptOut, OutboundMessage
from smartchat.services.builder import chatbots
from smartchat.services.opt_outs import opting
from smartchat.services.sending import whatsapp_window

from . import pausing, talking


def came_back(conversation: Conversation) -> OptOut | None:
    """The wish that ended this conversation, where the contact has taken it back since."""
    if conversation.status != ConversationStatus.OPTED_OUT:
        return None
    query = select(OptOut).where(
        OptOut.sender == conversation.sender,
        OptOut.contact_key == conversation.contact_key,
        OptOut.opted_in_at.is_not(None),
    )
    return db.session.scalar(query)


def go_on(conversation_id: int, now: datetime, user_id: int | None = None) -> bool:
    """The conversation is open again where it stood, and what it had to say is said. False where that cannot be."""
    conversation = db.session.get(Conversation, conversation_id, with_for_update=True, populate_existing=True)
    if conversation is None or not may_go_on(conversation):
        db.session.rollback()
        return False
    script = chatbots.script_of_version(conversation.campaign.version)
    due = due_at(script.active_hours, now)
    stopped_at, conversation.ended_at = conversation.ended_at, None
    conversation.paused_at = conversation.pause_reason = None
    pausing.write_down(conversation_id, Happened.REOPENED, user_id, now)
    if conversation.opened_at is None:
        conversation.status, conversation.due_at = ConversationStatus.WAITING, due
    else:
        _open_again(conversation, script, stopped_at or now, due, now)
    sender, calls = conversation.sender, conversation.call_due_at is not None
    db.session.commit()
    _ = queue.ring() if due <= now else queue.ring_at(sender, due)
    if calls:
        queue.ring(queue.CALLS)
    return True


def may_go_on(conversation: Conversation) -> bool:
    """Whether only an operator's word is missing: the campaign runs, and the contact may be written to."""
    out = select(opting.in_force(conversation.sender, Conversation.contact_key)).where(
        Conversation.id == conversation.id
    )
    return (
        came_back(conversation) is not None
        and conversation.campaign.status == CampaignStatus.ACTIVE
        and not db.session.scalar(out)
    )


def _open_again(
    conversation: Conversation, script: Script, stopped_at: datetime, due: datetime, now: datetime
) -> None:
    dialogue = Dialogue.restore(script, conversation.state or {})
    conversation.status = ConversationStatus.OPEN
    if dialogue.status == "calling":
        conversation.call_due_at, conversation.call_lease_until = now, None
    sends = _left_unsaid(conversation, stopped_at)
    question = dialogue.waits_at
    if isinstance(question, AnyQuestion) and question.id not in (send.step_id for send in sends):
        sends += saying.question(answerable(question, dialogue.given), dialogue.given)
    for send in sends:
        db.session.add(talking.message(conversation, send, OutboundKind.REPLY, due, now))
    know_when_the_contact_wrote(conversation)


def know_when_the_contact_wrote(conversation: Conversation) -> None:
    """WhatsApp's 24 hours: what came while the conversation was over has not been written down in it."""
    whatsapp_window.known_from_before(conversation)
    query = select(func.max(InboundMessage.received_at)).where(
        InboundMessage.conversation_id == conversation.id
    )
    latest = db.session.scalar(query)
    if latest is not None and (
        conversation.last_received_at is None or latest > conversation.last_received_at
    ):
        conversation.last_received_at = latest


def _left_unsaid(conversation: Conversation, stopped_at: datetime) -> list[Send]:
    """What the wish for silence kept from leaving, in order."""
    query = (
        select(OutboundMessage)
        .where(
            OutboundMessage.conversation_id == conversation.id,
            OutboundMessage.status == OutboundStatus.CANCELLED,
            OutboundMessage.settled_at >= stopped_at,
        )
        .order_by(OutboundMessage.id)
    )
    return [
        Send(row.body, row.step_id, row.media_url, _template(row.template))
        for row in db.session.scalars(query)
    ]


def _template(kept: dict[str, Any] | None) -> Template | None:
    if kept is None:
        return None
    variables = tuple((str(name), str(text)) for name, text in kept.get("variables", ()))
    return Template(content_sid=kept["content_sid"], variables=variables)
