"""Finish: campaign, conversations, queued messages and the receipt in one transaction, for good.

Who hands messages to Twilio holds the campaign's row while claiming them and while writing down what became of them. So
the numbers of the receipt are those of one moment: what is in flight then may still go out, and nothing else will.
"""

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update

from smartchat.db import changed_rows, db
from smartchat.domain.statuses import LIVE, CampaignStatus, ConversationStatus, InboundOutcome, OutboundStatus
from smartchat.models import Campaign, Conversation, InboundMessage, OutboundMessage, User
from smartchat.reading.numbers import CampaignNumbers, campaign_numbers, still_to_make, tallies


@dataclass(frozen=True)
class Forecast:
    """What Finish will do: end these conversations, cancel these messages. The rest cannot be recalled.

    `in_flight` is being handed to Twilio at this moment, or perhaps was; `with_twilio` has it, and has not yet said
    that it was delivered.
    """

    conversations: int
    waiting: int
    in_flight: int
    with_twilio: int


def forecast(campaign_id: int) -> Forecast:
    """The numbers of the confirmation, as they are now."""
    campaign = db.session.get_one(Campaign, campaign_id)
    numbers = campaign_numbers(campaign, finished=False)
    messages = tallies([campaign_id])[campaign_id].by_state("outbound")
    unmade = numbers.conversations[ConversationStatus.WAITING]
    return Forecast(
        conversations=sum(numbers.conversations[status] for status in LIVE),
        waiting=messages[OutboundStatus.WAITING] + unmade,
        **_on_their_way(messages),
    )


def finish(campaign_id: int, user_id: int | None, now: datetime) -> bool:
    """Ends an active campaign; False, and nothing changed, where it is not active (any more)."""
    changed = changed_rows(
        update(Campaign)
        .where(Campaign.id == campaign_id, Campaign.status == CampaignStatus.ACTIVE)
        .values(status=CampaignStatus.FINISHED, finished_at=now, finished_by=user_id)
    )
    if changed != 1:
        db.session.rollback()
        return False
    campaign = db.session.get_one(Campaign, campaign_id)
    before = campaign_numbers(campaign, finished=False)
    # What a large launch has not made yet, it will make as conversations that are over.
    unmade = _end_conversations(campaign_id, ConversationStatus.WAITING, now) + still_to_make(campaign)
    ended = unmade + _end_conversations(campaign_id, ConversationStatus.OPEN, now)
    cancelled = changed_rows(
        update(OutboundMessage)
        .where(OutboundMessage.campaign_id == campaign_id, OutboundMessage.status == OutboundStatus.WAITING)
        .values(status=OutboundStatus.CANCELLED, settled_at=now)
    )
    db.session.execute(
        update(InboundMessage)
        .where(InboundMessage.campaign_id == campaign_id, InboundMessage.outcome.is_(None))
        .values(outcome=InboundOutcome.ENDED, handled_at=now)
    )
    messages = tallies([campaign_id])[campaign_id].by_state("outbound")
    done = Forecast(ended, cancelled + unmade, **_on_their_way(messages))
    campaign.receipt = {
        **_receipt(done, user_id, now),
        "before": _shown(before),
        "after": _shown(campaign_numbers(campaign)),
    }
    db.session.commit()
    return True


def _receipt(numbers: Forecast, user_id: int | None, now: datetime) -> dict[str, Any]:
    user = db.session.get(User, user_id) if user_id is not None else None
    counts = asdict(numbers)
    return {
        "at": now.isoformat(),
        "by": user.email if user else None,
        "conversations": counts["conversations"],
        "cancelled": counts["waiting"],
        "in_flight": counts["in_flight"],
        "with_twilio": counts["with_twilio"],
    }


def _shown(numbers: CampaignNumbers) -> dict[str, Any]:
    return {
        "conversations": dict(numbers.conversations),
        "outbound": dict(numbers.outbound),
        "inbound": dict(numbers.inbound),
    }


def _end_conversations(campaign_id: int, status: ConversationStatus, now: datetime) -> int:
    return changed_rows(
        update(Conversation)
        .where(Conversation.campaign_id == campaign_id, Conversation.status == status)
        .values(status=ConversationStatus.ENDED, ended_at=now, due_at=None, call_due_at=None)
    )


def _on_their_way(messages: Counter[str]) -> dict[str, int]:
    return {
        "in_flight": messages[OutboundStatus.SENDING] + messages[OutboundStatus.DOUBTFUL],
        "with_twilio": messages[OutboundStatus.SENT],
    }
