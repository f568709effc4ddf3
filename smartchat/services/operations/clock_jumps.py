"""A clock that jumped ahead and came back: what it left behind for that time goes on now, and it is written down.

All stored times that make something wait are looked at here; which ones are too late is decided in the domain.
"""

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Update, select, update

from smartchat.db import changed_rows, db
from smartchat.domain.campaign.preparation import PreparationStatus
from smartchat.domain.hours import ActiveHours
from smartchat.domain.operations.troubles import Trouble
from smartchat.domain.operations.worker_roles import FETCHED
from smartchat.domain.sending.clock_jumps import CLOCKS_DIFFER, latest_free, latest_turn, retry_gap
from smartchat.domain.sending.delivery import SENDER_PAUSE
from smartchat.domain.sending.pacing import SLOW_FOR
from smartchat.domain.statuses import CampaignStatus, ConversationStatus, OutboundStatus
from smartchat.models import (
    Campaign,
    Conversation,
    Heartbeat,
    InboundMessage,
    Launch,
    OutboundMessage,
    Preparation,
    Sender,
)
from smartchat.services.background import lease_heartbeat
from smartchat.services.builder import chatbots
from smartchat.services.conversation import calling, fetching
from smartchat.services.sending import claimable, claiming, pacing, reconciling

from . import troubles

log = logging.getLogger(__name__)

FETCH_AGAIN = timedelta(days=1)
"""How far back Twilio's list is compared where it is not known any more up to when it was."""
PRIORITIES = (0, 1)


def take_back(now: datetime, machine: datetime) -> int:
    """Everything that waits for a time which only a wrong clock can have meant goes on now; how many rows.

    `now` is the product's time, `machine` the machine's: each row is measured with the clock that wrote it.
    """
    taken = sum(map(changed_rows, _by_machine(machine)))
    taken += _senders(machine)
    db.session.commit()
    for statement in _by_product(now):
        taken += changed_rows(statement)
    if taken:
        troubles.note(Trouble.CLOCK_JUMPED, machine, str(taken))
        log.warning(
            "the clock had jumped: %d rows waited for a time that is far ahead; they go on now", taken
        )
    db.session.commit()
    return taken


def _by_machine(machine: datetime) -> Iterator[Update]:
    """Leases and marks, by the machine's clock."""
    soon = machine + CLOCKS_DIFFER
    sent, call, file = OutboundMessage, Conversation, Preparation
    yield _set(
        sent,
        {"lease_until": machine},
        claimable.IN_THE_AIR,
        sent.lease_until > soon + max(claiming.LEASE, reconciling.QUIET),
    )
    yield _set(
        sent,
        {"doubtful_since": machine},
        claimable.IN_THE_AIR,
        sent.lease_until.is_not(None),
        sent.doubtful_since > soon,
    )
    yield _set(
        call,
        {"call_lease_until": machine},
        call.call_due_at.is_not(None),
        call.call_lease_until > soon + calling.LEASE,
    )
    yield _set(
        file,
        {"lease_until": machine},
        file.status == PreparationStatus.RUNNING,
        file.lease_until > soon + lease_heartbeat.LEASE,
    )
    marks = Heartbeat.name.in_((FETCHED, fetching.BEGUN))
    yield _set(Heartbeat, {"beat_at": machine - FETCH_AGAIN}, marks, Heartbeat.beat_at > soon)


def _senders(machine: datetime) -> int:
    """The senders' rows, each by its own rate; how many were wrong (no commit)."""
    wrong = 0
    for sender in db.session.scalars(select(Sender).order_by(Sender.address).with_for_update()):
        latest = latest_free(pacing.pace_of(sender, machine), machine)
        values: dict[str, Any] = {}
        if sender.free_at is not None and sender.free_at > latest:
            values["free_at"] = None
        if sender.openings_free_at is not None and sender.openings_free_at > latest:
            values["openings_free_at"] = None
        if sender.stopped_until is not None and sender.stopped_until > machine + SENDER_PAUSE + CLOCKS_DIFFER:
            values |= {"stopped_until": machine, "stopped_at": machine}
        if sender.slowed_until is not None and sender.slowed_until > machine + SLOW_FOR + CLOCKS_DIFFER:
            values["slowed_until"] = machine + SLOW_FOR
        for name, value in values.items():
            setattr(sender, name, value)
        wrong += bool(values)
    return wrong


def _by_product(now: datetime) -> Iterator[Update]:
    """What is due, by the product's clock: of active campaigns, those with the same hours together."""
    soon = now + CLOCKS_DIFFER
    yield _set(
        Campaign,
        {"created_at": now},
        Campaign.status == CampaignStatus.IMPORTING,
        Campaign.created_at > soon,
    )
    yield _set(Preparation, {"asked_at": now}, Preparation.asked_at > soon)
    yield _set(Conversation, {"call_due_at": now}, Conversation.call_due_at > soon)
    for hours, campaigns in _active().items():
        latest = latest_turn(hours, now)
        yield _due(
            InboundMessage, campaigns, now, InboundMessage.outcome.is_(None), _after(InboundMessage, latest)
        )
        waiting = Conversation.status == ConversationStatus.WAITING
        yield _due(Conversation, campaigns, now, waiting, _after(Conversation, latest))
        yield _due(Launch, campaigns, now, _after(Launch, latest))
        retry, opening = retry_gap(hours, now)
        sent = (
            OutboundMessage.status == OutboundStatus.WAITING,
            OutboundMessage.held_since.is_(None),
            OutboundMessage.priority.in_(PRIORITIES),  # by the index of what is due
        )
        between = (OutboundMessage.due_at > retry, OutboundMessage.due_at < opening)
        yield _due(OutboundMessage, campaigns, now, *sent, *between)
        yield _due(OutboundMessage, campaigns, now, *sent, OutboundMessage.due_at > opening)


def _active() -> dict[ActiveHours, list[int]]:
    query = select(Campaign.id, Campaign.version_id).where(Campaign.status == CampaignStatus.ACTIVE)
    found: dict[ActiveHours, list[int]] = defaultdict(list)
    for id_, version_id in db.session.execute(query).all():
        found[chatbots.script_of_version_id(version_id).active_hours].append(id_)
    return found


def _after(table: Any, latest: datetime) -> Any:
    return table.due_at > latest


def _due(table: Any, campaigns: Sequence[int], now: datetime, *where: Any) -> Update:
    return _set(table, {"due_at": now}, table.campaign_id.in_(campaigns), *where)


def _set(table: Any, values: dict[str, Any], *where: Any) -> Update:
    return update(table).where(*where).values(**values).execution_options(synchronize_session=False)
