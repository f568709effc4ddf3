"""A chatbot's script: its file format read, checked and written.

The format is smartchat/domain/script_file/script.schema.json; what a schema cannot say is in script_check.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from smartchat.domain.hours import ActiveHours
from smartchat.domain.script.custom_data import DataColumn
from smartchat.domain.script.steps import AnyQuestion, CustomData, Flow, Language, Question, Step, values_of
from smartchat.domain.script_file.check import check_hours, check_steps, check_wrong_number_text
from smartchat.domain.script_file.problem import ScriptProblem
from smartchat.domain.script_file.schema import check_schema
from smartchat.domain.script_file.step_json import step_from_json, step_json

__all__ = ["FAREWELL_TO_STRANGERS", "Script", "ScriptProblem", "read_script", "script_json"]

FAREWELL_TO_STRANGERS: Mapping[Language, str] = {
    "es": "Gracias por avisar, y disculpe la molestia. No le escribiremos más por este asunto.",
    "en": "Thank you for telling us, and sorry for the trouble. We will not write to you about this again.",
}
"""Said where the script has no text of its own for a wrong number."""


@dataclass(frozen=True)
class Script:
    """A chatbot as it is: immutable, so that a launched campaign can keep its version."""

    name: str
    language: Language
    sender: str | None
    active_hours: ActiveHours
    steps: tuple[Step, ...]
    wrong_number_text: str | None = None

    @property
    def farewell_to_strangers(self) -> str:
        """What is said last to who is not the contact: the script's own text, or one of ours."""
        return self.wrong_number_text or FAREWELL_TO_STRANGERS[self.language]

    @property
    def custom_data(self) -> tuple[DataColumn, ...]:
        """The columns that its contact files need, in the order of the steps."""
        return tuple(DataColumn(s.id, s.data_type) for s in self.all_steps if isinstance(s, CustomData))

    @cached_property
    def all_steps(self) -> tuple[Step, ...]:
        """Every step in the order of reading: a flow, then the steps inside it."""
        return tuple(step for step, _ in with_inner(self.steps))

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """For each of `all_steps` the index behind it and all that is inside it."""
        return tuple(index + 1 + inside for index, (_, inside) in enumerate(with_inner(self.steps)))

    @cached_property
    def positions(self) -> Mapping[str, int]:
        """The index in `all_steps` by Unique ID."""
        return {step.id: index for index, step in enumerate(self.all_steps)}

    @cached_property
    def questions(self) -> tuple[AnyQuestion, ...]:
        """Every question, also those inside flows."""
        return tuple(step for step in self.all_steps if isinstance(step, Question))

    @cached_property
    def valued_ids(self) -> tuple[str, ...]:
        """Every ID that may have a value, in the order of the steps."""
        return tuple(id_ for step in self.all_steps for id_ in values_of(step))


def with_inner(steps: tuple[Step, ...]) -> Iterator[tuple[Step, int]]:
    """Each step with the number of steps inside it, in the order of reading."""
    for step in steps:
        inner = tuple(with_inner(step.steps)) if isinstance(step, Flow) else ()
        yield step, len(inner)
        yield from inner


def read_script(data: object) -> tuple[Script | None, tuple[ScriptProblem, ...]]:
    """Reads the parsed JSON of a script file.

    Problems of form (schema) leave no script: None. With problems of sense (an unknown {{ID}}, a range turned
    round) the script is there, to be shown and repaired, but it must not be launched. No problem of severity
    "error": it can be. Never raises, whatever the data.
    """
    problems = check_schema(data)
    if problems or not isinstance(data, dict):
        return None, problems
    hours, problems = check_hours(data.get("active_hours") or {})
    if hours is None:
        return None, problems
    plain = _composed(data)
    script = Script(
        name=plain["name"].strip(),
        language=plain["language"],
        sender=plain.get("sender"),
        active_hours=hours,
        steps=tuple(step_from_json(step) for step in plain["steps"]),
        wrong_number_text=(plain.get("wrong_number_text") or "").strip() or None,
    )
    problems = check_wrong_number_text(script.wrong_number_text or "")
    return script, (*problems, *check_steps(script.name, script.steps, script.sender or ""))


def script_json(script: Script) -> dict[str, Any]:
    """The script as its file holds it; `read_script` of it gives the same script."""
    data: dict[str, Any] = {"name": script.name, "language": script.language}
    if script.sender is not None:
        data["sender"] = script.sender
    data["active_hours"] = script.active_hours.to_json()
    if script.wrong_number_text is not None:
        data["wrong_number_text"] = script.wrong_number_text
    data["steps"] = [step_json(step) for step in script.steps]
    return data


def _composed(data: Any) -> Any:
    """All texts in NFC: an ID then equals its header in a contact file, and ñ costs one SMS character, not two."""
    match data:
        case str():
            return unicodedata.normalize("NFC", data)
        case dict():
            return {_composed(key): _composed(value) for key, value in data.items()}
        case list():
            return [_composed(value) for value in data]
        case _:
            return data
