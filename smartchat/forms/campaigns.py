"""A new campaign: name, chatbot, contact file."""

import io
from typing import BinaryIO, NamedTuple

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length, Optional, Regexp
from wtforms.widgets import HiddenInput

from smartchat.domain.contact_file.mending import NOTHING, Mending

from .row_number import RowNumber

# What spreadsheets save. The content decides in the end; this only sorts what the browser offers.
ACCEPTED = ".tsv,.xls,.xlsx,.csv,.txt,.ods,.xlsb,.xlsm,.fods"
LONGEST_NAME = 200


class CampaignForm(FlaskForm):  # type: ignore[misc]
    """The upload page; `POST /campaigns/check` takes it without a name."""

    name = StringField(
        _l("Name of the campaign"),
        filters=[lambda text: text.strip() if text else text],
        validators=[
            DataRequired(_l("Give the campaign a name.")),
            Length(max=LONGEST_NAME, message=_l("The name may have up to 200 characters.")),
        ],
        render_kw={"maxlength": LONGEST_NAME, "autocomplete": "off"},
    )
    chatbot = RowNumber(
        _l("Chatbot"), validators=[DataRequired(_l("Choose a chatbot first."))], widget=HiddenInput()
    )
    file = FileField(
        _l("Contact file"),
        validators=[FileRequired(_l("Choose the contact file."))],
        render_kw={"accept": ACCEPTED, "required": True},
    )

    country_code = StringField(validators=[Optional(), Regexp(r"[1-9][0-9]{0,2}\Z")], widget=HiddenInput())
    as_written = StringField(widget=HiddenInput())
    leave_out_wrong = StringField(widget=HiddenInput())
    mend = SelectMultipleField(choices=[], validate_choice=False)
    unmend = SelectMultipleField(choices=[], validate_choice=False)
    replaces = RowNumber(validators=[Optional()], widget=HiddenInput())

    def upload(self) -> "Upload | None":
        """What there is to check; None with the errors on the fields where the chatbot or the file is missing."""
        present = bool(self.chatbot.validate(self)) & bool(self.file.validate(self))
        if not present or self.chatbot.data is None:
            return None
        country_code = (self.country_code.data or "") if self.country_code.validate(self) else ""
        if self.as_written.data:
            country_code = ""
        stream = self.file.data.stream
        size = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        mending = Mending.of(word for word in self.mend.data or [] if word not in (self.unmend.data or []))
        name = self.file.data.filename or ""
        return Upload(self.chatbot.data, stream, name, country_code, size, mending)


class Upload(NamedTuple):
    """A contact file for a chatbot, as the browser sent it."""

    chatbot_id: int
    stream: BinaryIO
    file_name: str
    country_code: str = ""
    """Put before numbers that were written without one."""
    size: int = 0
    """In bytes."""
    mending: Mending = NOTHING
    """What the operator chose to have mended in it."""
