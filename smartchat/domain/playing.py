"""Plays a trial: the conversation that its moves come to, through the same engine and the same hours as a real one."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from smartchat.domain.dialogue import (
    CallExternal,
    Dialogue,
    Effect,
    ExternalAnswered,
    Finished,
    HandedOver,
    NotUnderstood,
    NoValue,
    Opened,
    Received,
    Send,
    Understood,
    advance,
)
from smartchat.domain.hours import due_at
from smartchat.domain.opt_out import Wish, may_be_an_answer, plain, wish_of
from smartchat.domain.script import Script
from smartchat.domain.segments import Segments, segments
from smartchat.domain.steps import MultipleChoiceQuestion
from smartchat.domain.trial import ClockSet, SystemAnswered, Trial, Wrote

Outcome = Literal["waiting", "answered", "ended", "handed_over", "opt_out"]


@dataclass(frozen=True)
class Heard:
    """A message of the contact. `understood` stands at the last message of a turn; `due` while it waits."""

    text: str
    at: datetime
    outcome: Outcome = "waiting"
    due: datetime | None = None
    understood: Understood | NotUnderstood | None = None
    answered_at: datetime | None = None
    together: int = 1  # how many messages were answered as this turn


@dataclass(frozen=True)
class Said:
    """A message of the chatbot, and what it costs as SMS."""

    send: Send
    at: datetime
    segments: Segments


@dataclass(frozen=True)
class Noted:
    """What happened beside the messages: no value, a call, a hand-over, the end; or the answer of a system."""

    effect: NoValue | CallExternal | HandedOver | Finished | SystemAnswered
    at: datetime


Entry = Heard | Said | Noted


@dataclass(frozen=True)
class Scene:
    """A trial as it stands. `due`: when the opening or the answer goes out that waits for the active hours."""

    dialogue: Dialogue
    now: datetime
    entries: tuple[Entry, ...]
    due: datetime | None
    opted_out: bool
    call: CallExternal | None

    @property
    def over(self) -> bool:
        """Nothing the contact writes is answered by the chatbot any more."""
        return self.dialogue.ended or self.dialogue.status == "handed_over" or self.opted_out

    @property
    def segments(self) -> int:
        """Of all that was sent."""
        return sum(entry.segments.count for entry in self.entries if isinstance(entry, Said))


def play(script: Script, trial: Trial) -> Scene:
    """The conversation that a trial comes to. A move that does not fit (a clock turned back) changes nothing."""
    stage = _Stage(script, trial)
    stage.run_until(trial.began)
    for move in trial.moves:
        match move:
            case Wrote(text):
                stage.hear(text)
            case ClockSet(to):
                stage.run_until(to)
            case SystemAnswered():
                stage.system_answers(move)
    return stage.scene()


class _Stage:
    """Where a trial is played: the clock, the dialogue, what waits, and all that happened, in order."""

    def __init__(self, script: Script, trial: Trial) -> None:
        self.hours, self.now = script.active_hours, trial.began
        self.dialogue = Dialogue.begin(script, trial.data)
        self.entries: list[Entry] = []
        self.waiting: list[int] = []  # where in the entries the messages are that wait for an answer
        self.opted_out = False
        self.call: CallExternal | None = None
        self.due: datetime | None = due_at(self.hours, self.now)

    def run_until(self, moment: datetime) -> None:
        """Moves the clock. What falls due on the way happens at its own time, as it would by itself."""
        if moment < self.now or self.call:
            return
        if self.due is not None and self.due <= moment:
            self.now = max(self.now, self.due)
            self.due = None
            self._take_turn()
        # A system is waited for: time stands still until the tester says what it answers.
        if not self.call:
            self.now = moment

    def hear(self, text: str) -> None:
        # Before the opening there is no conversation to write in, and a system that is waited for holds the time still.
        if self.call or self.dialogue.status == "new":
            return
        outcome = self._outcome(text)
        if outcome == "opt_out":
            self._opt_out()
        self.entries.append(Heard(text, self.now, outcome))
        if outcome == "waiting":
            self.waiting.append(len(self.entries) - 1)
            self.due = due_at(self.hours, self.now)
            self.entries[-1] = Heard(text, self.now, "waiting", self.due)
            self.run_until(self.now)

    def system_answers(self, answer: SystemAnswered) -> None:
        if self.call is None:
            return
        self.call = None
        self.entries.append(Noted(answer, self.now))
        self._advance(
            ExternalAnswered(answer.values, self.now, "" if answer.values is not None else "failed")
        )

    def scene(self) -> Scene:
        return Scene(self.dialogue, self.now, tuple(self.entries), self.due, self.opted_out, self.call)

    def _outcome(self, text: str) -> Outcome:
        if self.dialogue.ended or self.opted_out:
            return "ended"
        if wish_of(text, False) is Wish.OUT and not (may_be_an_answer(text) and self._offered(text)):
            return "opt_out"
        if self.dialogue.status == "handed_over":
            return "handed_over"
        return "waiting"

    def _offered(self, text: str) -> bool:
        """Whether a word such as "Cancelar" is an option of the question just asked."""
        position = self.dialogue.script.positions.get(self.dialogue.step or "")
        step = None if position is None else self.dialogue.script.all_steps[position]
        return isinstance(step, MultipleChoiceQuestion) and plain(text) in map(plain, step.options)

    def _opt_out(self) -> None:
        self.opted_out, self.due = True, None
        for at in self.waiting:
            self._settle(at, "ended")
        self.waiting.clear()

    def _take_turn(self) -> None:
        if self.dialogue.status == "new":
            self._advance(Opened(self.now))
        else:
            self._answer()

    def _answer(self) -> None:
        """All that waits is one turn: the contact saw one question, and gets one reply."""
        turn, self.waiting = self.waiting, []
        texts = tuple(entry.text for at in turn if isinstance(entry := self.entries[at], Heard))
        for at in turn:
            self._settle(at, "answered")
        heard = self._advance(Received(texts, self.now))
        last = self.entries[turn[-1]]
        if isinstance(last, Heard):
            self.entries[turn[-1]] = replace(last, understood=heard, together=len(turn))

    def _settle(self, at: int, outcome: Outcome) -> None:
        entry = self.entries[at]
        if isinstance(entry, Heard):
            self.entries[at] = replace(entry, outcome=outcome, due=None, answered_at=self.now)

    def _advance(self, event: Opened | Received | ExternalAnswered) -> Understood | NotUnderstood | None:
        """Writes down what the event brings; gives what was understood of it."""
        self.dialogue, effects = advance(self.dialogue, event)
        heard: Understood | NotUnderstood | None = None
        for effect in effects:
            if isinstance(effect, Understood | NotUnderstood):
                heard = effect
            else:
                self.entries.append(self._entry(effect))
        return heard

    def _entry(self, effect: Effect) -> Entry:
        match effect:
            case Send():
                return Said(effect, self.now, segments(effect.text))
            case CallExternal():
                self.call = effect
                return Noted(effect, self.now)
            case Understood() | NotUnderstood():
                raise ValueError("what was understood stands at the message")
            case _:
                return Noted(effect, self.now)
