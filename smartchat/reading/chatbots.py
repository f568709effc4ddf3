"""What the chatbots' pages read beside the scripts. Nothing here writes."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from smartchat.db import db
from smartchat.domain.statuses import CampaignStatus
from smartchat.models import Campaign, Chatbot, ChatbotVersion


@dataclass(frozen=True)
class Use:
    """A chatbot's language (`es`, `en`) and how many campaigns it has, finished ones too."""

    language: str
    campaigns: int


def uses(chatbot_id: int | None = None) -> dict[int, Use]:
    """The use of one chatbot, or of all, by id."""
    query = (
        select(Chatbot.id, Chatbot.language, func.count(Campaign.id))
        .outerjoin(
            Campaign, (Campaign.chatbot_id == Chatbot.id) & (Campaign.status != CampaignStatus.IMPORTING)
        )
        .group_by(Chatbot.id, Chatbot.language)
    )
    if chatbot_id is not None:
        query = query.where(Chatbot.id == chatbot_id)
    return {row[0]: Use(row[1], row[2]) for row in db.session.execute(query)}


def running(chatbot_id: int, but: int | None = None) -> list[tuple[Campaign, ChatbotVersion]]:
    """The active campaigns of a chatbot with the versions that they keep, newest first; not those of version `but`."""
    query = (
        select(Campaign, ChatbotVersion)
        .join(ChatbotVersion, ChatbotVersion.id == Campaign.version_id)
        .where(Campaign.chatbot_id == chatbot_id, Campaign.status == CampaignStatus.ACTIVE)
        .order_by(Campaign.id.desc())
    )
    if but is not None:
        query = query.where(Campaign.version_id != but)
    return [(row[0], row[1]) for row in db.session.execute(query)]


def versions(chatbot_id: int) -> list[ChatbotVersion]:
    """A chatbot's versions with their authors, the newest first."""
    query = (
        select(ChatbotVersion)
        .where(ChatbotVersion.chatbot_id == chatbot_id)
        .order_by(ChatbotVersion.number.desc())
        .options(joinedload(ChatbotVersion.author))
    )
    return list(db.session.scalars(query))
