"""Launch: draft → active by row count; one conversation for each contact, due now or at the next opening.

What a launch has not made yet is in its row of `launches`, and workers go on with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, case, func, insert, literal, null, or_, select, update

from smartchat import queue
from smartchat.db import UtcDateTime, changed_rows, db
from smartchat.domain.campaign.rehearsal import Gap
from smartchat.domain.campaign.wording import Obstacle
from smartchat.domain.hours import due_at
from smartchat.domain.script.script import Script
from smartchat.domain.script_file.reading import read_script
from smartchat.domain.script_file.whatsapp_opening import opens_without_template
from smartchat.domain.statuses import CampaignStatus, ConversationStatus, EndReason
from smartchat.models import Campaign, ChatbotVersion, Contact, Conversation, Launch
from smartchat.services.builder import chatbots

from . import rehearsing
from .overlap import at_a_wrong_number, in_a_live_conversation

# The conversations of a large campaign are made in portions, the first of them by the launch itself: its openings
# leave while the others are being made.
FIRST_PORTION, PORTION = 10_000, 5_000


@dataclass(frozen=True)
class Launched:
    """`done` is False where there were obstacles, or where the campaign had been launched before."""

    done: bool
    obstacles: list[Obstacle] = field(default_factory=list)


def obstacles(campaign: Campaign) -> list[Obstacle]:
    """Why this draft cannot be launched; empty when it can."""
    version = chatbots.newest_version(campaign.chatbot_id)
    if version is None:
        return [Obstacle("no_chatbot")]
    return _obstacles(campaign, version)


def launch(
    campaign_id: int,
    user_id: int | None,
    now: datetime,
    leave_out_live: bool = False,
    leave_out_wrong_number: bool = False,
) -> Launched:
    """Launches a draft. Launching twice, or from two browsers, changes nothing the second time.

    The campaign runs the chatbot as it is at this moment, and keeps that version. `leave_out_live`: contacts who at
    this moment are in another live conversation with the same sender get a conversation that is over at once;
    `leave_out_wrong_number`: so do those at whose number somebody else has answered once.
    """
    campaign = db.session.get(Campaign, campaign_id)
    version = chatbots.newest_version(campaign.chatbot_id) if campaign else None
    if campaign is None or version is None:
        return Launched(False, [Obstacle("no_chatbot")])
    if campaign.status != CampaignStatus.DRAFT:
        return Launched(False)
    if found := _obstacles(campaign, version, now):
        return Launched(False, found)
    script = chatbots.script_of_version(version)
    sender = chatbots.sender_of(script)
    due = due_at(script.active_hours, now)
    choices = {"leave_out_live": leave_out_live, "leave_out_wrong_number": leave_out_wrong_number}
    if not _activate(campaign_id, version, sender, user_id, now, choices):
        db.session.rollback()
        return Launched(False)
    made = Launch(campaign_id=campaign_id, made_up_to=0, due_at=due)
    db.session.add(made)
    db.session.flush()
    _make(made, campaign, FIRST_PORTION, now)
    db.session.commit()
    if due > now:
        queue.ring_at(sender, due)
    else:
        queue.ring()
    return Launched(True)


def _activate(
    campaign_id: int,
    version: ChatbotVersion,
    sender: str,
    user_id: int | None,
    now: datetime,
    choices: Mapping[str, bool],
) -> bool:
    changed = changed_rows(
        update(Campaign)
        .where(Campaign.id == campaign_id, Campaign.status == CampaignStatus.DRAFT)
        .values(
            status=CampaignStatus.ACTIVE,
            version_id=version.id,
            sender=sender,
            launched_at=now,
            launched_by=user_id,
            **choices,
        )
    )
    return changed == 1


def _one_launch_at_a_time(sender: str) -> None:
    """Two launches from one sender must see each other's conversations; SQLite has one writer at a time anyway."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(sender, 0))))


def make_more(now: datetime) -> int:
    """The next portion of conversations of a launched campaign, in one short transaction; how many contacts it took.

    Of a campaign that was finished meanwhile they are over at once: every contact has its conversation in the end.
    """
    made = db.session.scalar(
        select(Launch).order_by(Launch.made_up_to, Launch.id).limit(1).with_for_update(skip_locked=True)
    )
    if made is None:
        db.session.rollback()
        return 0
    campaign = db.session.scalars(
        select(Campaign)
        .where(Campaign.id == made.campaign_id)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    ).one()
    before = made.made_up_to
    taken = _make(made, campaign, PORTION, now)
    db.session.commit()
    return taken or int(before == 0)


def _make(made: Launch, campaign: Campaign, portion: int, now: datetime) -> int:
    """Conversations for at most `portion` contacts; the last of them takes the launch away. No commit."""
    _one_launch_at_a_time(campaign.sender)
    rows = select(Contact.row).where(Contact.campaign_id == campaign.id, Contact.row > made.made_up_to)
    last = db.session.scalar(rows.order_by(Contact.row).offset(portion - 1).limit(1))
    taken = _make_conversations(campaign, made, last, now)
    if last is None:
        db.session.delete(made)
    else:
        made.made_up_to = last
    return taken


def _make_conversations(campaign: Campaign, made: Launch, last: int | None, now: datetime) -> int:
    """One for each contact after the row `made.made_up_to`, up to `last`, inside the database; how many."""
    columns: dict[str, ColumnElement[object]] = {
        "campaign_id": Contact.campaign_id,  # type: ignore[dict-item]
        "contact_id": Contact.id,  # type: ignore[dict-item]
        "contact_key": Contact.contact_key,  # type: ignore[dict-item]
        "phone": Contact.phone,  # type: ignore[dict-item]
        "sender": literal(campaign.sender),
        "status": literal(ConversationStatus.WAITING.value),
        "due_at": literal(made.due_at, UtcDateTime()),
    }
    if campaign.status != CampaignStatus.ACTIVE:
        columns["status"] = literal(ConversationStatus.ENDED.value)
        columns["due_at"] = literal(None, UtcDateTime())
        columns["ended_at"] = literal(campaign.finished_at or now, UtcDateTime())
    elif reasons := _left_out(campaign, made):
        out = or_(*(condition for condition, _ in reasons))
        columns["status"] = case((out, ConversationStatus.ENDED.value), else_=columns["status"])
        columns["due_at"] = case((out, null()), else_=columns["due_at"])
        columns["ended_at"] = case((out, literal(now, UtcDateTime())), else_=null())
        columns["end_reason"] = case(*((condition, why.value) for condition, why in reasons), else_=null())
    where = [Contact.campaign_id == campaign.id, Contact.row > made.made_up_to]
    if last is not None:
        where.append(Contact.row <= last)
    rows = select(*columns.values()).where(*where).order_by(Contact.row)
    result = db.session.execute(insert(Conversation).from_select(list(columns), rows))
    return int(cast("CursorResult[Any]", result).rowcount)


def _left_out(campaign: Campaign, made: Launch) -> list[tuple[ColumnElement[bool], EndReason]]:
    """Which contacts the launch does without, and why."""
    reasons = []
    if campaign.leave_out_live:
        busy = in_a_live_conversation(campaign.sender, campaign.id, made.id)
        reasons.append((busy, EndReason.LEFT_OUT))
    if campaign.leave_out_wrong_number:
        reasons.append((at_a_wrong_number(), EndReason.KNOWN_WRONG))
    return reasons


def _obstacles(campaign: Campaign, version: ChatbotVersion, now: datetime | None = None) -> list[Obstacle]:
    """With `now` the openings are gone through where nobody has done that yet."""
    script, problems = read_script(version.script)
    if script is None or any(problem.severity == "error" for problem in problems):
        return [Obstacle("chatbot_problems", {"n": str(len(problems))})]
    found = []
    if campaign.contacts_count == 0:
        found.append(Obstacle("no_contacts"))
    if not chatbots.sender_of(script):
        found.append(Obstacle("no_sender", {"chatbot": script.name}))
    opening = opens_without_template(script.steps, chatbots.sender_of(script))
    if opening is not None:
        found.append(Obstacle("no_template", {"step": opening}))
    if missing := _columns_not_in_file(campaign, script):
        found.append(Obstacle("columns_changed", {"columns": ", ".join(missing)}))
    return found or [_empty(gap) for gap in rehearsing.template_gaps(campaign, script, now)]


def _empty(gap: Gap) -> Obstacle:
    rows = ", ".join(map(str, gap.rows)) + (" …" if gap.contacts > len(gap.rows) else "")
    return Obstacle("empty_template_value", {"id": gap.id, "n": str(gap.contacts), "rows": rows})


def _columns_not_in_file(campaign: Campaign, script: Script) -> list[str]:
    """Custom Data that the chatbot asks for now and that the file was not checked for."""
    checked = set(chatbots.script_of_version(campaign.version).custom_data)
    return [column.id for column in script.custom_data if column not in checked]
