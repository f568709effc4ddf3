"""A chatbot's script: its file format read, checked and written.

The format is smartchat/domain/script_file/script.schema.json; what a schema cannot say is in script_check.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from smartchat.domain.hours import ActiveHours
from smartchat.domain.script.custom_data import DataColumn
from smartchat.domain.script.steps import AnyQuestion, CustomData, Flow, Language, Question, Step, values_of

__all__ = ["FAREWELL_TO_STRANGERS", "Script"]

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
