"""The values of one contact as formulas and conditions take them: numbers as numbers, everything else as text."""

import re
from collections.abc import Mapping
from decimal import Decimal

from smartchat.domain.script.evaluation import Known
from smartchat.domain.script.script import Script
from smartchat.domain.script.steps import CustomData, External, IntegerQuestion, Math, values_of

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,30})(?:\.[0-9]{1,30})?", re.ASCII)
_DATA_NUMBER = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?", re.ASCII)


def known_values(script: Script, given: Mapping[str, object]) -> dict[str, Known]:
    """What is known by Unique ID; None where nothing was given."""
    known: dict[str, Known] = {}
    for step in script.all_steps:
        for id_ in values_of(step):
            known[id_] = _typed(step, given.get(id_))
    return known


def _typed(step: object, value: object) -> Known:
    if value is None or value == "":
        return None
    if isinstance(value, tuple | list):
        return tuple(map(str, value))
    text = str(value)
    match step:
        case CustomData(data_type="NUMBER") | IntegerQuestion() | Math():
            return Decimal(text) if _DATA_NUMBER.fullmatch(text) else text
        case External():
            # A number with a nought before it is a code, not a number.
            return Decimal(text) if _NUMBER.fullmatch(text) else text
        case _:
            return text
