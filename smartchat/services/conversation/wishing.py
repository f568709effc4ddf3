"""Doubtful wishes: messages that may ask to be left alone wait here for an operator's word."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from smartchat.db import changed_rows, db
from smartchat.domain.inbound.opt_out import Decision, OptOutChange
from smartchat.models import DoubtfulWish, InboundMessage
from smartchat.services.opt_outs import opting
from smartchat.services.opt_outs.opting import Address

from .routing import ConversationCandidate


def note(sid: str, address: Address, row: Mapping[str, Any], shown_in: ConversationCandidate | None) -> None:
    """Writes down that somebody is to read a message that was just stored as `row` (no commit)."""
    message_id = db.session.scalar(select(InboundMessage.id).where(InboundMessage.provider_sid == sid))
    db.session.add(
        DoubtfulWish(
            message_id=message_id,
            sender=shown_in.sender if shown_in is not None else address.to[-1],
            contact_key=address.contact_key,
            to=list(address.to),
            at=row["received_at"],
        )
    )


def opt_out(wish_id: int, user_id: int | None, now: datetime) -> bool:
    """It is a wish: the contact is on the list from now on. False where somebody has decided already."""
    wish = _decide(wish_id, Decision.OUT, user_id, now)
    if wish is None:
        return False
    for sender in dict.fromkeys((wish.sender, *wish.to)):
        opting.opt_out(sender, wish.contact_key, wish.message.body, now, OptOutChange.OUT, user_id)
    db.session.commit()
    return True


def leave(wish_id: int, user_id: int | None, now: datetime) -> bool:
    """It is none: the contact is written to as before. False where somebody has decided already."""
    if _decide(wish_id, Decision.LEFT, user_id, now) is None:
        return False
    db.session.commit()
    return True


def _decide(wish_id: int, decision: Decision, user_id: int | None, now: datetime) -> DoubtfulWish | None:
    """All that the contact wrote of this kind to this sender is decided with the one; None where it was (no commit)."""
    wish = db.session.get(DoubtfulWish, wish_id)
    if wish is None:
        return None
    decided = changed_rows(
        update(DoubtfulWish)
        .where(
            DoubtfulWish.sender == wish.sender,
            DoubtfulWish.contact_key == wish.contact_key,
            DoubtfulWish.decided_at.is_(None),
        )
        .values(decided_at=now, decision=decision, decided_by=user_id)
    )
    return wish if decided else None
