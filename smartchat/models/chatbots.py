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
    author: Mapped[User | None] = relationship()


class ChatbotDraft(Base):
    """A chatbot in the builder: what was changed since `base_version_id` was saved. None before the first edit.

    `revision` goes up with every edit: an edit of an older one is refused. `past` and `future` hold whole scripts, the
    nearest last: what undo and redo bring back.
    """

    __tablename__ = "chatbot_drafts"
    chatbot_id: Mapped[int] = mapped_column(ForeignKey(Chatbot.id), primary_key=True, autoincrement=False)
    base_version_id: Mapped[int] = mapped_column(ForeignKey(ChatbotVersion.id))
    script: Mapped[Json] = mapped_column(JSON)
    revision: Mapped[int]
    past: Mapped[list[Json]] = mapped_column(JSON)
    future: Mapped[list[Json]] = mapped_column(JSON)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))

    author: Mapped[User | None] = relationship()
