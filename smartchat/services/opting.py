"""Opt-out and back in: by sender and contact, at once, also at night."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, exists, select, update
from sqlalchemy.orm import InstrumentedAttribute

from smartchat.db import changed_rows, db, insert_new
from smartchat.domain.buttons import tap_of
from smartchat.domain.campaign import LIVE, ConversationStatus, InboundOutcome, OutboundStatus
from smartchat.domain.opt_out import Change, Wish, may_be_an_answer, plain, wish_of
from smartchat.domain.phone import WHATSAPP
from smartchat.domain.steps import MultipleChoiceQuestion
from smartchat.models import Conversation, InboundMessage, OptOut, OptOutEvent, OutboundMessage
from smartchat.time_budget import TimeUp, within

from . import chatbots, quoting

__all__ = [
    "Address",
    "Wish",
    "apply",
    "changed_since",
    "in_force",
    "opt_in",
    "opt_out",
    "opt_out_all",
    "wish",
]

_CANCEL = frozenset({"cancelar", "cancel"})  # what most templates offer beside "confirm"
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


def wish(address: Address, live_id: int | None, params: Mapping[str, str]) -> Wish | None:
    """What the message asks for. A Spanish word that is an option of the question just asked is an answer."""
    text = params.get("Body", "")
    try:
        off_the_list, on_it = within(READING, lambda: _read(address, params))
    except TimeUp:
        return Wish.UNREAD
    # Most messages mean the same whoever is on the list: then nobody need look.
    found = on_it if on_it is not off_the_list and _is_out(address) else off_the_list
    if found is Wish.OUT and not params.get("OptOutType") and _tapped(live_id, params):
        return None
    if found is Wish.OUT and live_id is not None and may_be_an_answer(text) and _offered(live_id, text):
        return None
    return found


def _tapped(live_id: int | None, params: Mapping[str, str]) -> bool:
    """Whether it is a tap on a button of ours that means an answer. A button that asks for silence ("Detener
    promociones") does what it says, unless the chatbot knows it as an answer.
    """
    tap = tap_of(params)
    if tap is None:
        return False
    return plain(tap.text) in _CANCEL or quoting.answers_by_tap(live_id, params)


def _read(address: Address, params: Mapping[str, str]) -> tuple[Wish | None, Wish | None]:
    """What the words ask for, of who is not on the list and of who is. The text alone decides."""
    text, twilio = params.get("Body", ""), params.get("OptOutType")
    whatsapp = address.from_.startswith(WHATSAPP)
    return wish_of(text, False, twilio, whatsapp), wish_of(text, True, twilio, whatsapp)


def apply(found: Wish, address: Address, reason: str, now: datetime) -> None:
    """Writes the wish down; an opt-out also ends the contact's conversations and cancels what waits. No commit."""
    for sender in address.to:
        if found is Wish.OUT:
            opt_out(sender, address.contact_key, reason, now)
        elif found is Wish.IN:
            opt_in(sender, address.contact_key, reason, now)


def opt_in(
    sender: str,
    contact_key: str,
    reason: str,
    now: datetime,
    change: Change = Change.IN,
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
    change: Change = Change.OUT,
    user_id: int | None = None,
) -> bool:
    """Ends all live conversations of the contact with the sender, for good. False: it was on the list. No commit."""
    return bool(opt_out_all(sender, [contact_key], reason, now, change, user_id))


def opt_out_all(
    sender: str,
    contact_keys: Collection[str],
    reason: str,
    now: datetime,
    change: Change = Change.OUT,
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
    return new


def _write_down(
    sender: str, contact_key: str, change: Change, reason: str, user_id: int | None, now: datetime
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


def _offered(conversation_id: int, text: str) -> bool:
    """Whether the question that waits for an answer has this text among its options."""
    live = db.session.get_one(Conversation, conversation_id)
    script = chatbots.script_of_version_id(live.campaign.version_id)
    position = script.positions.get((live.state or {}).get("step") or "")
    step = None if position is None else script.all_steps[position]
    return isinstance(step, MultipleChoiceQuestion) and plain(text) in map(plain, step.options)
