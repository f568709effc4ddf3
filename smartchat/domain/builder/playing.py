"""Plays a trial: the conversation that its moves come to, through the same engine, hours and 24 hours as a real one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Literal

from smartchat.domain.addresses import WHATSAPP
from smartchat.domain.builder.trial import ClockSet, SystemAnswered, Trial, Wrote
from smartchat.domain.conversation import unwritten
from smartchat.domain.conversation.dialogue import (
    CallExternal,
    Dialogue,
    ExternalAnswered,
    Finished,
    HandedOver,
    MissingValue,
    Opened,
    QuestionAnswered,
    QuestionNotAnswered,
    Received,
    Send,
    advance,
    answers_by_tap,
)
from smartchat.domain.conversation.opted_answers import is_answer
from smartchat.domain.conversation.unwritten import Unwritten
from smartchat.domain.hours import due_at
from smartchat.domain.inbound.buttons import Tap, written_tap
from smartchat.domain.inbound.courtesies import is_courtesy
from smartchat.domain.inbound.opt_out import OptOutIntent, intent_of
from smartchat.domain.inbound.quoting import templates_of
from smartchat.domain.script.script import Script
from smartchat.domain.script.steps import Button
from smartchat.domain.sending.segments import Segments, segments
from smartchat.domain.sending.whatsapp_window import may_leave

Outcome = Literal["waiting", "answered", "early", "ended", "handed_over", "opt_out", "reaction", "automatic"]
Leaving = Literal["left", "held", "behind", "due", "cancelled"]


@dataclass(frozen=True)
class Heard:
    """A message of the contact. `understood` stands at the last message of a turn; `due` while it waits."""

    text: str
    at: datetime
    outcome: Outcome = "waiting"
    due: datetime | None = None
    understood: QuestionAnswered | QuestionNotAnswered | None = None
    answered_at: datetime | None = None
    together: int = 1  # how many messages were answered as this turn


@dataclass(frozen=True)
class Said:
    """A message of the chatbot, and what it costs as SMS. `at`: when it left, or would have but for WhatsApp's rule.

    `held`: until the contact writes. `behind`: until the one before it has left. `due`: the contact has written, it
    leaves at the opening. `cancelled`: the contact opted out before.
    """

    send: Send
    at: datetime
    segments: Segments
    state: Leaving = "left"
    due: datetime | None = None


@dataclass(frozen=True)
class Noted:
    """What happened beside the messages: no value, a call, a hand-over, the end; or the answer of a system."""

    effect: MissingValue | CallExternal | HandedOver | Finished | SystemAnswered
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
    def buttons(self) -> tuple[str, ...]:
        """What stands on the buttons that the contact sees and that may answer what is asked."""
        if self.over or self.dialogue.status != "asking":
            return ()
        return tuple(button.text for buttons in _seen(self.dialogue, self.entries) for button in buttons)

    @property
    def segments(self) -> int:
        """Of all that was sent."""
        sent = (entry for entry in self.entries if isinstance(entry, Said) and entry.state == "left")
        return sum(entry.segments.count for entry in sent)


def play(script: Script, trial: Trial, sender: str = "") -> Scene:
    """The conversation that a trial comes to. A move that does not fit (a clock turned back) changes nothing.

    `sender`: the address the chatbot talks from; on WhatsApp the contact has not written to it before the trial.
    """
    stage = _Stage(script, trial, sender)
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


def _seen(dialogue: Dialogue, entries: Iterable[Entry]) -> tuple[tuple[Button, ...], ...]:
    """The buttons of the templates that ask what waits, or lead to it, and that have left."""
    left = {entry.send.step_id for entry in entries if isinstance(entry, Said) and entry.state == "left"}
    templates = templates_of(dialogue.script, dialogue.step or "")
    return tuple(buttons for step_id, buttons in templates.items() if step_id in left)


class _Stage:
    """Where a trial is played: the clock, the dialogue, what waits, and all that happened.

    The entries are numbered as they happened; a message that was held gets a new number when it leaves.
    """

    def __init__(self, script: Script, trial: Trial, sender: str) -> None:
        self.hours, self.now, self.sender = script.active_hours, trial.began, sender
        self.dialogue = Dialogue.begin(script, trial.data)
        self.entries: dict[int, Entry] = {}
        self.numbers = count()
        self.waiting: list[int] = []  # the messages that wait for an answer
        self.unsent: dict[int, Said] = {}  # the messages that have not left, in order
        self.last_left = -1
        self.taps: dict[int, Tap] = {}  # the messages among them that tap on a button
        self.at_once: set[int] = set()  # those of them that answer, whatever has left since
        self.last_received_at: datetime | None = None
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
        self.last_received_at = self.now
        tap = written_tap(text, _seen(self.dialogue, self.entries.values()))
        answered = tap is not None and answers_by_tap(self.dialogue, tap, self.now)
        outcome = self._outcome(text, tap)
        if outcome == "opt_out":
            self._opt_out()
        due = due_at(self.hours, self.now)
        number = self._add(Heard(text, self.now, outcome, due if outcome == "waiting" else None))
        if outcome == "waiting":
            self.waiting.append(number)
            if tap is not None:
                self.taps[number] = tap
            if answered:
                self._take_back(number)
        for held in self.unsent:
            self._wait(held, "due", due)
        if self.waiting or self.unsent:
            self.due = due
            self.run_until(self.now)

    def system_answers(self, answer: SystemAnswered) -> None:
        if self.call is None:
            return
        self.call = None
        self._add(Noted(answer, self.now))
        self._advance(
            ExternalAnswered(answer.values, self.now, "" if answer.values is not None else "failed")
        )

    def scene(self) -> Scene:
        entries = tuple(self.entries.values())
        return Scene(self.dialogue, self.now, entries, self.due, self.opted_out, self.call)

    def _add(self, entry: Entry) -> int:
        number = next(self.numbers)
        self.entries[number] = entry
        return number

    def _take_back(self, number: int) -> None:
        """A tap answers before the question has left: it need not be asked."""
        self.at_once.add(number)
        for unsent in [at for at, said in self.unsent.items() if said.send.step_id == self.dialogue.step]:
            self._wait(unsent, "cancelled")
            del self.unsent[unsent]

    def _outcome(self, text: str, tap: Tap | None) -> Outcome:
        if self.dialogue.ended or self.opted_out:
            return "ended"
        sms = not self.sender.startswith(WHATSAPP)
        wish = intent_of(text, False) is OptOutIntent.OUT
        if wish and not is_answer(self.dialogue, text, tap, self.now, twilio_acts=sms):
            return "opt_out"
        if self.dialogue.status == "handed_over":
            return "handed_over"
        return "waiting"

    def _opt_out(self) -> None:
        self.opted_out, self.due = True, None
        for number in self.waiting:
            self._settle(number, "ended")
        for number in self.unsent:
            self._wait(number, "cancelled")
        self.waiting.clear()
        self.unsent.clear()

    def _take_turn(self) -> None:
        """What was held leaves first: the contact answers what was seen."""
        self._leave()
        if self.dialogue.status == "new":
            self._advance(Opened(self.now))
        elif self.waiting and not self.unsent:
            self._answer()

    def _answer(self) -> None:
        """All that waits is one turn: the contact saw one question, and gets one reply."""
        turn, self.waiting = self.waiting, []
        texts = {number: self._written(number) for number in turn}
        heard = [
            number
            for number in turn
            if (number > self.last_left or number in self.at_once)
            and not isinstance(texts[number], Unwritten)
        ]
        for number in turn:
            match texts[number]:
                case Unwritten.REACTION:
                    self._settle(number, "reaction")
                case Unwritten.AUTOMATIC:
                    self._settle(number, "automatic")
                case _:
                    self._settle(number, "answered" if number in heard else "early")
        last = self.entries[heard[-1]] if heard else None
        if isinstance(last, Heard):
            taken = self._advance(self._received(heard, texts))
            last = replace(last, outcome="answered", due=None, answered_at=self.now)
            self.entries[heard[-1]] = replace(last, understood=taken, together=len(heard))

    def _received(self, heard: list[int], texts: Mapping[int, str | Unwritten]) -> Received:
        """The day is that of the last message that says anything: thanks do not move it, a tap does."""
        named = (n for n in reversed(heard) if n in self.taps or not is_courtesy(str(texts[n])))
        taps = tuple(self.taps[number] for number in heard if number in self.taps)
        said = tuple(str(texts[number]) for number in heard if number not in self.taps)
        return Received(said, self.entries[next(named, heard[-1])].at, taps)

    def _written(self, number: int) -> str | Unwritten:
        """What the chatbot reads of a message. What taps on a button is somebody's word, whatever stands on it."""
        entry = self.entries[number]
        if not isinstance(entry, Heard):
            return ""
        return entry.text if number in self.taps else unwritten.heard(self.dialogue, entry.text)

    def _settle(self, number: int, outcome: Outcome) -> None:
        entry = self.entries[number]
        if isinstance(entry, Heard):
            self.entries[number] = replace(entry, outcome=outcome, due=None, answered_at=self.now)

    def _advance(
        self, event: Opened | Received | ExternalAnswered
    ) -> QuestionAnswered | QuestionNotAnswered | None:
        """Writes down what the event brings; gives what was understood of it."""
        self.dialogue, effects = advance(self.dialogue, event)
        heard: QuestionAnswered | QuestionNotAnswered | None = None
        for effect in effects:
            match effect:
                case QuestionAnswered() | QuestionNotAnswered():
                    heard = effect
                case Send():
                    self._say(Said(effect, self.now, segments(effect.text)))
                case _:
                    self.call = effect if isinstance(effect, CallExternal) else self.call
                    self._add(Noted(effect, self.now))
        return heard

    def _say(self, said: Said) -> None:
        """Hands a message over, or keeps it where WhatsApp does not let it leave, or something before it."""
        number = self._add(said)
        if not self.unsent and self._may_leave(said):
            self.last_left = number
        else:
            self.unsent[number] = said
            self._wait(number, "behind" if len(self.unsent) > 1 else "held")

    def _leave(self) -> None:
        """What was held leaves in order, as far as it may."""
        while self.unsent:
            number, said = next(iter(self.unsent.items()))
            if not self._may_leave(said):
                for behind in self.unsent:
                    self._wait(behind, "held" if behind == number else "behind")
                return
            del self.unsent[number], self.entries[number]
            self.last_left = self._add(replace(said, at=self.now, state="left", due=None))

    def _may_leave(self, said: Said) -> bool:
        return may_leave(self.sender, said.send.template is not None, self.last_received_at, self.now)

    def _wait(self, number: int, state: Leaving, due: datetime | None = None) -> None:
        self.entries[number] = self.unsent[number] = replace(self.unsent[number], state=state, due=due)
