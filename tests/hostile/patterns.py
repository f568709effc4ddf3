"""Every regular expression of the product, with the ways in which it is applied."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import smartchat

ROOT = Path(smartchat.__file__).parent
WAYS = ("match", "fullmatch", "search", "split", "sub", "subn", "findall", "finditer")


class Used(NamedTuple):
    """`way`: the method by which a text meets it."""

    name: str
    pattern: re.Pattern[Any]
    way: str

    def __call__(self, text: str) -> None:
        fitting: Any = text.encode("latin-1", "replace") if isinstance(self.pattern.pattern, bytes) else text
        match self.way:
            case "sub" | "subn":
                self.pattern.sub(fitting[:0], fitting)
            case "finditer":
                list(self.pattern.finditer(fitting))
            case _:
                getattr(self.pattern, self.way)(fitting)


@cache
def used() -> tuple[Used, ...]:
    """Those that modules hold, in variables or in tables, and those that stand in calls of `re`."""
    return tuple({(one.pattern, one.way): one for one in (*_held(), *_called())}.values())


def modules() -> Iterator[Any]:
    for found in pkgutil.walk_packages(smartchat.__path__, "smartchat."):
        yield importlib.import_module(found.name)


def _held() -> Iterator[Used]:
    for module in modules():
        ways = _ways(Path(module.__file__))
        for name, value in vars(module).items():
            for pattern in _inside(value):
                # What stands in a table, or is handed on, is reached by other names: whatever way may be.
                for way in ways.get(name, WAYS):
                    yield Used(f"{module.__name__}.{name}", pattern, way)


def _inside(value: object, depth: int = 4) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, dict):
        for item in (*value.keys(), *value.values()):
            yield from _inside(item, depth - 1)
    elif depth and isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _inside(item, depth - 1)


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@cache
def _ways(path: Path) -> dict[str, tuple[str, ...]]:
    """For each name of a file the methods that are called on it."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in WAYS:
            found.setdefault(node.value.id, set()).add(node.attr)
    return {name: tuple(sorted(ways)) for name, ways in found.items()}


def calls_of_re() -> Iterator[tuple[Path, ast.Call]]:
    """Every `re.something(…)` of the product."""
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(_tree(path)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "re"
                and node.func.attr in (*WAYS, "compile")
            ):
                yield path, node


def _called() -> Iterator[Used]:
    for path, call in calls_of_re():
        written = call.args[0]
        way = getattr(call.func, "attr", "")
        if isinstance(written, ast.Constant) and way != "compile":
            yield Used(f"{path.relative_to(ROOT.parent)}:{call.lineno}", re.compile(written.value), way)


def patterns_of_modules() -> list[tuple[str, re.Pattern[Any]]]:
    """Every pattern that a variable of a module is."""
    return [
        (f"{module.__name__}.{name}", value)
        for module in modules()
        for name, value in vars(module).items()
        if isinstance(value, re.Pattern)
    ]
