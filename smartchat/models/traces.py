"""Who did what to a conversation, and when."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from smartchat.db import Base, UtcDateTime

from .campaigns import Conversation
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
