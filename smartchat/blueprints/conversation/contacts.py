"""A campaign's contacts, one transcript, and the answers as a file."""

from datetime import datetime
from functools import partial
from pathlib import PurePath
from typing import Any

from flask import Blueprint, abort, flash, redirect, request, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user

from smartchat import clock
from smartchat.db import db
from smartchat.domain.conversation.dialogue import Dialogue
from smartchat.domain.script.script import Script
from smartchat.domain.script.steps import HandOver
from smartchat.domain.script_file.step_json import step_json
from smartchat.domain.statuses import LIVE, CampaignStatus, ConversationStatus
from smartchat.models import Campaign, Conversation
from smartchat.reading import contacts, pauses, transcripts
from smartchat.reading.keyset import LAST
from smartchat.services.builder import chatbots
from smartchat.services.campaign import exporting
from smartchat.services.contact_file import left_out as left_out_rows
from smartchat.services.contact_file import stored_files
from smartchat.services.conversation import going_on, pausing, replying, right_numbers
from smartchat.web.htmx import place, respond
from smartchat.web.security import language, writes

blueprint = Blueprint("contacts", __name__)

TYPES = {
    "tsv": "text/tab-separated-values",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@blueprint.get("/campaigns/<int:campaign_id>/contacts")
def index(campaign_id: int) -> Any:
    campaign = _campaign(campaign_id)
    script = chatbots.script_of_version(campaign.version)
    q, status = request.args.get("q", ""), _status(request.args.get("status"))
    everywhere, reason = request.args.get("in") == "all", request.args.get("reason", type=int)
    named: dict[str, Any] = {"campaign_id": campaign_id, "q": q or None, "status": status, "reason": reason}
    address = partial(url_for, "contacts.index", **named)
    more: dict[str, Any] = {"in": "all"}
    url = partial(address, **more) if everywhere else address
    found = contacts.contacts(
        campaign, script, contacts.ContactFilter(q, status, everywhere, reason), place(), url
    )
    return respond(
        "conversation/contacts.html",
        "conversation/_contacts.html",
        campaign=campaign,
        script=script,
        q=q,
        state=status,
        reason=reason,
        counts=contacts.status_counts(campaign_id),
        paused=pauses.paused_in(campaign_id).conversations,
        questions=[step_json(step) for step in script.questions],
        page=found.page,
        by_number=found.by_number,
        everywhere=address(**more),
        first=url(),
        last=url(before=LAST),
    )


@blueprint.get("/conversations/<int:conversation_id>")
def conversation(conversation_id: int) -> Any:
    found = db.session.get(Conversation, conversation_id) or abort(404)
    return respond(
        "conversation/conversation.html", "conversation/_conversation.html", **_context(found, clock.now())
    )


@blueprint.post("/conversations/<int:conversation_id>/reply")
@writes
def reply(conversation_id: int) -> Any:
    """The operator writes to a contact whose conversation was handed over, or ends it."""
    db.session.get(Conversation, conversation_id) or abort(404)
    if request.form.get("close"):
        if replying.close(conversation_id, clock.now(), current_user.id):
            flash(_("The conversation is ended."), "good")
    elif not replying.reply(conversation_id, request.form.get("text", ""), clock.now()):
        flash(_("Nothing was sent: write a text, and make sure that the conversation is still open."), "bad")
    return redirect(url_for("contacts.conversation", conversation_id=conversation_id), 303)


@blueprint.get("/campaigns/<int:campaign_id>/export.<any(tsv, xlsx):file_format>")
def export(campaign_id: int, file_format: str) -> Any:
    """The whole file is written before the first byte leaves: what fails is then an error, not half a file."""
    campaign = _campaign(campaign_id)
    stream = stored_files.temporary_file()
    exporting.write(campaign, file_format, stream, "es" if language() == "es" else "en")
    stream.seek(0)
    name = exporting.file_name(campaign, file_format)
    return send_file(stream, mimetype=TYPES[file_format], as_attachment=True, download_name=name)


@blueprint.get("/campaigns/<int:campaign_id>/left-out.<any(tsv, xlsx):file_format>")
def left_out(campaign_id: int, file_format: str) -> Any:
    """The rows of the file that the campaign did without, with what is wrong in them."""
    campaign = _campaign(campaign_id)
    if not campaign.left_out_count:
        abort(404)
    stream = stored_files.temporary_file()
    left_out_rows.write(campaign_id, file_format, stream, language())
    stream.seek(0)
    name = f"{PurePath(campaign.file_name).stem}-left-out.{file_format}"
    return send_file(stream, mimetype=TYPES[file_format], as_attachment=True, download_name=name)


def _campaign(campaign_id: int) -> Campaign:
    campaign = db.session.get(Campaign, campaign_id)
    if campaign is None or campaign.status == CampaignStatus.IMPORTING:
        abort(404)
    return campaign


def _status(text: str | None) -> str | None:
    return text if text in [*ConversationStatus, "paused"] else None


def _context(found: Conversation, now: datetime) -> dict[str, Any]:
    script = chatbots.script_of_version(found.campaign.version)
    before = transcripts.Marks.read(request.args.get("before", ""))
    transcript = transcripts.transcript(found.id, script.active_hours, before)
    active = found.campaign.status == CampaignStatus.ACTIVE
    return {
        "conversation": found,
        "campaign": found.campaign,
        "contact": found.contact,
        "hours": script.active_hours,
        "now": now,
        "steps": {step.id: step_json(step) for step in script.all_steps},
        "dialogue": _dialogue(found, script),
        "transcript": transcript,
        "latest": before is None,
        "live": active and before is None and (found.status in LIVE or transcript.unsettled),
        "opt_out": transcripts.opt_out_of(found),
        "came_back": going_on.came_back(found),
        "may_go_on": going_on.may_go_on(found),
        "goes_on": found.status == ConversationStatus.WRONG_NUMBER and right_numbers.goes_on(found),
        "may_reply": replying.may_reply(found),
        "may_take_over": pausing.may_take_over(found),
        "paused": pausing.is_paused(found),
        "handed_over": _handed_over(found, script),
        "trace": pauses.trace(found.id),
        "others": transcripts.other_conversations(found),
    }


def _handed_over(found: Conversation, script: Script) -> str | None:
    """The note for the operator, where the chatbot has handed over; "" without one."""
    if found.handed_over_at is None:
        return None
    position = script.positions.get((found.state or {}).get("step") or "")
    step = None if position is None else script.all_steps[position]
    return (step.note or "") if isinstance(step, HandOver) else ""


def _dialogue(found: Conversation, script: Script) -> Dialogue:
    if found.state is None:
        return Dialogue.begin(script, found.contact.custom_data)
    return Dialogue.restore(script, found.state)
