"""To which conversation a message of a contact goes: one query by index, whatever became of the earlier ones."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, Table, and_, bindparam, exists, func, or_, select

from smartchat.db import db
from smartchat.domain.conversation.routing import Candidate, routed
from smartchat.domain.statuses import CampaignStatus, ConversationStatus, OutboundStatus, Route
from smartchat.models import Campaign, Conversation, InboundMessage, OutboundMessage
from smartchat.services.opt_outs.opting import Address

MOST_CANDIDATES = 20  # live ones first, so that none of them is missed


@dataclass(frozen=True, slots=True)
class ConversationCandidate(Candidate):
    """A candidate with what else the way of a message into it needs.

    `first_due`: when the first of its messages that nobody answered yet falls due.
    """

    campaign_id: int
    version_id: int
    sender: str
    last_from: str | None
    paused_at: datetime | None
    first_due: datetime | None
    doubted: bool = False


@dataclass(frozen=True)
class Moment:
    """The moment to which a message belongs that is stored `now`: conversations that were opened `by` it are asked.

    Also those that seem to begin only after `now`: no clock in order wrote that, so when they began is not known.
    """

    by: datetime
    now: datetime


@dataclass(frozen=True)
class Target:
    """`live` answers the message; `shown_in` is where people see it: the same one, or the last that is over.

    `doubted`: of something that was sent to the contact it was reported that it did not arrive.
    """

    live: ConversationCandidate | None
    shown_in: ConversationCandidate | None
    route: Route
    doubted: bool = False


# Every webhook asks this once, so it is made once and asks for columns of tables, not for objects: building the
# statement and the objects took several times as long as the database.
_TALK = cast("Table", Conversation.__table__).c
_CAMPAIGN = cast("Table", Campaign.__table__).c
_INBOUND = cast("Table", InboundMessage.__table__).c
_OUTBOUND = cast("Table", OutboundMessage.__table__).c
_IS_LIVE = and_(_TALK.status == ConversationStatus.OPEN, _CAMPAIGN.status == CampaignStatus.ACTIVE)
# Not `IS NULL`: PostgreSQL would look through all waiting messages (a partial index, thought small in the evening and
# long by the morning) instead of through this conversation's.
_NO_OUTCOME = func.coalesce(_INBOUND.outcome, "") == ""
_FIRST_DUE = (
    select(_INBOUND.due_at)
    .where(_INBOUND.conversation_id == _TALK.id, _NO_OUTCOME, _INBOUND.due_at.is_not(None))
    .order_by(_INBOUND.id)  # the first that came falls due first, and the index is by this
    .limit(1)
    .scalar_subquery()
)
_DOUBTED = exists().where(
    _OUTBOUND.conversation_id == _TALK.id,
    or_(
        and_(_OUTBOUND.status == OutboundStatus.FAILED, _OUTBOUND.provider_sid.is_not(None)),
        and_(_OUTBOUND.status == OutboundStatus.WAITING, _OUTBOUND.retries > 0),
    ),
)
_TALKS = (
    select(
        _TALK.id,
        _IS_LIVE,
        _TALK.last_sent_at,
        _TALK.campaign_id,
        _CAMPAIGN.version_id,
        _TALK.sender,
        _TALK.last_from,
        _TALK.paused_at,
        _FIRST_DUE,
        _DOUBTED,
    )
    .join_from(_TALK.id.table, _CAMPAIGN.id.table)
    .where(
        _TALK.sender.in_([bindparam("number"), bindparam("service"), bindparam("over_whatsapp")]),
        _TALK.contact_key == bindparam("contact_key"),
        _TALK.last_sent_at.is_not(None),
    )
    .order_by(_IS_LIVE.desc(), _TALK.last_sent_at.desc(), _TALK.id.desc())
    .limit(MOST_CANDIDATES)
)
_TALKS_BEGUN = _TALKS.where(or_(_TALK.opened_at <= bindparam("begun_by"), _TALK.opened_at > bindparam("now")))
_AGAIN = select(_TALK.status, _TALK.paused_at).where(_TALK.id == bindparam("id")).with_for_update()


def find_target(
    address: Address,
    connection: Connection,
    then: Moment | None = None,
    courtesy: bool = False,
    quoted: int | None = None,
) -> Target:
    """Where a message from this address belongs, and why there; or where it belonged `then`. `courtesy`: it is nothing
    but politeness. `quoted`: the conversation of the message that it quotes.
    """
    number, service, over_whatsapp = (*address.to, *address.to[-1:] * 2)[:3]
    given = {
        "number": number,
        "service": service,
        "over_whatsapp": over_whatsapp,
        "contact_key": address.contact_key,
    }
    if then is None:
        rows = connection.execute(_TALKS, given)
    else:
        rows = connection.execute(_TALKS_BEGUN, {**given, "begun_by": then.by, "now": then.now})
    talks = [ConversationCandidate(*row) for row in rows]
    found = routed(talks, courtesy, quoted)
    shown_in = next((talk for talk in talks if talk.id == found.id), None)
    doubted = any(talk.doubted for talk in talks)
    return Target(shown_in if found.live else None, shown_in, found.route, doubted)


def place_kept(
    place: Target,
    address: Address,
    then: Moment | None = None,
    courtesy: bool = False,
    quoted: int | None = None,
) -> Target:
    """The place, in the session's transaction. A live conversation that is paused is read again under a lock: it may be
    going on, or ending, at this very moment, and what is stored for it must not miss that.
    """
    live = place.live
    if live is None or live.paused_at is None:
        return place
    connection = db.session.connection()
    again = connection.execute(_AGAIN, {"id": live.id}).one()
    if again.status == ConversationStatus.OPEN and again.paused_at is not None:
        return place
    place = find_target(address, connection, then, courtesy, quoted)
    return place_kept(place, address, then, courtesy, quoted)
