"""Sending: claimed rows are handed to Twilio over a bounded number of threads, and the results written in one commit.

A batch is short, as many rows as there are threads, and a worker has at most two of them: more than that Finish never
finds in flight. A claim that outlives its lease is doubtful.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import func, select, update

from smartchat import queue
from smartchat.db import db
from smartchat.domain.hours import next_open_time, seconds_left
from smartchat.domain.sending.delivery import Accepted, Closed, NotTried, Outgoing, Result, Unknown
from smartchat.models import Conversation, OutboundMessage

from . import complaints, tracking
from .claiming import CLOSING_MARGIN, LEASE, Claimed, Clocks, claim, outgoing

__all__ = [
    "CLOSING_MARGIN",
    "LEASE",
    "Claimed",
    "Clocks",
    "SendingBatch",
    "begin",
    "claim",
    "finish",
    "outgoing",
    "send_due",
]

log = logging.getLogger(__name__)

CALL_LIMIT = timedelta(seconds=12)  # the longest a call takes, and a little
LONGEST_VALIDITY = 36_000  # seconds; Twilio's own limit
APART = 2
"""Seconds that a message of a conversation is valid less than the one before it: where both wait at Twilio at closing,
the one that goes first is not the first to expire, which would turn their order round."""


class Channel(Protocol):
    """What carries messages: adapters.twilio_channel.TwilioChannel."""

    def send(self, message: Outgoing) -> Result: ...


@dataclass(frozen=True)
class SendingBatch:
    """Messages that are being handed to Twilio at this moment, each by a thread of its own."""

    claimed: Sequence[Claimed]
    calls: Sequence[Future[Result]]

    def done(self) -> bool:
        """Whether all calls have ended."""
        return all(call.done() for call in self.calls)


def begin(channel: Channel, pool: ThreadPoolExecutor, limit: int, clocks: Clocks) -> SendingBatch:
    """Claims at most `limit` due messages and begins to send them; `finish` writes down what became of them."""
    claimed = claim(limit, clocks)
    return SendingBatch(claimed, [pool.submit(_send_or_doubt, channel, one, clocks) for one in claimed])


def finish(batch: SendingBatch, clocks: Clocks) -> int:
    """Waits for the calls and records their results; how many messages there were."""
    if batch.claimed:
        record(batch.claimed, [call.result() for call in batch.calls], clocks)
    return len(batch.claimed)


def send_due(channel: Channel, pool: ThreadPoolExecutor, limit: int, clocks: Clocks) -> int:
    """Sends at most `limit` due messages; how many rows it claimed."""
    return finish(begin(channel, pool, limit, clocks), clocks)


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
    left = min(seconds_left(claimed.hours, now) - CLOSING_MARGIN, LONGEST_VALIDITY) - APART * claimed.behind
    if left < 1:
        return Closed(next_open_time(claimed.hours, now))
    return channel.send(replace(claimed.message, validity=left))


def record(claimed: Sequence[Claimed], results: Sequence[Result], clocks: Clocks) -> None:
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
    # Where the claim ran out meanwhile the row is somebody else's, or a callback told us more already.
    ours = [row for row in rows.all() if _is_ours(row, *by_id[row.id])]
    troubled = complaints.tell_senders([(row.sender, by_id[row.id][1]) for row in ours], machine)
    for row in ours:
        result = by_id[row.id][1]
        tracking.settle(row, result, now, machine, row.sender in troubled)
        if not isinstance(result, Accepted | Unknown):
            unsent.add(row.conversation_id)
        if isinstance(result, Closed):
            openings.add((row.sender, result.until))
    tracking.cancel_if_over(by_id, now)
    take_back_last_sent(unsent)
    db.session.commit()
    for sender, opening in openings:
        queue.ring_at(sender, opening)


def _is_ours(row: OutboundMessage, one: Claimed, result: Result) -> bool:
    return row.claim == one.claim or (isinstance(result, Accepted) and tracking.is_news(result.sid))


def take_back_last_sent(conversation_ids: set[int]) -> None:
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
