"""Whether the installation is in order: signs of life, and what went wrong around it."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from smartchat.db import Base, UtcDateTime


class Heartbeat(Base):
    """When a role's work last went on, by the machine's clock: for /readyz. And how far Twilio's list is compared."""

    __tablename__ = "heartbeats"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TroubleCount(Base):
    """How often a trouble (domain.troubles.Trouble) came up, and when last, by the machine's clock."""

    __tablename__ = "trouble_counts"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    detail: Mapped[str] = mapped_column(String(200), default="")
