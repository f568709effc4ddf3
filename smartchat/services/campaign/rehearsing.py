"""Rehearsal: what a launch would send, counted for every contact, and kept for the chatbot's version that it is of.

The contacts are read in chunks, each in a short transaction that takes no write lock: nobody waits for a rehearsal.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from smartchat import queue
from smartchat.db import db, insert_new, read_only, writing
from smartchat.domain.addresses import WHATSAPP
from smartchat.domain.campaign.preparation import PreparationStatus, Task
from smartchat.domain.campaign.rehearsal import Gap, Rehearsing, Summary
from smartchat.domain.conversation.dialogue import Dialogue, Effect, Opened, advance
from smartchat.domain.script.script import Script
from smartchat.domain.script.steps import Message
from smartchat.domain.statuses import CampaignStatus
from smartchat.models import Campaign, Contact, Preparation, Rehearsal
from smartchat.services.builder import chatbots
from smartchat.services.contact_file.watch import Stopped, Watch
from smartchat.time_budget import TURN, within

from . import overlap as elsewhere
from .overlap import Overlap

CHUNK = 2_000
IN_THE_REQUEST = 5_000
"""Campaigns of up to so many contacts are rehearsed when their page is asked for: some tenths of a second."""
COUNTED_FRESH = 20_000
"""Up to so many contacts, who else is talked to is counted when the page is asked for; beyond, in the rehearsal."""


@dataclass(frozen=True)
class Rehearsed:
    """A finished rehearsal; `elsewhere` is as of `made_at`, and None where it is counted afresh for each page."""

    summary: Summary
    elsewhere: Overlap | None
    made_at: datetime


@dataclass(frozen=True)
class RehearsalView:
    """What a draft's page can say now.

    `elsewhere` is None while it is being counted; `as_of` None where it was counted just now. Without a summary
    a worker has come to `share` (0 to 1) of it, or has given it up: `failed`.
    """

    summary: Summary | None
    elsewhere: Overlap | None
    as_of: datetime | None = None
    share: float = 0.0
    failed: bool = False


def look(campaign: Campaign, now: datetime) -> RehearsalView:
    """The rehearsal of a draft: as it is kept, or made at once where it is small, or asked for."""
    campaign_id, contacts = campaign.id, campaign.contacts_count
    found = rehearsal_of(campaign)
    if found is None and contacts <= IN_THE_REQUEST:
        rehearse(campaign_id, now)
        found = rehearsal_of(campaign)
    fresh = elsewhere.count(campaign_id, _sender(campaign)) if contacts <= COUNTED_FRESH else None
    if found is not None:
        return RehearsalView(found.summary, fresh or found.elsewhere, None if fresh else found.made_at)
    asked = ask_for(campaign_id, now)
    return RehearsalView(None, fresh, None, asked.share, asked.status == PreparationStatus.WRONG)


def rehearsal_of(campaign: Campaign) -> Rehearsed | None:
    """The kept rehearsal, if it is of the chatbot's newest version and of the sender that it has now."""
    kept = db.session.get(Rehearsal, campaign.id)
    version = chatbots.newest_version(campaign.chatbot_id)
    if kept is None or version is None or kept.version_id != version.id:
        return None
    if kept.summary["sender"] != _sender(campaign):
        return None
    others = kept.summary["elsewhere"]
    return Rehearsed(
        Summary.from_json(kept.summary["openings"]),
        Overlap.from_json(others) if others else None,
        kept.made_at,
    )


def template_gaps(campaign: Campaign, script: Script, now: datetime | None = None) -> tuple[Gap, ...]:
    """What leaves variables of WhatsApp templates empty in the openings, by name and row. Without `now` only as far as
    it is known; with it the openings are rehearsed where that was not done yet, which ends the session's transaction.
    """
    if not any(isinstance(step, Message) and step.template for step in script.all_steps):
        return ()
    found = rehearsal_of(campaign)
    if found is not None:
        return found.summary.template_gaps
    return rehearse(campaign.id, now).template_gaps if now else ()


def ask_for(campaign_id: int, now: datetime) -> Preparation:
    """Has a worker rehearse a campaign, once however often it is asked for; how far that is."""
    asked = db.session.get(Preparation, campaign_id)
    if asked is None:
        work = {"task": Task.REHEARSE, "status": PreparationStatus.WAITING, "language": "", "asked_at": now}
        with writing():
            db.session.execute(insert_new(Preparation).values(campaign_id=campaign_id, **work))
        queue.ring(queue.FILES)
        asked = db.session.get_one(Preparation, campaign_id)
    return asked


def ask_for_large(campaign_id: int, now: datetime) -> None:
    """Asks for the rehearsal of a draft that is too large for a request, before anybody looks at its page."""
    campaign = db.session.get(Campaign, campaign_id, populate_existing=True)
    if campaign and campaign.status == CampaignStatus.DRAFT and campaign.contacts_count > IN_THE_REQUEST:
        ask_for(campaign_id, now)


def rehearse(campaign_id: int, now: datetime, watch: Watch | None = None) -> Summary:
    """Makes the opening of every contact with the chatbot as it is now, counts, and keeps what came out.

    Raises Stopped where the watch is stopped. Ends the session's transaction; nothing of it may be unsaved.
    """
    watch = watch or Watch()
    campaign = db.session.get_one(Campaign, campaign_id)
    version = chatbots.newest_version(campaign.chatbot_id) or campaign.version
    version_id, script, contacts = version.id, chatbots.script_of_version(version), campaign.contacts_count
    sender = chatbots.sender_of(script)
    rehearsing = Rehearsing(script, not sender.startswith(WHATSAPP), now, engine=_in_time)
    others, after = (Overlap() if contacts > COUNTED_FRESH else None), 0
    db.session.rollback()
    with read_only():
        for chunk in _chunks(campaign_id):
            if watch.stop.is_set():
                raise Stopped
            for row, custom_data in chunk:
                rehearsing.add(row, custom_data)
            if others is not None:
                others += elsewhere.count(campaign_id, sender, after, chunk[-1][0])
                db.session.rollback()
            after = chunk[-1][0]
            watch.rows += len(chunk)
            watch.share = watch.rows / max(contacts, watch.rows)
    summary = rehearsing.summary()
    kept = {"sender": sender, "openings": summary.to_json(), "elsewhere": others and others.to_json()}
    _keep(campaign_id, version_id, now, kept)
    return summary


def _in_time(dialogue: Dialogue, event: Opened) -> tuple[Dialogue, tuple[Effect, ...]]:
    return within(TURN, lambda: advance(dialogue, event))


def _sender(campaign: Campaign) -> str:
    script = chatbots.script_of(campaign.chatbot_id) or chatbots.script_of_version(campaign.version)
    return chatbots.sender_of(script)


def _chunks(campaign_id: int) -> Iterator[list[tuple[int, dict[str, str]]]]:
    """Row and values of each contact in the order of the file; no transaction is open between two chunks."""
    query = (
        select(Contact.row, Contact.custom_data)
        .where(Contact.campaign_id == campaign_id)
        .order_by(Contact.row)
        .limit(CHUNK)
    )
    after = 0
    while True:
        rows = [(row[0], row[1]) for row in db.session.execute(query.where(Contact.row > after))]
        db.session.rollback()
        if not rows:
            return
        yield rows
        after = rows[-1][0]


def _keep(campaign_id: int, version_id: int, now: datetime, kept: dict[str, Any]) -> None:
    with writing():
        db.session.execute(delete(Rehearsal).where(Rehearsal.campaign_id == campaign_id))
        made = insert_new(Rehearsal).values(
            campaign_id=campaign_id, version_id=version_id, made_at=now, summary=kept
        )
        db.session.execute(made)
