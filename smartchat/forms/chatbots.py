"""A script file to import, and a chatbot's sender."""

import re

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import Length


def _as_twilio_writes_it(text: str | None) -> str:
    """`+1 (500) 555-0006` → `+15005550006`: people copy senders as they are shown."""
    return re.sub(r"[\s().\u00a0\u2010-\u2015-]", "", text or "")


class ImportForm(FlaskForm):  # type: ignore[misc]
    """What `POST /chatbots/import` takes."""

    file = FileField(
        _l("Script file"),
        validators=[FileRequired(_l("Choose the chatbot's .json file."))],
        render_kw={"accept": ".json,application/json", "required": True},
    )


class SenderForm(FlaskForm):  # type: ignore[misc]
    """What `POST /chatbots/ID/sender` takes; empty for the installation's own sender."""

    sender = StringField(
        _l("Sender"),
        filters=[_as_twilio_writes_it],
        validators=[Length(max=64, message=_l("A sender has at most 64 characters."))],
        render_kw={"maxlength": 80, "autocomplete": "off", "spellcheck": "false"},
    )
