"""A large contact file while a worker reads it, and what became of it: progress, errors, the ways on."""

from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask_babel import gettext as _

from smartchat import clock
from smartchat.db import db
from smartchat.domain.campaign.preparation import PreparationStatus, Task, time_left
from smartchat.domain.contact_file.mending import Mending
from smartchat.domain.operations.worker_roles import WorkerRole
from smartchat.domain.statuses import CampaignStatus
from smartchat.models import Campaign, Preparation
from smartchat.services.background import preparing
from smartchat.services.contact_file import file_checks, stored_files
from smartchat.services.operations import beating
from smartchat.web.htmx import respond, wants_partial
from smartchat.web.security import language, writes

from .file_answers import file_answer

blueprint = Blueprint("preparations", __name__)
POLL_SECONDS = 1


def page(campaign: Campaign) -> Any:
    """The page of a campaign that is being imported: how far it is, or what is wrong."""
    preparation = _preparation(campaign.id)
    if preparation.status == PreparationStatus.WRONG:
        if wants_partial():
            return render_template("contact_file/_prepared.html", campaign=campaign)
        check = file_checks.from_json(preparation.answer or {})
        mending = Mending.of(preparation.mending.split())
        kind = request.args.get("kind")
        answer = file_answer(check, campaign.file_name, language(), preparation.country_code, kind, mending)
        return render_template(
            "contact_file/wrong_file.html", campaign=campaign, kept=campaign, answer=answer
        )
    return respond(
        "contact_file/preparing.html",
        "contact_file/_preparing.html",
        campaign=campaign,
        preparation=preparation,
        left=time_left(preparation.begun_at, preparation.share, clock.machine_now()),
        every=POLL_SECONDS,
        stopped=WorkerRole.FILES in beating.still(clock.machine_now()),
    )


@blueprint.post("/campaigns/<int:campaign_id>/stop")
@writes
def stop(campaign_id: int) -> Any:
    """Takes the file away, whatever is done with it at the moment."""
    campaign = _importing(campaign_id)
    preparing.stop(campaign.id)
    flash(_("The file %(name)s was discarded. Nothing of it is kept.", name=campaign.file_name), "good")
    return redirect(url_for("campaigns.index", chatbot=campaign.chatbot_id), 303)


@blueprint.post("/campaigns/<int:campaign_id>/again")
@writes
def again(campaign_id: int) -> Any:
    """Reads the same file once more: with a country code before its numbers, mended, or without its wrong rows."""
    _importing(campaign_id)
    preparation = _preparation(campaign_id)
    code = request.form.get("country_code", preparation.country_code)
    if not (code == "" or (code.isdecimal() and code.isascii() and len(code) <= 3)):
        abort(400)
    back = request.form.getlist("unmend")
    words = [word for word in preparation.mending.split() if word not in back]
    mending = Mending.of([*words, *request.form.getlist("mend")])
    preparing.ask_again(campaign_id, code, bool(request.form.get("leave_out_wrong")), mending)
    return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)


@blueprint.get("/campaigns/<int:campaign_id>/repaired")
@writes
def repaired(campaign_id: int) -> Any:
    """The operator's own file with its wrong cells marked and the reasons beside."""
    campaign = _importing(campaign_id)
    kept = (_preparation(campaign.id).answer or {}).get("repaired")
    if kept is None:
        abort(404)
    response = Response(
        stream_with_context(stored_files.parts(campaign_id, "repaired")),
        mimetype=kept["mimetype"].partition(";")[0],
    )
    response.headers.set("Content-Disposition", "attachment", filename=kept["name"])
    return response


def _importing(campaign_id: int) -> Campaign:
    campaign = db.session.get(Campaign, campaign_id)
    if campaign is None or campaign.status != CampaignStatus.IMPORTING:
        abort(404)
    return campaign


def _preparation(campaign_id: int) -> Preparation:
    preparation = db.session.get(Preparation, campaign_id)
    if preparation is None or preparation.stop or preparation.task != Task.IMPORT:
        abort(404)
    return preparation
