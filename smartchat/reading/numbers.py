"""What the pages and reports read. Nothing here writes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import func, literal, select, union_all

from smartchat.db import db
from smartchat.domain.statuses import CampaignStatus, ConversationStatus, InboundOutcome, OutboundStatus
from smartchat.models import Campaign, Chatbot, Launch, Tally


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
    """All counts of one campaign, from its tallies: one look-up. `finished`: as if it were, or were not."""
    found = tallies([campaign.id])[campaign.id]
    talks, rows, came = (found.by_state(part) for part in ("conversations", "outbound", "inbound"))
    conversations = {str(status): talks[status] for status in ConversationStatus}
    rest = campaign.contacts_count - talks.total() if found.launching else 0
    over = campaign.status == CampaignStatus.FINISHED if finished is None else finished
    conversations[ConversationStatus.ENDED if over else ConversationStatus.WAITING] += rest
    outbound = {
        "waiting": rows[OutboundStatus.WAITING]
        + rows[OutboundStatus.SENDING]
        + conversations[ConversationStatus.WAITING],
        "sent": rows[OutboundStatus.SENT],
        "delivered": rows[OutboundStatus.DELIVERED],
        "failed": rows[OutboundStatus.FAILED],
        "cancelled": rows[OutboundStatus.CANCELLED] + found.unopened() + (rest if over else 0),
        "doubtful": rows[OutboundStatus.DOUBTFUL],
    }
    inbound = {
        "received": came.total(),
        "answered": came[InboundOutcome.ANSWERED],
        "waiting": came["waiting"],
    }
    return CampaignNumbers(campaign.contacts_count, conversations, outbound, inbound)


@dataclass
class Tallies:
    """What a campaign has of each word (models.tallies). `launching`: some of its conversations are still to come."""

    words: Counter[str] = field(default_factory=Counter)
    launching: bool = False

    def by_state(self, part: str) -> Counter[str]:
        """The counts of `conversations`, `outbound` or `inbound` by status or outcome; `waiting` has no outcome."""
        counts: Counter[str] = Counter()
        for word, n in self.words.items():
            of, state, *_ = word.split("/")
            if of == part:
                counts[state] += n
        return counts

    def failures(self) -> Counter[int]:
        """Failed messages by Twilio's code; 0 stands for those without one."""
        counts: Counter[int] = Counter()
        for word, n in self.words.items():
            if word.startswith("outbound/failed/") and n:
                counts[int(word.rsplit("/", 1)[1])] += n
        return counts

    def unopened(self) -> int:
        """Conversations that were over before their opening was made."""
        return sum(n for word, n in self.words.items() if "/unopened" in word)

    def paused(self) -> int:
        """Open conversations in which the chatbot is silent."""
        return sum(n for word, n in self.words.items() if word.endswith("/paused"))

    def left_out(self) -> int:
        """Contacts that the launch did without: they were in another conversation."""
        return sum(n for word, n in self.words.items() if word.endswith("/left_out"))

    def known_wrong(self) -> int:
        """Contacts that the launch did without: somebody else had answered at their number."""
        return sum(n for word, n in self.words.items() if word.endswith("/known_wrong"))


def tallies(campaign_ids: Sequence[int]) -> Mapping[int, Tallies]:
    """The tallies of some campaigns at one moment; each of them has an entry."""
    found = {campaign_id: Tallies() for campaign_id in campaign_ids}
    counts = (
        select(Tally.campaign_id, Tally.what, func.sum(Tally.n))
        .where(Tally.campaign_id.in_(campaign_ids))
        .group_by(Tally.campaign_id, Tally.what)
    )
    launches = select(Launch.campaign_id, literal(""), literal(1)).where(Launch.campaign_id.in_(campaign_ids))
    for campaign_id, what, n in db.session.execute(union_all(counts, launches)):
        if what:
            found[campaign_id].words[what] = int(n)
        else:
            found[campaign_id].launching = True
    return found


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


@dataclass(frozen=True)
class ListedCampaign:
    """A campaign in one line; `contacts` is how many its file had."""

    id: int
    name: str
    chatbot: str
    status: str
    contacts: int


def every_campaign() -> list[ListedCampaign]:
    """All campaigns but those whose file is still being read, the newest first."""
    query = (
        select(Campaign.id, Campaign.name, Chatbot.name, Campaign.status, Campaign.contacts_count)
        .join(Chatbot, Chatbot.id == Campaign.chatbot_id)
        .where(Campaign.status != CampaignStatus.IMPORTING)
        .order_by(Campaign.id.desc())
    )
    return [ListedCampaign(*row) for row in db.session.execute(query)]


def still_to_make(campaign: Campaign) -> int:
    """How many contacts of a launched campaign have no conversation yet: 0 but for the first minutes of a large one."""
    found = tallies([campaign.id])[campaign.id]
    return campaign.contacts_count - found.by_state("conversations").total() if found.launching else 0
