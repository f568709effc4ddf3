"""Every regular expression of the product takes time that grows with the text, and no faster."""

import ast
import re

import pytest

from smartchat.adapters.spreadsheets import text as spreadsheet_text

from .attacks import attacks
from .growth import grows
from .patterns import ROOT, Used, calls_of_re, used

SIZE = 3000
# Made while running, of a delimiter: the one place, and its pattern for each delimiter stands below.
MADE_WHILE_RUNNING = {"adapters/spreadsheets/text.py"}


def faults(one: Used, size: int, most: int | None) -> list[str]:
    return [fault for attack in attacks(one.pattern, most) if (fault := grows(one, attack, size))]


@pytest.mark.parametrize("one", used(), ids=lambda one: f"{one.name}-{one.way}")
def test_the_time_of_a_pattern_grows_no_faster_than_the_text(one: Used) -> None:
    assert faults(one, SIZE, 16) == []


@pytest.mark.check
@pytest.mark.timeout(900)
def test_the_same_with_every_hostile_text_and_longer_ones() -> None:
    assert [fault for one in used() for fault in faults(one, 12_000, None)] == []


@pytest.mark.parametrize(
    "pattern, way",
    [
        (r"(a|a)*b", "match"),
        (
            r"(?:no(?: me)? escriban|no(?: mas)? escriban)(?: (?:no(?: me)? escriban|no escriban))*",
            "fullmatch",
        ),
        (r"\s*@\s*", "sub"),
        (r"[+0-9]*[0-9][0-9]*", "fullmatch"),
        (r"(?:[a-z]+ ?)*;", "match"),
    ],
)
def test_what_is_known_to_grow_faster_is_found(pattern: str, way: str) -> None:
    one = Used("known", re.compile(pattern), way)
    assert any(grows(one, attack, SIZE, limit=0.2) for attack in attacks(one.pattern))


def test_no_pattern_is_made_of_what_somebody_wrote() -> None:
    """What a call of `re` is given stands in the code: as a text, or as one put together from constants."""
    dynamic = {
        str(path.relative_to(ROOT))
        for path, call in calls_of_re()
        if not isinstance(call.args[0], ast.Constant) and not _is_of_a_module(path.read_text("utf-8"), call)
    }
    assert dynamic == MADE_WHILE_RUNNING


def _is_of_a_module(source: str, call: ast.Call) -> bool:
    """Whether a call stands outside of any function: it is made once, when its module is loaded."""
    return not any(
        node.lineno <= call.lineno <= (node.end_lineno or 0)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.Lambda)
    )


@pytest.mark.parametrize("delimiter", ["\t", ",", ";", "|"])
def test_the_pattern_of_a_delimiter_is_linear_too(delimiter: str) -> None:
    one = Used("swallowed", spreadsheet_text.next_row(delimiter), "search")
    assert faults(one, SIZE, None) == []
