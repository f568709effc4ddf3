"""The form of a script file: the published JSON Schema, and its faults as problems with a place."""

import json
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from smartchat.domain.script_file.problem import ScriptProblem

_DEEPEST = 50
_MOST_STEPS = 1000
_MOST_FIELDS = 200  # of one object: a step has a dozen, and names its own headers, values and variables
MOST_PROBLEMS = 200  # that are told at once
_CONTROL = frozenset(map(chr, range(32))) - {"\n", "\r", "\t"}


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of script files."""
    text = files("smartchat.domain.script_file").joinpath("script.schema.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def check_schema(data: object) -> tuple[ScriptProblem, ...]:
    """The faults of form of a parsed script file, by place, the first 200; none: its steps can be built."""
    if _too_deep(data):
        return (ScriptProblem("not_a_script"),)
    if (count := _number_of_steps(data)) > _MOST_STEPS:
        return (ScriptProblem("too_many", place="/steps", params={"limit": _MOST_STEPS, "count": count}),)
    if (wide := _too_wide(data)) is not None:
        return (wide,)
    # A reserved ID is a fault of sense (script_check): the schema says it to editors, and the script can be read.
    found = (error for error in _validator().iter_errors(data) if error.validator != "not")
    errors = sorted(found, key=lambda error: [str(part).zfill(6) for part in error.path])
    # One object without two fields is two errors that both name both: each place is told once.
    told = islice((problem for error in errors for problem in _problems(error, data)), MOST_PROBLEMS)
    problems = {(problem.place, problem.code): problem for problem in told}
    return tuple(problems.values() or islice(_illegal_characters(data, data, ()), MOST_PROBLEMS))


def _too_deep(data: object) -> bool:
    """Whether it is nested deeper than any script: what walks through it might run out of stack."""
    level = [data]
    for _ in range(_DEEPEST):
        inner = [list(value.values()) if isinstance(value, dict) else value for value in level]
        level = [value for values in inner if isinstance(values, list) for value in values]
        if not level:
            return False
    return True


def _too_wide(data: object) -> ScriptProblem | None:
    """The first object with more fields than any has: each of them would be a problem of its own."""
    waiting: list[tuple[object, tuple[str | int, ...]]] = [(data, ())]
    while waiting:
        value, path = waiting.pop()
        if isinstance(value, dict):
            if len(value) > _MOST_FIELDS:
                params = {"limit": _MOST_FIELDS, "count": len(value)}
                return ScriptProblem(
                    "too_many", step=_step_id(data, path), place=pointer(path), params=params
                )
            waiting += [(inner, (*path, name)) for name, inner in value.items()]
        elif isinstance(value, list):
            waiting += [(inner, (*path, at)) for at, inner in enumerate(value)]
    return None


def _number_of_steps(data: object) -> int:
    """How many steps there are, those inside flows too: the schema counts one list at a time."""
    waiting, count = [data], 0
    while waiting:
        holder = waiting.pop()
        inner = holder.get("steps") if isinstance(holder, dict) else None
        if isinstance(inner, list):
            count += len(inner)
            waiting += inner
    return count


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(schema())


def _problems(error: ValidationError, data: object) -> Iterator[ScriptProblem]:
    path = tuple(error.absolute_path)
    value: Any = error.instance
    limit: Any = error.validator_value
    match error.validator:
        case "required":
            missing = (name for name in limit if name not in value)
            yield from (_problem("missing_field", data, (*path, name), field=name) for name in missing)
        case "additionalProperties":
            known = list(_properties(error))
            for name in value:
                if name not in known:
                    proposal = _closest(name, known)
                    yield _problem(
                        "unknown_field", data, (*path, name), field=_short(name), proposal=proposal
                    )
        case keyword:
            code, params = _fault(str(keyword), limit, value, path)
            yield _problem(code, data, path, **params)


def _properties(error: ValidationError) -> dict[str, Any]:
    within: Any = error.schema
    known: dict[str, Any] = within["properties"]
    return known


def _fault(  # noqa: PLR0911 - one case for each keyword of the schema
    keyword: str, limit: Any, value: Any, path: tuple[str | int, ...]
) -> tuple[str, dict[str, Any]]:
    match keyword:
        case "type":
            return "wrong_type", {"expected": limit if isinstance(limit, str) else limit[0]}
        case "enum" if path[-1:] == ("type",) and path[:1] == ("steps",):
            return "unknown_step_type", {"type": _short(value), "proposal": _closest(value, limit)}
        case "enum":
            return "wrong_value", {"value": _short(value), "allowed": tuple(limit)}
        case "pattern":
            return "wrong_format", {"value": _short(value)}
        case "minLength":
            return "empty_text", {}
        case "maxLength":
            return "too_long", {"length": len(value), "limit": limit}
        case "minimum" | "maximum":
            return "out_of_range", {"value": _short(value), "limit": limit, "bound": keyword}
        case "minItems":
            return "too_few_options", {"limit": limit}
        case "maxItems":
            return "too_many", {"limit": limit, "count": len(value)}
        case _:
            raise ValueError(f"the schema uses {keyword!r}, for which there is no sentence")


def _illegal_characters(value: object, data: object, path: tuple[str | int, ...]) -> Iterator[ScriptProblem]:
    """Half characters (lone surrogates) and control characters: no database or SMS can hold them."""
    if isinstance(value, str):
        for position, char in enumerate(value):
            if char in _CONTROL or "\ud800" <= char <= "\udfff":
                code = f"U+{ord(char):04X}"
                yield _problem("illegal_character", data, path, position=position, character=code)
                return
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _illegal_characters(str(key), data, (*path, key))
            yield from _illegal_characters(inner, data, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _illegal_characters(inner, data, (*path, index))


def _problem(code: str, data: object, path: tuple[str | int, ...], **params: Any) -> ScriptProblem:
    return ScriptProblem(code, step=_step_id(data, path), place=pointer(path), params=params)


def pointer(path: tuple[str | int, ...]) -> str:
    """The JSON pointer (RFC 6901) of a path; "" for the whole file."""
    return "".join("/" + _encodable(str(part)).replace("~", "~0").replace("/", "~1") for part in path)


def _step_id(data: object, path: tuple[str | int, ...]) -> str | None:
    if len(path) < 2 or path[0] != "steps" or not isinstance(data, dict):
        return None
    step: Any = data
    for part, index in zip(path[::2], path[1::2], strict=False):
        if part != "steps":
            break
        step = step["steps"][index]  # a flow holds steps of its own
    given = step.get("id") if isinstance(step, dict) else None
    return _encodable(given) if isinstance(given, str) and given else None


def _closest(word: object, known: list[str]) -> str | None:
    return next(iter(get_close_matches(str(word), known, n=1)), None)


def _short(value: object) -> str:
    text = " ".join(_encodable(str(value)).split())
    return text if len(text) <= 60 else text[:59] + "…"


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
