"""Opt-out and back in: by sender and contact, at once, also at night."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, select, update
from sqlalchemy.orm import InstrumentedAttribute

from smartchat.db import changed_rows, db, insert_new
from smartchat.domain.campaign import LIVE, ConversationStatus, InboundOutcome, OutboundStatus
from smartchat.domain.opt_out import Wish, may_be_an_answer, plain, wish_of
from smartchat.domain.steps import MultipleChoiceQuestion
from smartchat.models import Conversation, InboundMessage, OptOut, OutboundMessage

from . import chatbots

__all__ = ["Address", "Wish", "apply", "changed_since", "in_force", "opt_out", "wish"]


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


def wish(address: Address, live: Conversation | None, params: Mapping[str, str]) -> Wish | None:
    """What the message asks for. A Spanish word that is an option of the question just asked is an answer."""
    text = params.get("Body", "")
    found = wish_of(text, _is_out(address), params.get("OptOutType"))
    if found is Wish.OUT and live is not None and may_be_an_answer(text) and _offered(live, text):
        return None
    return found


def apply(found: Wish, address: Address, reason: str, now: datetime) -> None:
    """Writes the wish down; an opt-out also ends the contact's conversations and cancels what waits. No commit."""
    for sender in address.to:
        if found is Wish.OUT:
            opt_out(sender, address.contact_key, reason, now)
        else:
            db.session.execute(
                update(OptOut)
                .where(OptOut.sender == sender, OptOut.contact_key == address.contact_key)
                .values(opted_in_at=now)
            )


def opt_out(sender: str, contact_key: str, reason: str, now: datetime) -> None:
    """Ends all live conversations of the contact with the sender, for good. No commit."""
    values = {"reason": reason.replace("\0", "")[:200], "opted_out_at": now, "opted_in_at": None}
    known = update(OptOut).where(
        OptOut.sender == sender, OptOut.contact_key == contact_key, OptOut.opted_in_at.isnot(None)
    )
    if changed_rows(known.values(**values)) == 0:
        db.session.execute(insert_new(OptOut).values(sender=sender, contact_key=contact_key, **values))
    # Conversations first: an opening that is being written at this moment is waited for, and then cancelled below.
    db.session.execute(
        update(Conversation)
        .where(
            Conversation.sender == sender,
            Conversation.contact_key == contact_key,
            Conversation.status.in_(LIVE),
        )
        .values(status=ConversationStatus.OPTED_OUT, ended_at=now, due_at=None, call_due_at=None)
    )
    theirs = _conversations(sender, contact_key)
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


def _conversations(sender: str, contact_key: str) -> Select[int]:
    return select(Conversation.id).where(
        Conversation.sender == sender, Conversation.contact_key == contact_key
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


def _offered(live: Conversation, text: str) -> bool:
    """Whether the question that waits for an answer has this text among its options."""
    script = chatbots.script_of_version(live.campaign.version)
    position = script.positions.get((live.state or {}).get("step") or "")
    step = None if position is None else script.all_steps[position]
    return isinstance(step, MultipleChoiceQuestion) and plain(text) in map(plain, step.options)
