"""The bytes of a script file: JSON, or a problem that says where it stops being JSON."""

import json
from typing import NoReturn

from smartchat.domain.script_file.problem import ScriptProblem

_BYTES = 5_000_000


def parse_script_file(content: bytes) -> tuple[object, tuple[ScriptProblem, ...]]:
    """The parsed JSON of a file for `read_script`, or (None, the one problem). UTF-8, with or without BOM.

    The problem's params hold `line` and `column`, both from 1, where a place can be named.
    """
    if len(content) > _BYTES:
        return None, (ScriptProblem("file_too_large", params={"limit": _BYTES // 1_000_000}),)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return None, (ScriptProblem("not_utf8", params={"line": line}),)
    try:
        return json.loads(text, parse_constant=_refuse, object_pairs_hook=_object), ()
    except _FieldTwice as twice:
        return None, (
            ScriptProblem("field_twice", params={"field": str(twice).encode("utf-8", "replace").decode()}),
        )
    except json.JSONDecodeError as error:
        return None, (ScriptProblem("not_json", params={"line": error.lineno, "column": error.colno}),)
    except (ValueError, RecursionError):  # NaN, a number of thousands of digits, a thousand brackets
        return None, (ScriptProblem("not_a_script"),)


class _FieldTwice(Exception):
    """JSON readers keep the last of two equal names: the first one would be lost without a word."""


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    data: dict[str, object] = {}
    for name, value in pairs:
        if name in data:
            raise _FieldTwice(name)
        data[name] = value
    return data


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"JSON has no {constant}")
