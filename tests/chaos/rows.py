"""The rows of the database as the auditor reads them: plain dictionaries, read in one go when all is quiet."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from smartchat.db import db
from smartchat.models import Campaign, Conversation, InboundMessage, OutboundMessage
from smartchat.reading.numbers import campaign_report
from smartchat.services.builder import chatbots

CONVERSATION = (
    "id", "campaign_id", "sender", "contact_key", "phone", "status", "opened_at", "ended_at", "last_sent_at",
)  # fmt: skip
OUTBOUND = (
    "id", "conversation_id", "campaign_id", "kind", "step_id", "to", "body", "status", "provider_sid",
    "created_at", "sent_at", "due_at", "lease_until", "attempts",
)  # fmt: skip
INBOUND = (
    "id", "provider_sid", "conversation_id", "campaign_id", "sender", "contact_key", "outcome", "received_at",
    "handled_at", "due_at",
)  # fmt: skip


def read() -> dict[str, Any]:
    """All of it (inside an application context); ends the session's transaction."""
    campaigns = list(db.session.scalars(select(Campaign).order_by(Campaign.id)))
    found = {
        "campaigns": [_campaign(campaign) for campaign in campaigns],
        "conversations": _plain(Conversation, CONVERSATION),
        "outbound": _plain(OutboundMessage, OUTBOUND),
        "inbound": [_known(row) for row in _plain(InboundMessage, (*INBOUND, "understood", "params"))],
        "numbers": {campaign.id: campaign_report(campaign) for campaign in campaigns},
    }
    db.session.rollback()
    return found


def _plain(table: Any, names: tuple[str, ...]) -> list[dict[str, Any]]:
    columns = [getattr(table, name) for name in names]
    return [dict(row._mapping) for row in db.session.execute(select(*columns).order_by(table.id))]


def _known(row: dict[str, Any]) -> dict[str, Any]:
    """`known_at`: when it reached the product, which may be long after it came to Twilio. `button` and `quotes`: what
    else the webhook says of it.
    """
    params = row.pop("params")
    fetched_at = params.get("FetchedAt")
    beside = {"button": params.get("ButtonText"), "quotes": params.get("OriginalRepliedMessageSid")}
    return {
        **row,
        **beside,
        "known_at": datetime.fromisoformat(fetched_at) if fetched_at else row["received_at"],
    }


def _campaign(campaign: Campaign) -> dict[str, Any]:
    hours = chatbots.script_of_version(campaign.version).active_hours
    written = hours.to_json()
    return {
        "id": campaign.id,
        "status": campaign.status,
        "finished_at": campaign.finished_at,
        "in_flight": (campaign.receipt or {}).get("in_flight"),
        "hours": {
            "opens": written["opens"],
            "closes": written["closes"],
            "offset": int(hours.utc_offset.total_seconds()) // 60,
        },
    }
