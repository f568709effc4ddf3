"""To which conversation a message of a contact goes: one query by index, whatever became of the earlier ones."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import contains_eager

from smartchat.db import db
from smartchat.domain.campaign import CampaignStatus, ConversationStatus, Route
from smartchat.domain.routing import Candidate, routed
from smartchat.models import Campaign, Conversation

from .opting import Address

MOST_CANDIDATES = 20  # live ones first, so that none of them is missed


# Made once: building it anew for every webhook took longer than running it.
_IS_LIVE = and_(Conversation.status == ConversationStatus.OPEN, Campaign.status == CampaignStatus.ACTIVE)
_TALKS = (
    select(Conversation, _IS_LIVE)
    .join(Conversation.campaign)
    .where(
        Conversation.sender.in_(bindparam("to", expanding=True)),
        Conversation.contact_key == bindparam("contact_key"),
        Conversation.last_sent_at.is_not(None),
    )
    .order_by(_IS_LIVE.desc(), Conversation.last_sent_at.desc(), Conversation.id.desc())
    .limit(MOST_CANDIDATES)
    .options(contains_eager(Conversation.campaign))
)


@dataclass(frozen=True)
class Place:
    """`live` answers the message; `shown_in` is where people see it: the same one, or the last that is over."""

    live: Conversation | None
    shown_in: Conversation | None
    route: Route


def place_of(address: Address, begun_by: datetime | None = None) -> Place:
    """Where a message from this address belongs, and why there. `begun_by`: of the conversations opened by then.

    A live conversation that is paused is read again under a lock: it may be going on, or ending, at this very moment,
    and what is stored for it must not miss that.
    """
    given = {"to": address.to, "contact_key": address.contact_key, "begun_by": begun_by}
    query = _TALKS if begun_by is None else _TALKS.where(Conversation.opened_at <= bindparam("begun_by"))
    rows = [(conversation, live) for conversation, live in db.session.execute(query, given)]
    found = routed([Candidate(c.id, bool(live), c.last_sent_at) for c, live in rows if c.last_sent_at])
    shown_in = next((conversation for conversation, _ in rows if conversation.id == found.id), None)
    live = shown_in if found.live else None
    if live is not None and live.paused_at is not None:
        db.session.refresh(live, ["paused_at", "status"], with_for_update=True)
        if live.status != ConversationStatus.OPEN:
            return place_of(address, begun_by)
    return Place(live, shown_in, found.route)
