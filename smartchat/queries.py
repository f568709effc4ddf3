"""What the pages and reports read. Nothing here writes."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import func, select

from .db import db
from .domain.campaign import ConversationStatus, InboundOutcome, OutboundStatus
from .models import Campaign, Chatbot, Conversation, InboundMessage, OutboundMessage


@dataclass(frozen=True)
class CampaignNumbers:
    """Counts of one campaign, as interface.md names them.

    An opening that is still to be made counts as one waiting message, one that Finish prevented as cancelled:
    sent + delivered + failed + cancelled + waiting + doubtful is all there ever was to send.
    """

    contacts: int
    conversations: Mapping[str, int] = field(default_factory=dict)
    outbound: Mapping[str, int] = field(default_factory=dict)
    inbound: Mapping[str, int] = field(default_factory=dict)

    @property
    def moving(self) -> bool:
        """Whether something is still on its way out."""
        return bool(self.outbound["waiting"] or self.outbound["doubtful"] or self.inbound["waiting"])


def campaign_numbers(campaign: Campaign) -> CampaignNumbers:
    """All counts of one campaign: three grouped queries over indexes."""
    conversations = dict.fromkeys((str(status) for status in ConversationStatus), 0)
    unmade = cancelled = 0
    opened = Conversation.opened_at.isnot(None)
    for status, was_opened, n in db.session.execute(
        select(Conversation.status, opened, func.count())
        .where(Conversation.campaign_id == campaign.id)
        .group_by(Conversation.status, opened)
    ):
        conversations[status] += n
        if not was_opened:
            unmade += n if status == ConversationStatus.WAITING else 0
            cancelled += n if status != ConversationStatus.WAITING else 0
    rows = _counts(OutboundMessage.status, OutboundMessage.campaign_id == campaign.id)
    outbound = {
        "waiting": rows.get(OutboundStatus.WAITING, 0) + rows.get(OutboundStatus.SENDING, 0) + unmade,
        "sent": rows.get(OutboundStatus.SENT, 0),
        "delivered": rows.get(OutboundStatus.DELIVERED, 0),
        "failed": rows.get(OutboundStatus.FAILED, 0),
        "cancelled": rows.get(OutboundStatus.CANCELLED, 0) + cancelled,
        "doubtful": rows.get(OutboundStatus.DOUBTFUL, 0),
    }
    came = _counts(InboundMessage.outcome, InboundMessage.campaign_id == campaign.id)
    inbound = {
        "received": sum(came.values()),
        "answered": came.get(InboundOutcome.ANSWERED, 0),
        "waiting": came.get(None, 0),
    }
    return CampaignNumbers(campaign.contacts_count, conversations, outbound, inbound)


def _counts(column: Any, where: Any) -> dict[str | None, int]:
    query = select(column, func.count()).where(where).group_by(column)
    return {row[0]: row[1] for row in db.session.execute(query)}


def campaign_report(campaign: Campaign) -> dict[str, Any]:
    """The JSON of `flask campaign launch | show | finish`."""
    numbers = asdict(campaign_numbers(campaign))
    chatbot = db.session.get_one(Chatbot, campaign.chatbot_id)
    return {
        "id": campaign.id,
        "name": campaign.name,
        "chatbot": chatbot.name,
        "status": campaign.status,
        **numbers,
    }
