"""The tables. Datetimes are UTC, phones E.164, senders as Twilio writes them; the rules live in smartchat/domain."""

from datetime import datetime
from typing import Any

from flask_login import UserMixin
from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .db import Base, UtcDateTime
from .domain.campaign import CampaignStatus, ConversationStatus, OutboundStatus, Role

Json = dict[str, Any]


class User(UserMixin, Base):  # type: ignore[misc]
    """An operator. `password_hash` is empty for who signs in by one-time links only."""

    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(20), default=Role.OPERATOR)
    language: Mapped[str | None] = mapped_column(String(5))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SignInLink(Base):
    """A one-time link: the SHA-256 of its token, good until it is used or expires."""

    __tablename__ = "sign_in_links"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Chatbot(Base):
    """A named script; name, sender and language repeat the newest version's, for search and lists."""

    __tablename__ = "chatbots"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    search_name: Mapped[str] = mapped_column(String(200), index=True)
    sender: Mapped[str] = mapped_column(String(64), default="")
    language: Mapped[str] = mapped_column(String(5))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    versions: Mapped[list["ChatbotVersion"]] = relationship(
        back_populates="chatbot", order_by="ChatbotVersion.number"
    )


class ChatbotVersion(Base):
    """The script as it was saved once (the JSON of docs/script.schema.json); never changed."""

    __tablename__ = "chatbot_versions"
    __table_args__ = (UniqueConstraint("chatbot_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    chatbot_id: Mapped[int] = mapped_column(ForeignKey(Chatbot.id))
    number: Mapped[int]
    script: Mapped[Json] = mapped_column(JSON)
    author_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    chatbot: Mapped[Chatbot] = relationship(back_populates="versions")


class Campaign(Base):
    """The event that activates a chatbot for a group of contacts. `receipt` is written once, by Finish."""

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

    chatbot: Mapped[Chatbot] = relationship()
    version: Mapped[ChatbotVersion] = relationship()


class Contact(Base):
    """One row of the contact file. `contact_key` is the canonical form of the number; `row` as the sheet shows it."""

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("campaign_id", "contact_key"), Index(None, "campaign_id", "row"))
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey(Campaign.id))
    row: Mapped[int]
    phone: Mapped[str] = mapped_column(String(32))
    contact_key: Mapped[str] = mapped_column(String(32))
    custom_data: Mapped[dict[str, str]] = mapped_column(JSON)
    extra: Mapped[dict[str, str]] = mapped_column(JSON)


class Conversation(Base):
    """The dialogue of one contact in one campaign.

    `due_at` is set while the opening is still to be made. `last_sent_at` is when something was last handed to
    Twilio for it (routing goes by it); `last_from` the address exactly as the contact last wrote from.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        Index("ix_conversations_campaign_id_status", "campaign_id", "status"),
        Index("ix_conversations_sender_contact_key", "sender", "contact_key", "status"),
        Index(
            "ix_conversations_due",
            "due_at",
            "id",
            sqlite_where=text("status = 'waiting'"),
            postgresql_where=text("status = 'waiting'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey(Campaign.id))
    contact_id: Mapped[int] = mapped_column(ForeignKey(Contact.id), unique=True)
    sender: Mapped[str] = mapped_column(String(64))
    contact_key: Mapped[str] = mapped_column(String(32))
    phone: Mapped[str] = mapped_column(String(32))
    last_from: Mapped[str | None] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(20), default=ConversationStatus.WAITING)
    state: Mapped[Json | None] = mapped_column(JSON)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    campaign: Mapped[Campaign] = relationship()
    contact: Mapped[Contact] = relationship()


class OutboundMessage(Base):
    """A message to a contact. Committed before Twilio is called; claimed by row count.

    `lease_until` (the machine's clock) bounds how long a claim may be in the middle of a call: past it the outcome
    is doubtful, and of a doubtful row it says when to look again. `provider_status` is Twilio's word, `rank` its
    place in the order that never goes down.
    """

    __tablename__ = "outbound_messages"
    __table_args__ = (
        Index("ix_outbound_messages_campaign_id_status", "campaign_id", "status"),
        Index("ix_outbound_messages_conversation_id_id", "conversation_id", "id"),
        Index(
            "ix_outbound_messages_due",
            "priority",
            "due_at",
            "id",
            sqlite_where=text("status = 'waiting'"),
            postgresql_where=text("status = 'waiting'"),
        ),
        Index(
            "ix_outbound_messages_lease",
            "lease_until",
            sqlite_where=text("status IN ('sending', 'doubtful')"),
            postgresql_where=text("status IN ('sending', 'doubtful')"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey(Conversation.id))
    campaign_id: Mapped[int] = mapped_column(ForeignKey(Campaign.id))
    kind: Mapped[str] = mapped_column(String(10))
    priority: Mapped[int] = mapped_column(default=1)
    step_id: Mapped[str] = mapped_column(String(100))
    sender: Mapped[str] = mapped_column(String(64))
    to: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)
    media_url: Mapped[str | None] = mapped_column(Text)
    template: Mapped[Json | None] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(String(20), default=OutboundStatus.WAITING)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str | None] = mapped_column(String(40))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    doubtful_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    provider_sid: Mapped[str | None] = mapped_column(String(40), unique=True)
    provider_status: Mapped[str | None] = mapped_column(String(20))
    rank: Mapped[int] = mapped_column(default=-1)
    error_code: Mapped[int | None]
    error_message: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    conversation: Mapped[Conversation] = relationship()


class InboundMessage(Base):
    """A message from a contact, stored before the webhook is answered.

    `outcome` is empty while it waits for its answer (from `due_at` on); `understood` is what the chatbot took from
    the turn that this message closes. `conversation_id` may name a conversation that is over (outcome unmatched).
    """

    __tablename__ = "inbound_messages"
    __table_args__ = (
        Index("ix_inbound_messages_conversation_id_id", "conversation_id", "id"),
        Index("ix_inbound_messages_campaign_id_outcome", "campaign_id", "outcome"),
        Index(
            "ix_inbound_messages_due",
            "due_at",
            "id",
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    provider_sid: Mapped[str] = mapped_column(String(40), unique=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey(Conversation.id))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey(Campaign.id))
    sender: Mapped[str] = mapped_column(String(64))
    from_address: Mapped[str] = mapped_column(String(64))
    contact_key: Mapped[str] = mapped_column(String(64), index=True)
    body: Mapped[str] = mapped_column(Text)
    params: Mapped[Json] = mapped_column(JSON)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(20))
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    understood: Mapped[Json | None] = mapped_column(JSON)


class OptOut(Base):
    """Who asked not to be written to by a sender; in force while `opted_in_at` is empty."""

    __tablename__ = "opt_outs"
    __table_args__ = (UniqueConstraint("sender", "contact_key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    sender: Mapped[str] = mapped_column(String(64))
    contact_key: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(String(200))
    opted_out_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opted_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Heartbeat(Base):
    """When a role last did its round (the sweep), by the machine's clock: for /readyz."""

    __tablename__ = "heartbeats"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime)
