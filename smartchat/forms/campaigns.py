"""A new campaign: name, chatbot, contact file; and the check of a file while the form is being filled."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, Length
from wtforms.widgets import HiddenInput

# What spreadsheets save; the content decides, this only filters what the browser offers.
ACCEPTED = ".tsv,.xls,.xlsx,.csv,.txt,.ods"


def _stripped(text: str | None) -> str | None:
    return text.strip() if text else text


class CheckForm(FlaskForm):  # type: ignore[misc]
    """What `POST /campaigns/check` takes."""

    chatbot = IntegerField(
        _l("Chatbot"), validators=[DataRequired(_l("Choose a chatbot first."))], widget=HiddenInput()
    )
    file = FileField(
        _l("Contact file"),
        validators=[FileRequired(_l("Choose the contact file."))],
        render_kw={"accept": ACCEPTED, "required": True},
    )


class CampaignForm(CheckForm):
    """What `POST /campaigns` takes."""

    name = StringField(
        _l("Name of the campaign"),
        filters=[_stripped],
        validators=[
            DataRequired(_l("Give the campaign a name.")),
            Length(max=200, message=_l("The name may have up to 200 characters.")),
        ],
        render_kw={"maxlength": 200, "autocomplete": "off"},
    )


def messages(form: FlaskForm) -> Sequence[Any]:
    """All that is wrong with a form, field by field."""
    return [message for errors in form.errors.values() for message in errors]
