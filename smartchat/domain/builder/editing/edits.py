"""The edits: add, change, move, copy, delete a step. IDs stay unique; nothing is lost that was not deleted."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Literal

from smartchat.domain.builder.editing.defaults import new_step
from smartchat.domain.builder.editing.document import (
    Document,
    IdTaken,
    StepJson,
    ValueNamedLikeStep,
    all_steps,
    depth,
    find,
    height,
    names_of,
    taken_ids,
    whereabouts,
)
from smartchat.domain.builder.editing.ids import free_id
from smartchat.domain.builder.editing.renaming import rename, renamed
from smartchat.domain.builder.editing.rewording import new_texts, reword, reworded_buttons

DEEPEST = 6  # flows inside flows: deeper ones nobody can follow


@dataclass(frozen=True)
class Place:
    """Where a step is put: before or after another one, or last inside a flow."""

    relation: Literal["before", "after", "inside"]
    id: str


def add(document: Document, step_type: str, place: Place | None, language: str) -> tuple[Document, str]:
    """The document with a new step (first of all where `place` is None), and the ID of that step."""
    step = new_step(step_type, language, taken_ids(document))
    return _put(deepcopy(document), step, place), step["id"]


def change(document: Document, step_id: str, new: StepJson) -> Document:
    """The document with a step's content replaced; what is inside a flow stays.

    Its new ID is followed everywhere, and its reworded options by the conditions that wait for them.
    Raises NoSuchStep, IdTaken where another step has the new ID, ValueNamedLikeStep where a value of its own has it.
    """
    old = find(document, step_id)
    id_, *values = names_of(new)
    if id_ in values:
        raise ValueNamedLikeStep(id_)
    if taken_ids(document, but=step_id) & {id_, *values}:
        raise IdTaken(id_)
    document = rename(deepcopy(document), _new_names(old, new))
    texts = new_texts(find(document, new["id"]), new)
    document = reword(document, new["id"], texts)
    siblings, index, _ = whereabouts(document, new["id"])
    kept = {"steps": siblings[index].get("steps", [])} if new["type"] == "flow" else {}
    siblings[index] = reworded_buttons(deepcopy(new), texts) | kept
    return document


def move(document: Document, step_id: str, to: Literal["up", "down"] | Place) -> Document:
    """The document with a step elsewhere: one up or down as the page reads, into flows and out of them, or at a place.

    A move that cannot be (above the first, a flow into itself) changes nothing. Raises NoSuchStep.
    """
    document = deepcopy(document)
    siblings, index, flow = whereabouts(document, step_id)
    step = siblings[index]
    place = _neighbour(document, step, siblings, index, flow, to) if isinstance(to, str) else to
    if place is None or not _may_go(document, step, place):
        return document
    siblings.pop(index)
    return _put(document, step, place)


def copy(document: Document, step_id: str) -> tuple[Document, str]:
    """The document with a copy behind the step, under new IDs that its inner references follow; and the copy's ID."""
    step = find(document, step_id)
    taken = taken_ids(document)
    new_names: dict[str, str] = {}
    for inner in all_steps([step]):
        for name in names_of(inner):
            new_names[name] = free_id(name, taken)
            taken.add(new_names[name])
    copied = renamed(deepcopy(step), new_names)
    return _put(deepcopy(document), copied, Place("after", step_id)), copied["id"]


def delete(document: Document, step_id: str) -> Document:
    """The document without a step and all inside it. Raises NoSuchStep."""
    document = deepcopy(document)
    siblings, index, _ = whereabouts(document, step_id)
    siblings.pop(index)
    return document


def _put(document: Document, step: StepJson, place: Place | None) -> Document:
    if place is None:
        document["steps"].insert(0, step)
    elif place.relation == "inside":
        find(document, place.id).setdefault("steps", []).append(step)
    else:
        siblings, index, _ = whereabouts(document, place.id)
        siblings.insert(index + (place.relation == "after"), step)
    return document


def _neighbour(
    document: Document,
    step: StepJson,
    siblings: list[StepJson],
    index: int,
    flow: StepJson | None,
    direction: Literal["up", "down"],
) -> Place | None:
    """The next place as the page reads; None where there is none."""
    up = direction == "up"
    beside = index - 1 if up else index + 1
    if not 0 <= beside < len(siblings):
        return Place("before" if up else "after", flow["id"]) if flow else None
    other = siblings[beside]
    into = Place("inside", other["id"])
    if other["type"] == "flow" and _may_go(document, step, into):
        inner = other.get("steps", [])
        return into if up or not inner else Place("before", inner[0]["id"])
    return Place("before" if up else "after", other["id"])


def _may_go(document: Document, step: StepJson, place: Place) -> bool:
    """Not into itself, not into what is no flow, and not too deep."""
    if any(inner["id"] == place.id for inner in all_steps([step])):
        return False
    other = find(document, place.id)
    if place.relation == "inside":
        return other["type"] == "flow" and depth(document, place.id) + height(step) <= DEEPEST
    _, _, flow = whereabouts(document, place.id)
    return depth(document, flow["id"] if flow else None) + height(step) <= DEEPEST


def _new_names(old: StepJson, new: StepJson) -> dict[str, str]:
    """What is called otherwise now: the step, and values of an External system that keep their path."""
    names = {old["id"]: new["id"]}
    before, after = old.get("values", {}), new.get("values", {})
    gone = {path: name for name, path in before.items() if name not in after}
    names |= {gone[path]: name for name, path in after.items() if name not in before and path in gone}
    return {name: new_name for name, new_name in names.items() if name != new_name}
