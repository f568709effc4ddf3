"""The form of a sender's rate."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, ValidationError

from smartchat.domain.sending.pacing import FASTEST, SLOWEST


class RateForm(FlaskForm):  # type: ignore[misc]
    """How many parts (for WhatsApp messages) a second a sender may send; `0,5` is understood like `0.5`."""

    per_second = StringField(_l("Rate"), filters=[lambda text: (text or "").strip().replace(",", ".")])

    @property
    def rate(self) -> float | None:
        """What was written; None where nothing was: the usual rate. ValueError for what is no number."""
        return float(self.per_second.data) if self.per_second.data else None

    def validate_per_second(self, _field: StringField) -> None:
        try:
            good = self.rate is None or SLOWEST <= self.rate <= FASTEST
        except ValueError:
            good = False
        if not good:
            raise ValidationError(_l("Write a number from 0.01 to 10,000, or nothing for the usual rate."))
