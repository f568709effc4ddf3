"""Another ID for a step: all that names it follows."""

import re
from collections.abc import Mapping
from typing import Any

from smartchat.domain.builder.editing.document import Document, StepJson, all_steps
from smartchat.domain.script.texts import ID_PATTERN

_REFERENCE = re.compile(rf"(\{{\{{\s*)({ID_PATTERN})(\s*\}}\}})")
# What stands in quotes is a text of its own, also where its closing quote is missing.
_TOKEN = re.compile(
    rf"'(?:[^'\\]|\\.)*+'?|\"(?:[^\"\\]|\\.)*+\"?|“[^”]*+”?|‘[^’]*+’?|({ID_PATTERN})", re.DOTALL
)
_NOT_TEXT = frozenset(
    {"id", "type", "steps", "min", "max", "display_if", "formula", "values", "data_type", "kind"}
)


def rename(document: Document, new_names: Mapping[str, str]) -> Document:
    """The document with each ID of `new_names` replaced, as an ID and wherever it is named."""
    return {**document, "steps": [renamed(step, new_names) for step in document["steps"]]}


def renamed(step: StepJson, new_names: Mapping[str, str]) -> StepJson:
    """One step, with all inside it, under the new names."""
    new = {key: _field(key, value, new_names) for key, value in step.items()}
    new["id"] = new_names.get(step["id"], step["id"])
    return new


def uses(document: Document, name: str) -> list[str]:
    """The IDs of the steps that name this one."""
    return [
        step["id"]
        for step in all_steps(document["steps"])
        if renamed(_alone(step), {name: name + "_"}) != _alone(step)
    ]


def _alone(step: StepJson) -> StepJson:
    """What a step names, without what it is called and what is inside it."""
    return {key: value for key, value in step.items() if key not in ("steps", "values")} | {"id": ""}


def _field(key: str, value: Any, new_names: Mapping[str, str]) -> Any:
    match key, value:
        case "steps", list():
            return [renamed(step, new_names) for step in value]
        case "display_if", dict():
            # The value may be an option with {{ID}} inside: it follows as the option does.
            return _texts(value, new_names) | {"step": new_names.get(value["step"], value["step"])}
        case (("display_if" | "formula"), str()):
            return _TOKEN.sub(lambda found: _token(found, new_names), value)
        case (("min" | "max"), str()):
            return new_names.get(value, value)
        case "values", dict():
            return {new_names.get(name, name): path for name, path in value.items()}
        case _:
            return value if key in _NOT_TEXT else _texts(value, new_names)


def _texts(value: Any, new_names: Mapping[str, str]) -> Any:
    match value:
        case str():
            return _REFERENCE.sub(lambda m: m[1] + new_names.get(m[2], m[2]) + m[3], value)
        case list():
            return [_texts(inner, new_names) for inner in value]
        case dict():
            return {key: _texts(inner, new_names) for key, inner in value.items()}
        case _:
            return value


def _token(found: re.Match[str], new_names: Mapping[str, str]) -> str:
    return new_names.get(found[1], found[1]) if found[1] else found[0]
