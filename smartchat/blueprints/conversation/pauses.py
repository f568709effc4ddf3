"""What an operator decides about a conversation that was paused, stopped or ended: it goes on, or it is over."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user

from smartchat import clock
from smartchat.db import db
from smartchat.models import Conversation
from smartchat.services.conversation import going_on, pausing, right_numbers
from smartchat.web.security import writes

blueprint = Blueprint("pauses", __name__)


@blueprint.post("/conversations/<int:conversation_id>/resume")
@writes
def resume(conversation_id: int) -> Any:
    return _decided(conversation_id, pausing.resume, _("The chatbot goes on with what has come in."))


@blueprint.post("/conversations/<int:conversation_id>/take-over")
@writes
def take_over(conversation_id: int) -> Any:
    return _decided(conversation_id, pausing.take_over, _("You answer this conversation from here on."))


@blueprint.post("/conversations/<int:conversation_id>/end")
@writes
def end(conversation_id: int) -> Any:
    return _decided(conversation_id, pausing.end, _("The conversation is ended."))


@blueprint.post("/conversations/<int:conversation_id>/go-on")
@writes
def go_on(conversation_id: int) -> Any:
    """A conversation that a contact stopped, and who has written START since."""
    return _decided(
        conversation_id,
        going_on.go_on,
        _("The conversation goes on where it stood."),
        _("Nothing was changed: this conversation cannot go on."),
    )


@blueprint.post("/conversations/<int:conversation_id>/right-number")
@writes
def right_number(conversation_id: int) -> Any:
    """A conversation that ended as a wrong number, and was none."""
    return _decided(
        conversation_id,
        right_numbers.take_back,
        _("The number is not marked as wrong any more."),
        _("Nothing was changed: this number is not marked as wrong."),
    )


def _decided(
    conversation_id: int, decide: Callable[[int, datetime, int | None], bool], done: str, not_done: str = ""
) -> Any:
    db.session.get(Conversation, conversation_id) or abort(404)
    if decide(conversation_id, clock.now(), current_user.id):
        flash(done, "good")
    else:
        flash(not_done or _("Nothing was changed: the conversation is not paused any more."), "bad")
    return redirect(url_for("contacts.conversation", conversation_id=conversation_id), 303)
