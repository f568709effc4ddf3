"""What became of a message: the call's answer, status callbacks, Twilio's list. Never backwards."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import exists, or_, select, update

from smartchat.db import changed_rows, db
from smartchat.domain.campaign import CampaignStatus, ConversationStatus, OutboundKind, OutboundStatus
from smartchat.domain.delivery import (
    MOST_ATTEMPTS,
    OPTED_OUT_CODE,
    SENDER_PAUSE,
    Accepted,
    Closed,
    NotReached,
    NotTried,
    Refused,
    Result,
    Unknown,
    Verdict,
    group,
    later,
    pause,
    rank,
    verdict,
)
from smartchat.domain.phone import canonical_key
from smartchat.models import Campaign, Conversation, InboundMessage, OutboundMessage

from . import opting

log = logging.getLogger(__name__)

_OURS = (OutboundStatus.SENDING, OutboundStatus.DOUBTFUL, OutboundStatus.WAITING)


def settle(row: OutboundMessage, result: Result, now: datetime, machine: datetime) -> None:
    """Applies the outcome of a call to its row (no commit)."""
    match result:
        case Accepted(sid, status):
            bind(row, sid, status, now)
        case Refused(code, http_status, message):
            _refused(row, code, http_status, message, now)
        case NotReached(why):
            _again(row, now + pause(row.attempts), None, why)
        case Unknown(why):
            if row.status == OutboundStatus.SENDING:
                row.status = OutboundStatus.DOUBTFUL
                row.doubtful_since, row.lease_until = machine, machine
                row.error_message = why
        case Closed(until):
            row.attempts -= 1
            _again(row, until, None, None)
        case NotTried():
            row.attempts -= 1
            _again(row, now, None, None)


def hold_campaigns(ids: Iterable[int]) -> None:
    """Until the end of the transaction none of them can be finished. Before any lock on rows: Finish does likewise."""
    query = select(Campaign.id).where(Campaign.id.in_(list(ids))).order_by(Campaign.id)
    db.session.execute(query.with_for_update(read=True)).all()


def bind(row: OutboundMessage, sid: str, status: str, now: datetime) -> None:
    """This row is that message at Twilio; its status goes up or stays (no commit)."""
    if row.provider_sid not in (None, sid):
        log.error("message %d is known at Twilio twice: %s and %s", row.id, row.provider_sid, sid)
        return
    row.provider_sid = sid
    row.provider_status = later(row.provider_status, status)
    row.rank = rank(row.provider_status)
    row.status = group(row.provider_status)
    row.sent_at = row.sent_at or now
    row.claim = row.lease_until = row.doubtful_since = None
    if row.status in (OutboundStatus.DELIVERED, OutboundStatus.FAILED):
        row.settled_at = now
    if row.status == OutboundStatus.FAILED:
        _opening_failed(row, now)


def record_status(params: Mapping[str, str], message_id: int, now: datetime) -> bool:
    """A status callback: binds and raises the row; False where there is no such message of ours.

    The callback may come before the answer of the call that made the message.
    """
    sid, status = params["MessageSid"], params["MessageStatus"]
    code = params.get("ErrorCode", "")
    if group(status) == OutboundStatus.FAILED:
        _hold_for_failure(message_id, sid, int(code) if code.isdigit() else None, now)
    row = db.session.scalar(
        select(OutboundMessage).where(OutboundMessage.id == message_id).with_for_update(of=OutboundMessage)
    )
    if row is None or row.provider_sid not in (None, sid):
        db.session.rollback()
        return False
    if row.provider_sid is None or rank(status) > row.rank:
        bind(row, sid, status, now)
        if row.status == OutboundStatus.FAILED:
            row.error_code = int(code) if code.isdigit() else None
            row.error_message = params.get("ErrorMessage") or row.error_message
    db.session.commit()
    return True


def _hold_for_failure(message_id: int, sid: str, code: int | None, now: datetime) -> None:
    """A failure changes more than its row. Locks are taken in the order that everybody takes them in: campaign, the
    list of those who opted out, conversation, messages; any other order ends in deadlocks on PostgreSQL (no commit).
    """
    query = select(OutboundMessage).where(OutboundMessage.id == message_id)
    row = db.session.scalar(query)
    if row is None or row.provider_sid not in (None, sid):
        return
    hold_campaigns([row.campaign_id])
    if code == OPTED_OUT_CODE:
        opting.opt_out(row.sender, canonical_key(row.to), "Twilio 21610", now)
    conversation = select(Conversation.id).where(Conversation.id == row.conversation_id)
    db.session.execute(conversation.with_for_update(of=Conversation)).all()
    db.session.expire(row)


def cancel_if_over(ids: Iterable[int], now: datetime) -> None:
    """Rows that fell back to waiting in a campaign or conversation that is over meanwhile are cancelled (no commit)."""
    db.session.flush()
    over = (
        select(Conversation.id)
        .join(Campaign, Campaign.id == Conversation.campaign_id)
        .where(
            Conversation.id == OutboundMessage.conversation_id,
            or_(
                Campaign.status != CampaignStatus.ACTIVE,
                Conversation.status.in_((ConversationStatus.OPTED_OUT, ConversationStatus.FAILED)),
                opting.in_force(Conversation.sender, Conversation.contact_key),
            ),
        )
    )
    db.session.execute(
        update(OutboundMessage)
        .where(
            OutboundMessage.id.in_(list(ids)),
            OutboundMessage.status == OutboundStatus.WAITING,
            over.exists(),
        )
        .values(status=OutboundStatus.CANCELLED, settled_at=now)
        .execution_options(synchronize_session=False)
    )


def _refused(row: OutboundMessage, code: int | None, http_status: int, message: str, now: datetime) -> None:
    match verdict(code, http_status):
        case Verdict.OPTED_OUT:
            opting.opt_out(row.sender, canonical_key(row.to), "Twilio 21610", now)
            _fail(row, code, message, now)
        case Verdict.LATER:
            _again(row, now + pause(row.attempts), code, message)
        case Verdict.LATER_CAPPED if row.attempts < MOST_ATTEMPTS:
            _again(row, now + pause(row.attempts), code, message)
        case Verdict.STOP_SENDER:
            row.attempts -= 1
            _again(row, now + SENDER_PAUSE, code, message)
            _pause_sender(row.sender, now + SENDER_PAUSE)
        case _:
            _fail(row, code, message, now)


def _again(row: OutboundMessage, due: datetime, code: int | None, why: str | None) -> None:
    """Back to waiting; a callback that said otherwise in the meantime stands."""
    if row.status in (OutboundStatus.SENDING, OutboundStatus.DOUBTFUL):
        row.status = OutboundStatus.WAITING
        row.due_at = due
        row.error_code, row.error_message = code, why
        row.claim = row.lease_until = row.doubtful_since = None


def _fail(row: OutboundMessage, code: int | None, message: str, now: datetime) -> None:
    if row.status in _OURS:
        row.status = OutboundStatus.FAILED
        row.error_code, row.error_message = code, message
        row.settled_at = now
        row.claim = row.lease_until = row.doubtful_since = None
        _opening_failed(row, now)


def _pause_sender(sender: str, until: datetime) -> None:
    """Nothing of this sender will get through before its settings are mended: nothing is lost, it waits."""
    db.session.flush()
    db.session.execute(
        update(OutboundMessage)
        .where(
            OutboundMessage.sender == sender,
            OutboundMessage.status == OutboundStatus.WAITING,
            OutboundMessage.due_at <= until - SENDER_PAUSE,  # those that are paused already stay as they are
        )
        .values(due_at=until)
        .execution_options(synchronize_session="fetch")
    )


def _opening_failed(row: OutboundMessage, now: datetime) -> None:
    """An opening that cannot arrive ends the conversation as failed, and the rest of it is not sent."""
    if row.kind != OutboundKind.OPENING:
        return
    db.session.flush()
    ended = changed_rows(
        update(Conversation)
        .where(
            Conversation.id == row.conversation_id,
            # A chatbot that only says something is completed as soon as it is opened.
            Conversation.status.in_((ConversationStatus.OPEN, ConversationStatus.COMPLETED)),
            ~exists().where(InboundMessage.conversation_id == row.conversation_id),
        )
        .values(status=ConversationStatus.FAILED, ended_at=now)
    )
    if ended == 1:
        db.session.execute(
            update(OutboundMessage)
            .where(
                OutboundMessage.conversation_id == row.conversation_id,
                OutboundMessage.status == OutboundStatus.WAITING,
            )
            .values(status=OutboundStatus.CANCELLED, settled_at=now)
            .execution_options(synchronize_session="fetch")
        )
