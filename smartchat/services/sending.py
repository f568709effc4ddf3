"""Sending: claim due rows, commit, call Twilio over a bounded number of threads, write the results in one commit.

A claim is short: as many rows as there are threads, and only the first unsettled message of each conversation, so
that order holds and Finish finds at most one batch in flight. A claim that outlives its lease is doubtful.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import aliased

from smartchat import queue
from smartchat.db import changed_rows, db
from smartchat.domain.campaign import UNSETTLED, CampaignStatus, OutboundStatus
from smartchat.domain.delivery import Accepted, Closed, NotTried, Outgoing, Result, Unknown
from smartchat.domain.hours import ActiveHours, next_opening, seconds_left
from smartchat.models import Campaign, Conversation, OutboundMessage

from . import chatbots, opting, tracking

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=20)
CALL_LIMIT = timedelta(seconds=12)  # the longest a call takes, and a little
CLOSING_MARGIN = 2  # seconds before closing in which nothing is handed over any more


class Channel(Protocol):
    """What carries messages: adapters.twilio_channel.TwilioChannel."""

    def send(self, message: Outgoing) -> Result: ...


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that is ours until `lease_until` (machine time); `hours` are asked again right before the call."""

    message: Outgoing
    hours: ActiveHours
    lease_until: datetime
    claim: str
    campaign_id: int


@dataclass(frozen=True)
class Clocks:
    """`now` for the rules, `machine` for leases: both read again before every single call."""

    now: Callable[[], datetime]
    machine: Callable[[], datetime]


def send_due(channel: Channel, pool: ThreadPoolExecutor, limit: int, clocks: Clocks) -> int:
    """Sends at most `limit` due messages; how many rows it claimed."""
    claimed = claim(limit, clocks)
    if not claimed:
        return 0
    results = list(pool.map(lambda one: _send_or_doubt(channel, one, clocks), claimed))
    record(claimed, results, clocks)
    return len(claimed)


def claim(limit: int, clocks: Clocks) -> list[Claimed]:
    """Marks due rows of active campaigns as being sent, and commits: from here on they are ours alone."""
    now, machine = clocks.now(), clocks.machine()
    token = uuid.uuid4().hex
    lease_until = machine + LEASE
    changed = changed_rows(
        update(OutboundMessage)
        .where(
            OutboundMessage.id.in_(_claimable(now, limit)), OutboundMessage.status == OutboundStatus.WAITING
        )
        .values(
            status=OutboundStatus.SENDING,
            claim=token,
            lease_until=lease_until,
            attempts=OutboundMessage.attempts + 1,
        )
        .execution_options(synchronize_session=False)
    )
    if changed == 0:
        db.session.rollback()
        return []
    rows = _claimed_rows(token)
    # Routing of inbound messages goes by what was sent last: it must stand before the contact can answer.
    db.session.execute(
        update(Conversation)
        .where(Conversation.id.in_([row.conversation_id for row, _ in rows]))
        .values(last_sent_at=now)
        .execution_options(synchronize_session=False)
    )
    claimed = [
        Claimed(outgoing(row), _hours(campaign), lease_until, token, campaign.id) for row, campaign in rows
    ]
    db.session.commit()
    return claimed


def _hours(campaign: Campaign) -> ActiveHours:
    return chatbots.script_of_version(campaign.version).active_hours


def _claimed_rows(token: str) -> Sequence[Any]:
    query = (
        select(OutboundMessage, Campaign)
        .join(Campaign, Campaign.id == OutboundMessage.campaign_id)
        .where(OutboundMessage.claim == token)
        .order_by(OutboundMessage.priority, OutboundMessage.due_at, OutboundMessage.id)
    )
    return db.session.execute(query).all()


def _claimable(now: datetime, limit: int) -> Any:
    """Due, in an active campaign, not opted out, and nothing earlier of the conversation is unsettled.

    As a CTE: PostgreSQL may run a plain subquery once for each row, and SKIP LOCKED then takes more than `limit`.
    """
    earlier = aliased(OutboundMessage)
    due = (
        select(OutboundMessage.id)
        .join(Campaign, Campaign.id == OutboundMessage.campaign_id)
        .join(Conversation, Conversation.id == OutboundMessage.conversation_id)
        .where(
            OutboundMessage.status == OutboundStatus.WAITING,
            OutboundMessage.due_at <= now,
            Campaign.status == CampaignStatus.ACTIVE,
            ~opting.in_force(Conversation.sender, Conversation.contact_key),
            ~exists().where(
                earlier.conversation_id == OutboundMessage.conversation_id,
                earlier.id < OutboundMessage.id,
                earlier.status.in_(UNSETTLED),
            ),
        )
        .order_by(OutboundMessage.priority, OutboundMessage.due_at, OutboundMessage.id)
        .limit(limit)
        .with_for_update(of=OutboundMessage, skip_locked=True)
        .cte("due")
    )
    return select(due.c.id)


def outgoing(row: OutboundMessage) -> Outgoing:
    """The message as the channel takes it."""
    template = row.template or {}
    variables = template.get("variables")
    return Outgoing(
        id=row.id,
        sender=row.sender,
        to=row.to,
        body=row.body,
        media_url=row.media_url,
        content_sid=template.get("content_sid"),
        content_variables=json.dumps(dict(variables), ensure_ascii=False) if variables else None,
    )


def _send_or_doubt(channel: Channel, claimed: Claimed, clocks: Clocks) -> Result:
    """A fault of one call must not cost the others their results: its own outcome is unknown."""
    try:
        return _send(channel, claimed, clocks)
    except Exception as error:
        log.exception("message %d: the call failed in an unexpected way", claimed.message.id)
        return Unknown(type(error).__name__)


def _send(channel: Channel, claimed: Claimed, clocks: Clocks) -> Result:
    """One call, in one of the pool's threads: no database here. The last look at the clock is right before it."""
    if clocks.machine() + CALL_LIMIT > claimed.lease_until:
        return NotTried()
    now = clocks.now()
    left = seconds_left(claimed.hours, now) - CLOSING_MARGIN
    if left < 1:
        return Closed(next_opening(claimed.hours, now))
    message = claimed.message
    return channel.send(
        Outgoing(
            message.id,
            message.sender,
            message.to,
            message.body,
            message.media_url,
            message.content_sid,
            message.content_variables,
            validity=min(left, 36_000),
        )
    )


def record(claimed: list[Claimed], results: list[Result], clocks: Clocks) -> None:
    """Writes what became of a batch, in one commit."""
    now, machine = clocks.now(), clocks.machine()
    by_id = {one.message.id: (one, result) for one, result in zip(claimed, results, strict=True)}
    tracking.hold_campaigns({one.campaign_id for one in claimed})
    rows = db.session.scalars(
        select(OutboundMessage)
        .where(OutboundMessage.id.in_(by_id))
        .order_by(OutboundMessage.id)
        .with_for_update(of=OutboundMessage)
    )
    openings: set[tuple[str, datetime]] = set()
    unsent: set[int] = set()
    for row in rows.all():
        one, result = by_id[row.id]
        if not isinstance(result, Accepted) and row.claim != one.claim:
            continue  # the claim ran out meanwhile, and the row is somebody else's
        tracking.settle(row, result, now, machine)
        if not isinstance(result, Accepted | Unknown):
            unsent.add(row.conversation_id)
        if isinstance(result, Closed):
            openings.add((row.sender, result.until))
    tracking.cancel_if_over(by_id, now)
    _take_back_last_sent(unsent)
    db.session.commit()
    for sender, opening in openings:
        queue.ring_at(sender, opening)


def _take_back_last_sent(conversation_ids: set[int]) -> None:
    """Where nothing left, routing must not believe that something did: back to what was really sent last."""
    if not conversation_ids:
        return
    really = (
        select(func.max(OutboundMessage.sent_at))
        .where(OutboundMessage.conversation_id == Conversation.id)
        .scalar_subquery()
    )
    db.session.execute(
        update(Conversation)
        .where(Conversation.id.in_(conversation_ids))
        .values(last_sent_at=really)
        .execution_options(synchronize_session=False)
    )
