"""A script as its file holds it, walked: flows hold steps, so a document is a small tree."""

from collections.abc import Iterator, Sequence
from typing import Any

StepJson = dict[str, Any]
Document = dict[str, Any]

QUESTIONS = frozenset({"text", "integer", "date", "multiple_choice", "binary", "email"})
VALUED = QUESTIONS | {"custom_data", "math"}


class NoSuchStep(LookupError):
    """The document has no step with this ID: the page that named it is out of date."""


class IdTaken(ValueError):
    """Another step, or a value of an External system, has this ID already."""


class ValueNamedLikeStep(IdTaken):
    """A value of an External system has the ID of that very step."""


def all_steps(steps: Sequence[StepJson]) -> Iterator[StepJson]:
    """Every step in the order in which the conversation meets it; a flow comes before what is inside it."""
    for step in steps:
        yield step
        yield from all_steps(step.get("steps", ()))


def find(document: Document, step_id: str) -> StepJson:
    """The step with this ID. Raises NoSuchStep."""
    siblings, index, _ = whereabouts(document, step_id)
    return siblings[index]


def whereabouts(document: Document, step_id: str) -> tuple[list[StepJson], int, StepJson | None]:
    """The list that holds a step, its index there, and the flow around it (None at the top). Raises NoSuchStep."""
    found = _whereabouts(document["steps"], None, step_id)
    if found is None:
        raise NoSuchStep(step_id)
    return found


def names_of(step: StepJson) -> tuple[str, ...]:
    """The IDs that a step itself brings: its own, and those of an External system's values."""
    return (step["id"], *step.get("values", {})) if step["type"] == "external" else (step["id"],)


def taken_ids(document: Document, but: str | None = None) -> set[str]:
    """All IDs of a document, without those that the step `but` brings."""
    return {name for step in all_steps(document["steps"]) if step["id"] != but for name in names_of(step)}


def earlier_values(document: Document, step_id: str) -> list[tuple[str, str]]:
    """What texts of a step may name: (ID, type of its step) of each value that comes before it."""
    values: list[tuple[str, str]] = []
    for step in all_steps(document["steps"]):
        if step["id"] == step_id:
            break
        if step["type"] in VALUED:
            values.append((step["id"], step["type"]))
        elif step["type"] == "external":
            values += [(name, "external") for name in step.get("values", {})]
    return values


def depth(document: Document, step_id: str | None) -> int:
    """How many flows stand around what is put inside this flow; 0 for the top."""
    levels = 0
    while step_id is not None:
        _, _, flow = whereabouts(document, step_id)
        levels, step_id = levels + 1, flow["id"] if flow else None
    return levels


def height(step: StepJson) -> int:
    """How many flows deep a step goes: 0 for a plain step, 1 for a flow of plain steps."""
    if step["type"] != "flow":
        return 0
    return 1 + max((height(inner) for inner in step.get("steps", ())), default=0)


def _whereabouts(
    steps: list[StepJson], flow: StepJson | None, step_id: str
) -> tuple[list[StepJson], int, StepJson | None] | None:
    for index, step in enumerate(steps):
        if step["id"] == step_id:
            return steps, index, flow
        if inner := _whereabouts(step.get("steps", []), step, step_id):
            return inner
    return None
