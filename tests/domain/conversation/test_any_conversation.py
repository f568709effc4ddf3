"""The engine for any script, any words and any answers of other systems: the rules that always hold."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.conversation.dialogue import (
    CallExternal,
    Dialogue,
    Effect,
    Event,
    ExternalAnswered,
    Finished,
    HandedOver,
    Opened,
    QuestionAnswered,
    QuestionNotAnswered,
    Received,
    Send,
    advance,
)
from smartchat.domain.script.script import Script
from smartchat.domain.script.steps import External, Question
from tests.domain.script.scripts import answers, branching_scripts

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
NAMES = [f"P{number}" for number in range(30)]
FOREIGN = st.sampled_from(
    [0, -7, "12.5", "1e999999999", "NaN", "x", "", "{{P0}}", "\ud800", "9" * 900, "2026-12-01"]
)

data = st.dictionaries(st.sampled_from(NAMES), answers, max_size=6)
instants = st.integers(0, 3650).map(lambda days: NOW + timedelta(days=days))
fillings = st.tuples(FOREIGN, FOREIGN).map(
    lambda pair: {f"{name}_{end}": value for name in NAMES for end, value in zip("AB", pair, strict=True)}
)
turns = st.lists(answers, max_size=3).map(tuple)
strays: st.SearchStrategy[Event] = st.one_of(
    st.builds(Opened, instants),
    st.builds(Received, turns, instants),
    st.builds(ExternalAnswered, fillings | st.none(), instants, st.just("timeout")),
)
Happening = tuple[tuple[str, ...], dict[str, Any] | None, Event | None]
# Mostly what the dialogue waits for, and now and then anything.
happenings = st.lists(st.tuples(turns, fillings | st.none(), st.none() | st.none() | strays), max_size=10)


def event_of(dialogue: Dialogue, happening: Happening) -> Event:
    """A stray event, or else the one that the dialogue waits for."""
    texts, values, stray = happening
    match stray, dialogue.status:
        case None, "new":
            return Opened(NOW)
        case None, "calling":
            return ExternalAnswered(values, NOW, "timeout")
        case None, _:
            return Received(texts, NOW)
        case event, _:
            return event


@given(branching_scripts(), data, happenings)
def test_whatever_happens_it_waits_or_is_over(
    script: Script, data: dict[str, str], happened: list[Happening]
) -> None:
    dialogue = Dialogue.begin(script, data)
    for happening in happened:
        before = dialogue
        dialogue, effects = advance(dialogue, event_of(dialogue, happening))
        if (dialogue, effects) != (before, ()):
            waits_or_is_over(dialogue, effects)


def waits_or_is_over(dialogue: Dialogue, effects: Sequence[Effect]) -> None:
    sends = [effect for effect in effects if isinstance(effect, Send)]
    assert all((send.text and len(send.text) <= 1600) or send.media_url for send in sends)
    match dialogue.status:
        case "asking":
            assert sends[-1].step_id == dialogue.step
        case "calling":
            assert isinstance(effects[-1], CallExternal)
            assert effects[-1].step_id == dialogue.step
        case "handed_over":
            assert isinstance(effects[-1], HandedOver)
        case _:
            assert effects[-1] == Finished(dialogue.status)


@given(branching_scripts(), data, happenings)
def test_only_what_is_waited_for_changes_anything(
    script: Script, data: dict[str, str], happened: list[Happening]
) -> None:
    waits_for = {"new": Opened, "asking": Received, "calling": ExternalAnswered}
    dialogue = Dialogue.begin(script, data)
    for happening in happened:
        wanted = waits_for.get(dialogue.status, ())
        before, event = dialogue, event_of(dialogue, happening)
        dialogue, effects = advance(dialogue, event)
        assert ((dialogue, effects) != (before, ())) is isinstance(event, wanted)
        if before.status == "asking" and isinstance(event, Received):
            assert isinstance(effects[0], QuestionAnswered | QuestionNotAnswered)
            assert effects[0].step_id == before.step


@given(branching_scripts(), data, answers, fillings | st.none())
def test_it_comes_to_its_end_and_never_goes_back(
    script: Script, data: dict[str, str], text: str, values: dict[str, Any] | None
) -> None:
    """No answer is asked for more often than its retries say, and no step is said twice but for them."""
    most = sum(step.retries + 1 for step in script.all_steps if isinstance(step, Question))
    most += sum(isinstance(step, External) for step in script.all_steps)
    dialogue, effects = advance(Dialogue.begin(script, data), Opened(NOW))
    waits = 0
    while dialogue.status in ("asking", "calling"):
        at = script.positions[dialogue.step or ""]
        retried = (
            isinstance(effects[0], QuestionNotAnswered) and effects[0].attempts_left > 0 if effects else False
        )
        said = [script.positions[effect.step_id] for effect in effects if isinstance(effect, Send)]
        assert said == sorted(said)
        assert retried or all(position <= at for position in said)
        dialogue, effects = advance(dialogue, event_of(dialogue, ((text,), values, None)))
        waits += 1
        assert dialogue.step is None or script.positions[dialogue.step] >= at
        assert waits <= most


@given(branching_scripts(), data, happenings)
def test_the_same_events_give_the_same_and_a_saved_state_goes_on_the_same(
    script: Script, data: dict[str, str], happened: list[Happening]
) -> None:
    kept = saved = Dialogue.begin(script, data)
    for happening in happened:
        event = event_of(kept, happening)
        kept, effects = advance(kept, event)
        saved, again = advance(Dialogue.restore(script, json_copy(saved.state())), event)
        assert effects == again
        assert kept == saved
        assert json_copy(kept.values) == json_copy(saved.values)


@given(branching_scripts(), data, happenings)
def test_what_is_sent_elsewhere_can_be_sent(
    script: Script, data: dict[str, str], happened: list[Happening]
) -> None:
    """An address of ASCII without spaces, headers of one line, a body of JSON with the values inside its texts."""
    dialogue = Dialogue.begin(script, data)
    for happening in happened:
        dialogue, effects = advance(dialogue, event_of(dialogue, happening))
        for call in effects:
            if isinstance(call, CallExternal):
                assert call.url.startswith("https://example.com/")
                assert call.url.isascii()
                assert call.url.isprintable()
                assert " " not in call.url
                assert call.url.count("/") == 3
                assert all(value.isprintable() for _, value in call.headers)
                assert set(json.loads(call.body or "")) == {"dato"}
                (call.body or "").encode("utf-8")


def json_copy(state: Any) -> Any:
    return json.loads(json.dumps(state))
