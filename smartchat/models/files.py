"""The contact file of a campaign while it is worked on, and what is kept of it afterwards."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from smartchat.db import Base, UtcDateTime
from smartchat.domain.campaign.preparation import PreparationStatus

from .campaigns import Campaign
from .chatbots import ChatbotVersion

Json = dict[str, Any]


class Preparation(Base):
    """The work on a campaign's contact file that a worker does beside the pages: reading it in, or rehearsing.

    `lease_until` (the machine's clock) is moved on by the worker that has the `claim`; once it is past, another takes
    the work up. `stop` is the operator's wish. `answer` is the outcome of a file that is wrong. `mending`: what was
    chosen, a word each. `phase` is `undoing` while contacts of a file that turned out wrong are taken away again.
    """

    __tablename__ = "preparations"
    __table_args__ = (
        Index(
            "ix_preparations_unfinished",
            "lease_until",
            sqlite_where=text("status IN ('waiting', 'running')"),
            postgresql_where=text("status IN ('waiting', 'running')"),
        ),
    )
    campaign_id: Mapped[int] = mapped_column(ForeignKey(Campaign.id), primary_key=True)
    task: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20), default=PreparationStatus.WAITING)
    language: Mapped[str] = mapped_column(String(5))
    country_code: Mapped[str] = mapped_column(String(3), default="")
    leave_out_wrong: Mapped[bool] = mapped_column(default=False, server_default=false())
    mending: Mapped[str] = mapped_column(String(120), default="", server_default="")
    phase: Mapped[str] = mapped_column(String(20), default="", server_default="")
    rows: Mapped[int] = mapped_column(default=0)
    share: Mapped[float] = mapped_column(default=0.0)
    stop: Mapped[bool] = mapped_column(default=False, server_default=false())
    attempts: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str | None] = mapped_column(String(40))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    begun_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[Json | None] = mapped_column(JSON)

    campaign: Mapped[Campaign] = relationship()


class FilePart(Base):
    """A piece of a contact file in the order of `number`; `kind`: `original` as uploaded, `repaired` to give back."""

    __tablename__ = "file_parts"
    __table_args__ = (UniqueConstraint("campaign_id", "kind", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey(Campaign.id))
    kind: Mapped[str] = mapped_column(String(10))
    number: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary)


class LeftOutRow(Base):
    """A wrong row that a campaign does without: its cells as texts, and its problems. The first holds the headers."""

    __tablename__ = "left_out_rows"
    __table_args__ = (UniqueConstraint("campaign_id", "row"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey(Campaign.id))
    row: Mapped[int]
    cells: Mapped[list[str]] = mapped_column(JSON)
    problems: Mapped[list[Json]] = mapped_column(JSON)


class Rehearsal(Base):
    """What all openings of a draft look like with one version of its chatbot: the numbers, worked out beforehand."""

    __tablename__ = "rehearsals"
    campaign_id: Mapped[int] = mapped_column(ForeignKey(Campaign.id), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey(ChatbotVersion.id))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    summary: Mapped[Json] = mapped_column(JSON)
