"""Which addresses belong together, learnt from webhooks that named both."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from smartchat.db import Base, UtcDateTime

LONGEST = 160
"""Of an address at Twilio: a WhatsApp username has up to 128 characters, and a channel before it."""


class PoolNumber(Base):
    """A number from which a sender that is a Messaging Service has written: what comes to it is for the service."""

    __tablename__ = "pool_numbers"
    number: Mapped[str] = mapped_column(String(LONGEST), primary_key=True)
    service: Mapped[str] = mapped_column(String(64))
    heard_at: Mapped[datetime] = mapped_column(UtcDateTime)


class KnownUser(Base):
    """Whose WhatsApp username this is (Twilio's ExternalUserId): the contact by its canonical number."""

    __tablename__ = "known_users"
    user: Mapped[str] = mapped_column(String(LONGEST), primary_key=True)
    contact_key: Mapped[str] = mapped_column(String(32))
    heard_at: Mapped[datetime] = mapped_column(UtcDateTime)
