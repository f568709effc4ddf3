"""What became of a message: the call's answer, status callbacks, Twilio's list. Never backwards."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import func, or_, select, update

from smartchat.db import db
from smartchat.domain.hours import ActiveHours, due_at, next_open_time
from smartchat.domain.sending.delivery import (
    EXPIRED_CODE,
    MOST_ATTEMPTS,
    OPTED_OUT_CODE,
    SENDER_PAUSE,
    UNREACHABLE_PAUSE,
    Accepted,
    Closed,
    NotReached,
    NotTried,
    Refused,
    Result,
    Unknown,
    Verdict,
    after_failure,
    group,
    later,
    pause,
    rank,
    too_fast,
    verdict,
)
from smartchat.domain.sending.twilio_codes import counts, may_have_arrived
from smartchat.domain.statuses import CampaignStatus, ConversationStatus, OutboundStatus
from smartchat.models import Campaign, Conversation, EarlierSend, OutboundMessage
from smartchat.services import addressing
from smartchat.services.builder import chatbots
from smartchat.services.opt_outs import opting

from . import complaints, failing, pacing, proving, whatsapp_window

log = logging.getLogger(__name__)

_SETTLED = (OutboundStatus.DELIVERED, OutboundStatus.FAILED, OutboundStatus.CANCELLED)
LONGEST_CODE = 9  # digits; Twilio's have five
_OURS = (OutboundStatus.SENDING, OutboundStatus.DOUBTFUL, OutboundStatus.WAITING)


def settle(
    row: OutboundMessage, result: Result, now: datetime, machine: datetime, troubled: bool = False
) -> None:
    """Applies the outcome of a call to its row (no commit). `troubled`: most messages of its sender are refused."""
    match result:
        case Accepted(sid, status):
            bind(row, sid, status, now)
        case Refused():
            _refused(row, result, now, troubled)
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
    row.sent_at = row.sent_at or now
    status = later(row.provider_status, status)
    if group(status) is OutboundStatus.DELIVERED:
        failing.arrived(row, now, status)
        return
    row.provider_status, row.rank, row.status = status, rank(status), group(status)
    row.claim = row.lease_until = row.doubtful_since = None
    if row.status == OutboundStatus.FAILED:
        row.settled_at = now
        failing.opening_failed(row, now)


def is_news(sid: str) -> bool:
    """Whether this message at Twilio is none that is known to have failed already."""
    return db.session.get(EarlierSend, sid) is None


def record_status(
    params: Mapping[str, str], message_id: int, now: datetime, machine: datetime | None = None
) -> bool:
    """A status callback: binds and raises the row; False where there is no such message of ours.

    The callback may come before the answer of the call that made the message. `machine`: see pacing; `now` if empty.
    """
    sid, status = params["MessageSid"], params["MessageStatus"]
    known = db.session.execute(
        select(OutboundMessage.campaign_id, OutboundMessage.status, OutboundMessage.provider_sid).where(
            OutboundMessage.id == message_id
        )
    ).first()
    if known is None:
        db.session.rollback()
        return False
    hold_campaigns([known.campaign_id])
    ended = group(status)
    if ended is OutboundStatus.FAILED or known.status == OutboundStatus.FAILED:
        _hold_conversation(message_id, sid, params.get("ErrorCode"), now)
    row = db.session.scalar(
        select(OutboundMessage)
        .where(OutboundMessage.id == message_id)
        .with_for_update(of=OutboundMessage)
        .execution_options(populate_existing=True)
    )
    if row is None or not _is_about(row, sid, status, now):
        db.session.rollback()
        return False
    addressing.learn_pool_number(row.sender, params.get("From", ""), now)
    if row.provider_sid is None or rank(status) > row.rank:
        if ended is OutboundStatus.FAILED and row.status not in _SETTLED:
            _undelivered(row, sid, status, params, now, machine or now)
        else:
            bind(row, sid, status, now)
    if row.status == OutboundStatus.DELIVERED:
        pacing.arrived(row.sender, row.id)
    db.session.commit()
    return True


def _is_about(row: OutboundMessage, sid: str, status: str, now: datetime) -> bool:
    """Whether the report is about the message that the row is at Twilio now. One that was thought lost may have arrived
    after all.
    """
    if not is_news(sid):
        if group(status) is not OutboundStatus.DELIVERED:
            return False
        proving.earlier_arrived(row, sid, status, now)
    return row.provider_sid in (None, sid)


def _hold_conversation(message_id: int, sid: str, code: str | None, now: datetime) -> None:
    """A failure changes more than its row, and so does its end. Locks are taken in the order that everybody takes them
    in: campaign, the list of those who opted out, conversation, messages; any other order ends in deadlocks on
    PostgreSQL (no commit).
    """
    row = db.session.scalar(select(OutboundMessage).where(OutboundMessage.id == message_id))
    if row is None or row.provider_sid not in (None, sid):
        return
    if code == str(OPTED_OUT_CODE):
        opting.opt_out(row.sender, row.conversation.contact_key, "Twilio 21610", now)
    conversation = select(Conversation.id).where(Conversation.id == row.conversation_id)
    # Not against those who only refer to it: a STOP is stored in its conversation before it goes on the list.
    db.session.execute(conversation.with_for_update(of=Conversation, key_share=True)).all()
    db.session.expire(row)


def _undelivered(
    row: OutboundMessage, sid: str, status: str, params: Mapping[str, str], now: datetime, machine: datetime
) -> None:
    """Twilio took it and could not deliver it: sent once more where that makes sense, or failed."""
    text = params.get("ErrorCode", "")
    code = int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_CODE else None
    why = params.get("ErrorMessage") or row.error_message
    if may_have_arrived(code) and proving.answered_since(row):
        bind(row, sid, failing.DELIVERED, now)
        return
    if too_fast(code):
        pacing.slow_down(row.sender, code, machine)
    earlier = select(func.count()).where(
        EarlierSend.message_id == row.id, EarlierSend.error_code == EXPIRED_CODE
    )
    match after_failure(code, db.session.scalar(earlier) or 0, row.retries):
        case Verdict.NEXT_OPENING:
            due = _opening_after(row, now)
        case Verdict.LATER:
            due = now + pause(row.attempts)
        case Verdict.LATER_CAPPED:
            due = now + UNREACHABLE_PAUSE
        case Verdict.STOP_SENDER:
            complaints.reported_trouble(row.sender, code, why or "", machine)
            due = now
        case Verdict.HOLD if not row.template:
            due, row.held_since = now, whatsapp_window.held_from(row, now)
        case Verdict.FAIL if _is_senders_trouble(row, code, why, machine):
            due = now + SENDER_PAUSE
        case found:
            bind(row, sid, status, now)
            row.error_code, row.error_message = code, why
            if found is Verdict.OPTED_OUT:
                opting.opt_out(row.sender, row.conversation.contact_key, "Twilio 21610", now)
            return
    _once_more(row, sid, due, code, why, now)


def _is_senders_trouble(row: OutboundMessage, code: int | None, why: str | None, machine: datetime) -> bool:
    """Whether so many failed that the sender is stopped, and this message, which surely did not arrive, is kept."""
    troubled = counts(code) and complaints.reported_failure(row.sender, code, why or "", machine)
    return troubled and not may_have_arrived(code)


def _once_more(
    row: OutboundMessage, sid: str, due: datetime, code: int | None, why: str | None, now: datetime
) -> None:
    """Back to waiting. What it was at Twilio is written down: its callbacks, and its place in the list, are known."""
    db.session.add(
        EarlierSend(sid=sid, message_id=row.id, error_code=code, sent_at=row.sent_at or now, known_at=now)
    )
    row.status, row.due_at = OutboundStatus.WAITING, due
    row.provider_sid = row.provider_status = row.sent_at = None
    row.rank = -1
    # While the sender cannot write at all, a message may be tried as often as it takes.
    row.retries += verdict(code, 400) is not Verdict.STOP_SENDER
    row.error_code, row.error_message = code, why
    row.claim = row.lease_until = row.doubtful_since = None
    cancel_if_over([row.id], now)
    whatsapp_window.hold_with(row)


def _opening_after(row: OutboundMessage, now: datetime) -> datetime:
    """The opening after it was handed over: if we hear of it later than that, as soon as the hours are open."""
    hours = _hours(row)
    opening = next_open_time(hours, row.sent_at or now)
    return opening if opening > now else due_at(hours, now)


def _hours(row: OutboundMessage) -> ActiveHours:
    version_id = db.session.scalar(select(Campaign.version_id).where(Campaign.id == row.campaign_id)) or 0
    return chatbots.script_of_version_id(version_id).active_hours


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


def _refused(row: OutboundMessage, refused: Refused, now: datetime, troubled: bool) -> None:
    code, message = refused.code, refused.message
    match verdict(code, refused.http_status):
        case Verdict.FAIL if troubled and complaints.counts_against(refused):
            row.attempts -= 1
            # Behind the others: the sender is tried by another message next time.
            _again(row, now + SENDER_PAUSE, code, message)
        case Verdict.OPTED_OUT:
            opting.opt_out(row.sender, row.conversation.contact_key, "Twilio 21610", now)
            _fail(row, code, message, now)
        case Verdict.LATER:
            _again(row, now + pause(row.attempts), code, message)
        case Verdict.LATER_CAPPED if row.attempts < MOST_ATTEMPTS:
            _again(row, now + pause(row.attempts), code, message)
        case Verdict.NEXT_OPENING if row.attempts < MOST_ATTEMPTS:
            _again(row, next_open_time(_hours(row), now), code, message)
        case Verdict.STOP_SENDER:
            row.attempts -= 1
            _again(row, now, code, message)
        case Verdict.HOLD if not row.template:
            _again(row, now, code, message)
            row.held_since = now if row.status == OutboundStatus.WAITING else None
            whatsapp_window.hold_with(row)
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
        failing.opening_failed(row, now)
