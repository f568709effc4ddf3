"""What may be handed over as far as a message itself goes: conditions for queries, asked by claims and by waits."""

from datetime import datetime

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import aliased

from smartchat.domain.campaign import UNSETTLED, OutboundStatus
from smartchat.models import OutboundMessage


def due(now: datetime) -> list[ColumnElement[bool]]:
    """It waits, its time has come, and it is not held."""
    return [
        OutboundMessage.status == OutboundStatus.WAITING,
        OutboundMessage.due_at <= now,
        OutboundMessage.held_since.is_(None),
    ]


def first_in_line() -> ColumnElement[bool]:
    """Nothing earlier of its conversation is unsettled: order holds, and nothing goes before what is retried."""
    earlier = aliased(OutboundMessage)
    return ~exists().where(
        earlier.conversation_id == OutboundMessage.conversation_id,
        earlier.id < OutboundMessage.id,
        earlier.status.in_(UNSETTLED),
    )
