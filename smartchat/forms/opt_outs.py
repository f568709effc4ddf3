"""The forms of the opt-out list."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from smartchat.domain.contact_file.phone import Phone, read_phone

EVERY = "every"


class _Senders(FlaskForm):  # type: ignore[misc]
    sender = SelectField(_l("Sender"))

    def offer(self, senders: list[str]) -> None:
        """The senders to choose from; above them, all of them together."""
        self.sender.choices = [(EVERY, _l("All senders")), *((sender, sender) for sender in senders)]

    def chosen(self, senders: list[str]) -> list[str]:
        """The senders that were chosen."""
        return senders if self.sender.data == EVERY else [str(self.sender.data)]


class AddForm(_Senders):
    """One number, put on the list by hand."""

    number = StringField(_l("Number"), [InputRequired(_l("Write the number."))])
    reason = StringField(_l("Why"), [Length(max=200)])

    def validate_number(self, field: StringField) -> None:
        found = read_phone(field.data or "")
        if not isinstance(found, Phone):
            raise ValidationError(
                _l("Messages cannot be sent to this number. Write it with + and its country code.")
            )
        field.data = found.phone


class OptOutImportForm(_Senders):
    """A file of numbers."""

    file = FileField(_l("File"), [FileRequired(_l("Choose a file."))])


class UndoForm(FlaskForm):  # type: ignore[misc]
    """Why a contact may be written to again."""

    reason = StringField(
        _l("Why can this contact get messages again?"),
        [InputRequired(_l("Write the reason: it is kept.")), Length(max=200)],
    )
