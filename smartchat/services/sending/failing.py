"""A message that did not arrive: as an opening it ends its conversation, until that proves wrong."""

from datetime import datetime

from sqlalchemy import exists, select, update

from smartchat.db import changed_rows, db
from smartchat.domain.conversation.dialogue import Dialogue
from smartchat.domain.conversation.state import status_of
from smartchat.domain.sending.delivery import group, rank
from smartchat.domain.statuses import CampaignStatus, ConversationStatus, OutboundKind, OutboundStatus
from smartchat.models import Campaign, Conversation, InboundMessage, OutboundMessage
from smartchat.services.builder import chatbots
from smartchat.services.opt_outs import opting

DELIVERED = "delivered"


def opening_failed(row: OutboundMessage, now: datetime) -> None:
    """An opening that cannot arrive ends the conversation as failed, and the rest of it is not sent (no commit)."""
    if row.kind != OutboundKind.OPENING:
        return
    db.session.flush()
    ended = changed_rows(
        update(Conversation)
        .where(
            Conversation.id == row.conversation_id,
            # A chatbot that only says something is completed as soon as it is opened.
            Conversation.status.in_((ConversationStatus.OPEN, ConversationStatus.COMPLETED)),
            ~exists().where(InboundMessage.conversation_id == row.conversation_id),
        )
        .values(status=ConversationStatus.FAILED, ended_at=now)
    )
    if ended == 1:
        db.session.execute(
            update(OutboundMessage)
            .where(
                OutboundMessage.conversation_id == row.conversation_id,
                OutboundMessage.status == OutboundStatus.WAITING,
            )
            .values(status=OutboundStatus.CANCELLED, settled_at=now)
            .execution_options(synchronize_session="fetch")
        )


def arrived(row: OutboundMessage, now: datetime, status: str = DELIVERED) -> None:
    """It is on the contact's phone, whatever was reported of it before (no commit)."""
    failed = row.status == OutboundStatus.FAILED
    row.provider_status, row.rank, row.status = status, rank(status), group(status)
    row.settled_at = now
    row.claim = row.lease_until = row.doubtful_since = row.held_since = None
    if failed or not row.retries:
        row.error_code = row.error_message = None
    if failed:
        revive(row.conversation_id, now)


def revive(conversation_id: int, now: datetime) -> None:
    """A conversation that failed by reports alone goes on where it stood, with what was not sent for that (no commit).

    Only in an active campaign, and not for who wants silence.
    """
    db.session.flush()
    refused = exists().where(
        OutboundMessage.conversation_id == conversation_id,
        OutboundMessage.kind == OutboundKind.OPENING,
        OutboundMessage.status == OutboundStatus.FAILED,
    )
    conversation = db.session.scalar(
        select(Conversation)
        .join(Campaign, Campaign.id == Conversation.campaign_id)
        .where(
            Conversation.id == conversation_id,
            Conversation.status == ConversationStatus.FAILED,
            Campaign.status == CampaignStatus.ACTIVE,
            ~refused,
            ~opting.in_force(Conversation.sender, Conversation.contact_key),
        )
        .with_for_update(of=Conversation)
        .execution_options(populate_existing=True)
    )
    if conversation is None:
        return
    script = chatbots.script_of_version_id(conversation.campaign.version_id)
    dialogue = Dialogue.restore(script, conversation.state or {})
    ended_at, conversation.status = conversation.ended_at, status_of(dialogue)
    conversation.ended_at = ended_at if dialogue.ended else None
    db.session.execute(
        update(OutboundMessage)
        .where(
            OutboundMessage.conversation_id == conversation_id,
            OutboundMessage.status == OutboundStatus.CANCELLED,
            OutboundMessage.settled_at == ended_at,
        )
        .values(status=OutboundStatus.WAITING, due_at=now, settled_at=None)
        .execution_options(synchronize_session="fetch")
    )
