"""What the campaign pages read. Nothing here writes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, exists, func, or_, select, text
from sqlalchemy.orm import joinedload

from smartchat.db import db
from smartchat.domain.addresses import WHATSAPP
from smartchat.domain.campaign.preparation import PreparationStatus, Task
from smartchat.domain.hours import ActiveHours
from smartchat.domain.statuses import (
    UNSETTLED,
    CampaignStatus,
    ConversationStatus,
    InboundOutcome,
    OutboundStatus,
)
from smartchat.domain.text_forms import search_form
from smartchat.models import (
    Campaign,
    Chatbot,
    Contact,
    Conversation,
    InboundMessage,
    OutboundMessage,
    Preparation,
    User,
)

from .numbers import Tallies, tallies

PER_PAGE = 20
MOST_CHATBOTS = 12
# Of outbound messages: replies, openings.
PRIORITIES = (0, 1)
HANDED_OVER = (OutboundStatus.SENT, OutboundStatus.DELIVERED)
T = TypeVar("T")


@dataclass(frozen=True)
class CampaignsPage(Generic[T]):
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
class FoundChatbots:
    """The first chatbots of a search; `more` were found and are not among them."""

    rows: Sequence[Chatbot]
    more: int


@dataclass(frozen=True)
class CampaignRow:
    """A line of the menu: the numbers that matter there, and the hours whose clock its times go by.

    `sent` includes what is delivered; `waiting` what waits, is being sent, or is of unknown outcome.
    """

    campaign: Campaign
    hours: ActiveHours
    sent: int
    delivered: int
    failed: int
    answered: int
    waiting: int
    wrong_file: bool
    """Whether it waits for its operator to correct the file."""


@dataclass(frozen=True)
class Answer:
    """One of the latest messages of a campaign's contacts."""

    message: InboundMessage
    phone: str


@dataclass(frozen=True)
class SendRefusal:
    """What Twilio, or the way to it, said to a message that waits for another try."""

    sentence: str
    code: int | None


def search_chatbots(text: str, limit: int = MOST_CHATBOTS) -> FoundChatbots:
    """Chatbots whose name has all the words in it, whatever case and accents; by name."""
    where = [Chatbot.search_name.contains(word, autoescape=True) for word in search_form(text).split()]
    query = select(Chatbot).where(*where).order_by(Chatbot.search_name, Chatbot.id).limit(limit)
    rows = db.session.scalars(query).all()
    if len(rows) < limit:
        return FoundChatbots(rows, 0)
    total = db.session.scalar(select(func.count()).select_from(Chatbot).where(*where)) or 0
    return FoundChatbots(rows, total - len(rows))


def all_chatbots() -> list[Chatbot]:
    """Every chatbot, by name."""
    return list(db.session.scalars(select(Chatbot).order_by(Chatbot.search_name, Chatbot.id)))


def chatbot(chatbot_id: int | None) -> Chatbot | None:
    """One chatbot, or None."""
    return None if chatbot_id is None else db.session.get(Chatbot, chatbot_id)


def campaigns(chatbot_id: int | None, number: int, url: Callable[[int], str]) -> CampaignsPage[CampaignRow]:
    """The campaigns of a chatbot (or all), newest first, with their numbers."""
    where = [or_(Campaign.status != CampaignStatus.IMPORTING, _in_preparation())]
    if chatbot_id is not None:
        where.append(Campaign.chatbot_id == chatbot_id)
    total = db.session.scalar(select(func.count()).select_from(Campaign).where(*where)) or 0
    number = min(max(number, 1), max(1, -(-total // PER_PAGE)))
    query = (
        select(Campaign)
        .where(*where)
        .order_by(Campaign.id.desc())
        .offset((number - 1) * PER_PAGE)
        .limit(PER_PAGE)
        .options(joinedload(Campaign.chatbot), joinedload(Campaign.version))
    )
    return CampaignsPage(_rows(db.session.scalars(query).all()), number, total, PER_PAGE, url)


def _in_preparation() -> ColumnElement[bool]:
    """A large file that is being read in, or was and has errors: not one whose request is reading it."""
    return exists().where(
        Preparation.campaign_id == Campaign.id,
        Preparation.task == Task.IMPORT,
        Preparation.stop.is_(False),
    )


def _wrong_files(campaign_ids: Sequence[int]) -> set[int]:
    """Which of these campaigns wait for their operator to correct the file."""
    query = select(Preparation.campaign_id).where(
        Preparation.campaign_id.in_(campaign_ids), Preparation.status == PreparationStatus.WRONG
    )
    return set(db.session.scalars(query))


def hours_of(campaign: Campaign) -> ActiveHours:
    """The active hours of the version that the campaign runs."""
    return ActiveHours.from_json(campaign.version.script.get("active_hours") or {})


def _rows(found: Sequence[Campaign]) -> list[CampaignRow]:
    """All numbers of a page from the tallies, however many rows it has."""
    ids = [campaign.id for campaign in found]
    counted = tallies(ids)
    wrong = _wrong_files(ids)
    return [_row(campaign, counted[campaign.id], campaign.id in wrong) for campaign in found]


def _row(campaign: Campaign, counted: Tallies, wrong_file: bool) -> CampaignRow:
    talks, out, came = (counted.by_state(part) for part in ("conversations", "outbound", "inbound"))
    over = campaign.status == CampaignStatus.FINISHED
    unmade = campaign.contacts_count - talks.total() if counted.launching and not over else 0
    return CampaignRow(
        campaign,
        hours_of(campaign),
        sent=sum(out[status] for status in HANDED_OVER),
        delivered=out[OutboundStatus.DELIVERED],
        failed=out[OutboundStatus.FAILED],
        answered=came[InboundOutcome.ANSWERED],
        waiting=talks[ConversationStatus.WAITING] + unmade + sum(out[status] for status in UNSETTLED),
        wrong_file=wrong_file,
    )


def first_contacts(campaign_id: int, limit: int = 5) -> list[Contact]:
    """The first contacts, in the order of the file."""
    query = select(Contact).where(Contact.campaign_id == campaign_id).order_by(Contact.row).limit(limit)
    return list(db.session.scalars(query))


def left_out_live(campaign: Campaign) -> int:
    """How many contacts were left out at the launch: they were in another conversation with the sender."""
    return tallies([campaign.id])[campaign.id].left_out()


def left_out_wrong(campaign: Campaign) -> int:
    """How many contacts were left out at the launch: somebody else had answered at their numbers."""
    return tallies([campaign.id])[campaign.id].known_wrong()


def latest_answers(campaign_id: int, limit: int = 10) -> list[Answer]:
    """The latest messages of the campaign's contacts, newest first."""
    query = (
        select(InboundMessage, Conversation.phone)
        .join(Conversation, Conversation.id == InboundMessage.conversation_id)
        .where(InboundMessage.campaign_id == campaign_id)
        .order_by(InboundMessage.id.desc())
        .limit(limit)
    )
    return [Answer(row[0], row[1]) for row in db.session.execute(query)]


def latest_refusal(campaign_id: int) -> SendRefusal | None:
    """The newest error among the messages that wait: why they were not taken."""
    # SQLite would look through all that wait, and not through the index of these few.
    by = "INDEXED BY ix_outbound_messages_refused" if db.engine.dialect.name == "sqlite" else ""
    query = text(
        f"SELECT error_message, error_code FROM outbound_messages {by} WHERE campaign_id = :campaign_id"  # noqa: S608
        " AND status = 'waiting' AND error_message IS NOT NULL ORDER BY id DESC LIMIT 1"
    )
    row = db.session.execute(query, {"campaign_id": campaign_id}).first()
    return None if row is None else SendRefusal(row.error_message, row.error_code)


def failures(campaign_id: int) -> list[tuple[int, int]]:
    """Failed messages by Twilio's code (0: none was given), the most frequent first."""
    return tallies([campaign_id])[campaign_id].failures().most_common()


def next_due(campaign_id: int) -> datetime | None:
    """When the first of what waits in a campaign may go on: an opening, a message, an answer.

    Each is the first entry of a range of an index, however many wait.
    """
    waiting: list[tuple[Any, tuple[ColumnElement[bool], ...]]] = [
        (Conversation, (Conversation.status == ConversationStatus.WAITING,)),
        (InboundMessage, (InboundMessage.outcome.is_(None),)),
    ]
    for priority in PRIORITIES:
        state = (
            OutboundMessage.status == OutboundStatus.WAITING,
            OutboundMessage.held_since.is_(None),
            OutboundMessage.priority == priority,
        )
        waiting.append((OutboundMessage, state))
    moments = (
        db.session.scalar(
            select(table.due_at)
            .where(table.campaign_id == campaign_id, *state, table.due_at.isnot(None))
            .order_by(table.due_at)
            .limit(1)
        )
        for table, state in waiting
    )
    return min((moment for moment in moments if moment is not None), default=None)


def held(campaign: Campaign) -> int:
    """How many messages wait until their contact writes again: WhatsApp's 24 hours are over. On SMS none."""
    if not campaign.sender.startswith(WHATSAPP):
        return 0
    query = select(func.count()).where(
        OutboundMessage.campaign_id == campaign.id, OutboundMessage.held_since.is_not(None)
    )
    return db.session.scalar(query.where(OutboundMessage.status == OutboundStatus.WAITING)) or 0


def last_sent(campaign_id: int) -> datetime | None:
    """When the newest of the campaign's messages left that Twilio has and has not reported as delivered."""
    query = (
        select(OutboundMessage.sent_at)
        .where(OutboundMessage.campaign_id == campaign_id, OutboundMessage.status == OutboundStatus.SENT)
        .order_by(OutboundMessage.id.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def calling(campaign_id: int) -> bool:
    """Whether a conversation of a campaign waits until another system is asked."""
    waiting = (Conversation.call_due_at.is_not(None), Conversation.status == ConversationStatus.OPEN)
    return bool(db.session.scalar(select(exists().where(Conversation.campaign_id == campaign_id, *waiting))))


def email_of(user_id: int | None) -> str | None:
    """An operator's e-mail; None for what was done by a command."""
    user = db.session.get(User, user_id) if user_id is not None else None
    return user.email if user else None
