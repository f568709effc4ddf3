"""Chatbots and the versions of their scripts."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from smartchat.db import Base, UtcDateTime

from .people import User

Json = dict[str, Any]


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
