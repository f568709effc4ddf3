"""What the pages of contacts read. Nothing here writes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from smartchat.db import db
from smartchat.domain.conversation.dialogue import Dialogue
from smartchat.domain.script.script import Script
from smartchat.domain.statuses import ConversationStatus, EndReason, OutboundStatus
from smartchat.models import Campaign, Contact, Conversation, InboundMessage, OutboundMessage

from .contact_search import by_number, matches
from .keyset import LAST, Cursor, Page, after_key, paginate
from .numbers import tallies
from .pauses import PAUSED

PER_PAGE = 50
MOST_OF_A_NUMBER = 10_000


@dataclass(frozen=True)
class ContactRow:
    """A contact of a campaign. Before launch there is no conversation: `status` is None.

    `paused`: an operator is to decide how it goes on. `left_out`: the launch did without it (EndReason
    says why). `failed`: why its last failed message did not arrive: Twilio's code (0: none) and sentence.
    """

    contact: Contact
    conversation_id: int | None
    status: str | None
    answered: int
    last_at: datetime | None
    left_out: bool = False
    paused: bool = False
    failed: tuple[int, str | None] | None = None


@dataclass(frozen=True)
class ContactFilter:
    """Which contacts: `status` of a conversation, "paused" for those in which the chatbot is silent; None for all.

    `reason`: those of whom a message failed with this code of Twilio's (0: without one), whatever their state.
    `everywhere`: a number is looked for in all the data, also where numbers that end in it were found.
    """

    text: str = ""
    status: str | None = None
    everywhere: bool = False
    reason: int | None = None


@dataclass(frozen=True)
class FoundContacts:
    """A stretch of contacts in the order of the file. `by_number`: found by their number, not by other data."""

    page: Page[ContactRow]
    by_number: bool


def contacts(
    campaign: Campaign, script: Script, asked: ContactFilter, place: Cursor, url: Callable[..., str]
) -> FoundContacts:
    """Some of a campaign's contacts. The keys of `place` are rows of the file."""
    number = None if asked.everywhere or asked.reason is not None else by_number(asked.text)
    if number is not None and not _of_number(campaign.id, asked.status, number, Cursor(), 1):
        number = None
    if number is not None:
        read = partial(_of_number, campaign.id, asked.status, number)
    elif asked.reason is not None:
        read = partial(_of_reason, campaign.id, asked.reason, matches(asked.text))
    elif asked.status is None or asked.status == "paused":
        read = partial(_in_file_order, campaign.id, asked.status, matches(asked.text))
    else:
        read = partial(_of_status, campaign.id, asked.status, matches(asked.text))
    counted = not asked.text.strip() and asked.reason is None
    total = _total(campaign, asked.status) if counted else None
    found = paginate(read, lambda row: int(row.row), place, PER_PAGE, url, total)
    return FoundContacts(found.of(_contact_rows([row.id for row in found.items], script)), number is not None)


def _total(campaign: Campaign, status: str | None) -> int | None:
    if status is None:
        return campaign.contacts_count
    return None if status == "paused" else status_counts(campaign.id).get(status, 0)


def _select(campaign_id: int, status: str | None, where: ColumnElement[bool]) -> Select[Any]:
    contact: tuple[Any, Any] = (Contact.id, Contact.row)
    query = select(*contact).where(Contact.campaign_id == campaign_id, where)
    if status is None:
        return query
    of_status = PAUSED if status == "paused" else Conversation.status == status
    query = query.join(Conversation, Conversation.contact_id == Contact.id)
    return query.where(Conversation.campaign_id == campaign_id, of_status)


def _in_file_order(
    campaign_id: int, status: str | None, where: ColumnElement[bool], place: Cursor, limit: int
) -> list[Any]:
    query = after_key(_select(campaign_id, status, where), Contact.row, place)
    return list(db.session.execute(query.limit(limit)))


def _of_number(
    campaign_id: int, status: str | None, where: ColumnElement[bool], place: Cursor, limit: int
) -> list[Any]:
    """They are few: they are found first and put in order then, and not looked for in the order of the file."""
    few = _select(campaign_id, status, where).order_by(None).limit(MOST_OF_A_NUMBER).subquery()
    query = after_key(select(few.c.id, few.c.row), few.c.row, place)
    return list(db.session.execute(query.limit(limit)))


def _of_reason(
    campaign_id: int, code: int, where: ColumnElement[bool], place: Cursor, limit: int
) -> list[Any]:
    """By what failed, which is little of a campaign, and not by looking at every contact."""
    failed = select(OutboundMessage.conversation_id).where(
        OutboundMessage.campaign_id == campaign_id,
        OutboundMessage.status == OutboundStatus.FAILED,
        func.coalesce(OutboundMessage.error_code, 0) == code,
    )
    theirs = select(Conversation.contact_id).where(Conversation.id.in_(failed))
    contact: tuple[Any, Any] = (Contact.id, Contact.row)
    query = select(*contact).where(Contact.campaign_id == campaign_id, Contact.id.in_(theirs), where)
    return list(db.session.execute(after_key(query, Contact.row, place).limit(limit)))


def _of_status(
    campaign_id: int, status: str, where: ColumnElement[bool], place: Cursor, limit: int
) -> list[Any]:
    """Conversations are made in the order of the file: the index of their states has them in it."""
    anchor = _conversation_at(campaign_id, place)
    if anchor is None:
        return []
    query = after_key(_select(campaign_id, status, where), Conversation.id, anchor)
    return list(db.session.execute(query.limit(limit)))


def _conversation_at(campaign_id: int, place: Cursor) -> Cursor | None:
    """The same place with conversations as keys; None where there is nothing behind it."""
    if place == Cursor():
        return place
    query = select(Contact.id).where(Contact.campaign_id == campaign_id)
    contact_id = db.session.scalar(after_key(query, Contact.row, place).limit(1))
    of_contact = select(Conversation.id).where(Conversation.contact_id == contact_id)
    conversation_id = None if contact_id is None else db.session.scalar(of_contact)
    if conversation_id is None:
        # A launch that is still making conversations: they end before the row.
        return Cursor(before=LAST) if place.backwards and contact_id is not None else None
    return Cursor(before=conversation_id + 1) if place.backwards else Cursor(after=conversation_id - 1)


def status_counts(campaign_id: int) -> dict[str, int]:
    """How many conversations a campaign has of each status, in the order in which a conversation takes them."""
    found = tallies([campaign_id])[campaign_id].by_state("conversations")
    return {str(status): found[status] for status in ConversationStatus if found[status]}


def _contact_rows(ids: list[int], script: Script) -> list[ContactRow]:
    query = (
        select(Contact, Conversation)
        .outerjoin(Conversation, Conversation.contact_id == Contact.id)
        .where(Contact.id.in_(ids))
        .order_by(Contact.row)
    )
    pairs = [(row[0], row[1]) for row in db.session.execute(query)]
    ids = [conversation.id for _, conversation in pairs if conversation]
    last, failed = _last_messages(ids), _failed(ids)
    return [
        ContactRow(
            contact,
            c.id,
            c.status,
            _answered(script, c.state),
            last.get(c.id),
            c.end_reason in frozenset(EndReason),
            c.paused_at is not None and c.status == ConversationStatus.OPEN,
            failed.get(c.id),
        )
        if c
        else ContactRow(contact, None, None, 0, None)
        for contact, c in pairs
    ]


def _answered(script: Script, state: Mapping[str, Any] | None) -> int:
    values = Dialogue.restore(script, state or {}).values
    return sum(values[step.id] is not None for step in script.questions)


def _failed(conversation_ids: Sequence[int]) -> dict[int, tuple[int, str | None]]:
    """Why the last failed message of each conversation did not arrive."""
    query = (
        select(OutboundMessage.conversation_id, OutboundMessage.error_code, OutboundMessage.error_message)
        .where(
            OutboundMessage.conversation_id.in_(conversation_ids),
            OutboundMessage.status == OutboundStatus.FAILED,
        )
        .order_by(OutboundMessage.id)
    )
    return {row[0]: (row[1] or 0, row[2]) for row in db.session.execute(query)}


def _last_messages(conversation_ids: Sequence[int]) -> dict[int, datetime]:
    """When something last came in or went out, by conversation."""
    last: dict[int, datetime] = {}
    moments: tuple[tuple[Any, Any], ...] = (
        (InboundMessage, InboundMessage.received_at),
        (OutboundMessage, OutboundMessage.sent_at),
    )
    for table, moment in moments:
        query = (
            select(table.conversation_id, func.max(moment))
            .where(table.conversation_id.in_(conversation_ids), moment.isnot(None))
            .group_by(table.conversation_id)
        )
        for row in db.session.execute(query):
            last[row[0]] = max(row[1], last.get(row[0], row[1]))
    return last
