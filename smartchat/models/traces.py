"""Who did what to a conversation, and what an operator is to decide."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from smartchat.db import Base, UtcDateTime

from .campaigns import Conversation
from .messages import InboundMessage
from .people import User


class ConversationEvent(Base):
    """The trace of pauses and of what operators decided: `what` is a word of domain.campaign.Happened.

    `reason` is a PauseReason where the chatbot fell silent by itself; `user_id` is empty there.
    """

    __tablename__ = "conversation_events"
    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey(Conversation.id), index=True)
    what: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(40))
    user_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class DoubtfulWish(Base):
    """A message that may be a wish to be left alone: an operator decides (`decision`: domain.opt_out.Decision).

    `sender` is that of the conversation which shows the message; `to` all addresses that it would be an opt-out of.
    """

    __tablename__ = "doubtful_wishes"
    __table_args__ = (
        Index("ix_doubtful_wishes_sender_contact_key", "sender", "contact_key"),
        Index(
            "ix_doubtful_wishes_open",
            "id",
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey(InboundMessage.id), unique=True)
    sender: Mapped[str] = mapped_column(String(64))
    contact_key: Mapped[str] = mapped_column(String(64))
    to: Mapped[list[str]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision: Mapped[str | None] = mapped_column(String(20))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))

    message: Mapped[InboundMessage] = relationship()
