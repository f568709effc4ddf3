"""Cells on their way out of the reading process: JSON, as nothing that is read from it may run or crash anything."""

import json
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import lru_cache

from smartchat.domain.contact_file.values import ErrorValue, Value

Wire = str | int | float | bool | list[str] | None


def _typed(value: object) -> list[str]:
    match value:
        case ErrorValue():
            return ["error", value.code]
        case datetime():
            return ["datetime", value.isoformat()]
        case date():
            return ["date", value.isoformat()]
        case time():
            return ["time", value.isoformat()]
        case _:
            raise TypeError(type(value))


encode = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, separators=(",", ":"), default=_typed
).encode


@lru_cache(4096)
def _untyped(kind: str, text: str) -> Value:
    match kind:
        case "error":
            return ErrorValue(text)
        case "datetime":
            return datetime.fromisoformat(text)
        case "date":
            return date.fromisoformat(text)
        case "time":
            return time.fromisoformat(text)
        case _:
            raise ValueError(kind)


def decode_row(cells: list[Wire]) -> Sequence[Value]:
    """The typed values of a row as it came over the wire."""
    return [_untyped(cell[0], cell[1]) if isinstance(cell, list) else cell for cell in cells]
