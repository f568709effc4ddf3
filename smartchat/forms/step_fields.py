"""Fields of the builder's forms: between what an operator types and what a script file holds."""

import re
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


class Buttons(TextAreaField):
    """The buttons of a template, one a line: `Text`, `Text=answer` or `Text [payload]=answer`."""

    data: Any

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "\n".join(map(_button_line, self.data or []))

    def process_formdata(self, valuelist: list[Any]) -> None:
        lines = str(valuelist[0]).splitlines() if valuelist else []
        self.data = [_button(line.strip()) for line in lines if line.strip()]
        if len(self.data) > MOST_BUTTONS:
            raise ValueError(_("A template has at most %(most)s buttons.", most=MOST_BUTTONS))


MOST_BUTTONS = 10
_BUTTON = re.compile(r"(?P<text>[^=\[]*[^=\[\s])\s*(?:\[(?P<payload>[^\]]*)\])?\s*(?:=(?P<answer>.*))?")


def _button(line: str) -> Any:
    found = _BUTTON.fullmatch(line)
    if found is None:
        raise ValueError(_("“%(line)s” is no button: write its text, or text=answer.", line=line[:60]))
    given = {name: (value or "").strip() for name, value in found.groupdict().items()}
    more = {name: given[name] for name in ("payload", "answer") if given[name]}
    return {"text": given["text"], **more} if more else given["text"]


def _button_line(button: Any) -> str:
    if isinstance(button, str):
        return button
    payload, answer = button.get("payload"), button.get("answer")
    return f"{button['text']}{f' [{payload}]' if payload else ''}{f'={answer}' if answer else ''}"


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
