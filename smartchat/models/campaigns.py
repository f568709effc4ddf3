"""Campaigns, their contacts, and the conversations with them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from smartchat.db import Base, UtcDateTime
from smartchat.domain.statuses import CampaignStatus, ConversationStatus

from .chatbots import Chatbot, ChatbotVersion
from .people import User

Json = dict[str, Any]
ADDRESS = 160
"""Room for what Twilio calls a contact: WhatsApp usernames have up to 128 characters and the prefix `whatsapp:`."""
ENDING = 4
"""How many of a number's last digits are enough to find it."""


def ending_of_key(context: DefaultExecutionContext) -> str:
    """The last digits of the `contact_key` that is being inserted."""
    return str(context.get_current_parameters()["contact_key"])[-ENDING:]  # type: ignore[no-untyped-call]


class Campaign(Base):
    """The event that activates a chatbot for a group of contacts. `receipt` is written once, by Finish.

    `left_out_count` rows of its file were wrong and are not among its contacts (LeftOutRow). `leave_out_live`: it was
    launched without those contacts who were in a live conversation with the same sender;
    `leave_out_wrong_number`: without those at whose number somebody else had answered.
    """

    __tablename__ = "campaigns"
    __table_args__ = (Index("ix_campaigns_chatbot_id_id", "chatbot_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    chatbot_id: Mapped[int] = mapped_column(ForeignKey(Chatbot.id))
    version_id: Mapped[int] = mapped_column(ForeignKey(ChatbotVersion.id))
    status: Mapped[str] = mapped_column(String(20), default=CampaignStatus.DRAFT)
    sender: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(255))
    extra_columns: Mapped[list[str]] = mapped_column(JSON, default=list)
    contacts_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    launched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    launched_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    receipt: Mapped[Json | None] = mapped_column(JSON)
    left_out_count: Mapped[int] = mapped_column(default=0, server_default="0")
    leave_out_live: Mapped[bool] = mapped_column(default=False, server_default=false())
    leave_out_wrong_number: Mapped[bool] = mapped_column(default=False, server_default=false())

    chatbot: Mapped[Chatbot] = relationship()
    version: Mapped[ChatbotVersion] = relationship()


class Contact(Base):
    """One row of the contact file. `contact_key` is the canonical form of the number; `row` as the sheet shows it.

    `ending`: the last four digits, by which people look for a number.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        UniqueConstraint("campaign_id", "contact_key"),
        Index(None, "campaign_id", "row"),
        Index(None, "campaign_id", "ending"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey(Campaign.id))
    row: Mapped[int]
    phone: Mapped[str] = mapped_column(String(32))
    contact_key: Mapped[str] = mapped_column(String(32))
    custom_data: Mapped[dict[str, str]] = mapped_column(JSON)
    extra: Mapped[dict[str, str]] = mapped_column(JSON)
    ending: Mapped[str] = mapped_column(String(ENDING), default=ending_of_key, server_default="")


class Launch(Base):
    """A launched campaign whose conversations are still being made, a portion at a time, in the order of the file.

    Contacts up to the row `made_up_to` have theirs. The row goes away with the last portion.
    """

    __tablename__ = "launches"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey(Campaign.id), unique=True)
    made_up_to: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Conversation(Base):
    """The dialogue of one contact in one campaign.

    `due_at` is set while the opening is still to be made. `last_sent_at` is when something was last handed to
    Twilio for it (routing goes by it); `last_from` the WhatsApp address exactly as the contact last wrote from.
    `call_due_at` is set while another system is to be asked (its lease goes by the machine's clock), `handed_over_at`
    once an operator answers instead of the chatbot.
    `end_reason` is a word for why it is over, where the status does not say it: a word of EndReason.
    `paused_at` and `pause_reason`: the chatbot is silent since then, because something looked wrong (PauseReason),
    until an operator lets it go on; a reason without a time: one did, and the next turn is not looked at.
    `last_received_at` is when the contact last wrote: WhatsApp's 24 hours begin there.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        Index("ix_conversations_campaign_id_status", "campaign_id", "status", "id"),
        Index("ix_conversations_sender_contact_key", "sender", "contact_key", "status"),
        Index(
            "ix_conversations_due",
            "campaign_id",
            "due_at",
            "id",
            sqlite_where=text("status = 'waiting'"),
            postgresql_where=text("status = 'waiting'"),
        ),
        Index(
            "ix_conversations_call",
            "call_due_at",
            sqlite_where=text("call_due_at IS NOT NULL"),
            postgresql_where=text("call_due_at IS NOT NULL"),
        ),
        Index(
            "ix_conversations_handed_over",
            "handed_over_at",
            sqlite_where=text("handed_over_at IS NOT NULL"),
            postgresql_where=text("handed_over_at IS NOT NULL"),
        ),
        Index(
            "ix_conversations_wrong_number",
            "contact_key",
            sqlite_where=text("status = 'wrong_number'"),
            postgresql_where=text("status = 'wrong_number'"),
        ),
        Index(
            "ix_conversations_paused",
            "paused_at",
            sqlite_where=text("paused_at IS NOT NULL"),
            postgresql_where=text("paused_at IS NOT NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey(Campaign.id))
    contact_id: Mapped[int] = mapped_column(ForeignKey(Contact.id), unique=True)
    sender: Mapped[str] = mapped_column(String(64))
    contact_key: Mapped[str] = mapped_column(String(32))
    phone: Mapped[str] = mapped_column(String(32))
    last_from: Mapped[str | None] = mapped_column(String(ADDRESS))
    status: Mapped[str] = mapped_column(String(20), default=ConversationStatus.WAITING)
    state: Mapped[Json | None] = mapped_column(JSON)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[str | None] = mapped_column(String(40))
    call_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    call_lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    call_attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    handed_over_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pause_reason: Mapped[str | None] = mapped_column(String(40))
    last_received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    campaign: Mapped[Campaign] = relationship()
    contact: Mapped[Contact] = relationship()
