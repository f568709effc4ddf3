"""The senders' rows: their rate, what is used up of it, and who is slowed down or stopped, by the machine's clock."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select, update

from smartchat.db import changed_rows, db, insert_new
from smartchat.domain.sending.delivery import SENDER_PAUSE
from smartchat.domain.sending.pacing import FASTEST, SLOW_FOR, SLOWEST, Pace, faster, slower
from smartchat.domain.sending.sender_rates import SenderRate, rate_of
from smartchat.domain.statuses import CampaignStatus, OutboundStatus
from smartchat.models import Campaign, OutboundMessage, Sender

from . import claimable

# A slow-down follows from several refusals of one batch only once.
ONE_COMPLAINT = timedelta(seconds=5)


def ensure_rows(addresses: set[str]) -> None:
    """Makes rows for senders that have none yet, and commits: from then on they can be locked."""
    known = set(db.session.scalars(select(Sender.address).where(Sender.address.in_(addresses))))
    missing = sorted(addresses - known)
    for address in missing:
        db.session.execute(insert_new(Sender).values(address=address))
    if missing:
        db.session.commit()


def hold(address: str) -> Sender | None:
    """The sender's row, ours until the end of the transaction; None while another worker has it."""
    query = select(Sender).where(Sender.address == address).with_for_update(skip_locked=True)
    return db.session.scalar(query, execution_options={"populate_existing": True})


def rate(address: str) -> SenderRate:
    """The sender's rate: what an operator set, or else what is usual for its kind."""
    return rate_of(address, db.session.scalar(select(Sender.per_second).where(Sender.address == address)))


def pace_of(sender: Sender, machine: datetime) -> Pace:
    """Its rate as it is now, and what is used up of it."""
    full = rate_of(sender.address, sender.per_second).per_second
    return Pace(full * sender.slowed, sender.free_at or machine, sender.openings_free_at or machine)


def keep(sender: Sender, pace: Pace, taken: Sequence[int]) -> None:
    """Writes down what was used up, and by which message a stopped sender is being tried (no commit)."""
    if sender.stopped_at is not None and taken:
        sender.probe_id = taken[0]
    sender.free_at, sender.openings_free_at = pace.free_at, pace.openings_free_at


def recover(sender: Sender, machine: datetime) -> None:
    """A while after the last complaint a slowed sender goes twice as fast again (no commit)."""
    if sender.slowed < 1 and sender.slowed_until is not None and sender.slowed_until <= machine:
        sender.slowed = faster(sender.slowed)
        sender.slowed_until = machine + SLOW_FOR
        if sender.slowed == 1:
            sender.slowed_until = sender.slow_code = None


def slow_down(address: str, code: int | None, machine: datetime) -> None:
    """Twilio says that it is too much: half the rate for a while (no commit)."""
    sender = row(address)
    if sender.slowed_until is not None and sender.slowed_until > machine + SLOW_FOR - ONE_COMPLAINT:
        return
    sender.slowed, sender.slow_code = slower(sender.slowed), code
    sender.slowed_until = machine + SLOW_FOR


def stop(
    address: str,
    code: int | None,
    message: str,
    machine: datetime,
    *,
    by_receipt: bool = False,
    share: int | None = None,
) -> None:
    """Nothing of it gets through: of all that waits, one message is tried now and then (no commit).

    `share`: so many of its last messages failed. `by_receipt`: Twilio takes them, and reports the trouble afterwards.
    """
    sender = row(address)
    sender.stop_by_receipt = by_receipt or (sender.stopped_at is not None and sender.stop_by_receipt)
    sender.stopped_at = sender.stopped_at or machine
    sender.stopped_until = machine + SENDER_PAUSE
    sender.stop_code, sender.stop_message, sender.stop_share = code, message[:500], share


def lift(sender: Sender) -> None:
    """It goes through again (no commit)."""
    if sender.stopped_at is not None:
        sender.stopped_at = sender.stopped_until = sender.probe_id = None
        sender.stop_code = sender.stop_message = sender.stop_share = None
        sender.stop_by_receipt, sender.recent = False, ""


def concerned(addresses: Iterable[str]) -> set[str]:
    """Of these senders, those for which it matters that Twilio takes their messages."""
    query = select(Sender.address).where(
        Sender.address.in_(list(addresses)), or_(Sender.stopped_at.is_not(None), Sender.recent != "")
    )
    return set(db.session.scalars(query))


def arrived(address: str, message_id: int) -> None:
    """A message arrived: a sender that was being tried by it is stopped no more (no commit)."""
    tried = exists().where(
        Sender.address == address, Sender.probe_id == message_id, Sender.stopped_at.is_not(None)
    )
    if db.session.scalar(select(tried)):
        lift(row(address))


def is_proven(sender: Sender) -> bool:
    """Whether the message by which it was tried has gone its way, and nothing bad was reported of it since."""
    query = select(OutboundMessage.status).where(OutboundMessage.id == sender.probe_id)
    return db.session.scalar(query) in (OutboundStatus.SENT, OutboundStatus.DELIVERED)


def retry_now(address: str) -> bool:
    """An operator says that it was mended: tried again at once. False where the sender was not stopped."""
    changed = changed_rows(
        update(Sender)
        .where(Sender.address == address, Sender.stopped_at.is_not(None))
        .values(stopped_until=Sender.stopped_at)
    )
    db.session.commit()
    return changed == 1


def set_rate(address: str, per_second: float | None, user_id: int | None, now: datetime) -> bool:
    """The operator's rate (None: the usual one again). False, and nothing changed, where it is out of bounds."""
    if per_second is not None and not SLOWEST <= per_second <= FASTEST:
        return False
    ensure_rows({address})
    db.session.execute(
        update(Sender)
        .where(Sender.address == address)
        .values(per_second=per_second, set_by=user_id, set_at=now, free_at=None, openings_free_at=None)
    )
    db.session.commit()
    return True


def wait(now: datetime, machine: datetime) -> float | None:
    """Seconds until the first sender may go on with something that is due; None where nothing is due."""
    # Behind a message that is to be tried again later nothing can go: it is not worth waiting for.
    due = exists().where(
        OutboundMessage.campaign_id == Campaign.id, *claimable.due(now), claimable.first_in_line()
    )
    query = (
        select(Sender)
        .join(Campaign, Campaign.sender == Sender.address)
        .where(Campaign.status == CampaignStatus.ACTIVE, due)
        .distinct()
    )
    senders = db.session.scalars(query, execution_options={"populate_existing": True}).all()
    moments = [_ready(sender, machine) for sender in senders]
    db.session.rollback()
    return max(0.0, (min(moments) - machine).total_seconds()) if moments else None


def _ready(sender: Sender, machine: datetime) -> datetime:
    if sender.stopped_until is not None:
        return sender.stopped_until
    return pace_of(sender, machine).ready_at(opening=False)


def row(address: str) -> Sender:
    """The sender's row, locked. It may be new: one that was never claimed for (a callback of long ago)."""
    db.session.flush()
    db.session.execute(insert_new(Sender).values(address=address))
    query = select(Sender).where(Sender.address == address).with_for_update()
    return db.session.scalars(query, execution_options={"populate_existing": True}).one()
