"""What the builder's buttons say: small orders such as "add integer after PAGA" or "up SALUDO"."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal, cast

from smartchat.domain.builder import editing
from smartchat.domain.builder.editing import Document, Place

# verb: where the focus goes when it is done
FOCUS = {"add": "form", "up": "up", "down": "down", "move": "edit", "copy": "edit", "delete": "add"}
WHOLE = ("undo", "redo", "discard")


@dataclass(frozen=True)
class Order:
    """One button pressed. `step` is the step it is about, or for "add" the type of the new one."""

    verb: str
    step: str = ""
    place: Place | None = None


def read_order(text: str, types: Collection[str]) -> Order | None:
    """The order that a button's value holds; None where there is no such order."""
    match text.split(" "):
        case [("undo" | "redo" | "discard") as verb]:
            return Order(verb)
        case [("up" | "down" | "copy" | "delete") as verb, step]:
            return Order(verb, step)
        case ["add", step_type] if step_type in types:
            return Order("add", step_type)
        case ["add", step_type, ("before" | "after" | "inside") as relation, other] if step_type in types:
            return Order("add", step_type, Place(_relation(relation), other))
        case ["move", step, ("before" | "after" | "inside") as relation, other]:
            return Order("move", step, Place(_relation(relation), other))
        case _:
            return None


def carry_out(order: Order, done: list[str]) -> Callable[[Document], Document]:
    """The edit that an order is; `done` then holds the ID of the step where one goes on ("" for the top)."""

    def change(document: Document) -> Document:
        match order.verb:
            case "add":
                document, new = editing.add(document, order.step, order.place, document["language"])
            case "copy":
                document, new = editing.copy(document, order.step)
            case "delete":
                document, new = editing.delete(document, order.step), _before(document, order.step)
            case "up" | "down":
                document, new = editing.move(document, order.step, order.verb), order.step
            case _:
                if order.place is None:
                    raise ValueError(f"{order.verb} needs a place")
                document, new = editing.move(document, order.step, order.place), order.step
        done.append(new)
        return document

    return change


def _before(document: Document, step_id: str) -> str:
    ids = [step["id"] for step in editing.all_steps(document["steps"])]
    at = ids.index(step_id) if step_id in ids else 0
    return ids[at - 1] if at else ""


def _relation(word: str) -> Literal["before", "after", "inside"]:
    return cast('Literal["before", "after", "inside"]', word)
