"""Opt-out and back in: by sender and contact, at once, also at night."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Select, delete, exists, select, update
from sqlalchemy.orm import InstrumentedAttribute

from smartchat.db import changed_rows, db, insert_new
from smartchat.domain.addresses import WHATSAPP
from smartchat.domain.conversation.dialogue import Dialogue
from smartchat.domain.conversation.opted_answers import is_answer, is_doubtful
from smartchat.domain.inbound.buttons import tap_of
from smartchat.domain.inbound.opt_out import Decision, OptOutChange, OptOutIntent, intent_of, silence_of
from smartchat.domain.statuses import LIVE, ConversationStatus, InboundOutcome, OutboundStatus
from smartchat.models import Conversation, DoubtfulWish, InboundMessage, OptOut, OptOutEvent, OutboundMessage
from smartchat.services import quoting
from smartchat.services.builder import chatbots
from smartchat.time_budget import TimeUp, within

__all__ = [
    "Address",
    "OptOutIntent",
    "apply",
    "changed_since",
    "in_force",
    "may_want_out",
    "opt_in",
    "opt_out",
    "opt_out_all",
    "wish",
]

EVER = datetime(2000, 1, 1, tzinfo=UTC)  # a tap that answers does so whenever it is made
READING = 0.25  # seconds of processor time for one message; a thousandth of it is enough


@dataclass(frozen=True)
class Address:
    """Who wrote to whom: `to` holds the number and, where there is one, the Messaging Service."""

    to: tuple[str, ...]
    from_: str
    contact_key: str


def in_force(
    sender: InstrumentedAttribute[str] | str, contact_key: InstrumentedAttribute[str]
) -> ColumnElement[bool]:
    """A condition for queries: this contact is opted out of this sender."""
    return exists().where(
        OptOut.sender == sender, OptOut.contact_key == contact_key, OptOut.opted_in_at.is_(None)
    )


def wish(address: Address, live_id: int | None, params: Mapping[str, str]) -> OptOutIntent | None:
    """What the message asks for. A tap on a button of ours is an answer, and so is a Spanish word that the question
    just asked understands as one of its options; what Twilio has acted on itself is not.
    """
    try:
        off_the_list, on_it = within(READING, lambda: _read(address, params))
    except TimeUp:
        return OptOutIntent.UNREAD
    # Most messages mean the same whoever is on the list: then nobody need look.
    found = on_it if on_it is not off_the_list and _is_out(address) else off_the_list
    if found is not OptOutIntent.OUT or params.get("OptOutType"):
        return found
    return None if _is_answer(live_id, params) else found


def may_want_out(live_id: int | None, params: Mapping[str, str]) -> bool:
    """Whether an operator is to decide if a message that is no clear wish is one all the same."""
    text = params.get("Body", "")
    if silence_of(text) is None:
        return False
    dialogue = _dialogue(live_id) if live_id is not None else None
    tapped = tap_of(params) is not None or (
        live_id is not None and dialogue is not None and quoting.written(live_id, dialogue, text) is not None
    )
    return is_doubtful(dialogue, text, tapped)


def _is_answer(live_id: int | None, params: Mapping[str, str]) -> bool:
    """Whether it answers the question that waits: as one of its options, or as a button of ours."""
    dialogue = _dialogue(live_id) if live_id is not None else None
    tap, text = tap_of(params), params.get("Body", "")
    sms = not params["From"].startswith(WHATSAPP)
    written = (
        quoting.written(live_id, dialogue, text) if tap is None and live_id is not None and dialogue else None
    )
    opened_at = db.session.get_one(Conversation, live_id).opened_at if dialogue else None
    return is_answer(dialogue, text, tap or written, opened_at or EVER, twilio_acts=sms and tap is None)


def _read(address: Address, params: Mapping[str, str]) -> tuple[OptOutIntent | None, OptOutIntent | None]:
    """What the words ask for, of who is not on the list and of who is. The text alone decides."""
    text, twilio = params.get("Body", ""), params.get("OptOutType")
    whatsapp = address.from_.startswith(WHATSAPP)
    return intent_of(text, False, twilio, whatsapp), intent_of(text, True, twilio, whatsapp)


def apply(found: OptOutIntent, address: Address, reason: str, now: datetime) -> None:
    """Writes the wish down; an opt-out also ends the contact's conversations and cancels what waits. No commit."""
    for sender in address.to:
        if found is OptOutIntent.OUT:
            opt_out(sender, address.contact_key, reason, now)
        elif found is OptOutIntent.IN:
            opt_in(sender, address.contact_key, reason, now)


def opt_in(
    sender: str,
    contact_key: str,
    reason: str,
    now: datetime,
    change: OptOutChange = OptOutChange.IN,
    user_id: int | None = None,
) -> bool:
    """Takes a contact off the list; False where it was not on it. What was ended stays ended. No commit."""
    off = update(OptOut).where(
        OptOut.sender == sender, OptOut.contact_key == contact_key, OptOut.opted_in_at.is_(None)
    )
    if changed_rows(off.values(opted_in_at=now)) == 0:
        return False
    _write_down(sender, contact_key, change, reason, user_id, now)
    return True


def opt_out(
    sender: str,
    contact_key: str,
    reason: str,
    now: datetime,
    change: OptOutChange = OptOutChange.OUT,
    user_id: int | None = None,
) -> bool:
    """Ends all live conversations of the contact with the sender, for good. False: it was on the list. No commit."""
    return bool(opt_out_all(sender, [contact_key], reason, now, change, user_id))


def opt_out_all(
    sender: str,
    contact_keys: Collection[str],
    reason: str,
    now: datetime,
    change: OptOutChange = OptOutChange.OUT,
    user_id: int | None = None,
) -> set[str]:
    """As `opt_out`, for some hundreds of contacts at once; those that were not on the list. No commit."""
    # Who comes back on it stands on top of the list again: a new entry. The trace tells what was before.
    db.session.execute(
        delete(OptOut).where(
            OptOut.sender == sender, OptOut.contact_key.in_(contact_keys), OptOut.opted_in_at.isnot(None)
        )
    )
    values = {"sender": sender, "reason": _fitting(reason), "opted_out_at": now}
    entries = insert_new(OptOut).values([{"contact_key": key, **values} for key in sorted(contact_keys)])
    new = set(db.session.scalars(entries.returning(OptOut.contact_key)))
    for key in sorted(new):
        _write_down(sender, key, change, reason, user_id, now)
    _end_conversations(sender, contact_keys, now)
    # Whatever they may have wished before is decided now.
    db.session.execute(
        update(DoubtfulWish)
        .where(
            DoubtfulWish.sender == sender,
            DoubtfulWish.contact_key.in_(contact_keys),
            DoubtfulWish.decided_at.is_(None),
        )
        .values(decided_at=now, decision=Decision.OUT, decided_by=user_id)
    )
    return new


def _write_down(
    sender: str, contact_key: str, change: OptOutChange, reason: str, user_id: int | None, now: datetime
) -> None:
    db.session.add(
        OptOutEvent(
            sender=sender,
            contact_key=contact_key,
            what=change,
            reason=_fitting(reason),
            user_id=user_id,
            at=now,
        )
    )


def _fitting(reason: str) -> str:
    return reason.replace("\0", "")[:200]


def _end_conversations(sender: str, contact_keys: Collection[str], now: datetime) -> None:
    # Conversations first: an opening that is being written at this moment is waited for, and then cancelled below.
    db.session.execute(
        update(Conversation)
        .where(
            Conversation.sender == sender,
            Conversation.contact_key.in_(contact_keys),
            Conversation.status.in_(LIVE),
        )
        .values(status=ConversationStatus.OPTED_OUT, ended_at=now, due_at=None, call_due_at=None)
    )
    theirs = _conversations(sender, contact_keys)
    db.session.execute(
        update(OutboundMessage)
        .where(OutboundMessage.conversation_id.in_(theirs), OutboundMessage.status == OutboundStatus.WAITING)
        .values(status=OutboundStatus.CANCELLED, settled_at=now)
    )
    db.session.execute(
        update(InboundMessage)
        .where(InboundMessage.conversation_id.in_(theirs), InboundMessage.outcome.is_(None))
        .values(outcome=InboundOutcome.ENDED, handled_at=now)
    )


def changed_since(address: Address, moment: datetime) -> bool:
    """Whether the contact was put on the list or taken off it after that moment."""
    query = select(
        exists().where(
            OptOut.sender.in_(address.to),
            OptOut.contact_key == address.contact_key,
            (OptOut.opted_out_at > moment) | (OptOut.opted_in_at > moment),
        )
    )
    return bool(db.session.scalar(query))


def _conversations(sender: str, contact_keys: Collection[str]) -> Select[int]:
    return select(Conversation.id).where(
        Conversation.sender == sender, Conversation.contact_key.in_(contact_keys)
    )


def _is_out(address: Address) -> bool:
    query = select(
        exists().where(
            OptOut.sender.in_(address.to),
            OptOut.contact_key == address.contact_key,
            OptOut.opted_in_at.is_(None),
        )
    )
    return bool(db.session.scalar(query))


def _dialogue(conversation_id: int) -> Dialogue | None:
    """The conversation as it stands; None where it cannot be read (a fault of ours, told when it is answered)."""
    live = db.session.get_one(Conversation, conversation_id)
    try:
        return Dialogue.restore(chatbots.script_of_version_id(live.campaign.version_id), live.state or {})
    except ValueError:
        return None
