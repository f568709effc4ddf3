"""What is sent, what came in, and who must not be written to."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from smartchat.db import Base, UtcDateTime
from smartchat.domain.statuses import OutboundStatus

from .campaigns import ADDRESS, ENDING, Campaign, Conversation, ending_of_key
from .people import User

Json = dict[str, Any]
NOT_ANSWERED = "outcome IS NULL OR outcome <> 'answered'"
"""Of which inbound messages the inbox keeps lists: by far the most are answered."""


class OutboundMessage(Base):
    """A message to a contact. Committed before Twilio is called; claimed by row count.

    `lease_until` (the machine's clock) bounds how long a claim may be in the middle of a call: past it the outcome
    is doubtful, and of a doubtful row it says when to look again. `provider_status` is Twilio's word, `rank` its
    place in the order that never goes down. `segments` is what it costs of its sender's rate. `held_since`: it may
    not be sent before the contact writes again (WhatsApp's 24 hours are over). `retries` counts the times that it
    was handed to Twilio and surely did not arrive (EarlierSend says why).
    """

    __tablename__ = "outbound_messages"
    __table_args__ = (
        Index("ix_outbound_messages_campaign_id_status", "campaign_id", "status", "id"),
        Index("ix_outbound_messages_conversation_id_id", "conversation_id", "id"),
        Index(
            "ix_outbound_messages_due",
            "campaign_id",
            "priority",
            "due_at",
            "id",
            sqlite_where=text("status = 'waiting' AND held_since IS NULL"),
            postgresql_where=text("status = 'waiting' AND held_since IS NULL"),
        ),
        Index(
            "ix_outbound_messages_held",
            "campaign_id",
            "conversation_id",
            sqlite_where=text("held_since IS NOT NULL"),
            postgresql_where=text("held_since IS NOT NULL"),
        ),
        Index(
            "ix_outbound_messages_refused",
            "campaign_id",
            "id",
            sqlite_where=text("status = 'waiting' AND error_message IS NOT NULL"),
            postgresql_where=text("status = 'waiting' AND error_message IS NOT NULL"),
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
    to: Mapped[str] = mapped_column(String(ADDRESS))
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
    segments: Mapped[int] = mapped_column(default=1, server_default="1")
    held_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retries: Mapped[int] = mapped_column(default=0, server_default="0")

    conversation: Mapped[Conversation] = relationship()


class EarlierSend(Base):
    """A message at Twilio that did not arrive and was sent once more as another one: its sid, and the error code."""

    __tablename__ = "earlier_sends"
    sid: Mapped[str] = mapped_column(String(40), primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey(OutboundMessage.id), index=True)
    error_code: Mapped[int | None]
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    known_at: Mapped[datetime] = mapped_column(UtcDateTime)


class InboundMessage(Base):
    """A message from a contact, stored before the webhook is answered.

    `outcome` is empty while it waits for its answer (from `due_at` on); `understood` is what the chatbot took from
    the turn that this message closes. `conversation_id` may name a conversation that is over (outcome unmatched).
    `route` says why it went to that conversation (domain.campaign.Route). `ending`: the last four digits of the key.
    """

    __tablename__ = "inbound_messages"
    __table_args__ = (
        Index("ix_inbound_messages_conversation_id_id", "conversation_id", "id"),
        Index("ix_inbound_messages_campaign_id_id", "campaign_id", "id"),
        Index("ix_inbound_messages_ending_id", "ending", "id"),
        Index(
            "ix_inbound_messages_outcome_id",
            "outcome",
            "id",
            sqlite_where=text(NOT_ANSWERED),
            postgresql_where=text(NOT_ANSWERED),
        ),
        Index(
            "ix_inbound_messages_waiting",
            "campaign_id",
            "due_at",
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
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
    sender: Mapped[str] = mapped_column(String(ADDRESS))
    from_address: Mapped[str] = mapped_column(String(ADDRESS))
    contact_key: Mapped[str] = mapped_column(String(ADDRESS))
    body: Mapped[str] = mapped_column(Text)
    params: Mapped[Json] = mapped_column(JSON)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(20))
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    understood: Mapped[Json | None] = mapped_column(JSON)
    ending: Mapped[str] = mapped_column(String(ENDING), default=ending_of_key, server_default="")
    route: Mapped[str | None] = mapped_column(String(20))


class OptOut(Base):
    """Who asked not to be written to by a sender; in force while `opted_in_at` is empty."""

    __tablename__ = "opt_outs"
    __table_args__ = (
        UniqueConstraint("sender", "contact_key"),
        Index("ix_opt_outs_sender_id", "sender", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    sender: Mapped[str] = mapped_column(String(ADDRESS))
    contact_key: Mapped[str] = mapped_column(String(ADDRESS), index=True)
    reason: Mapped[str] = mapped_column(String(200))
    opted_out_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opted_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OptOutEvent(Base):
    """The trace of the list: one row for each time that a contact was put on it or taken off it, and by whom.

    `what` is a word of domain.opt_out.Change; `user_id` is empty where the contact asked for it (or Twilio told us).
    """

    __tablename__ = "opt_out_events"
    __table_args__ = (Index("ix_opt_out_events_sender_contact_key", "sender", "contact_key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    sender: Mapped[str] = mapped_column(String(ADDRESS))
    contact_key: Mapped[str] = mapped_column(String(ADDRESS))
    what: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(200))
    user_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
