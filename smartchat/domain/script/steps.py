"""The steps of a chatbot: what can stand in a script, as closed types."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from smartchat.domain.script.custom_data import DataType

Language = Literal["es", "en"]
BinaryKind = Literal["yes_no", "gender", "good_bad"]
Method = Literal["GET", "POST"]
OnFailure = Literal["continue", "end", "hand_over"]

DEFAULT_RETRIES = 2
BINARY_ANSWERS: Mapping[BinaryKind, tuple[str, str]] = {
    "yes_no": ("yes", "no"),
    "gender": ("female", "male"),
    "good_bad": ("good", "bad"),
}
"""What each kind of binary question takes."""


@dataclass(frozen=True, kw_only=True)
class Button:
    """A quick reply of a template. A tap names `text`, and `payload` where the template gives it one.

    `answer` is what a tap means: an option of the question, or "yes", "no" and their kin; None: what its text says.
    """

    text: str
    payload: str | None = None
    answer: str | None = None

    def to_json(self) -> str | dict[str, str]:
        """Its text alone, or an object where more is known of it."""
        more = {"payload": self.payload, "answer": self.answer}
        given = {name: value for name, value in more.items() if value is not None}
        return {"text": self.text, **given} if given else self.text


@dataclass(frozen=True, kw_only=True)
class Template:
    """A WhatsApp template: its ContentSid, and its variables in order, whose texts may hold {{ID}}."""

    content_sid: str
    variables: tuple[tuple[str, str], ...] = ()
    buttons: tuple[Button, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """{"content_sid": "HX…", "variables": {"1": "…"}}, as in a script file and as Twilio wants the variables."""
        data: dict[str, Any] = {"content_sid": self.content_sid, "variables": dict(self.variables)}
        return data | ({"buttons": [button.to_json() for button in self.buttons]} if self.buttons else {})


@dataclass(frozen=True, kw_only=True)
class Message:
    """Says something and goes on."""

    id: str
    text: str
    media_url: str | None = None
    template: Template | None = None


@dataclass(frozen=True, kw_only=True)
class CustomData:
    """A value of each contact, from the contact file; says nothing."""

    id: str
    data_type: DataType


@dataclass(frozen=True, kw_only=True)
class End:
    """Ends the conversation, with or without a last text."""

    id: str
    text: str | None = None


@dataclass(frozen=True, kw_only=True)
class Question:
    """What all questions share. `retries`: how often it is asked again when the answer is not understood.

    With a template it is asked by that first; again it is asked by its text.
    """

    id: str
    text: str
    template: Template | None = None
    retries: int = DEFAULT_RETRIES
    retry_message: str | None = None
    end_if_unsuccessful: bool = False


@dataclass(frozen=True, kw_only=True)
class TextQuestion(Question):
    """Takes the text as sent; lengths in characters, both ends included.

    `media`: takes a picture, a voice message, a place or a document as well, whatever the length of what is written.
    """

    min_length: int | None = None
    max_length: int | None = None
    media: bool = False


@dataclass(frozen=True, kw_only=True)
class IntegerQuestion(Question):
    """Takes a whole number; both ends included."""

    min: int | None = None
    max: int | None = None


@dataclass(frozen=True, kw_only=True)
class DateQuestion(Question):
    """Takes a day; a limit is YYYY-MM-DD, TODAY, or the ID of an earlier date; both ends included."""

    min: str | None = None
    max: str | None = None


@dataclass(frozen=True, kw_only=True)
class MultipleChoiceQuestion(Question):
    """Takes one of the options, or several. `show_options`: None shows them unless the text names them all."""

    options: tuple[str, ...]
    multiple: bool = False
    show_options: bool | None = None


@dataclass(frozen=True, kw_only=True)
class BinaryQuestion(Question):
    """Takes one of two meanings: yes/no, female/male, good/bad."""

    kind: BinaryKind = "yes_no"


@dataclass(frozen=True, kw_only=True)
class EmailQuestion(Question):
    """Takes an e-mail address."""


@dataclass(frozen=True, kw_only=True)
class Math:
    """Calculates a number from earlier ones; says nothing. `description` is for the operator."""

    id: str
    formula: str
    description: str | None = None


@dataclass(frozen=True, kw_only=True)
class Simple:
    """The condition that an earlier question has a value (of several options: among others)."""

    step: str
    equals: str


@dataclass(frozen=True, kw_only=True)
class Flow:
    """Steps that are run where a condition is true: a Simple one, or an expression."""

    id: str
    display_if: Simple | str
    steps: tuple["Step", ...]


@dataclass(frozen=True, kw_only=True)
class External:
    """Asks another system. `values`: the path into its JSON answer, by the ID that gets the value."""

    id: str
    url: str
    method: Method = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    values: tuple[tuple[str, str], ...] = ()
    on_failure: OnFailure = "continue"


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """The chatbot stops answering this conversation: an operator does. `note` is for the operator."""

    id: str
    note: str | None = None


AnyQuestion = (
    TextQuestion | IntegerQuestion | DateQuestion | MultipleChoiceQuestion | BinaryQuestion | EmailQuestion
)
Step = Message | CustomData | End | AnyQuestion | Math | Flow | External | HandOver


def values_of(step: Step) -> tuple[str, ...]:
    """The IDs that a step gives values to."""
    match step:
        case CustomData() | Question() | Math():
            return (step.id,)
        case External():
            return tuple(id_ for id_, _ in step.values)
        case _:
            return ()
