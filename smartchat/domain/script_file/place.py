"""One step of a script at its place, and what stands before it: what the checks go by."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal

from smartchat.domain.script.steps import External, Step, values_of
from smartchat.domain.script_file.problem import ScriptProblem
from smartchat.domain.script_file.schema import pointer
from smartchat.domain.text_forms import fold

Path = tuple[str | int, ...]
"""From the whole file down: ("steps", 3, "steps", 0, "text")."""
Problems = Iterator[ScriptProblem]
ReferenceFault = Literal["unknown", "later", "without_value"]


_MOST_PROPOSALS = 20  # to look for the nearest of a thousand IDs takes its time
_LONGEST_ID = 100


class Places:
    """All steps with their paths, in the order of reading, and where each ID stands first."""

    def __init__(self, placed: tuple[tuple[Step, Path], ...]) -> None:
        self.placed = placed
        self.proposals_left = _MOST_PROPOSALS
        self.valued: dict[str, int] = {}
        self.steps: dict[str, int] = {}
        self.ids: dict[str, int] = {}
        for index, (step, _) in enumerate(placed):
            self.steps.setdefault(step.id, index)
            for id_ in values_of(step):
                self.valued.setdefault(id_, index)
            for id_ in ids_of(step):
                self.ids.setdefault(id_, index)


@dataclass(frozen=True)
class Here:
    """A step among all `places`."""

    places: Places
    index: int

    @property
    def placed(self) -> tuple[tuple[Step, Path], ...]:
        return self.places.placed

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
        if self.source_of(id_) is not None:
            return None
        if self.places.steps.get(id_, self.index) < self.index:
            return "without_value"
        return "later" if id_ in self.places.ids else "unknown"

    def source_of(self, id_: str) -> Step | None:
        """The first earlier step that gives an ID its value."""
        index = self.places.valued.get(id_, self.index)
        return self.placed[index][0] if index < self.index else None

    def first_named(self, id_: str) -> int | None:
        """The number, from 1, of the first earlier step that has an ID or fills it."""
        index = self.places.ids.get(id_, self.index)
        return index + 1 if index < self.index else None

    def closest(self, id_: str) -> str | None:
        """The ID with a value here that somebody may have meant; looked for a few times in a script only."""
        if self.places.proposals_left <= 0 or len(id_) > _LONGEST_ID:
            return None
        self.places.proposals_left -= 1
        known = {fold(other): other for step in self.earlier for other in values_of(step)}
        return next((known[match] for match in get_close_matches(fold(id_), list(known), n=1)), None)

    def problem(self, code: str, *path: str | int, **params: Any) -> ScriptProblem:
        """A problem of this step at a place inside it."""
        place = pointer((*self.placed[self.index][1], *path))
        return ScriptProblem(code, self.step.id, place=place, params=params)


def ids_of(step: Step) -> set[str]:
    """Its Unique ID, and those that it fills."""
    return {step.id, *values_of(step)}
