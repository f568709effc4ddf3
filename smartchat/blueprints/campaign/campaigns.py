"""The campaigns menu and the campaign: look, launch, finish."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from smartchat import clock
from smartchat.blueprints.contact_file import preparations
from smartchat.db import db
from smartchat.domain.campaign.progress import Load, look_again, progress_of
from smartchat.domain.hours import is_open
from smartchat.domain.operations.worker_roles import WorkerRole
from smartchat.domain.sending.wording import why_stopped
from smartchat.domain.statuses import CampaignStatus
from smartchat.models import Campaign
from smartchat.reading import campaigns, pauses, senders
from smartchat.reading.numbers import CampaignNumbers, campaign_numbers
from smartchat.services.campaign import finishing, launching
from smartchat.services.operations import beating, storage, troubles
from smartchat.web.htmx import respond, wants_partial
from smartchat.web.security import language, writes

from . import rehearsals

blueprint = Blueprint("campaigns", __name__)


@blueprint.get("/")
def home() -> Any:
    return redirect(url_for("campaigns.index"), 303)


@blueprint.get("/campaigns")
def index() -> Any:
    q, chatbot_id = request.args.get("q", ""), request.args.get("chatbot", type=int)
    chosen = campaigns.chatbot(chatbot_id)
    if chatbot_id is not None and chosen is None:
        abort(404)
    url = partial(_menu_url, q, chatbot_id)
    return respond(
        "campaign/index.html",
        "campaign/_chatbots.html",
        q=q,
        chosen=chosen,
        found=campaigns.search_chatbots(q),
        page=campaigns.campaigns(chatbot_id, request.args.get("page", 1, type=int), url),
    )


@blueprint.get("/campaigns/<int:campaign_id>")
def show(campaign_id: int) -> Any:
    campaign = db.session.get(Campaign, campaign_id)
    if campaign is not None and campaign.status == CampaignStatus.IMPORTING:
        return preparations.page(campaign)
    campaign = _campaign(campaign_id)
    if campaign.status == CampaignStatus.DRAFT:
        if wants_partial():
            return render_template("contact_file/_prepared.html", campaign=campaign)
        return rehearsals.page(campaign)
    return respond("campaign/show.html", "campaign/_progress.html", **_progress(campaign, clock.now()))


@blueprint.post("/campaigns/<int:campaign_id>/launch")
@writes
def launch(campaign_id: int) -> Any:
    campaign = _campaign(campaign_id)
    leave_out_live = bool(request.form.get("leave_out_live"))
    leave_out_wrong = bool(request.form.get("leave_out_wrong_number"))
    launched = launching.launch(campaign.id, current_user.id, clock.now(), leave_out_live, leave_out_wrong)
    if launched.done:
        flash(_("The campaign is launched."), "good")
    for obstacle in launched.obstacles:
        flash(obstacle.message(language()), "bad")
    return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)


@blueprint.get("/campaigns/<int:campaign_id>/finish")
@writes
def confirm_finish(campaign_id: int) -> Any:
    campaign = _campaign(campaign_id)
    if campaign.status != CampaignStatus.ACTIVE:
        return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)
    forecast = finishing.forecast(campaign_id)
    return render_template("campaign/finish.html", campaign=campaign, forecast=forecast)


@blueprint.post("/campaigns/<int:campaign_id>/finish")
@writes
def finish(campaign_id: int) -> Any:
    _campaign(campaign_id)
    if finishing.finish(campaign_id, current_user.id, clock.now()):
        flash(_("The campaign is finished, for good."), "good")
    return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)


def _menu_url(q: str, chatbot_id: int | None, number: int) -> str:
    return url_for("campaigns.index", q=q or None, chatbot=chatbot_id, page=number if number > 1 else None)


def _campaign(campaign_id: int) -> Campaign:
    campaign = db.session.get(Campaign, campaign_id)
    if campaign is None or campaign.status == CampaignStatus.IMPORTING:
        abort(404)
    return campaign


def _progress(campaign: Campaign, now: datetime) -> dict[str, Any]:
    """What the page of a launched campaign shows, whole or as the part that moves."""
    numbers, hours = campaign_numbers(campaign), campaigns.hours_of(campaign)
    refusal = campaigns.latest_refusal(campaign.id)
    sender = senders.sender_state(campaign.sender, clock.machine_now())
    paused = pauses.paused_in(campaign.id)
    held = campaigns.held(campaign)
    machine = clock.machine_now()
    still, stored = beating.still(machine), storage.look(machine)
    load = Load(
        to_send=numbers.outbound["waiting"] + numbers.inbound["waiting"] - paused.messages - held,
        doubtful=numbers.outbound["doubtful"],
        talking=numbers.conversations["open"],
        # Outside the hours they are the reason, whatever is due.
        next_due=campaigns.next_due(campaign.id) if is_open(hours, now) else None,
        refused=refusal is not None,
        blocked_until=None if sender.stopped_for is None else now + sender.stopped_for,
        calling=WorkerRole.CALL in still and campaigns.calling(campaign.id),
    )
    finished = campaign.status == CampaignStatus.FINISHED
    stand = progress_of(finished, load, hours, now, still, not stored.refused)
    return {
        "campaign": campaign,
        "numbers": numbers,
        "hours": hours,
        "stand": stand,
        "paused": paused,
        "refusal": refusal,
        "sender": sender,
        "held": held,
        "failures": campaigns.failures(campaign.id),
        "storage": stored,
        "troubles": _told(now, machine),
        "why_stopped": why_stopped(sender.stop_code, language(), sender.stop_share),
        "left_out_live": campaigns.left_out_live(campaign) if campaign.leave_out_live else 0,
        "left_out_wrong": campaigns.left_out_wrong(campaign) if campaign.leave_out_wrong_number else 0,
        "every": look_again(stand.pace, numbers.unsettled, _unreported_for(campaign, numbers, now)),
        "answers": campaigns.latest_answers(campaign.id),
        "launched_by": campaigns.email_of(campaign.launched_by),
        "receipt": campaign.receipt,
        "receipt_at": datetime.fromisoformat(campaign.receipt["at"]) if campaign.receipt else None,
    }


def _told(now: datetime, machine: datetime) -> dict[str, datetime]:
    """The troubles that the page tells, with their last time as the product counts it."""
    fresh = troubles.fresh(machine)
    return {str(name): now - (machine - happened.last_at) for name, happened in fresh.items()}


def _unreported_for(campaign: Campaign, numbers: CampaignNumbers, now: datetime) -> timedelta | None:
    """How long ago the last message of a campaign left, where all talk is over and reports are still missing."""
    if numbers.conversations["open"] or not numbers.outbound["sent"]:
        return None
    sent_at = campaigns.last_sent(campaign.id)
    return None if sent_at is None else now - sent_at
