"""One step of a script at its place, and what stands before it: what the checks go by."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal

from smartchat.domain.answers.words import fold
from smartchat.domain.script_problem import ScriptProblem
from smartchat.domain.script_schema import pointer
from smartchat.domain.steps import External, Step, values_of

Path = tuple[str | int, ...]
"""From the whole file down: ("steps", 3, "steps", 0, "text")."""
Problems = Iterator[ScriptProblem]
ReferenceFault = Literal["unknown", "later", "without_value"]


@dataclass(frozen=True)
class Here:
    """A step among `placed`: all steps with their paths, in the order of reading."""

    placed: tuple[tuple[Step, Path], ...]
    index: int

    @property
    def step(self) -> Step:
        return self.placed[self.index][0]

    @property
    def earlier(self) -> tuple[Step, ...]:
        """Every step that stands before this one, also around it and inside flows."""
        return tuple(step for step, _ in self.placed[: self.index])

    @property
    def before(self) -> Iterator[Step]:
        """The steps before it in the same list: the script's, or a flow's."""
        *around, _ = self.placed[self.index][1]
        return (step for step, path in self.placed[: self.index] if list(path[:-1]) == around)

    def own_values(self) -> tuple[tuple[Path, str], ...]:
        """The IDs that an external system fills, with their places."""
        step = self.step
        return tuple((("values", id_), id_) for id_ in values_of(step)) if isinstance(step, External) else ()

    def fault_of_reference(self, id_: str) -> ReferenceFault | None:
        """Why an ID has no value here; None where it may have one."""
        if any(id_ in values_of(step) for step in self.earlier):
            return None
        if any(step.id == id_ for step in self.earlier):
            return "without_value"
        if any(id_ in ids_of(step) for step, _ in self.placed):
            return "later"
        return "unknown"

    def closest(self, id_: str) -> str | None:
        """The ID with a value here that somebody may have meant."""
        known = {fold(other): other for step in self.earlier for other in values_of(step)}
        return next((known[match] for match in get_close_matches(fold(id_), list(known), n=1)), None)

    def problem(self, code: str, *path: str | int, **params: Any) -> ScriptProblem:
        """A problem of this step at a place inside it."""
        place = pointer((*self.placed[self.index][1], *path))
        return ScriptProblem(code, self.step.id, place=place, params=params)


def ids_of(step: Step) -> set[str]:
    """Its Unique ID, and those that it fills."""
    return {step.id, *values_of(step)}
