"""Claiming: which messages are handed to Twilio next. Marked and committed before the call, so that each is ours alone.

By sender, at its pace; replies before openings; campaigns of one sender take turns; only the first unsettled message
of each conversation, so that order holds; nothing that could not leave before the active hours close.
"""

import json
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, zip_longest
from typing import Any

from sqlalchemy import Row, ScalarSelect, exists, func, select, update
from sqlalchemy.orm import aliased

from smartchat import queue
from smartchat.db import db
from smartchat.domain.hours import ActiveHours, next_open_time, seconds_left
from smartchat.domain.sending.delivery import Outgoing
from smartchat.domain.sending.sender_rates import rate_of
from smartchat.domain.sending.whatsapp_window import may_leave
from smartchat.domain.statuses import PRIORITY, CampaignStatus, OutboundKind, OutboundStatus
from smartchat.models import Campaign, Conversation, OutboundMessage, Sender
from smartchat.services.builder import chatbots
from smartchat.services.opt_outs import opting

from . import claimable, pacing, whatsapp_window

LEASE = timedelta(seconds=20)
CLOSING_MARGIN = 2  # seconds before closing in which nothing is handed over any more
PROBE = timedelta(seconds=30)  # for the one message of a stopped sender, before another is tried


@dataclass(frozen=True)
class Clocks:
    """`now` for the rules, `machine` for leases and rates: both read again before every single call."""

    now: Callable[[], datetime]
    machine: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that is ours until `lease_until` (machine time); `hours` are asked again right before the call.

    `behind`: how many messages of its conversation were written with it and go before it.
    """

    message: Outgoing
    hours: ActiveHours
    lease_until: datetime
    claim: str
    campaign_id: int
    behind: int


@dataclass(frozen=True, slots=True)
class _CampaignShare:
    """A campaign with something due: its hours, and the seconds until they close (0: closed)."""

    id: int
    hours: ActiveHours
    left: int


def claim(limit: int, clocks: Clocks) -> list[Claimed]:
    """Marks at most `limit` due messages of active campaigns as being sent, and commits: they are ours alone."""
    now, machine = clocks.now(), clocks.machine()
    turns = _senders_with_work(now)
    pacing.ensure_rows(set(turns))
    taken: list[int] = []
    put_off: set[tuple[str, datetime]] = set()
    for address, campaigns in turns.items():
        open_ = [campaign for campaign in campaigns if campaign.left > 0]
        put_off |= {(address, _put_off(campaign, now)) for campaign in campaigns if campaign.left <= 0}
        if open_ and len(taken) < limit:
            taken += _take(address, open_, limit - len(taken), now, machine)
    claimed = _mark(taken, now, machine + LEASE) if taken else []
    db.session.commit()
    for address, opening in put_off:
        queue.ring_at(address, opening)
    return claimed


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


def _senders_with_work(now: datetime) -> dict[str, list[_CampaignShare]]:
    """Active campaigns with something due, by sender: first the sender whose rate is free for longest."""
    query = (
        select(Campaign.id, Campaign.sender, Campaign.version_id)
        .outerjoin(Sender, Sender.address == Campaign.sender)
        .where(
            Campaign.status == CampaignStatus.ACTIVE,
            exists().where(OutboundMessage.campaign_id == Campaign.id, *claimable.due(now)),
        )
        .order_by(Sender.free_at.asc().nulls_first(), Campaign.sender, Campaign.id)
    )
    found: dict[str, list[_CampaignShare]] = {}
    for id_, sender, version_id in db.session.execute(query).all():
        hours = chatbots.script_of_version_id(version_id).active_hours
        left = seconds_left(hours, now) - CLOSING_MARGIN
        found.setdefault(sender, []).append(_CampaignShare(id_, hours, left))
    return found


def _put_off(campaign: _CampaignShare, now: datetime) -> datetime:
    """What is due in a campaign whose hours are over waits for the next opening."""
    opening = next_open_time(campaign.hours, now)
    theirs = (
        select(OutboundMessage.id)
        .where(OutboundMessage.campaign_id == campaign.id, *claimable.due(now))
        .with_for_update(skip_locked=True)
        .cte("theirs")
    )
    db.session.execute(
        update(OutboundMessage)
        .where(OutboundMessage.id.in_(select(theirs.c.id)))
        .values(due_at=opening)
        .execution_options(synchronize_session=False)
    )
    return opening


def _take(
    address: str, campaigns: list[_CampaignShare], limit: int, now: datetime, machine: datetime
) -> list[int]:
    """The messages that this sender may hand over at this moment: replies first."""
    sender = pacing.hold(address)
    if sender is None:
        return []
    limit = _admitted(sender, limit, machine)
    if not limit:
        return []
    pacing.recover(sender, machine)
    pace = pacing.pace_of(sender, machine)
    rate = rate_of(address)
    turns = {turn.id: turn for turn in _rotated(campaigns, sender.last_campaign_id)}
    ours = _held(turns)
    taken: list[int] = []
    held: list[int] = []
    for kind in (OutboundKind.REPLY, OutboundKind.OPENING):
        opening = kind is OutboundKind.OPENING
        room = min(limit - len(taken), pace.room(machine))
        if room <= 0:
            break
        for row in _pick(ours, PRIORITY[kind], room, now):
            if not may_leave(address, row.template is not None, row.last_received_at, now):
                held.append(row.id)
                continue
            units = rate.units(row.segments)
            if pace.ready_at(opening) > machine:
                break
            if (pace.gone_at(units, machine) - machine).total_seconds() > turns[row.campaign_id].left:
                continue  # Twilio would still have it when the hours are over
            pace = pace.take(units, opening, machine)
            taken.append(row.id)
            sender.last_campaign_id = row.campaign_id
    pacing.keep(sender, pace, taken)
    if held:
        whatsapp_window.hold(held, now)
    return taken


def _admitted(sender: Sender, limit: int, machine: datetime) -> int:
    """How many of so many messages: none while the sender is stopped, and then one."""
    if sender.stopped_until is None:
        return limit
    if sender.stopped_until > machine:
        return 0
    if sender.stop_by_receipt and pacing.is_proven(sender):
        pacing.lift(sender)
        return limit
    # One is tried; whether the others may follow is known when it has an answer.
    sender.stopped_until = machine + PROBE
    return 1


def _rotated(campaigns: list[_CampaignShare], last: int | None) -> list[_CampaignShare]:
    """In the order of their ids, beginning after the one that had its turn last."""
    after = [campaign for campaign in campaigns if last is None or campaign.id > last]
    return after + [campaign for campaign in campaigns if last is not None and campaign.id <= last]


def _held(ids: Iterable[int]) -> list[int]:
    """Those that cannot be finished before our commit; the ones that somebody is finishing are left alone."""
    query = (
        select(Campaign.id)
        .where(Campaign.id.in_(list(ids)), Campaign.status == CampaignStatus.ACTIVE)
        .with_for_update(read=True, skip_locked=True)
    )
    held = set(db.session.scalars(query))
    return [id_ for id_ in ids if id_ in held]


def _pick(ids: Sequence[int], priority: int, room: int, now: datetime) -> list[Row[Any]]:
    """At most `room` messages, campaign by campaign in turn; one campaign alone gets all of it."""
    share = max(1, -(-room // max(len(ids), 1)))
    found: dict[int, Sequence[Row[Any]]] = {}
    for id_ in ids:
        found[id_] = db.session.execute(_first(id_, priority, share, now)).all()
        if sum(map(len, found.values())) >= room:
            break
    else:
        for id_, rows in found.items():
            if len(rows) == share:
                found[id_] = db.session.execute(_first(id_, priority, room, now)).all()
    in_turn = chain.from_iterable(zip_longest(*found.values()))
    return [row for row in in_turn if row is not None][:room]


def _first(campaign_id: int, priority: int, limit: int, now: datetime) -> Any:
    """The first messages of a campaign that may go: not opted out, nothing earlier of the conversation unsettled.

    The conversation is locked with them, by all or not at all: nobody waits here for anybody.
    """
    return (
        select(
            OutboundMessage.id,
            OutboundMessage.campaign_id,
            OutboundMessage.segments,
            OutboundMessage.template,
            Conversation.last_received_at,
        )
        .join(Conversation, Conversation.id == OutboundMessage.conversation_id)
        .where(
            OutboundMessage.campaign_id == campaign_id,
            OutboundMessage.priority == priority,
            *claimable.due(now),
            ~opting.in_force(Conversation.sender, Conversation.contact_key),
            claimable.first_in_line(),
        )
        .order_by(OutboundMessage.due_at, OutboundMessage.id)
        .limit(limit)
        .with_for_update(of=[OutboundMessage, Conversation], skip_locked=True)
    )


def _mark(ids: list[int], now: datetime, lease_until: datetime) -> list[Claimed]:
    """They are being sent from here on. In the order in which they were taken."""
    token = uuid.uuid4().hex
    db.session.execute(
        update(OutboundMessage)
        .where(OutboundMessage.id.in_(ids), OutboundMessage.status == OutboundStatus.WAITING)
        .values(
            status=OutboundStatus.SENDING,
            claim=token,
            lease_until=lease_until,
            attempts=OutboundMessage.attempts + 1,
        )
        .execution_options(synchronize_session=False)
    )
    query = (
        select(OutboundMessage, Campaign.version_id, _behind())
        .join(Campaign, Campaign.id == OutboundMessage.campaign_id)
        .where(OutboundMessage.claim == token)
        .execution_options(populate_existing=True)
    )
    rows = {row.id: (row, version_id, before) for row, version_id, before in db.session.execute(query)}
    # Routing of inbound messages goes by what was sent last: it must stand before the contact can answer.
    db.session.execute(
        update(Conversation)
        .where(Conversation.id.in_({row.conversation_id for row, _, _ in rows.values()}))
        .values(last_sent_at=now)
        .execution_options(synchronize_session=False)
    )
    return [
        Claimed(
            outgoing(rows[id_][0]),
            chatbots.script_of_version_id(rows[id_][1]).active_hours,
            lease_until,
            token,
            rows[id_][0].campaign_id,
            rows[id_][2],
        )
        for id_ in ids
        if id_ in rows
    ]


def _behind() -> ScalarSelect[int]:
    """How many messages of its conversation were written with a message and go before it."""
    earlier = aliased(OutboundMessage)
    return (
        select(func.count())
        .where(
            earlier.conversation_id == OutboundMessage.conversation_id,
            earlier.id < OutboundMessage.id,
            earlier.created_at == OutboundMessage.created_at,
        )
        .scalar_subquery()
    )
