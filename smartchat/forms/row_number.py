"""The number of a row in a hidden field."""

from typing import Any

from wtforms import IntegerField

from smartchat.edge import number


class RowNumber(IntegerField):
    """Like wtforms' own; a number that no database can look for is none."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            number(str(valuelist[0]))
        super().process_formdata(valuelist)
