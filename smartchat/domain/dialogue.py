"""The dialogue engine: a conversation as a value, moved on by events.

`advance` is pure: the same dialogue and event give the same result, whatever the clock of the machine says.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, assert_never

from smartchat.domain import answers
from smartchat.domain.hours import local_date
from smartchat.domain.questions import asked, resolved
from smartchat.domain.script import Script
from smartchat.domain.steps import AnyQuestion, CustomData, End, Message, Question, Template
from smartchat.domain.texts import LONGEST_BODY, bodies, substitute

Status = Literal["new", "asking", "completed", "ended"]


@dataclass(frozen=True, slots=True)
class Opened:
    """The chatbot may open the conversation now."""

    now: datetime


@dataclass(frozen=True, slots=True)
class Received:
    """What the contact wrote since the question was asked, oldest first: one turn, however many messages."""

    texts: tuple[str, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class Send:
    """A message to the contact, at most 1600 characters. With a template its variables are filled in."""

    text: str
    step_id: str
    media_url: str | None = None
    template: Template | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """The answer to a question; `how` is a word for the operator ("exact", "number", "typo" …)."""

    step_id: str
    value: answers.Value
    how: str


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """An answer that gave no value; `attempts_left` is how often it will still be asked for (0: given up)."""

    step_id: str
    why: str
    attempts_left: int


@dataclass(frozen=True, slots=True)
class Finished:
    """The conversation is over: "completed" at the end of the script, "ended" for want of an answer."""

    status: Literal["completed", "ended"]


Event = Opened | Received
Effect = Send | Understood | NotUnderstood | Finished


@dataclass(frozen=True)
class Dialogue:
    """One contact's way through a script. `given` holds Custom Data as texts and answers, by step ID."""

    script: Script
    given: Mapping[str, answers.Value] = field(default_factory=dict)
    status: Status = "new"
    step: str | None = None  # the question that waits for an answer, while asking
    failed: int = 0  # answers to it that were not understood

    @classmethod
    def begin(cls, script: Script, custom_data: Mapping[str, str]) -> "Dialogue":
        """A dialogue before its opening. What the script has no Custom Data step for is left out."""
        columns = [column.id for column in script.custom_data]
        return cls(script, {id_: custom_data[id_] for id_ in columns if id_ in custom_data})

    @property
    def ended(self) -> bool:
        """Nothing that comes will change it."""
        return self.status in ("completed", "ended")

    @property
    def values(self) -> dict[str, Any]:
        """Value by ID, in the order of the script, for every Custom Data step and question.

        Custom Data as in the contact file (text); an integer as int; several options as a list; no answer: None.
        """
        valued = (step.id for step in self.script.steps if isinstance(step, CustomData | Question))
        return {id_: _plain(self.given.get(id_)) for id_ in valued}

    def state(self) -> dict[str, Any]:
        """All but the script, as JSON can hold it."""
        given = {id_: _plain(value) for id_, value in self.given.items()}
        return {"status": self.status, "step": self.step, "failed": self.failed, "given": given}

    @classmethod
    def restore(cls, script: Script, state: Mapping[str, Any]) -> "Dialogue":
        """The dialogue of a `state()` with the same script; of {} a new one without Custom Data.

        ValueError where the state waits at no question of the script.
        """
        kept = state.get("given", {})
        given = {id_: tuple(value) if isinstance(value, list) else value for id_, value in kept.items()}
        dialogue = cls(script, given, state.get("status", "new"), state.get("step"), state.get("failed", 0))
        if dialogue.status == "asking" and _question(dialogue) is None:
            raise ValueError(f"the script has no question {dialogue.step!r} to wait at")
        return dialogue


def advance(dialogue: Dialogue, event: Event) -> tuple[Dialogue, tuple[Effect, ...]]:
    """What an event makes of a dialogue, and what is to be done for it, in order.

    An opening counts only before anything was said, a message only while a question waits: all else changes
    nothing and has no effects. A retry message and the question that is asked again are one Send, two lines,
    where both fit into 1600 characters: one SMS is cheaper than two. Never raises for a script without errors;
    it stops at the first question or at the end.
    """
    match event:
        case Opened() if dialogue.status == "new":
            return _go_on(dialogue, 0)
        case Received() if dialogue.status == "asking":
            return _answer(dialogue, event)
        case Opened() | Received():
            return dialogue, ()
        case _:
            assert_never(event)


def _go_on(dialogue: Dialogue, position: int) -> tuple[Dialogue, tuple[Effect, ...]]:
    """Runs the steps from a position to the next question that says something, or to the end."""
    effects: list[Effect] = []
    for step in dialogue.script.steps[position:]:
        match step:
            case Message():
                effects += _message(dialogue, step)
            case CustomData():
                pass
            case End():
                effects += _sends(step.id, substitute(step.text or "", dialogue.given))
                break
            case Question():
                said = tuple(_sends(step.id, asked(resolved(step, dialogue.given))))
                effects += said
                if said:
                    return replace(dialogue, status="asking", step=step.id, failed=0), tuple(effects)
                # A question of nothing but empty values cannot be asked: it stays without an answer.
                if step.end_if_unsuccessful:
                    return _finish(dialogue, "ended", effects)
            case _:
                assert_never(step)
    return _finish(dialogue, "completed", effects)


def _answer(dialogue: Dialogue, event: Received) -> tuple[Dialogue, tuple[Effect, ...]]:
    question = _question(dialogue)
    if question is None:  # only a state that was made by hand; restore() refuses it
        return dialogue, ()
    today = local_date(dialogue.script.active_hours, event.now)
    question = resolved(question, dialogue.given)
    result = answers.understand_turn(question, event.texts, today, dialogue.script.language)
    if isinstance(result, answers.Understood):
        known = replace(dialogue, given={**dialogue.given, question.id: result.value})
        return _after(known, question, Understood(question.id, result.value, result.how))
    left = max(question.retries - dialogue.failed, 0)
    missed = NotUnderstood(question.id, result.why, left)
    if left:
        sends = _asked_again(question)
        return replace(dialogue, failed=dialogue.failed + 1), (missed, *sends)
    if question.end_if_unsuccessful:
        return _finish(dialogue, "ended", [missed])
    return _after(dialogue, question, missed)


def _after(dialogue: Dialogue, question: AnyQuestion, effect: Effect) -> tuple[Dialogue, tuple[Effect, ...]]:
    next_dialogue, effects = _go_on(dialogue, dialogue.script.positions[question.id] + 1)
    return next_dialogue, (effect, *effects)


def _finish(
    dialogue: Dialogue, status: Literal["completed", "ended"], effects: list[Effect]
) -> tuple[Dialogue, tuple[Effect, ...]]:
    return replace(dialogue, status=status, step=None, failed=0), (*effects, Finished(status))


def _question(dialogue: Dialogue) -> AnyQuestion | None:
    position = dialogue.script.positions.get(dialogue.step or "")
    step = None if position is None else dialogue.script.steps[position]
    return step if isinstance(step, Question) else None


def _asked_again(question: AnyQuestion) -> Iterator[Send]:
    again = asked(question)
    together = f"{(question.retry_message or '').strip()}\n{again}".strip()
    if len(together) <= LONGEST_BODY:
        return _sends(question.id, together)
    return iter([*_sends(question.id, question.retry_message or ""), *_sends(question.id, again)])


def _message(dialogue: Dialogue, step: Message) -> Iterator[Send]:
    template = step.template
    if template is not None:
        filled = tuple((name, substitute(text, dialogue.given)) for name, text in template.variables)
        template = replace(template, variables=filled)
    return _sends(step.id, substitute(step.text, dialogue.given), step.media_url, template)


def _sends(
    step_id: str, text: str, media_url: str | None = None, template: Template | None = None
) -> Iterator[Send]:
    """A text as messages. Media and template go with the first; a template is never cut: Twilio holds its text."""
    parts = (text.strip(),) if template is not None else bodies(text)
    if not parts and media_url is not None:
        parts = ("",)
    for index, part in enumerate(parts):
        first = index == 0
        yield Send(part, step_id, media_url if first else None, template if first else None)


def _plain(value: answers.Value) -> Any:
    return list(value) if isinstance(value, tuple) else value
