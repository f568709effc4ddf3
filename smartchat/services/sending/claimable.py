"""What may be handed over as far as a message itself goes: conditions for queries, asked by claims and by waits."""

from datetime import datetime

from sqlalchemy import ColumnElement, exists, text
from sqlalchemy.orm import aliased

from smartchat.domain.statuses import UNSETTLED, OutboundStatus
from smartchat.models import OutboundMessage

IN_THE_AIR = text("outbound_messages.status IN ('sending', 'doubtful')")
"""They are being sent, or nobody knows their outcome. The very words of ix_outbound_messages_lease: with the words as
parameters SQLite does not take that index, and looks through all messages."""


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
