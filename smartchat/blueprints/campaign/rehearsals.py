"""The page of a draft: the opening as each contact will get it, all of them in figures, and the launch."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for

from smartchat import clock
from smartchat.db import db
from smartchat.domain.campaign.rehearsal import Summary
from smartchat.domain.script.script import Script
from smartchat.domain.sending.sender_rates import SenderRate, last_opening_at
from smartchat.domain.statuses import CampaignStatus
from smartchat.models import Campaign
from smartchat.reading import campaigns, drafts
from smartchat.services.campaign import previewing, rehearsing
from smartchat.services.sending import pacing
from smartchat.web.htmx import wants_partial

blueprint = Blueprint("rehearsals", __name__)

POLL_SECONDS = 2


@dataclass(frozen=True)
class LaunchForecast:
    """When the last opening will have gone out if it is launched now, and the rate that this comes from."""

    rate: SenderRate
    last_at: datetime


def page(campaign: Campaign) -> Any:
    """The page of a draft at the contact of `?row=`, or at the first."""
    opening = _opening(campaign, clock.now())
    figures = {} if opening["preview"].obstacles else _figures(campaign.id, opening["now"])
    # A rehearsal in this request ends the transaction, and what was read in it.
    contacts = campaigns.first_contacts(campaign.id)
    return render_template("campaign/draft.html", contacts=contacts, **opening, **figures)


@blueprint.get("/campaigns/<int:campaign_id>/opening")
def opening(campaign_id: int) -> Any:
    """The part of the page that shows one contact's opening; the whole page for everybody but htmx."""
    campaign = _draft(campaign_id)
    row = request.args.get("row", type=int)
    if campaign is None or not wants_partial():
        return redirect(url_for("campaigns.show", campaign_id=campaign_id, row=row), 303)
    context = _opening(campaign, clock.now())
    response = make_response(render_template("campaign/_opening.html", **context))
    walk = context["walk"]
    here = walk.contact.row if walk else None
    response.headers["HX-Replace-Url"] = url_for("campaigns.show", campaign_id=campaign_id, row=here)
    response.vary.add("HX-Request-Type")
    return response


@blueprint.get("/campaigns/<int:campaign_id>/rehearsal")
def rehearsal(campaign_id: int) -> Any:
    """The figures alone, while they are being worked out."""
    campaign = _draft(campaign_id)
    if campaign is None or not wants_partial():
        return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)
    now = clock.now()
    preview = previewing.preview(campaign, None, now)
    figures = {} if preview.obstacles else _figures(campaign_id, now)
    response = make_response(
        render_template("campaign/_rehearsal.html", campaign=campaign, preview=preview, now=now, **figures)
    )
    response.vary.add("HX-Request-Type")
    return response


def _draft(campaign_id: int) -> Campaign | None:
    """The campaign while it is a draft; None once it is launched."""
    campaign = db.session.get(Campaign, campaign_id)
    if campaign is None or campaign.status == CampaignStatus.IMPORTING:
        abort(404)
    return campaign if campaign.status == CampaignStatus.DRAFT else None


def _opening(campaign: Campaign, now: datetime) -> dict[str, Any]:
    walk = drafts.walk(campaign, request.args.get("row", type=int))
    preview = previewing.preview(campaign, walk.contact if walk else None, now)
    return {"campaign": campaign, "walk": walk, "preview": preview, "now": now}


def _figures(campaign_id: int, now: datetime) -> dict[str, Any]:
    campaign = db.session.get_one(Campaign, campaign_id)
    look = rehearsing.look(campaign, now)
    preview = previewing.preview(campaign, None, now)
    pace = _pace(look.summary, preview.script, preview.sender, now) if look.summary else None
    return {"look": look, "pace": pace, "every": POLL_SECONDS}


def _pace(summary: Summary, script: Script, sender: str, now: datetime) -> LaunchForecast:
    rate = pacing.rate(sender)
    last_at = last_opening_at(summary.segments, summary.messages, rate.for_openings, script.active_hours, now)
    return LaunchForecast(rate, last_at)
