"""Sends of unknown outcome: compared with Twilio's own list before anything is sent again.

A row that was being sent when its process died, or whose call broke, is doubtful. Found in the list: bound to that
message. Not found, and looked for again after a quiet time: surely not taken, so it waits to be sent once more.
"""

from datetime import timedelta
from typing import Protocol

from sqlalchemy import select, update

from smartchat import life
from smartchat.db import changed_rows, db
from smartchat.domain.sending.delivery import ListedOutbound, Outgoing, pause
from smartchat.domain.statuses import OutboundStatus
from smartchat.models import EarlierSend, OutboundMessage

from . import claimable, tracking
from .claiming import LEASE, Clocks, outgoing
from .sending import take_back_last_sent

QUIET = timedelta(seconds=10)
BATCH = 16


class OutboundList(Protocol):
    """Twilio's list of messages: adapters.twilio_channel.TwilioChannel."""

    def find(self, message: Outgoing) -> list[ListedOutbound] | None: ...


def settle_doubtful(register: OutboundList, clocks: Clocks, limit: int = BATCH) -> int:
    """Looks at doubtful messages whose time has come; how many it looked at."""
    _expire_leases(clocks)
    taken = _take(limit, clocks)
    for message in taken:
        life.moved()
        _decide(message, register.find(message), clocks)
    return len(taken)


def _expire_leases(clocks: Clocks) -> None:
    """A claim that outlived its lease: its process is dead, or too late to be believed."""
    machine = clocks.machine()
    changed = changed_rows(
        update(OutboundMessage)
        .where(
            claimable.IN_THE_AIR,
            OutboundMessage.status == OutboundStatus.SENDING,
            OutboundMessage.lease_until < machine,
        )
        .values(status=OutboundStatus.DOUBTFUL, doubtful_since=machine, lease_until=machine)
        .execution_options(synchronize_session=False)
    )
    if changed:
        db.session.commit()
    else:
        db.session.rollback()


def _take(limit: int, clocks: Clocks) -> list[Outgoing]:
    """Doubtful rows whose next look is due, ours to look at for one lease."""
    machine = clocks.machine()
    due = (
        select(OutboundMessage)
        .where(
            claimable.IN_THE_AIR,
            OutboundMessage.status == OutboundStatus.DOUBTFUL,
            OutboundMessage.lease_until <= machine,
        )
        .order_by(OutboundMessage.lease_until, OutboundMessage.id)
        .limit(limit)
        .with_for_update(of=OutboundMessage, skip_locked=True)
    )
    rows = db.session.scalars(due).all()
    for row in rows:
        row.lease_until = machine + LEASE
    messages = [outgoing(row) for row in rows]
    db.session.commit()
    return messages


def _decide(message: Outgoing, listed: list[ListedOutbound] | None, clocks: Clocks) -> None:
    now, machine = clocks.now(), clocks.machine()
    campaign_of = select(OutboundMessage.campaign_id).where(OutboundMessage.id == message.id)
    tracking.hold_campaigns(db.session.scalars(campaign_of))
    row = db.session.scalar(
        select(OutboundMessage).where(OutboundMessage.id == message.id).with_for_update(of=OutboundMessage)
    )
    if row is None or row.status != OutboundStatus.DOUBTFUL:
        db.session.rollback()
        return
    match = None if listed is None else _match(row, listed)
    since = row.doubtful_since or machine
    if match is not None:
        tracking.bind(row, match.sid, match.status, now)
    elif listed is None or machine - since < QUIET:
        row.lease_until = machine + QUIET
    else:
        # Not at once after several outcomes that nobody knows: Twilio may be in trouble.
        wait = pause(row.attempts) if row.attempts > 1 else timedelta(0)
        row.status, row.due_at = OutboundStatus.WAITING, now + wait
        row.claim = row.lease_until = row.doubtful_since = None
        tracking.cancel_if_over([row.id], now)
        take_back_last_sent({row.conversation_id})
    db.session.commit()


def _match(row: OutboundMessage, listed: list[ListedOutbound]) -> ListedOutbound | None:
    """A listed message with this text that no other row of ours is bound to.

    The text of a template is Twilio's, not ours: there any message to this contact that is nobody's counts. No
    look at times: the two clocks need not agree, and a message that is bound to its row is out of the question anyway.
    """
    # A trial account puts a sentence of Twilio's before the text.
    alike = [seen for seen in listed if row.template or seen.body.endswith(row.body)]
    if not alike:
        return None
    sids = [seen.sid for seen in alike]
    known = {
        *db.session.scalars(
            select(OutboundMessage.provider_sid).where(OutboundMessage.provider_sid.in_(sids))
        ),
        *db.session.scalars(select(EarlierSend.sid).where(EarlierSend.sid.in_(sids))),
    }
    return next((seen for seen in alike if seen.sid not in known), None)
