"""A dialogue as a value: how far a contact is in a script, and what is known by then."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from smartchat.domain.answers import Value
from smartchat.domain.script.script import Script
from smartchat.domain.script.steps import External, Math, Question, Step
from smartchat.domain.statuses import ConversationStatus

Status = Literal["new", "asking", "calling", "handed_over", "completed", "ended", "wrong_number"]
_WAITS_AT: Mapping[str, type[Question] | type[External]] = {"asking": Question, "calling": External}


@dataclass(frozen=True)
class Dialogue:
    """One contact's way through a script. `given` holds Custom Data as texts and answers, by step ID."""

    script: Script
    given: Mapping[str, Value] = field(default_factory=dict)
    status: Status = "new"
    step: str | None = None  # what it waits at: the question while asking, the external system while calling
    failed: int = 0  # answers to it that were not understood
    lacking: Mapping[str, str] = field(default_factory=dict)  # why a step gave no value, by its ID

    @classmethod
    def begin(cls, script: Script, custom_data: Mapping[str, str]) -> "Dialogue":
        """A dialogue before its opening. What the script has no Custom Data step for is left out."""
        columns = [column.id for column in script.custom_data]
        return cls(script, {id_: custom_data[id_] for id_ in columns if id_ in custom_data})

    @property
    def ended(self) -> bool:
        """Nothing that comes will change it."""
        return self.status in ("completed", "ended", "wrong_number")

    @property
    def waits_at(self) -> Step | None:
        """The step of its script that it stands at; None before the opening and after the end."""
        position = self.script.positions.get(self.step or "")
        return None if position is None else self.script.all_steps[position]

    @property
    def values(self) -> dict[str, Any]:
        """Value by ID, in the order of the script, for everything that may have one.

        Custom Data as in the contact file (text); integers and calculations as numbers; several options as a list;
        no value: None.
        """
        numbers = {step.id for step in self.script.all_steps if isinstance(step, Math)}
        return {
            id_: _number(self.given.get(id_)) if id_ in numbers else _plain(self.given.get(id_))
            for id_ in self.script.valued_ids
        }

    def at(self, status: Status, step: str | None, failed: int = 0) -> "Dialogue":
        """The same, standing elsewhere or at another count of failed answers."""
        return Dialogue(self.script, self.given, status, step, failed, self.lacking)

    def knowing(self, values: Mapping[str, Value]) -> "Dialogue":
        """The same with values given."""
        given = {**self.given, **values}
        return Dialogue(self.script, given, self.status, self.step, self.failed, self.lacking)

    def without(self, why: Mapping[str, str]) -> "Dialogue":
        """The same with the reasons for values that were not given, by the ID of the step."""
        lacking = {**self.lacking, **why}
        return Dialogue(self.script, self.given, self.status, self.step, self.failed, lacking)

    def state(self) -> dict[str, Any]:
        """All but the script, as JSON can hold it."""
        given = {id_: _plain(value) for id_, value in self.given.items()}
        state = {"status": self.status, "step": self.step, "failed": self.failed, "given": given}
        return state | ({"lacking": dict(self.lacking)} if self.lacking else {})

    @classmethod
    def restore(cls, script: Script, state: Mapping[str, Any]) -> "Dialogue":
        """The dialogue of a `state()` with the same script; of {} a new one without Custom Data.

        ValueError where the state waits at no such step of the script.
        """
        kept = state.get("given", {})
        given = {id_: tuple(value) if isinstance(value, list) else value for id_, value in kept.items()}
        status, step, failed = state.get("status", "new"), state.get("step"), state.get("failed", 0)
        dialogue = cls(script, given, status, step, failed, state.get("lacking", {}))
        wanted = _WAITS_AT.get(dialogue.status)
        if wanted and not isinstance(dialogue.waits_at, wanted):
            raise ValueError(f"the script has no step {dialogue.step!r} to wait at")
        return dialogue


def _plain(value: Value) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _number(value: Value) -> Any:
    """A calculation as JSON has it."""
    if value is None:
        return None
    number = Decimal(str(value))
    return int(number) if number == number.to_integral_value() else float(number)


# A conversation that the chatbot brought to its end is completed; one that it gave up is ended.
_OVER = {
    "completed": ConversationStatus.COMPLETED,
    "ended": ConversationStatus.ENDED,
    "wrong_number": ConversationStatus.WRONG_NUMBER,
}


def status_of(dialogue: Dialogue) -> ConversationStatus:
    """The state of the conversation that stands where this dialogue does."""
    return _OVER.get(dialogue.status, ConversationStatus.OPEN)
