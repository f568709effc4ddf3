"""A campaign's contacts, one transcript, and the answers as a file."""

from typing import Any

from flask import Blueprint, abort, render_template, request

from smartchat.db import db
from smartchat.models import Campaign, Conversation
from smartchat.services import chatbots

blueprint = Blueprint("contacts", __name__)


@blueprint.get("/campaigns/<int:campaign_id>/contacts")
def index(campaign_id: int) -> Any:
    campaign = db.session.get(Campaign, campaign_id) or abort(404)
    return render_template("contacts/index.html", campaign=campaign)
