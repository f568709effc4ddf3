"""A script file to import, a new chatbot, and a chatbot's settings."""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import Field, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length, Regexp
from wtforms.widgets import HiddenInput

from .row_number import RowNumber
from .step_fields import choices


def _as_twilio_writes_it(text: str | None) -> str:
    """`+1 (500) 555-0006` → `+15005550006`: people copy senders as they are shown."""
    return re.sub(r"[\s().\u00a0\u2010-\u2015-]", "", text or "")


class ScriptImportForm(FlaskForm):  # type: ignore[misc]
    """What `POST /chatbots/import` takes."""

    file = FileField(
        _l("Script file"),
        validators=[FileRequired(_l("Choose the chatbot's .json file."))],
        render_kw={"accept": ".json,application/json", "required": True},
    )


_LANGUAGES = choices({"es": _l("Spanish"), "en": _l("English")})
_TIME = {"placeholder": "08:00", "inputmode": "numeric", "autocomplete": "off", "maxlength": 5}


def _name() -> StringField:
    return StringField(
        _l("Name"),
        filters=[lambda text: text.strip() if text else text],
        validators=[
            DataRequired(_l("Give the chatbot a name.")),
            Length(max=200, message=_l("The name may have up to 200 characters.")),
        ],
        render_kw={"maxlength": 200, "autocomplete": "off"},
    )


class NewChatbotForm(FlaskForm):  # type: ignore[misc]
    """What `POST /chatbots` takes for a chatbot without any step."""

    name = _name()
    language = SelectField(_l("Language of the chatbot"), choices=_LANGUAGES)


class SettingsForm(FlaskForm):  # type: ignore[misc]
    """A chatbot's settings in the builder; an empty sender is the installation's own."""

    name = _name()
    language = SelectField(_l("Language of the chatbot"), choices=_LANGUAGES)
    sender = StringField(
        _l("Sender"),
        filters=[_as_twilio_writes_it],
        validators=[Length(max=64, message=_l("A sender has at most 64 characters."))],
        render_kw={"maxlength": 80, "autocomplete": "off", "spellcheck": "false"},
    )
    opens = StringField(
        _l("Sends from"),
        validators=[Regexp(r"([01][0-9]|2[0-3]):[0-5][0-9]\Z", message=_l("Use HH:MM, for example 08:00."))],
        render_kw=_TIME,
    )
    closes = StringField(
        _l("Sends until"),
        validators=[
            Regexp(r"(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)\Z", message=_l("Use HH:MM, for example 21:00."))
        ],
        render_kw=_TIME,
    )
    utc_offset = StringField(
        _l("Time zone (difference from UTC)"),
        validators=[
            Regexp(
                r"([+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)\Z", message=_l("Use ±HH:MM, for example -05:00.")
            )
        ],
        render_kw={**_TIME, "placeholder": "-05:00", "maxlength": 6},
    )
    wrong_number_text = TextAreaField(
        _l("Text for a wrong number"),
        filters=[lambda text: text.strip() if text else text],
        validators=[Length(max=1600, message=_l("A text has at most 1600 characters."))],
        render_kw={"rows": 2, "maxlength": 1600},
    )
    revision = RowNumber(widget=HiddenInput(), default=0)

    def validate_closes(self, field: Field) -> None:
        if (field.data or "") <= (self.opens.data or ""):
            raise ValidationError(_("It must end later than it begins."))
