"""WhatsApp's 24 hours: what may not leave is held, and goes first when the contact writes again."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, update

from smartchat.db import changed_rows, db
from smartchat.domain.campaign import OutboundStatus
from smartchat.models import Conversation, OutboundMessage


def hold(message_ids: Collection[int], now: datetime) -> None:
    """These wait until their contact writes again (no commit)."""
    db.session.execute(
        update(OutboundMessage)
        .where(OutboundMessage.id.in_(message_ids), OutboundMessage.status == OutboundStatus.WAITING)
        .values(held_since=now)
        .execution_options(synchronize_session=False)
    )


def contact_wrote(conversation: Conversation, at: datetime) -> int:
    """The 24 hours begin anew: what was held may leave. How many messages (no commit)."""
    if conversation.last_received_at is None or conversation.last_received_at < at:
        conversation.last_received_at = at
    return changed_rows(
        update(OutboundMessage)
        .where(OutboundMessage.conversation_id == conversation.id, OutboundMessage.held_since.is_not(None))
        # The 24 hours belong to the address exactly as the contact writes from it.
        .values(held_since=None, to=func.coalesce(conversation.last_from, OutboundMessage.to))
    )
