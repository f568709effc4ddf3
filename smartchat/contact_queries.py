"""What the pages of contacts and of the inbox read. Nothing here writes."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, exists, func, or_, select, true

from .campaign_queries import Page
from .db import db
from .domain.campaign import ConversationStatus, EndReason, InboundOutcome
from .domain.dialogue import Dialogue
from .domain.phone import WHATSAPP, canonical_key, sendable
from .domain.script import Script
from .domain.search import search_form
from .models import Campaign, Contact, Conversation, InboundMessage, OutboundMessage
from .pause_queries import HELD, PAUSED, with_several

PER_PAGE = 50
# A number as people type it, in whole or in part.
_PHONE = re.compile(r"(?:whatsapp:)?[+0-9\s().–-]*[0-9][0-9\s().–-]*")
# Letters of Latin-1 by the plain letter they are found by: á and Á by a, ñ by n.
_VARIANTS: dict[str, str] = {}
for _letter in map(chr, range(0xC0, 0x100)):
    _plain = search_form(_letter)
    if len(_plain) == 1 and _plain.isascii() and _plain.isalpha():
        _VARIANTS[_plain] = _VARIANTS.get(_plain, "") + _letter


@dataclass(frozen=True)
class ContactRow:
    """A contact of a campaign. Before launch there is no conversation: `status` is None.

    `paused`: an operator is to decide how it goes on. `left_out`: the launch did without it, since it was in
    another conversation.
    """

    contact: Contact
    conversation_id: int | None
    status: str | None
    answered: int
    last_at: datetime | None
    left_out: bool = False
    paused: bool = False


@dataclass(frozen=True)
class InboxRow:
    """One inbound message, with the campaign it is shown in, if any.

    `several`: the contact has more than one conversation with that sender, so that it matters why it is this one.
    """

    message: InboundMessage
    campaign: Campaign | None
    several: bool = False

    @property
    def phone(self) -> str:
        """The contact's number in E.164 (WhatsApp still writes Mexican ones with the old 1)."""
        return sendable(self.message.from_address.removeprefix(WHATSAPP))


INBOX_FILTERS: Mapping[str, ColumnElement[bool]] = {
    "waiting": InboundMessage.outcome.is_(None),
    "paused": HELD,
    "handed_over": InboundMessage.outcome == InboundOutcome.HANDED_OVER,
    "unmatched": InboundMessage.outcome == InboundOutcome.UNMATCHED,
    "opt_out": InboundMessage.outcome.in_((InboundOutcome.OPT_OUT, InboundOutcome.OPT_IN)),
}


def contacts(
    campaign_id: int, script: Script, text: str, status: str | None, number: int, url: Callable[[int], str]
) -> Page[ContactRow]:
    """A page of a campaign's contacts in file order: those that match a text and whose conversation has a status.

    `status`: of a conversation; "paused" for the open ones in which the chatbot is silent; None for all contacts.
    """
    found = select(Contact.id).where(Contact.campaign_id == campaign_id, _matches(text))
    if status is not None:
        found = found.join(Conversation, Conversation.contact_id == Contact.id).where(
            Conversation.campaign_id == campaign_id,
            PAUSED if status == "paused" else Conversation.status == status,
        )
    total = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    number = min(max(number, 1), max(1, -(-total // PER_PAGE)))
    ids = found.order_by(Contact.row).offset((number - 1) * PER_PAGE).limit(PER_PAGE)
    return Page(_contact_rows(list(db.session.scalars(ids)), script), number, total, PER_PAGE, url)


def status_counts(campaign_id: int) -> dict[str, int]:
    """How many conversations a campaign has of each status, in the order in which a conversation takes them."""
    query = (
        select(Conversation.status, func.count())
        .where(Conversation.campaign_id == campaign_id)
        .group_by(Conversation.status)
    )
    found = {row[0]: row[1] for row in db.session.execute(query)}
    return {str(status): found[status] for status in ConversationStatus if status in found}


def _contact_rows(ids: list[int], script: Script) -> list[ContactRow]:
    query = (
        select(Contact, Conversation)
        .outerjoin(Conversation, Conversation.contact_id == Contact.id)
        .where(Contact.id.in_(ids))
        .order_by(Contact.row)
    )
    pairs = [(row[0], row[1]) for row in db.session.execute(query)]
    last = _last_messages([conversation.id for _, conversation in pairs if conversation])
    return [
        ContactRow(
            contact,
            c.id,
            c.status,
            _answered(script, c.state),
            last.get(c.id),
            c.end_reason == EndReason.LEFT_OUT,
            c.paused_at is not None and c.status == ConversationStatus.OPEN,
        )
        if c
        else ContactRow(contact, None, None, 0, None)
        for contact, c in pairs
    ]


def _answered(script: Script, state: Mapping[str, Any] | None) -> int:
    values = Dialogue.restore(script, state or {}).values
    return sum(values[step.id] is not None for step in script.questions)


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


def inbox(text: str, kind: str | None, number: int, url: Callable[[int], str]) -> Page[InboxRow]:
    """A page of all that came in, newest first. `kind`: one of INBOX_FILTERS, or None for all; `text`: a number."""
    where = [] if kind is None else [INBOX_FILTERS[kind]]
    if text.strip():
        digits = _digits(text)
        key = InboundMessage.contact_key
        where.append(or_(key.contains(digits), key == canonical_key(f"+{digits}")) if digits else ~true())
    total = db.session.scalar(select(func.count()).select_from(InboundMessage).where(*where)) or 0
    number = min(max(number, 1), max(1, -(-total // PER_PAGE)))
    query = (
        select(InboundMessage, Campaign)
        .outerjoin(Campaign, Campaign.id == InboundMessage.campaign_id)
        .where(*where)
        .order_by(InboundMessage.id.desc())
        .offset((number - 1) * PER_PAGE)
        .limit(PER_PAGE)
    )
    found = [(row[0], row[1]) for row in db.session.execute(query)]
    several = with_several(message.conversation_id for message, _ in found)
    rows = [InboxRow(message, its, message.conversation_id in several) for message, its in found]
    return Page(rows, number, total, PER_PAGE, url)


def _matches(text: str) -> ColumnElement[bool]:
    """A number in any form, or words that all stand somewhere in the contact's data; no text matches everybody."""
    if _PHONE.fullmatch(text.strip()):
        digits = _digits(text)
        number = or_(Contact.phone.contains(digits), Contact.contact_key == canonical_key(f"+{digits}"))
        return or_(number, _in_data(search_form(text)))
    return and_(true(), *map(_in_data, search_form(text).split()))


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdecimal() and c.isascii())


def _in_data(word: str) -> ColumnElement[bool]:
    """Whether a value of the contact's row has the word in it, whatever case and accents."""
    return or_(_in_json(Contact.custom_data, word), _in_json(Contact.extra, word))


def _in_json(column: Any, word: str) -> ColumnElement[bool]:
    if db.engine.dialect.name == "postgresql":
        values = func.json_each_text(column).table_valued("key", "value")
        found = values.c.value.op("~")("".join(_either(c) or re.escape(c) for c in word))
    else:
        values = func.json_each(column).table_valued("key", "value")
        found = values.c.value.op("GLOB")(
            f"*{''.join(_either(c) or (f'[{c}]' if c in '*?[' else c) for c in word)}*"
        )
    # The look into every value is dear: only where the letters that have no accents are there, in this order.
    certain = "%".join(c for c in word if c.isascii() and c.isalnum() and c not in _VARIANTS)
    return and_(cast(column, Text).ilike(f"%{certain}%"), exists().where(found))


def _either(letter: str) -> str:
    """All the ways to write a plain letter, as a class that GLOB and regular expressions share."""
    if not letter.isascii() or not letter.isalpha():
        return ""
    return f"[{letter}{letter.upper()}{_VARIANTS.get(letter, '')}]"
