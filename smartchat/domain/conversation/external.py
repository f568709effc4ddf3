"""What another system's JSON answer gives: values by path, and the words for what went wrong."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from smartchat.domain.script.evaluation import written

LONGEST_VALUE = 1_000

Values = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Values by ID, or None and a word that says why: timeout, refused, unreachable, redirect, status_404 …"""

    values: Values | None
    why: str = ""


def read_answer(data: bytes, paths: Mapping[str, str]) -> Outcome:
    """The values at these paths ("balance.amount", "items.0.name") of a JSON text.

    Only single values count: texts of at most a thousand characters, numbers, true and false. What is not there, or is
    null, an object or a list, gives no value.
    """
    try:
        document = json.loads(data, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, ArithmeticError, RecursionError):  # not UTF-8 or JSON, numbers beyond all bounds
        return Outcome(None, "not_json")
    found = ((id_, _scalar(_at(document, path.split(".")))) for id_, path in paths.items())
    return Outcome({id_: value for id_, value in found if value is not None})


def _at(document: Any, path: list[str]) -> Any:
    for part in path:
        if isinstance(document, dict):
            document = document.get(part)
        elif isinstance(document, list) and part.isascii() and part.isdecimal() and len(part) < 7:
            document = document[int(part)] if int(part) < len(document) else None
        else:
            return None
    return document


def _scalar(value: Any) -> str | int | None:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return value if abs(value) < 10**15 else str(value)[:LONGEST_VALUE]
        case Decimal():
            return written(value) if value.copy_abs() < 10**15 else str(value)[:LONGEST_VALUE]
        case str():
            text = "".join(char for char in value if char in "\n\t" or char.isprintable())
            return text.strip()[:LONGEST_VALUE] or None
        case _:
            return None


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
