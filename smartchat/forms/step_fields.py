"""Fields of the builder's forms: between what an operator types and what a script file holds."""

from typing import Any

from flask_babel import gettext as _
from wtforms import StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]


def choices(words: dict[str, Any]) -> Any:
    """What a select or a row of radio buttons offers: values with their labels."""
    return [SelectChoice(value=value, label=label) for value, label in words.items()]


class WholeNumber(StringField):
    """A whole number or nothing; thousands separators and blanks do not count."""

    data: Any

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        typed = "".join(str(valuelist[0]).split()).replace(",", "") if valuelist else ""
        self.data = None
        if not typed:
            return
        try:
            self.data = int(typed)
        except ValueError as error:
            raise ValueError(_("Write a whole number, without decimals.")) from error


class Lines(TextAreaField):
    """A list of texts, one a line; empty lines do not count."""

    data: Any

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "\n".join(self.data or [])

    def process_formdata(self, valuelist: list[Any]) -> None:
        lines = str(valuelist[0]).splitlines() if valuelist else []
        self.data = [line.strip() for line in lines if line.strip()]


class Pairs(TextAreaField):
    """Names with values, one pair a line: `NAME=value`, or `Name: value` with `sign=":"`."""

    data: Any

    def __init__(self, *args: Any, sign: str = "=", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sign = sign

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        gap = " " if self.sign == ":" else ""
        return "\n".join(f"{name}{self.sign}{gap}{value}" for name, value in (self.data or {}).items())

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = {}
        for number, line in enumerate(str(valuelist[0]).splitlines() if valuelist else [], 1):
            if not line.strip():
                continue
            name, sign, value = (part.strip() for part in line.partition(self.sign))
            if not sign or not name:
                raise ValueError(
                    _("Line %(number)s needs the form name%(sign)svalue.", number=number, sign=self.sign)
                )
            if name in self.data:
                raise ValueError(_("Line %(number)s repeats the name %(name)s.", number=number, name=name))
            self.data[name] = value
