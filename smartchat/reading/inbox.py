"""What the inbox reads. Nothing here writes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from sqlalchemy import ColumnElement, select, text

from smartchat.db import db
from smartchat.domain.addresses import WHATSAPP, sendable
from smartchat.domain.statuses import InboundOutcome
from smartchat.models import Campaign, InboundMessage
from smartchat.models.messages import NOT_ANSWERED

from .contact_search import digits_of, inbound_by_number
from .keyset import Cursor, Page, after_key, paginate
from .pauses import HELD, with_several

PER_PAGE = 50


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


Conditions = tuple[ColumnElement[bool], ...]
# Each of the conditions is a range of the index of what was not answered; a list is put together from them.
INBOX_FILTERS: Mapping[str, Conditions] = {
    "waiting": (InboundMessage.outcome.is_(None),),
    "paused": (HELD,),
    "handed_over": (
        InboundMessage.outcome == InboundOutcome.HANDED_OVER,
        InboundMessage.outcome == InboundOutcome.SET_ASIDE,
        InboundMessage.outcome == InboundOutcome.PASSED,
    ),
    "unmatched": (InboundMessage.outcome == InboundOutcome.UNMATCHED,),
    "unwritten": (
        InboundMessage.outcome == InboundOutcome.AUTOMATIC,
        InboundMessage.outcome == InboundOutcome.REACTION,
    ),
    "opt_out": (
        InboundMessage.outcome == InboundOutcome.OPT_OUT,
        InboundMessage.outcome == InboundOutcome.OPT_IN,
    ),
}


def inbox(typed: str, kind: str | None, place: Cursor, url: Callable[..., str]) -> Page[InboxRow]:
    """Some of all that came in, newest first. `kind`: one of INBOX_FILTERS, or None for all; `typed`: a number.

    A number is found by its last four digits and more. The keys of `place` are messages.
    """
    number = inbound_by_number(typed)
    if typed.strip() and number is None:
        return Page([], total=0)
    found = paginate(partial(_ids, number, kind), int, place, PER_PAGE, url)
    return found.of(_rows(list(found.items)))


def too_short(typed: str) -> bool:
    """Whether it is the beginning of a number, and no more."""
    return bool(digits_of(typed)) and inbound_by_number(typed) is None


def _ids(number: ColumnElement[bool] | None, kind: str | None, place: Cursor, limit: int) -> list[int]:
    ids: list[int] = []
    for condition in INBOX_FILTERS[kind] if kind else (None,):
        query = select(InboundMessage.id)
        if number is not None:
            query = query.where(number)
        if condition is not None:
            query = query.where(condition, text(f"({NOT_ANSWERED})"))
            # The same outcome throughout: this is the order of the index, and PostgreSQL sees it so.
            outcome = InboundMessage.outcome
            query = query.order_by(outcome.asc() if place.backwards else outcome.desc())
        ids += db.session.scalars(after_key(query, InboundMessage.id, place, newest_first=True).limit(limit))
    return sorted(ids, reverse=not place.backwards)[:limit]


def _rows(ids: list[int]) -> list[InboxRow]:
    query = (
        select(InboundMessage, Campaign)
        .outerjoin(Campaign, Campaign.id == InboundMessage.campaign_id)
        .where(InboundMessage.id.in_(ids))
        .order_by(InboundMessage.id.desc())
    )
    found = [(row[0], row[1]) for row in db.session.execute(query)]
    several = with_several(message.conversation_id for message, _ in found)
    return [InboxRow(message, its, message.conversation_id in several) for message, its in found]
