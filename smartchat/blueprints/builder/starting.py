"""How a chatbot begins: from a ready-made one, or from a file."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from smartchat import clock, ready_made
from smartchat.services.builder import chatbots
from smartchat.services.builder.script_files import ImportedFile
from smartchat.web.security import language


def page() -> Any:
    """The ready-made chatbots, those in the language of the interface first."""
    first = language()
    listed = sorted(ready_made.ready_made(), key=lambda one: one.language != first)
    by_language = {
        spoken: [one for one in listed if one.language == spoken] for spoken in (first, *_others())
    }
    return render_template("builder/new.html", by_language=by_language)


def create(key: str) -> Any:
    """A chatbot of its own from a ready-made one; its page comes next."""
    script = ready_made.script_of(key)
    if script is None:
        abort(404)
    made = chatbots.import_script(script, current_user.id, clock.now())
    if made.id is None:
        abort(404)
    flash(_("The chatbot is yours now. Give it a sender, and change whatever you like."), "good")
    return redirect(url_for("chatbots.show", chatbot_id=made.id), 303)


def imported_flow(imported: ImportedFile) -> Any:
    """What came of a flow of Twilio Studio, widget by widget: 201 with the new chatbot, 422 where there is none."""
    made = imported.chatbot
    page = render_template("builder/imported.html", imported=imported)
    if made.id is None:
        return page, 422
    return page, 201, {"Location": url_for("chatbots.show", chatbot_id=made.id)}


def _others() -> tuple[str, ...]:
    return tuple(spoken for spoken in ("es", "en") if spoken != language())
