"""What the pages and reports read. Nothing here writes."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import func, select

from .db import db
from .domain.campaign import CampaignStatus, ConversationStatus, InboundOutcome, OutboundStatus
from .models import Campaign, Chatbot, Contact, Conversation, InboundMessage, Launch, OutboundMessage


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
    def unsettled(self) -> int:
        """What is still to be sent, verified or answered."""
        return self.outbound["waiting"] + self.outbound["doubtful"] + self.inbound["waiting"]


def campaign_numbers(campaign: Campaign, finished: bool | None = None) -> CampaignNumbers:
    """All counts of one campaign: three grouped queries over indexes. `finished`: as if it were, or were not."""
    conversations = dict.fromkeys((str(status) for status in ConversationStatus), 0)
    in_campaign = Conversation.campaign_id == campaign.id
    conversations |= {str(status): n for status, n in _counts(Conversation.status, in_campaign).items()}
    rest = still_to_make(campaign.id)
    over = campaign.status == CampaignStatus.FINISHED if finished is None else finished
    conversations[ConversationStatus.ENDED if over else ConversationStatus.WAITING] += rest
    unmade = conversations[ConversationStatus.WAITING]
    # Only what is over can have been prevented: the many that are open stay inside the index.
    cancelled = db.session.scalar(
        select(func.count()).where(
            in_campaign,
            Conversation.status.in_((ConversationStatus.ENDED, ConversationStatus.OPTED_OUT)),
            Conversation.opened_at.is_(None),
        )
    )
    rows = _counts(OutboundMessage.status, OutboundMessage.campaign_id == campaign.id)
    outbound = {
        "waiting": rows.get(OutboundStatus.WAITING, 0) + rows.get(OutboundStatus.SENDING, 0) + unmade,
        "sent": rows.get(OutboundStatus.SENT, 0),
        "delivered": rows.get(OutboundStatus.DELIVERED, 0),
        "failed": rows.get(OutboundStatus.FAILED, 0),
        "cancelled": rows.get(OutboundStatus.CANCELLED, 0) + (cancelled or 0) + (rest if over else 0),
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


def still_to_make(campaign_id: int) -> int:
    """How many contacts of a launched campaign have no conversation yet: 0 but for the first minutes of a large one."""
    up_to = db.session.scalar(select(Launch.made_up_to).where(Launch.campaign_id == campaign_id))
    if up_to is None:
        return 0
    rest = select(func.count()).where(Contact.campaign_id == campaign_id, Contact.row > up_to)
    return db.session.scalar(rest) or 0
