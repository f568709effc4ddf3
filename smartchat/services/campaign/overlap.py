"""A draft's contacts and what else goes on between them and its sender: opted out, or talking already."""

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, func, literal_column, or_, select, true
from sqlalchemy.orm import aliased

from smartchat.db import db
from smartchat.domain.statuses import LIVE, CampaignStatus, ConversationStatus
from smartchat.models import Campaign, Contact, Conversation, Launch
from smartchat.services.opt_outs import opting


@dataclass(frozen=True)
class OtherCampaign:
    """An active campaign of the same sender that talks with some of the contacts."""

    id: int
    name: str
    contacts: int


@dataclass(frozen=True)
class Overlap:
    """How many contacts are opted out of the sender, how many in another live conversation with it, and in which.

    `wrong_numbers`: at how many of their numbers somebody else answered once, in whatever campaign.
    """

    opted_out: int = 0
    live: int = 0
    campaigns: tuple[OtherCampaign, ...] = ()
    wrong_numbers: int = 0

    def __add__(self, other: "Overlap") -> "Overlap":
        """The counts of two different groups of contacts together."""
        names = {c.id: c.name for c in (*self.campaigns, *other.campaigns)}
        counts: Counter[int] = Counter()
        for campaign in (*self.campaigns, *other.campaigns):
            counts[campaign.id] += campaign.contacts
        found = (OtherCampaign(id_, names[id_], contacts) for id_, contacts in counts.most_common())
        wrong = self.wrong_numbers + other.wrong_numbers
        return Overlap(self.opted_out + other.opted_out, self.live + other.live, tuple(found), wrong)

    def to_json(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Overlap":
        """The opposite of `to_json`."""
        campaigns = tuple(OtherCampaign(**c) for c in data["campaigns"])
        return cls(data["opted_out"], data["live"], campaigns, data.get("wrong_numbers", 0))


def at_a_wrong_number() -> ColumnElement[bool]:
    """A condition on Contact: somebody else answered once at its number."""
    other = aliased(Conversation)
    return exists().where(
        other.contact_key == Contact.contact_key,
        # Written out, so that the databases see the partial index in it.
        other.status == literal_column(f"'{ConversationStatus.WRONG_NUMBER.value}'"),
    )


def in_a_live_conversation(
    sender: str, campaign_id: int, launch_id: int | None = None
) -> ColumnElement[bool]:
    """A condition on Contact: an active campaign other than this one talks, or is about to talk, with it.

    Of campaigns whose conversations are still being made, those count that were launched before `launch_id`.
    """
    pending = select(Launch.campaign_id, Launch.made_up_to).where(
        Launch.campaign_id != campaign_id,
        Launch.id < launch_id if launch_id is not None else true(),
        Launch.campaign_id.in_(
            select(Campaign.id).where(Campaign.sender == sender, Campaign.status == CampaignStatus.ACTIVE)
        ),
    )
    about_to = [_about_to_talk(other, up_to) for other, up_to in db.session.execute(pending)]
    return or_(_talking(sender, campaign_id), *about_to)


def _about_to_talk(campaign_id: int, made_up_to: int) -> ColumnElement[bool]:
    """Among the contacts of a launch for whom it has not made the conversation yet."""
    theirs = aliased(Contact)
    return exists().where(
        # One entry of the unique index for each contact that is asked about.
        theirs.campaign_id == campaign_id,
        theirs.contact_key == Contact.contact_key,
        theirs.row > made_up_to,
    )


def _talking(sender: str, campaign_id: int) -> ColumnElement[bool]:
    other, its_campaign = aliased(Conversation), aliased(Campaign)
    return exists().where(
        other.sender == sender,
        other.contact_key == Contact.contact_key,
        other.status.in_(LIVE),
        other.campaign_id != campaign_id,
        its_campaign.id == other.campaign_id,
        its_campaign.status == CampaignStatus.ACTIVE,
    )


def count(campaign_id: int, sender: str, after: int = 0, last: int | None = None) -> Overlap:
    """Counts the contacts of a campaign, or those with a row in `after` < row ≤ `last`."""
    where = [Contact.campaign_id == campaign_id, Contact.row > after]
    if last is not None:
        where.append(Contact.row <= last)
    of_these = select(func.count()).select_from(Contact).where(*where)
    out = db.session.scalar(of_these.where(opting.in_force(sender, Contact.contact_key)))
    live = db.session.scalar(of_these.where(in_a_live_conversation(sender, campaign_id)))
    wrong = db.session.scalar(of_these.where(at_a_wrong_number()))
    campaigns = _campaigns(campaign_id, sender, where) if live else ()
    return Overlap(out or 0, live or 0, campaigns, wrong or 0)


def _campaigns(campaign_id: int, sender: str, where: list[ColumnElement[bool]]) -> tuple[OtherCampaign, ...]:
    contacts = func.count(Contact.id.distinct())
    query = (
        select(Campaign.id, Campaign.name, contacts)
        .select_from(Contact)
        .join(Conversation, Conversation.contact_key == Contact.contact_key)
        .join(Campaign, Campaign.id == Conversation.campaign_id)
        .where(
            *where,
            Conversation.sender == sender,
            Conversation.status.in_(LIVE),
            Campaign.id != campaign_id,
            Campaign.status == CampaignStatus.ACTIVE,
        )
        .group_by(Campaign.id, Campaign.name)
        .order_by(contacts.desc(), Campaign.id)
    )
    return tuple(OtherCampaign(*row) for row in db.session.execute(query))
