"""The dialogue engine: a conversation as a value, moved on by events.

`advance` is pure: the same dialogue and event give the same result, whatever the clock of the machine says.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, assert_never

from smartchat.domain import answers
from smartchat.domain.conversation.events import (
    CallExternal,
    Effect,
    Event,
    ExternalAnswered,
    Finished,
    HandedOver,
    MissingValue,
    Opened,
    QuestionAnswered,
    QuestionNotAnswered,
    Received,
)
from smartchat.domain.conversation.gaps import missing_values, unknown
from smartchat.domain.conversation.known_values import known_values
from smartchat.domain.conversation.questions import answerable
from smartchat.domain.conversation.saying import Send
from smartchat.domain.conversation.state import Dialogue
from smartchat.domain.conversation.strangers import is_for_another
from smartchat.domain.hours import local_date
from smartchat.domain.inbound.buttons import Tap, read
from smartchat.domain.inbound.quoting import templates_of
from smartchat.domain.script.evaluation import NoNumber, calculate, holds, same, written
from smartchat.domain.script.formulas import FormulaFault, parse_expression, parse_formula
from smartchat.domain.script.secret_names import with_secrets
from smartchat.domain.script.steps import (
    CustomData,
    End,
    External,
    Flow,
    HandOver,
    Math,
    Message,
    Question,
    Simple,
    TextQuestion,
    values_of,
)
from smartchat.domain.script.texts import in_address, in_json, one_line, substitute

from . import saying

__all__ = [
    "CallExternal",
    "Dialogue",
    "Effect",
    "Event",
    "ExternalAnswered",
    "Finished",
    "HandedOver",
    "MissingValue",
    "Opened",
    "QuestionAnswered",
    "QuestionNotAnswered",
    "Received",
    "Send",
    "advance",
    "answers_by_tap",
    "call_of",
    "is_true",
    "understood",
]


def advance(dialogue: Dialogue, event: Event) -> tuple[Dialogue, tuple[Effect, ...]]:
    """What an event makes of a dialogue, and what is to be done for it, in order.

    An opening counts only before anything was said, a message only while a question waits, an answer of another
    system only while it is called: all else changes nothing and has no effects. Never raises for a script without
    errors; it stops at the first question or call, or at the end.
    """
    match event:
        case Opened() if dialogue.status == "new":
            return _go_on(dialogue, 0, [])
        case Received() if dialogue.status == "asking":
            return _answer(dialogue, event)
        case ExternalAnswered() if dialogue.status == "calling":
            return _called(dialogue, event)
        case Opened() | Received() | ExternalAnswered():
            return dialogue, ()
        case _:
            assert_never(event)


def _go_on(  # noqa: C901, PLR0912 - one case for each kind of step
    dialogue: Dialogue, position: int, effects: list[Effect]
) -> tuple[Dialogue, tuple[Effect, ...]]:
    """Runs the steps from a position (in all_steps) to the next that waits for somebody, or to the end."""
    script = dialogue.script
    while position < len(script.all_steps):
        step = script.all_steps[position]
        position += 1
        match step:
            case Question():
                said = tuple(saying.question(step, dialogue.given))
                effects += said
                if said:
                    return dialogue.at("asking", step.id), tuple(effects)
                # A question of nothing but empty values cannot be asked: it stays without an answer.
                if step.end_if_unsuccessful:
                    return _finish(dialogue, "ended", effects)
            case Message():
                effects += saying.message(step, dialogue.given)
            case CustomData():
                pass
            case Math():
                dialogue = _calculated(dialogue, step, effects)
            case Flow():
                if not is_true(dialogue, step.display_if):
                    dialogue = _skipped(dialogue, step, effects)
                    position = script.ends[position - 1]
            case External():
                effects.append(_call(dialogue, step))
                return dialogue.at("calling", step.id), tuple(effects)
            case HandOver():
                return _hand_over(dialogue, step.id, step.note, effects)
            case End():
                effects += saying.sends(step.id, substitute(step.text or "", dialogue.given))
                return _finish(dialogue, "completed", effects)
            case _:
                assert_never(step)
    return _finish(dialogue, "completed", effects)


def _answer(dialogue: Dialogue, event: Received) -> tuple[Dialogue, tuple[Effect, ...]]:
    question = dialogue.waits_at
    if not isinstance(question, Question):  # only a state that was made by hand; restore() refuses it
        return dialogue, ()
    if is_for_another(dialogue, _words(dialogue, event)):
        said = saying.sends(question.id, dialogue.script.farewell_to_strangers)
        return _finish(dialogue, "wrong_number", [*said])
    result = understood(dialogue, event)
    if isinstance(result, answers.Understood):
        known = dialogue.knowing({question.id: result.value})
        return _after(known, question.id, [QuestionAnswered(question.id, result.value, result.how)])
    left = max(question.retries - dialogue.failed, 0)
    missed = QuestionNotAnswered(question.id, result.why, left)
    if left:
        sends = saying.asked_again(question, dialogue.given)
        return dialogue.at("asking", question.id, dialogue.failed + 1), (missed, *sends)
    if question.end_if_unsuccessful:
        return _finish(dialogue, "ended", [missed])
    return _after(dialogue, question.id, [missed])


def _words(dialogue: Dialogue, event: Received) -> tuple[str, ...]:
    """What was said in words of the contact's own, or by a button that is no answer to the question."""
    taps = (tap for tap in event.taps if not answers_by_tap(dialogue, tap, event.written_at))
    return (*event.texts, *(tap.text for tap in taps))


def answers_by_tap(dialogue: Dialogue, tap: Tap, at: datetime) -> bool:
    """Whether a tap on a button, made at that moment, means an answer to the question that waits."""
    if dialogue.status != "asking":
        return False
    return isinstance(understood(dialogue, Received((), at, (tap,))), answers.Understood)


def understood(dialogue: Dialogue, event: Received) -> answers.Answer:
    """What a turn answers to the question that waits. Taps and texts that say different things are not understood."""
    question = dialogue.waits_at
    if not isinstance(question, Question):
        return answers.NotUnderstood("nothing")
    script = dialogue.script
    today = local_date(script.active_hours, event.written_at)
    measured = answerable(question, dialogue.given)
    if isinstance(question, TextQuestion):
        said = (*(tap.text for tap in event.taps), *event.texts)
        if question.media and event.media:
            lines = (text.strip() for text in (*said, f"[{', '.join(event.media)}]"))
            return answers.Understood("\n".join(filter(None, lines)), "media")
        return answers.understand_turn(measured, said, today, script.language)
    if not event.taps:
        return answers.understand_turn(measured, event.texts, today, script.language)
    templates = tuple(templates_of(script, question.id).values())
    found = [read(measured, tap, templates, today, script.language) for tap in event.taps]
    if event.texts:
        written = answers.understand_turn(measured, event.texts, today, script.language)
        # Words around a tap need not be an answer ("gracias"); where they are one, it has to be the same.
        found += [written] if isinstance(written, answers.Understood) else []
    values = {answer.value: answer for answer in reversed(found) if isinstance(answer, answers.Understood)}
    if len(values) > 1:
        return answers.NotUnderstood("several")
    return next(iter(values.values()), found[0])


def _called(dialogue: Dialogue, event: ExternalAnswered) -> tuple[Dialogue, tuple[Effect, ...]]:
    step = dialogue.waits_at
    if not isinstance(step, External):
        return dialogue, ()
    if event.values is not None:
        wanted = {id_: event.values[id_] for id_ in values_of(step) if id_ in event.values}
        absent = {
            id_: MissingValue(step.id, "absent", (id_,), path)
            for id_, path in step.values
            if id_ not in wanted
        }
        known = dialogue.knowing(wanted).without({id_: gap.lacking for id_, gap in absent.items()})
        return _after(known, step.id, list(absent.values()))
    effects: list[Effect] = [MissingValue(step.id, event.why)]
    dialogue = dialogue.without({step.id: event.why})
    match step.on_failure:
        case "continue":
            return _after(dialogue, step.id, effects)
        case "end":
            return _finish(dialogue, "ended", effects)
        case "hand_over":
            return _hand_over(dialogue, step.id, None, effects)


def _calculated(dialogue: Dialogue, step: Math, effects: list[Effect]) -> Dialogue:
    formula = parse_formula(step.formula)
    if isinstance(formula, FormulaFault):  # only in a script with errors
        return dialogue
    known = known_values(dialogue.script, dialogue.given)
    result = calculate(formula, known)
    if not isinstance(result, NoNumber):
        return dialogue.knowing({step.id: written(result)})
    ids = unknown(formula, known) if result.why == "missing" else (result.id,) if result.id else ()
    return _lacking(dialogue, MissingValue(step.id, result.why, ids), effects)


def _skipped(dialogue: Dialogue, step: Flow, effects: list[Effect]) -> Dialogue:
    """A condition that is not true for want of a value is written down; one that is simply false is not."""
    lacked = missing_values(step.display_if, known_values(dialogue.script, dialogue.given))
    return _lacking(dialogue, MissingValue(step.id, "skipped", lacked), effects) if lacked else dialogue


def _lacking(dialogue: Dialogue, gap: MissingValue, effects: list[Effect]) -> Dialogue:
    effects.append(gap)
    return dialogue.without({gap.step_id: gap.lacking})


def is_true(dialogue: Dialogue, condition: Simple | str) -> bool:
    """Whether the condition of a flow is true with what is known now."""
    known = known_values(dialogue.script, dialogue.given)
    if isinstance(condition, Simple):
        value = known.get(condition.step)
        # An option may hold {{ID}}: the contact chose it with the value in its place.
        return value is not None and same(value, substitute(condition.equals, dialogue.given).strip())
    expression = parse_expression(condition)
    return not isinstance(expression, FormulaFault) and holds(expression, known)


def _call(dialogue: Dialogue, step: External) -> CallExternal:
    """Values stand in an address percent-encoded, in a header on one line, in a body as in JSON texts."""
    given = dialogue.given
    return CallExternal(
        step.id,
        step.method,
        substitute(step.url, given, in_address),
        tuple((name, substitute(value, given, one_line)) for name, value in step.headers),
        None if step.body is None else substitute(step.body, given, in_json),
    )


def call_of(dialogue: Dialogue, secrets: Mapping[str, str]) -> tuple[CallExternal, Mapping[str, str]] | None:
    """The call that a dialogue waits for, and the path of each value in its answer; None where it waits for none.

    `secrets` by name are put in before the values of the contact: nobody gets at one by writing {{secret.NAME}}.
    """
    step = dialogue.waits_at
    if dialogue.status != "calling" or not isinstance(step, External):
        return None
    return _call(dialogue, with_secrets(step, secrets)), dict(step.values)


def _hand_over(
    dialogue: Dialogue, step_id: str, note: str | None, effects: list[Effect]
) -> tuple[Dialogue, tuple[Effect, ...]]:
    return dialogue.at("handed_over", step_id), (*effects, HandedOver(step_id, note))


def _after(dialogue: Dialogue, step_id: str, effects: list[Effect]) -> tuple[Dialogue, tuple[Effect, ...]]:
    return _go_on(dialogue, dialogue.script.positions[step_id] + 1, effects)


def _finish(
    dialogue: Dialogue, status: Literal["completed", "ended", "wrong_number"], effects: list[Effect]
) -> tuple[Dialogue, tuple[Effect, ...]]:
    return dialogue.at(status, None), (*effects, Finished(status))
