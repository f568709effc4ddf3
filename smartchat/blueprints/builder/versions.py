"""A chatbot's versions: who saved what, and back to one of them."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from smartchat import clock
from smartchat.domain.builder.editing import difference
from smartchat.domain.builder.wording_changes import change_sentence
from smartchat.reading import chatbots
from smartchat.services.builder import building
from smartchat.web.security import language, writes

blueprint = Blueprint("versions", __name__, url_prefix="/chatbots/<int:chatbot_id>/versions")


@blueprint.get("")
def index(chatbot_id: int) -> Any:
    found = chatbots.versions(chatbot_id)
    if not found:
        abort(404)
    spoken = "es" if language() == "es" else "en"
    before = [*found[1:], None]
    rows = [
        (
            version,
            [change_sentence(c, spoken) for c in difference(older.script, version.script)] if older else [],
        )
        for version, older in zip(found, before, strict=True)
    ]
    return render_template("builder/versions.html", chatbot=found[0].chatbot, rows=rows)


@blueprint.post("/<int:number>/restore")
@writes
def restore(chatbot_id: int, number: int) -> Any:
    try:
        built = building.restore(chatbot_id, number, current_user.id, clock.now())
    except LookupError:
        abort(404)
    if built.done:
        flash(_("Version %(number)s is the newest again.", number=number), "good")
    else:
        flash(_("Somebody edited the chatbot at this very moment. Nothing was done: try again."), "warn")
    return redirect(url_for("versions.index", chatbot_id=chatbot_id), 303)
