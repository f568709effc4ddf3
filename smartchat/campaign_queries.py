"""What the campaign pages read. Nothing here writes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import func, select

from .db import db
from .domain.campaign import CampaignStatus, InboundOutcome, OutboundStatus
from .domain.search import search_form
from .models import Campaign, Chatbot, Contact, Conversation, InboundMessage, OutboundMessage, User

PER_PAGE = 20
MOST_CHATBOTS = 12
T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a long list; `url` gives the address of another one."""

    items: Sequence[T]
    number: int
    total: int
    per_page: int
    url: Callable[[int], str]

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.per_page))


@dataclass(frozen=True)
class CampaignRow:
    """A line of the menu: the campaign, its chatbot's name, and the numbers that matter there."""

    campaign: Campaign
    chatbot: str
    sent: int
    delivered: int
    failed: int
    answered: int
    waiting: int


@dataclass(frozen=True)
class Answer:
    """One of the latest messages of a campaign's contacts."""

    message: InboundMessage
    phone: str


def search_chatbots(text: str, limit: int = MOST_CHATBOTS) -> list[Chatbot]:
    """Chatbots whose name has all the words in it, whatever case and accents; by name."""
    query = select(Chatbot).order_by(Chatbot.search_name, Chatbot.id).limit(limit)
    for word in search_form(text).split():
        query = query.where(Chatbot.search_name.contains(word, autoescape=True))
    return list(db.session.scalars(query))


def all_chatbots() -> list[Chatbot]:
    """Every chatbot, by name."""
    return list(db.session.scalars(select(Chatbot).order_by(Chatbot.search_name, Chatbot.id)))


def chatbot(chatbot_id: int | None) -> Chatbot | None:
    """One chatbot, or None."""
    return None if chatbot_id is None else db.session.get(Chatbot, chatbot_id)


def campaigns(chatbot_id: int | None, number: int, url: Callable[[int], str]) -> Page[CampaignRow]:
    """The campaigns of a chatbot (or all), newest first, with their numbers."""
    where = [Campaign.status != CampaignStatus.IMPORTING]
    if chatbot_id is not None:
        where.append(Campaign.chatbot_id == chatbot_id)
    total = db.session.scalar(select(func.count()).select_from(Campaign).where(*where)) or 0
    number = min(max(number, 1), max(1, -(-total // PER_PAGE)))
    query = (
        select(Campaign, Chatbot.name)
        .join(Chatbot, Chatbot.id == Campaign.chatbot_id)
        .where(*where)
        .order_by(Campaign.id.desc())
        .offset((number - 1) * PER_PAGE)
        .limit(PER_PAGE)
    )
    found = db.session.execute(query).all()
    return Page(_rows([(row[0], row[1]) for row in found]), number, total, PER_PAGE, url)


def _rows(found: list[tuple[Campaign, str]]) -> list[CampaignRow]:
    ids = [campaign.id for campaign, _ in found]
    outbound = _grouped(OutboundMessage.campaign_id, OutboundMessage.status, ids)
    inbound = _grouped(InboundMessage.campaign_id, InboundMessage.outcome, ids)
    unmade = _unmade(ids)
    waiting = (OutboundStatus.WAITING, OutboundStatus.SENDING)
    return [
        CampaignRow(
            campaign,
            name,
            sent=outbound.get((campaign.id, OutboundStatus.SENT), 0),
            delivered=outbound.get((campaign.id, OutboundStatus.DELIVERED), 0),
            failed=outbound.get((campaign.id, OutboundStatus.FAILED), 0),
            answered=inbound.get((campaign.id, InboundOutcome.ANSWERED), 0),
            waiting=unmade.get(campaign.id, 0) + sum(outbound.get((campaign.id, s), 0) for s in waiting),
        )
        for campaign, name in found
    ]


def _grouped(campaign_id: Any, state: Any, ids: list[int]) -> dict[tuple[int, str | None], int]:
    query = select(campaign_id, state, func.count()).where(campaign_id.in_(ids)).group_by(campaign_id, state)
    return {(row[0], row[1]): row[2] for row in db.session.execute(query)}


def _unmade(ids: list[int]) -> dict[int, int]:
    """Openings that are still to be made, by campaign."""
    query = (
        select(Conversation.campaign_id, func.count())
        .where(Conversation.campaign_id.in_(ids), Conversation.status == "waiting")
        .group_by(Conversation.campaign_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def first_contacts(campaign_id: int, limit: int = 5) -> list[Contact]:
    """The first contacts, in the order of the file."""
    query = select(Contact).where(Contact.campaign_id == campaign_id).order_by(Contact.row).limit(limit)
    return list(db.session.scalars(query))


def latest_answers(campaign_id: int, limit: int = 8) -> list[Answer]:
    """The latest messages of the campaign's contacts, newest first."""
    query = (
        select(InboundMessage, Conversation.phone)
        .join(Conversation, Conversation.id == InboundMessage.conversation_id)
        .where(InboundMessage.campaign_id == campaign_id)
        .order_by(InboundMessage.id.desc())
        .limit(limit)
    )
    return [Answer(row[0], row[1]) for row in db.session.execute(query)]


def obstacle_of_sending(campaign_id: int) -> str | None:
    """What Twilio last said about messages that wait because of it, such as refused credentials."""
    query = (
        select(OutboundMessage.error_message)
        .where(
            OutboundMessage.campaign_id == campaign_id,
            OutboundMessage.status == OutboundStatus.WAITING,
            OutboundMessage.error_message.isnot(None),
        )
        .order_by(OutboundMessage.due_at.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def email_of(user_id: int | None) -> str | None:
    """An operator's e-mail; None for what was done by a command."""
    user = db.session.get(User, user_id) if user_id is not None else None
    return user.email if user else None
