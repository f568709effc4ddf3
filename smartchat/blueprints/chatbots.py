"""The chatbots."""

from typing import Any

from flask import Blueprint, render_template

from smartchat.services import chatbots

blueprint = Blueprint("chatbots", __name__)


@blueprint.get("/chatbots")
def index() -> Any:
    return render_template("chatbots/index.html", chatbots=chatbots.list_chatbots())
