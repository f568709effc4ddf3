"""A reply proves delivery: what was sent to a contact before an inbound message arrived, whatever was reported of it.

Reports of phone companies are often wrong. What surely never left Twilio (it expired, the sender was stopped …) is not
proven by a reply: that is still to be sent.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, exists, func, or_, select, update

from smartchat.db import db
from smartchat.domain.sending.delivery import rank
from smartchat.domain.sending.twilio_codes import may_have_arrived
from smartchat.domain.statuses import OutboundStatus
from smartchat.models import Campaign, Conversation, EarlierSend, InboundMessage, OutboundMessage

from . import failing


def wrote(senders: Collection[str], contact_key: str, at: datetime, now: datetime) -> None:
    """The contact wrote to these senders at that time: settles what they had sent by then (no commit).

    A conversation that failed by a report alone lives again, and nothing is sent once more that was on the phone.
    """
    theirs = (
        select(Conversation.id, Conversation.campaign_id)
        .where(
            Conversation.sender.in_(senders),
            Conversation.contact_key == contact_key,
            Conversation.last_sent_at.is_not(None),
        )
        .order_by(Conversation.id)
    )
    found = db.session.execute(theirs).all()
    if not found:
        return
    # Locks in the order that everybody takes them in: campaigns, conversations, messages.
    campaigns = select(Campaign.id).where(Campaign.id.in_([row.campaign_id for row in found]))
    db.session.execute(campaigns.order_by(Campaign.id).with_for_update(read=True)).all()
    db.session.execute(theirs.with_for_update(of=Conversation)).all()
    for row in _unproven([row.id for row in found], at):
        if row.status == OutboundStatus.WAITING:
            _take_back(row, _earlier(row, at), now)
        elif row.status == OutboundStatus.SENT or may_have_arrived(row.error_code):
            failing.arrived(row, now)


def _unproven(conversation_ids: Sequence[int], at: datetime) -> Sequence[OutboundMessage]:
    """What was handed over by then and is not known to have arrived, or waits to be sent once more."""
    query = (
        select(OutboundMessage)
        .where(
            OutboundMessage.conversation_id.in_(conversation_ids),
            or_(
                and_(OutboundMessage.status == OutboundStatus.SENT, OutboundMessage.sent_at <= at),
                and_(
                    OutboundMessage.status == OutboundStatus.FAILED,
                    OutboundMessage.provider_sid.is_not(None),
                    OutboundMessage.sent_at <= at,
                ),
                and_(OutboundMessage.status == OutboundStatus.WAITING, OutboundMessage.retries > 0),
            ),
        )
        .order_by(OutboundMessage.id)
        .with_for_update(of=OutboundMessage)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).all()


def answered(conversation_ids: Sequence[int], now: datetime) -> None:
    """Whose waiting messages are being answered has got what was sent before them (no commit). Under their locks."""
    wrote_at = (
        select(func.max(InboundMessage.received_at))
        .where(
            InboundMessage.conversation_id == OutboundMessage.conversation_id,
            InboundMessage.outcome.is_(None),
        )
        .scalar_subquery()
    )
    db.session.execute(
        update(OutboundMessage)
        .where(
            OutboundMessage.conversation_id.in_(conversation_ids),
            OutboundMessage.status == OutboundStatus.SENT,
            OutboundMessage.sent_at <= wrote_at,
        )
        .values(
            status=OutboundStatus.DELIVERED,
            provider_status=failing.DELIVERED,
            rank=rank(failing.DELIVERED),
            settled_at=now,
        )
        .execution_options(synchronize_session=False)
    )


def answered_since(row: OutboundMessage) -> bool:
    """Whether the contact has written to the sender since this message was handed over."""
    if row.sent_at is None:
        return False
    theirs = select(Conversation.id).where(
        Conversation.sender == row.sender, Conversation.contact_key == row.conversation.contact_key
    )
    wrote_since = exists().where(
        InboundMessage.conversation_id.in_(theirs), InboundMessage.received_at >= row.sent_at
    )
    return bool(db.session.scalar(select(wrote_since)))


def earlier_arrived(row: OutboundMessage, sid: str, status: str, now: datetime) -> None:
    """Twilio reports that a message arrived which was thought lost: it is not sent once more, if it has not been yet
    (no commit).
    """
    earlier = db.session.get(EarlierSend, sid)
    if earlier is not None and row.status in (OutboundStatus.WAITING, OutboundStatus.FAILED):
        _take_back(row, earlier, now, status)


def _earlier(row: OutboundMessage, at: datetime) -> EarlierSend | None:
    """The latest time by then that it was handed over, of which the report may be wrong."""
    query = select(EarlierSend).where(EarlierSend.message_id == row.id, EarlierSend.sent_at <= at)
    sends = db.session.scalars(query.order_by(EarlierSend.sent_at.desc(), EarlierSend.sid))
    return next((send for send in sends if may_have_arrived(send.error_code)), None)


def _take_back(
    row: OutboundMessage, earlier: EarlierSend | None, now: datetime, status: str = failing.DELIVERED
) -> None:
    """The row is that earlier message at Twilio again: what Twilio says of it from here on counts."""
    if earlier is None:
        return
    row.provider_sid, row.sent_at = earlier.sid, earlier.sent_at
    row.retries = max(0, row.retries - 1)
    db.session.delete(earlier)
    failing.arrived(row, now, status)
