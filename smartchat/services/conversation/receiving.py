"""inbound → store: one INSERT and one commit before the webhook is answered; the same MessageSid twice is one row."""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

from flask import current_app
from sqlalchemy import Connection, Table, exists, select, update

from smartchat import queue
from smartchat.db import autocommit, db, insert_new
from smartchat.domain.addresses import WHATSAPP
from smartchat.domain.contact_file.phone import RCS
from smartchat.domain.conversation.turns import turn_due
from smartchat.domain.inbound.buttons import tap_of
from smartchat.domain.inbound.courtesies import is_courtesy
from smartchat.domain.statuses import InboundOutcome, Route
from smartchat.models import Conversation, InboundMessage
from smartchat.services import addressing, quoting
from smartchat.services.builder import chatbots
from smartchat.services.opt_outs import opting
from smartchat.services.opt_outs.opting import Address
from smartchat.services.sending import proving, whatsapp_window

from . import pausing, routing, wishing
from .routing import ConversationCandidate, Moment, Target

log = logging.getLogger(__name__)

_OUTCOMES = {
    opting.OptOutIntent.OUT: InboundOutcome.OPT_OUT,
    opting.OptOutIntent.IN: InboundOutcome.OPT_IN,
    opting.OptOutIntent.HELP: InboundOutcome.HELP,
    opting.OptOutIntent.UNREAD: InboundOutcome.SET_ASIDE,
}
CLOCKS_DIFFER = timedelta(seconds=5)  # what Twilio's clock and ours may be apart


@dataclass(frozen=True)
class StoredInbound:
    """`new` is False for a repeated webhook; `due` is when the chatbot will look at it, None where it will not.

    `sender` is that of the conversation it belongs to.
    """

    new: bool
    due: datetime | None
    sender: str = ""


def receive(params: Mapping[str, str], now: datetime) -> StoredInbound:
    """Stores one inbound message (all of Twilio's parameters) with the conversation it belongs to, then rings."""
    received = _store_alone(params, now)
    if received is None:
        db.session.rollback()
        received = store(params, now)
        db.session.commit()
    if received.new:
        ring(received, now)
    return received


def ring(received: StoredInbound, now: datetime) -> None:
    """Wakes a worker for a stored message, now or when it falls due. After the commit."""
    if received.due is not None:
        # A drain waits for what is due in a moment; RQ's timers know whole seconds only.
        soon = received.due <= now + turn_wait()
        _ = queue.ring_for(received.due, now) if soon else queue.ring_at(received.sender, received.due)


def _store_alone(params: Mapping[str, str], now: datetime) -> StoredInbound | None:
    """The common message changes nothing but its own row: one look, one INSERT. None, and nothing done, for any other.

    What was read may have changed before the INSERT: whoever takes the turn settles that under a lock.
    """
    address = addressing.address_of(params)
    if address.from_.startswith((WHATSAPP, RCS)) or quoting.QUOTED in params or tap_of(params) is not None:
        return None
    with autocommit() as connection:
        place = routing.find_target(address, connection, courtesy=is_courtesy(params.get("Body", "")))
        if place.live is None or place.live.paused_at is not None or place.doubted:
            return None
        if _wish(place, address, params):
            return None
        if _doubtful(place, params):
            return None
        row = _row(params, address, place, None, now)
        return _stored(connection, row, place)


def store(
    params: Mapping[str, str],
    now: datetime,
    came_at: datetime | None = None,
    after: Collection[str] = (),
) -> StoredInbound:
    """Stores one inbound message and all that it changes (no commit). `came_at`: when it came to Twilio (by Twilio's
    clock), where it did not reach us then; `after`: the sids of those that Twilio had before it.

    Such a message belongs where it would have belonged then, and is only shown where time has passed over it: a later
    one of its contact has been answered already, or said stop or start.
    """
    address = addressing.known_address(params, now)
    place, wish = _placed(params, address, now, came_at)
    live = place.live
    row = _row(params, address, place, wish, now, came_at)
    late = came_at is not None and _overtaken(address, live, wish, came_at, after)
    if late:
        wish = None
        row |= {"due_at": None, "outcome": InboundOutcome.LATE, "handled_at": now}
    received = _stored(db.session.connection(), row, place)
    if not received.new:
        return received
    if wish is None and _doubtful(place, params):
        wishing.note(params["MessageSid"], address, row, place.shown_in)
    if wish is opting.OptOutIntent.UNREAD and live is not None:
        # It may ask for silence: the chatbot says nothing more before somebody has read it.
        pausing.pause_unread(live.id, now)
    elif wish is not None:
        opting.apply(wish, address, str(params.get("Body", "")), _by_our_clock(came_at, now))
        proving.wrote(address.to, address.contact_key, _by_our_clock(came_at, now), now)
    if address.from_.startswith(WHATSAPP):
        if live is not None and not late and live.last_from != address.from_:
            written_from = update(Conversation).where(Conversation.id == live.id)
            db.session.execute(written_from.values(last_from=address.from_))
        whatsapp_window.contact_wrote(address.to, address.contact_key, address.from_, row["received_at"])
    # After that: it has locked the contact's conversations in their order.
    if live is not None and row["outcome"] is None:
        _take_back(live, row, now)
    return received


def _placed(
    params: Mapping[str, str], address: Address, now: datetime, came_at: datetime | None
) -> tuple[Target, opting.OptOutIntent | None]:
    """Where a message belongs, and what it asks for. That it came may prove first that our messages had arrived."""
    connection = db.session.connection()
    then = Moment(came_at + CLOCKS_DIFFER, now) if came_at is not None else None
    courtesy = is_courtesy(params.get("Body", ""))
    quoted = quoting.conversation_quoted(params, connection)
    place = routing.find_target(address, connection, then, courtesy, quoted)
    wish = _wish(place, address, params)
    if wish in (None, opting.OptOutIntent.UNREAD) and (place.doubted or place.live is None):
        proving.wrote(address.to, address.contact_key, _by_our_clock(came_at, now), now)
        place = routing.find_target(address, connection, then, courtesy, quoted)
    if wish is None:
        place = routing.place_kept(place, address, then, courtesy, quoted)
    return place, wish


def _take_back(live: ConversationCandidate, row: dict[str, Any], now: datetime) -> None:
    """A tap may answer what has not been asked yet. A script that cannot be read must not cost the message."""
    try:
        quoting.take_back(live.id, InboundMessage(**row), now)
    except ValueError:
        log.exception("the chatbot of conversation %d cannot be read", live.id)


def _wish(place: Target, address: Address, params: Mapping[str, str]) -> opting.OptOutIntent | None:
    return opting.wish(address, place.live.id if place.live is not None else None, params)


def _doubtful(place: Target, params: Mapping[str, str]) -> bool:
    return opting.may_want_out(place.live.id if place.live is not None else None, params)


def _row(
    params: Mapping[str, str],
    address: Address,
    place: Target,
    wish: opting.OptOutIntent | None,
    now: datetime,
    came_at: datetime | None = None,
) -> dict[str, Any]:
    return {
        "provider_sid": params["MessageSid"],
        "sender": params["To"],
        "from_address": address.from_,
        "contact_key": address.contact_key,
        "body": params.get("Body", "").replace("\0", ""),
        "params": dict(params),
        "received_at": _received_at(place.live, now, came_at),
        **_place(place, wish, now),
    }


def _stored(connection: Connection, row: dict[str, Any], place: Target) -> StoredInbound:
    if not connection.execute(_insert(connection.dialect.name), row).all():
        return StoredInbound(False, None)
    return StoredInbound(True, row["due_at"], place.live.sender if place.live is not None else "")


@cache
def _insert(_engine: str) -> Any:
    """INSERT … ON CONFLICT DO NOTHING RETURNING id, of the table itself: no row says that the message was there."""
    table = cast("Table", InboundMessage.__table__)
    return insert_new(table).returning(table.c.id)


def turn_wait() -> timedelta:
    """How long a turn waits for another message of the contact."""
    return timedelta(seconds=current_app.config["TURN_WAIT"])


def _received_at(live: ConversationCandidate | None, now: datetime, came_at: datetime | None) -> datetime:
    """When it came. What was sent by then, as we know, was sent before: where two clocks differ, it is an answer.

    Certainly sent later is only what no difference of clocks explains; nothing is that was sent in the time to come.
    """
    at = _by_our_clock(came_at, now)
    sent_at = live.last_sent_at if live is not None else None
    if sent_at is None or (came_at is not None and came_at + CLOCKS_DIFFER < sent_at <= now):
        return at
    return max(at, sent_at)


def _by_our_clock(came_at: datetime | None, now: datetime) -> datetime:
    """What is stored as the time of a message: never one that is still to come."""
    return now if came_at is None else min(came_at, now)


def _place(place: Target, wish: opting.OptOutIntent | None, now: datetime) -> dict[str, Any]:
    """Where the message belongs, and when it falls due; what nobody answers is handled on the spot."""
    shown_in = place.shown_in
    columns: dict[str, Any] = {
        "conversation_id": shown_in.id if shown_in else None,
        "campaign_id": shown_in.campaign_id if shown_in else None,
        "route": place.route,
    }
    if wish is not None:
        return columns | {"due_at": None, "outcome": _OUTCOMES[wish], "handled_at": now}
    if place.route is Route.COURTESY:
        return columns | {"due_at": None, "outcome": InboundOutcome.ENDED, "handled_at": now}
    if place.live is None:
        return columns | {"due_at": None, "outcome": InboundOutcome.UNMATCHED, "handled_at": now}
    return columns | {"due_at": _due_at(place.live, now), "outcome": None, "handled_at": None}


def _due_at(live: ConversationCandidate, now: datetime) -> datetime | None:
    """When its turn is taken; None while the conversation is paused: not before an operator lets it go on."""
    if live.paused_at is not None:
        return None
    wait = turn_wait()
    try:
        hours = chatbots.script_of_version_id(live.version_id).active_hours
        return turn_due(hours, now, wait, live.first_due)
    except ValueError:
        # A script that cannot be read (a fault of ours) must not cost the message: it is stored, and looked at again.
        log.exception("the chatbot of conversation %d cannot be read", live.id)
        return now


def _overtaken(
    address: Address,
    live: ConversationCandidate | None,
    wish: opting.OptOutIntent | None,
    came_at: datetime,
    after: Collection[str],
) -> bool:
    """Whether something that the contact said after this has had its effect already. In doubt a stop counts."""
    if wish is not None:
        doubt = CLOCKS_DIFFER if wish is opting.OptOutIntent.OUT else timedelta(0)
        return opting.changed_since(address, came_at + doubt)
    if live is None:
        return False
    answered_later = exists().where(
        InboundMessage.conversation_id == live.id,
        InboundMessage.received_at > came_at,
        InboundMessage.outcome == InboundOutcome.ANSWERED,
        InboundMessage.provider_sid.not_in(after),
    )
    return bool(db.session.scalar(select(answered_later)))
