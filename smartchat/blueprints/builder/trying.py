"""Try it: a phone on the page that runs the newest version of a chatbot in memory. Nothing is stored, nothing is sent.

The trial travels in the page as a signed token; each turn is a POST that gives the page after it.
"""

from flask import Blueprint, Response, abort, request
from flask_babel import gettext as _
from sqlalchemy import select

from smartchat.db import db
from smartchat.domain.addresses import WHATSAPP
from smartchat.domain.builder.trial import Trial, friday_evening, read_values
from smartchat.domain.campaign.wording import Obstacle
from smartchat.domain.hours import is_open
from smartchat.domain.script_file.reading import read_script
from smartchat.domain.script_file.step_json import step_json
from smartchat.domain.script_file.whatsapp_opening import opens_without_template
from smartchat.domain.statuses import CampaignStatus
from smartchat.models import Campaign, Contact
from smartchat.reading import drafts
from smartchat.services.builder import building, chatbots
from smartchat.web.htmx import respond

from .trial_commands import (
    TrialPage,
    asked_of,
    go_on,
    move,
    played,
    this_minute,
    token_of,
    trial_of_page,
    typed_time,
    written_time,
)

blueprint = Blueprint("trying", __name__)

CAMPAIGNS_OFFERED = 50


@blueprint.get("/chatbots/<int:chatbot_id>/try")
def show(chatbot_id: int) -> Response:
    """The page; a chatbot without Custom Data begins at once."""
    desk = _desk(chatbot_id)
    if not desk.script.custom_data:
        desk.trial = Trial(this_minute())
    else:
        _offer_row(desk)
    return _page(desk)


@blueprint.post("/chatbots/<int:chatbot_id>/try")
def turn(chatbot_id: int) -> Response:
    """One thing the tester does: begin, write, set the clock, answer for another system, take back."""
    desk = _desk(chatbot_id)
    match request.form.get("do", "write"):
        case "begin":
            _begin(desk)
        case "row":
            _begin_with_row(desk)
        case what:
            if trial := trial_of_page(desk):
                move(desk, trial, what)
    return _page(desk)


def _desk(chatbot_id: int) -> TrialPage:
    version = chatbots.newest_version(chatbot_id) or abort(404)
    return TrialPage(version, chatbots.script_of_version(version))


def _begin(desk: TrialPage) -> None:
    typed = {column.id: request.form.get(f"data-{column.id}", "") for column in desk.script.custom_data}
    values, problems = read_values(desk.script.custom_data, typed)
    desk.typed, desk.at = typed, request.form.get("at", "")
    began = typed_time(desk.script.active_hours, desk.at) if desk.at else this_minute()
    if problems or began is None:
        desk.problems, desk.status = problems, 422
        desk.trouble = (
            "" if began else _("The date and time could not be read: write them like 2026-11-27 20:59.")
        )
    else:
        go_on(desk, Trial(began, values))


def _begin_with_row(desk: TrialPage) -> None:
    """With the values of a contact; where the chatbot needs others by now, the form asks for what is missing."""
    desk.campaign_id = request.form.get("campaign", type=int)
    desk.row = request.form.get("row", type=int)
    contact = _contact(desk.version.chatbot_id, desk.campaign_id, desk.row)
    if contact is None:
        desk.trouble, desk.status = _("That row is no contact of the campaign. Choose another row."), 422
        return
    desk.typed = contact.custom_data
    values, problems = read_values(desk.script.custom_data, contact.custom_data)
    if problems:
        desk.problems, desk.status = problems, 422
        desk.trouble = _("The file was made for an earlier version of the chatbot. Fill in what is missing.")
    else:
        desk.trial = Trial(this_minute(), values)


def _contact(chatbot_id: int, campaign_id: int | None, row: int | None) -> Contact | None:
    if campaign_id is None or row is None or not 0 < row <= drafts.FARTHEST_ROW:
        return None
    query = (
        select(Contact)
        .join(Campaign, Campaign.id == Contact.campaign_id)
        .where(Campaign.chatbot_id == chatbot_id, Campaign.id == campaign_id, Contact.row == row)
        .where(Campaign.status != CampaignStatus.IMPORTING)
    )
    return db.session.scalars(query.limit(1)).first()


def _campaigns(chatbot_id: int) -> list[Campaign]:
    query = (
        select(Campaign)
        .where(Campaign.chatbot_id == chatbot_id, Campaign.status != CampaignStatus.IMPORTING)
        .order_by(Campaign.id.desc())
        .limit(CAMPAIGNS_OFFERED)
    )
    return list(db.session.scalars(query))


def _offer_row(desk: TrialPage) -> None:
    """The first contact of the newest campaign fills in the form."""
    for campaign in _campaigns(desk.version.chatbot_id)[:1]:
        if found := drafts.walk(campaign):
            desk.campaign_id, desk.row, desk.typed = campaign.id, found.contact.row, found.contact.custom_data


def _opens_without_template(desk: TrialPage) -> Obstacle | None:
    """What the launch would be refused for: on WhatsApp a conversation begins with a template."""
    opening = opens_without_template(desk.script.steps, desk.sender)
    return Obstacle("no_template", {"step": opening}) if opening is not None else None


def _kind(thing: object) -> str:
    return type(thing).__name__


def _page(desk: TrialPage) -> Response:
    blocking = [problem for problem in read_script(desk.version.script)[1] if problem.severity == "error"]
    scene = played(desk, desk.trial) if desk.trial and not blocking else None
    draft = building.draft_of(desk.version.chatbot_id)
    return respond(
        "builder/try.html",
        "builder/_trial.html",
        desk.status,
        desk=desk,
        at=desk.at or written_time(desk.script.active_hours, this_minute()),
        chatbot=desk.version.chatbot,
        script=desk.script,
        hours=desk.script.active_hours,
        scene=scene,
        token=token_of(desk, desk.trial) if desk.trial and scene else "",
        kind=_kind,
        open=bool(scene and is_open(desk.script.active_hours, scene.now)),
        friday=friday_evening(desk.script.active_hours, scene.now) if scene else None,
        asked=asked_of(desk, scene) if scene else (),
        blocking=blocking,
        unsaved=bool(draft and draft.unsaved),
        campaigns=_campaigns(desk.version.chatbot_id) if scene is None else [],
        steps={step.id: step_json(step) for step in desk.script.all_steps},
        untemplated=_opens_without_template(desk),
        whatsapp=desk.sender.startswith(WHATSAPP),
    )
