"""A number that was marked as a wrong one is the contact's after all: an operator takes the mark back."""

from datetime import datetime

from sqlalchemy import select, update

from smartchat import queue
from smartchat.db import db
from smartchat.domain.conversation import saying
from smartchat.domain.conversation.dialogue import Dialogue
from smartchat.domain.conversation.questions import answerable
from smartchat.domain.hours import due_at
from smartchat.domain.script.steps import Question
from smartchat.domain.statuses import (
    CampaignStatus,
    ConversationStatus,
    Happened,
    OutboundKind,
    OutboundStatus,
)
from smartchat.models import Conversation, InboundMessage, OutboundMessage
from smartchat.services.builder import chatbots
from smartchat.services.opt_outs import opting

from . import going_on, pausing, talking


def take_back(conversation_id: int, now: datetime, user_id: int | None = None) -> bool:
    """Takes the mark from the number, in whatever campaign it was made; False where there is none (any more).

    This conversation goes on with the question that was answered so, where its campaign runs and the contact may be
    written to. Others of the same contact are over, without the mark.
    """
    key = select(Conversation.contact_key).where(Conversation.id == conversation_id).scalar_subquery()
    marked = db.session.scalars(
        select(Conversation)
        .where(Conversation.contact_key == key, Conversation.status == ConversationStatus.WRONG_NUMBER)
        .order_by(Conversation.id)
        .with_for_update(of=Conversation)
        .execution_options(populate_existing=True)
    ).all()
    this = next((one for one in marked if one.id == conversation_id), None)
    if this is None:
        db.session.rollback()
        return False
    for one in marked:
        pausing.write_down(one.id, Happened.RIGHT_NUMBER, user_id, now)
        one.status = ConversationStatus.ENDED
        _keep_the_farewell(one.id, now)
    due = _ask_again(this, now)
    sender = this.sender
    db.session.commit()
    if due is not None:
        _ = queue.ring() if due <= now else queue.ring_at(sender, due)
    return True


def goes_on(conversation: Conversation) -> bool:
    """Whether the conversation goes on when the mark is taken back: its campaign runs, and it may be written to."""
    silent = select(opting.in_force(conversation.sender, Conversation.contact_key)).where(
        Conversation.id == conversation.id
    )
    active = conversation.campaign.status == CampaignStatus.ACTIVE
    return active and not db.session.scalar(silent) and _mistaken(conversation.id) is not None


def _keep_the_farewell(conversation_id: int, now: datetime) -> None:
    """What has not left yet of the words to a stranger does not leave."""
    db.session.execute(
        update(OutboundMessage)
        .where(
            OutboundMessage.conversation_id == conversation_id,
            OutboundMessage.status == OutboundStatus.WAITING,
        )
        .values(status=OutboundStatus.CANCELLED, settled_at=now, held_since=None)
        .execution_options(synchronize_session=False)
    )


def _ask_again(conversation: Conversation, now: datetime) -> datetime | None:
    """Opens the conversation where it stood and asks that question (no commit): when it leaves, if it goes on."""
    if not goes_on(conversation):
        return None
    script = chatbots.script_of_version(conversation.campaign.version)
    dialogue = Dialogue.restore(script, conversation.state or {}).at("asking", _mistaken(conversation.id))
    question = dialogue.waits_at
    if not isinstance(question, Question):
        return None
    due = due_at(script.active_hours, now)
    conversation.state = dialogue.state()
    conversation.status, conversation.ended_at = ConversationStatus.OPEN, None
    for send in saying.question(answerable(question, dialogue.given), dialogue.given):
        db.session.add(talking.message(conversation, send, OutboundKind.REPLY, due, now))
    going_on.know_when_the_contact_wrote(conversation)
    return due


def _mistaken(conversation_id: int) -> str | None:
    """The question to which somebody said that the number is a wrong one."""
    query = (
        select(InboundMessage.understood)
        .where(InboundMessage.conversation_id == conversation_id, InboundMessage.understood.is_not(None))
        .order_by(InboundMessage.id.desc())
    )
    heard = next((one for one in db.session.scalars(query) if one and one.get("why") == "wrong_number"), {})
    return heard.get("step") or None
