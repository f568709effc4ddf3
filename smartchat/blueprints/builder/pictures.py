"""The whole script of a chatbot as one picture, to be looked at and printed."""

from typing import Any

from flask import Blueprint, abort, render_template

from smartchat.domain.builder.picture import picture_of
from smartchat.domain.script_file.step_json import step_json
from smartchat.reading import campaigns
from smartchat.services.builder import chatbots

from .step_view import answer_word, type_names

blueprint = Blueprint("pictures", __name__)


@blueprint.get("/chatbots/<int:chatbot_id>/picture")
def show(chatbot_id: int) -> Any:
    """The newest saved version."""
    chatbot, script = campaigns.chatbot(chatbot_id), chatbots.script_of(chatbot_id)
    if chatbot is None or script is None:
        abort(404)
    types = {step.id: step_json(step)["type"] for step in script.all_steps}
    return render_template(
        "builder/picture.html",
        chatbot=chatbot,
        picture=picture_of(script, answer_word),
        types=types,
        names=type_names(),
    )
