"""The sweep: looks at the database alone for work that is due, and rings. It needs no state in Redis."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from smartchat import queue
from smartchat.db import db
from smartchat.domain.operations.worker_roles import WorkerRole
from smartchat.domain.statuses import CampaignStatus, ConversationStatus
from smartchat.models import Campaign, Conversation, InboundMessage, Launch, OutboundMessage
from smartchat.services.background import preparing
from smartchat.services.campaign import recounting
from smartchat.services.sending import claimable

from . import beating


@dataclass(frozen=True)
class Due:
    """What is waiting for a worker at this moment."""

    inbound: bool
    openings: bool
    outbound: bool
    doubtful: bool
    files: bool = False
    calls: bool = False

    @property
    def messages(self) -> bool:
        """Whether there is anything to answer, to open or to send."""
        return self.inbound or self.openings or self.outbound or self.doubtful

    def __bool__(self) -> bool:
        return self.messages or self.files or self.calls


def due_work(now: datetime, machine: datetime) -> Due:
    """Whether anything is due: look-ups in small indexes."""
    active = exists().where(Campaign.status == CampaignStatus.ACTIVE)
    calling = exists().where(
        Conversation.id == InboundMessage.conversation_id, Conversation.call_due_at.is_not(None)
    )
    inbound = exists().where(InboundMessage.outcome.is_(None), InboundMessage.due_at <= now, ~calling)
    openings = exists().where(
        Conversation.status == ConversationStatus.WAITING,
        Conversation.due_at <= now,
        active.where(Campaign.id == Conversation.campaign_id),
    )
    outbound = exists().where(
        *claimable.due(now),
        claimable.first_in_line(),
        active.where(Campaign.id == OutboundMessage.campaign_id),
    )
    doubtful = exists().where(claimable.IN_THE_AIR, OutboundMessage.lease_until <= machine)
    files = exists().where(preparing.claimable(machine))
    calls = exists().where(
        Conversation.call_due_at <= now,
        Conversation.status == ConversationStatus.OPEN,
        Conversation.paused_at.is_(None),
        Conversation.call_lease_until.is_(None) | (Conversation.call_lease_until < machine),
        active.where(Campaign.id == Conversation.campaign_id),
    )
    launches = exists(select(Launch.id))
    row = db.session.execute(select(inbound, openings | launches, outbound, doubtful, files, calls)).one()
    db.session.rollback()
    return Due(*map(bool, row))


def sweep(now: datetime, machine: datetime) -> Due:
    """One round: folds the tallies, rings where something is due, and says that it is done.

    A round that fails says nothing: a sweep that makes no progress counts as silent.
    """
    recounting.fold()
    due = due_work(now, machine)
    if due.messages:
        queue.ring_again()
    if due.files:
        queue.ring_again(queue.FILES)
    if due.calls:
        queue.ring_again(queue.CALLS)
    beating.write(WorkerRole.SWEEP, machine)
    db.session.commit()
    return due
