"""The picture of a script: every step has its box, none lies on another, and lines lead from one to the next."""

from itertools import pairwise

from hypothesis import given

from smartchat.domain.builder.picture import picture_of
from smartchat.domain.script.script import Script
from smartchat.domain.script.steps import CustomData
from tests.domain.script.scripts import branching_scripts, custom, message, question, script_of


def test_steps_stand_below_each_other_and_flows_are_indented() -> None:
    inside = {"id": "F", "type": "flow", "display_if": "N > 1", "steps": [message("A", "Hola")]}
    picture = picture_of(script_of(custom("C"), question("integer", "N"), inside, message("B", "Fin")))
    assert [(box.step.id, box.x) for box in picture.boxes] == [("N", 2), ("F", 2), ("A", 38), ("B", 2)]
    assert [line.way for line in picture.lines] == ["on", "in", "past"]
    assert [step.id for step in picture.data] == ["C"]


def test_a_long_text_is_wrapped_and_cut() -> None:
    box = picture_of(script_of(message("M", "palabra " * 190))).boxes[0]
    assert len(box.lines) == 14
    assert box.lines[-1] == "…"
    assert max(map(len, box.lines)) <= 54


@given(branching_scripts())
def test_every_step_has_a_box_of_its_own(script: Script) -> None:
    picture = picture_of(script)
    shown = [step.id for step in script.all_steps if not isinstance(step, CustomData)]
    assert [box.step.id for box in picture.boxes] == shown
    edges = [(box.y, box.bottom) for box in picture.boxes]
    assert all(bottom < below for (_, bottom), (below, _) in pairwise(edges))
    assert picture.height >= max(bottom for _, bottom in edges)
