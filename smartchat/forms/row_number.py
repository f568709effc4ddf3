"""The number of a row in a hidden field."""

from typing import Any

from wtforms import IntegerField

from smartchat.web.edge import number


class RowNumber(IntegerField):
    """Like wtforms' own; a number beyond all rows stays one that a database can look for, and is no row."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata([_near(str(value)) for value in valuelist])


def _near(text: str) -> str:
    try:
        return str(number(text))
    except ValueError:
        return text  # no number: the field says so
