"""A script as a picture: boxes from top to bottom, flows indented, and the lines between them. Units are pixels."""

import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from smartchat.domain.script.script import Script
from smartchat.domain.script.steps import (
    CustomData,
    End,
    External,
    Flow,
    HandOver,
    Math,
    Message,
    MultipleChoiceQuestion,
    Question,
    Simple,
    Step,
)

WIDTH = 480
INDENT = 36
GAP = 26
LINE = 19
HEAD = 30
PADDING = 10
_CHARACTERS = 54  # of a line of text in a box
_MOST_LINES = 14


@dataclass(frozen=True, slots=True)
class Box:
    """One step: the corner, the size, and the lines of text below its title."""

    step: Step
    x: int
    y: int
    width: int
    height: int
    lines: tuple[str, ...]

    @property
    def middle(self) -> int:
        """Where lines meet it."""
        return self.x + 24

    @property
    def bottom(self) -> int:
        """Its lower edge."""
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Line:
    """From point to point; `way` says which: on to the next step, into a flow, or past it."""

    points: tuple[tuple[int, int], ...]
    way: str

    @property
    def path(self) -> str:
        """For the `points` of an SVG polyline."""
        return " ".join(f"{x},{y}" for x, y in self.points)


@dataclass(frozen=True, slots=True)
class Picture:
    """All of it; `data` are the columns of the contact file, which say nothing themselves."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    data: tuple[CustomData, ...]


def picture_of(script: Script, word: Callable[[str], str] = str) -> Picture:
    """Lays a script out. The same script gives the same picture.

    `word` gives the answer that a SIMPLE condition asks for as it is to be read.
    """
    boxes: list[Box] = []
    lines: list[Line] = []
    height = _column(script.steps, (2, 2), boxes, lines, word)
    width = max((box.x + box.width for box in boxes), default=WIDTH) + 2
    data = tuple(step for step in script.all_steps if isinstance(step, CustomData))
    return Picture(width, height + 2, tuple(boxes), tuple(lines), data)


def _column(
    steps: tuple[Step, ...],
    corner: tuple[int, int],
    boxes: list[Box],
    lines: list[Line],
    word: Callable[[str], str],
) -> int:
    """Puts steps below each other from a corner on; the y of the lowest edge."""
    x, y = corner
    before: Box | None = None
    bottom = y
    for step in (step for step in steps if not isinstance(step, CustomData)):
        texts = tuple(_lines(step, word))
        box = Box(step, x, y, WIDTH, HEAD + len(texts) * LINE + (PADDING if texts else 0), texts)
        if before is not None:
            _join(before, box, bottom, lines)
        boxes.append(box)
        bottom = box.bottom
        if isinstance(step, Flow) and any(not isinstance(inner, CustomData) for inner in step.steps):
            inside = len(boxes)
            bottom = _column(step.steps, (x + INDENT, box.bottom + GAP), boxes, lines, word)
            first = boxes[inside]
            lines.append(Line(((first.middle, box.bottom), (first.middle, first.y)), "in"))
        before, y = (None if isinstance(step, End | HandOver) else box), bottom + GAP
    return bottom


def _join(before: Box, box: Box, bottom: int, lines: list[Line]) -> None:
    """A line to the next step; past the steps inside where the step before is a flow."""
    if isinstance(before.step, Flow) and bottom > before.bottom:
        edge = before.x + 12
        lines.append(Line(((edge, before.bottom), (edge, box.y)), "past"))
        return
    lines.append(Line(((before.middle, before.bottom), (before.middle, box.y)), "on"))


def _lines(step: Step, word: Callable[[str], str]) -> Iterator[str]:
    texts = [line for text in _texts(step, word) for line in _wrapped(text)]
    if len(texts) > _MOST_LINES:
        texts = [*texts[: _MOST_LINES - 1], "…"]
    yield from texts


def _texts(step: Step, word: Callable[[str], str]) -> Iterator[str]:
    match step:
        case Message() | Question():
            yield step.text
            if isinstance(step, MultipleChoiceQuestion):
                yield from (f"{number}. {option}" for number, option in enumerate(step.options, 1))
        case End():
            yield step.text or ""
        case Math():
            yield f"{step.id} = {step.formula}"
        case Flow(display_if=Simple() as simple):
            yield f"{simple.step} = {word(simple.equals)}"
        case Flow(display_if=str() as expression):
            yield expression
        case External():
            yield f"{step.method} {step.url}"
        case HandOver():
            yield step.note or ""
        case _:
            return


def _wrapped(text: str) -> list[str]:
    return [
        line
        for paragraph in text.splitlines()
        for line in textwrap.wrap(paragraph, _CHARACTERS, break_long_words=True, break_on_hyphens=False)
    ]
