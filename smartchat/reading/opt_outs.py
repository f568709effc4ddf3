"""What the page of the opt-out list reads. Nothing here writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from smartchat.db import db
from smartchat.domain.addresses import canonical_key
from smartchat.models import Campaign, Chatbot, DoubtfulWish, InboundMessage, OptOut, OptOutEvent, User

PER_PAGE = 50
MOST_DOUBTFUL = 20


@dataclass(frozen=True)
class OptOutEntry:
    """A contact on the list (or once on it), and all that happened, newest first, each with the operator's e-mail."""

    opt_out: OptOut
    trace: Sequence[tuple[OptOutEvent, str | None]]


@dataclass(frozen=True)
class Entries:
    """One page, newest first; `older` is where the next one begins, None on the last."""

    entries: Sequence[OptOutEntry]
    older: int | None


def entries(text: str, sender: str = "", before: int | None = None) -> Entries:
    """Who is on the list, or with a number as it was typed in `text` also who was; of one sender, where one is named;
    the rows before the id `before`.
    """
    where: list[ColumnElement[bool]] = [OptOut.sender == sender] if sender else []
    if digits := "".join(letter for letter in text if letter.isdecimal() or letter == "+"):
        key = canonical_key(digits if digits.startswith("+") else f"+{digits}")
        where.append(OptOut.contact_key.in_({key, digits}))
    else:
        where.append(OptOut.opted_in_at.is_(None))
    if before is not None:
        where.append(OptOut.id < before)
    query = select(OptOut).where(*where).order_by(OptOut.id.desc()).limit(PER_PAGE + 1)
    found = db.session.scalars(query).all()
    older = found[PER_PAGE - 1].id if len(found) > PER_PAGE else None
    return Entries([OptOutEntry(entry, trace(entry)) for entry in found[:PER_PAGE]], older)


def entry(entry_id: int) -> OptOutEntry | None:
    """One of them by its id."""
    found = db.session.get(OptOut, entry_id)
    return None if found is None else OptOutEntry(found, trace(found))


def trace(opt_out: OptOut) -> list[tuple[OptOutEvent, str | None]]:
    """All that happened to a contact with a sender, newest first."""
    query = (
        select(OptOutEvent, User.email)
        .outerjoin(User, User.id == OptOutEvent.user_id)
        .where(OptOutEvent.sender == opt_out.sender, OptOutEvent.contact_key == opt_out.contact_key)
        .order_by(OptOutEvent.id.desc())
        .limit(20)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


@dataclass(frozen=True)
class Doubtful:
    """A message that may be a wish: its words, and the conversation that shows it, if any."""

    id: int
    sender: str
    contact_key: str
    at: datetime
    body: str
    conversation_id: int | None


def doubtful() -> list[Doubtful]:
    """What an operator is to decide, newest first, at most some."""
    query = (
        select(
            DoubtfulWish.id,
            DoubtfulWish.sender,
            DoubtfulWish.contact_key,
            DoubtfulWish.at,
            InboundMessage.body,
            InboundMessage.conversation_id,
        )
        .join(InboundMessage, InboundMessage.id == DoubtfulWish.message_id)
        .where(DoubtfulWish.decided_at.is_(None))
        .order_by(DoubtfulWish.id.desc())
        .limit(MOST_DOUBTFUL)
    )
    return [Doubtful(*row) for row in db.session.execute(query)]


def doubtful_count() -> int:
    """How many messages wait for an operator's word."""
    query = select(func.count()).select_from(DoubtfulWish).where(DoubtfulWish.decided_at.is_(None))
    return db.session.scalar(query) or 0


def senders() -> list[str]:
    """Every sender that a chatbot or a campaign talks from."""
    found = set(db.session.scalars(select(Chatbot.sender).where(Chatbot.sender != "").distinct()))
    found |= set(db.session.scalars(select(Campaign.sender).group_by(Campaign.sender)))
    return sorted(found - {""})
