"""One conversation as it was: what went out and what came in, in the order in which the contact saw it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Self

from sqlalchemy import select

from smartchat.db import db
from smartchat.domain.hours import ActiveHours, local_date
from smartchat.domain.statuses import UNSETTLED, OutboundKind, OutboundStatus
from smartchat.models import Campaign, Conversation, InboundMessage, OptOut, OutboundMessage

MOST_MESSAGES = 1_000
# A message is known to be sent when the batch it went with is written down: the contact may have answered by then.
_BATCH = timedelta(seconds=20)


@dataclass(frozen=True)
class TranscriptEntry:
    """A message. `at` orders it; None for what has not gone out yet."""

    message: InboundMessage | OutboundMessage
    at: datetime | None

    @property
    def inbound(self) -> bool:
        """Whether the contact wrote it."""
        return isinstance(self.message, InboundMessage)


@dataclass(frozen=True)
class Day:
    """The messages of one day at the chatbot's offset; `date` is None for what has not gone out yet."""

    date: date | None
    entries: Sequence[TranscriptEntry]


@dataclass(frozen=True)
class Marks:
    """A place in a transcript: before this outbound message, and before this inbound one."""

    outbound: int
    inbound: int

    def __str__(self) -> str:
        return f"{self.outbound}-{self.inbound}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The opposite of str; None where it is not one."""
        found = re.fullmatch(r"([0-9]{1,15})-([0-9]{1,15})", text)
        return cls(int(found[1]), int(found[2])) if found else None


@dataclass(frozen=True)
class Transcript:
    """`older`: before which messages there are older ones. `unsettled`: something is still on its way."""

    days: Sequence[Day]
    older: Marks | None
    unsettled: bool


def transcript(conversation_id: int, hours: ActiveHours, before: Marks | None = None) -> Transcript:
    """The latest messages of a conversation, by day: or the latest before a place in it."""
    outbound = _latest(OutboundMessage, conversation_id, before.outbound if before else None)
    inbound = _latest(InboundMessage, conversation_id, before.inbound if before else None)
    entries, older = _without_halves(in_order(outbound, inbound), len(outbound), len(inbound))
    days = [
        Day(day, list(group))
        for day, group in groupby(entries, lambda entry: entry.at and local_date(hours, entry.at))
    ]
    unsettled = any(m.status in UNSETTLED for m in outbound) or any(m.outcome is None for m in inbound)
    return Transcript(days, older, unsettled)


def _without_halves(
    entries: list[TranscriptEntry], outbound: int, inbound: int
) -> tuple[list[TranscriptEntry], Marks | None]:
    """From where on both sides are complete: where one of them is cut, what the other said before is for later."""
    firsts = [
        next(at for at, entry in enumerate(entries) if entry.inbound is side)
        for side, count in ((False, outbound), (True, inbound))
        if count == MOST_MESSAGES
    ]
    if not firsts:
        return entries, None
    at = max(firsts)
    return entries[at:], Marks(_mark(entries, at, inbound=False), _mark(entries, at, inbound=True))


def _mark(entries: list[TranscriptEntry], at: int, *, inbound: bool) -> int:
    """Before which message of a side it goes on, where the entries from `at` on are shown."""
    earlier = [entry.message.id for entry in entries[:at] if entry.inbound is inbound]
    if earlier:
        return max(earlier) + 1
    return min((entry.message.id for entry in entries if entry.inbound is inbound), default=0)


def in_order(outbound: Iterable[OutboundMessage], inbound: Iterable[InboundMessage]) -> list[TranscriptEntry]:
    """Both sides in one line of time. What waits comes last; outbound messages never change their order."""
    entries: list[tuple[bool, datetime, int, TranscriptEntry]] = []
    before: datetime | None = None
    for message in outbound:
        moment = _went_out(message)
        at = moment if moment is None or before is None else max(moment, before)
        before = at or before
        turn = 0 if message.kind == OutboundKind.OPENING else 2
        entries.append((at is None, at or message.created_at, turn, TranscriptEntry(message, at)))
    for received in inbound:
        entries.append((False, received.received_at, 1, TranscriptEntry(received, received.received_at)))
    # The sort is stable, so messages of one instant keep the order of their ids.
    return [entry for *_, entry in sorted(entries, key=lambda found: found[:3])]


def _went_out(message: OutboundMessage) -> datetime | None:
    """About when the message was handed to Twilio, or dropped; None while it waits."""
    if message.status in UNSETTLED and message.status != OutboundStatus.DOUBTFUL:
        return None
    known = message.sent_at or message.settled_at
    if known is None:
        return message.due_at
    return min(known, max(message.due_at, known - _BATCH))


def _latest(
    table: type[OutboundMessage] | type[InboundMessage], conversation_id: int, before: int | None
) -> list[Any]:
    query = select(table).where(table.conversation_id == conversation_id)
    if before is not None:
        query = query.where(table.id < before)
    query = query.order_by(table.id.desc()).limit(MOST_MESSAGES)
    return list(reversed(db.session.scalars(query).all()))


def opt_out_of(conversation: Conversation) -> OptOut | None:
    """The contact's wish not to be written to by this sender, while it is in force."""
    query = select(OptOut).where(
        OptOut.sender == conversation.sender,
        OptOut.contact_key == conversation.contact_key,
        OptOut.opted_in_at.is_(None),
    )
    return db.session.scalar(query)


def other_conversations(conversation: Conversation, limit: int = 10) -> list[tuple[Conversation, Campaign]]:
    """The same contact's conversations with the same sender in other campaigns, newest first."""
    query = (
        select(Conversation, Campaign)
        .join(Campaign, Campaign.id == Conversation.campaign_id)
        .where(
            Conversation.sender == conversation.sender,
            Conversation.contact_key == conversation.contact_key,
            Conversation.id != conversation.id,
        )
        .order_by(Conversation.id.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]
