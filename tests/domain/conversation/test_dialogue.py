"""The engine: what an event makes of a dialogue, by example and for any script and any words."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.conversation.dialogue import (
    Dialogue,
    Effect,
    Event,
    Finished,
    Opened,
    QuestionAnswered,
    QuestionNotAnswered,
    Received,
    Send,
    advance,
)
from smartchat.domain.script.script import Script
from tests.domain.script.scripts import answers, custom, message, question, script_of, scripts

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
END = {"id": "FIN", "type": "end", "text": "Adiós"}


def opened(script: Script, **data: str) -> tuple[Dialogue, tuple[Effect, ...]]:
    return advance(Dialogue.begin(script, data), Opened(NOW))


def told(dialogue: Dialogue, *texts: str) -> tuple[Dialogue, tuple[Effect, ...]]:
    return advance(dialogue, Received(texts, NOW))


def said(effects: Sequence[Effect]) -> list[str]:
    return [effect.text for effect in effects if isinstance(effect, Send)]


def test_the_opening_says_all_up_to_the_first_question() -> None:
    script = script_of(
        custom("NOMBRE"), message("A", "Hola {{NOMBRE}}."), question(text="¿Va?"), message("B")
    )
    dialogue, effects = opened(script, NOMBRE="Ana")
    assert effects == (Send("Hola Ana.", "A"), Send("¿Va?", "Q"))
    assert (dialogue.status, dialogue.step) == ("asking", "Q")


def test_a_dialogue_opens_once() -> None:
    dialogue, _ = opened(script_of(question()))
    assert advance(dialogue, Opened(NOW)) == (dialogue, ())


def test_what_is_written_before_the_opening_is_no_answer() -> None:
    dialogue = Dialogue.begin(script_of(question()), {})
    assert told(dialogue, "hola") == (dialogue, ())


def test_an_answer_is_kept_and_the_conversation_goes_on() -> None:
    script = script_of(question("integer", "EDAD"), message("B", "Tiene {{EDAD}}."))
    dialogue, effects = told(opened(script)[0], "tengo 34")
    assert effects == (QuestionAnswered("EDAD", 34, "number"), Send("Tiene 34.", "B"), Finished("completed"))
    assert dialogue.values == {"EDAD": 34}
    assert dialogue.status == "completed"


def test_a_script_without_questions_ends_with_its_opening() -> None:
    dialogue, effects = opened(script_of(message()))
    assert effects == (Send("Hola.", "M"), Finished("completed"))
    assert dialogue.ended


def test_an_end_step_says_goodbye_and_completes() -> None:
    dialogue, effects = opened(script_of(message(), END))
    assert effects == (Send("Hola.", "M"), Send("Adiós", "FIN"), Finished("completed"))
    assert dialogue.status == "completed"


def test_the_retry_message_and_the_question_go_out_as_one_message() -> None:
    script = script_of(question("integer", text="¿Cuántos?", retry_message="Perdón, un número."))
    _, effects = told(opened(script)[0], "muchos")
    assert effects == (QuestionNotAnswered("Q", "nothing", 2), Send("Perdón, un número.\n¿Cuántos?", "Q"))


def test_without_a_retry_message_the_question_is_just_asked_again() -> None:
    _, effects = told(opened(script_of(question("integer", text="¿Cuántos?")))[0], "muchos")
    assert said(effects) == ["¿Cuántos?"]


def test_a_retry_that_does_not_fit_into_one_message_goes_out_as_two() -> None:
    script = script_of(question("integer", text="a" * 1000, retry_message="b" * 1000))
    _, effects = told(opened(script)[0], "muchos")
    assert said(effects) == ["b" * 1000, "a" * 1000]


@pytest.mark.parametrize("retries", [0, 1, 2, 10])
def test_a_question_is_asked_once_and_as_often_again_as_it_has_retries(retries: int) -> None:
    dialogue, effects = opened(script_of(question("integer", retries=retries), message()))
    asked = len(said(effects))
    for left in range(retries, 0, -1):
        dialogue, effects = told(dialogue, "nada")
        assert effects[0] == QuestionNotAnswered("Q", "nothing", left)
        asked += len(said(effects))
    assert asked == retries + 1
    dialogue, effects = told(dialogue, "nada")
    assert effects == (QuestionNotAnswered("Q", "nothing", 0), Send("Hola.", "M"), Finished("completed"))
    assert dialogue.values == {"Q": None}


def test_an_answer_at_the_last_retry_counts() -> None:
    dialogue, _ = opened(script_of(question("integer", retries=1)))
    dialogue, _ = told(dialogue, "nada")
    dialogue, effects = told(dialogue, "3")
    assert dialogue.values == {"Q": 3}
    assert effects[0] == QuestionAnswered("Q", 3, "number")


def test_each_question_has_retries_of_its_own() -> None:
    dialogue, _ = opened(script_of(question("integer", "A", retries=1), question("integer", "B", retries=1)))
    for text in ("nada", "3", "nada"):
        dialogue, effects = told(dialogue, text)
    assert effects[0] == QuestionNotAnswered("B", "nothing", 1)


def test_without_an_answer_that_it_needs_a_conversation_ends_silently() -> None:
    script = script_of(question("integer", retries=0, end_if_unsuccessful=True), message())
    dialogue, effects = told(opened(script)[0], "nada")
    assert effects == (QuestionNotAnswered("Q", "nothing", 0), Finished("ended"))
    assert (dialogue.status, dialogue.ended) == ("ended", True)


def test_an_ended_dialogue_answers_nothing() -> None:
    dialogue, _ = opened(script_of(message()))
    assert told(dialogue, "hola") == (dialogue, ())
    assert advance(dialogue, Opened(NOW)) == (dialogue, ())


def test_options_follow_the_question_with_their_numbers() -> None:
    _, effects = opened(script_of(question("multiple_choice", text="¿Cómo?")))
    assert said(effects) == ["¿Cómo?\n1. Banco\n2. Tienda"]


def test_options_that_the_text_names_are_not_repeated() -> None:
    _, effects = opened(script_of(question("multiple_choice", text="¿En BANCO o en tienda?")))
    assert said(effects) == ["¿En BANCO o en tienda?"]


@pytest.mark.parametrize(("shown", "lines"), [(True, 3), (False, 1)])
def test_a_question_may_say_whether_its_options_are_shown(shown: bool, lines: int) -> None:
    _, effects = opened(script_of(question("multiple_choice", text="¿Banco o tienda?", show_options=shown)))
    assert len(said(effects)[0].splitlines()) == lines


def test_several_messages_of_a_turn_get_one_reply() -> None:
    script = script_of(question("binary", text="¿Va?"), question("integer", "N"))
    dialogue, effects = told(opened(script)[0], "hola", "sí", "gracias")
    assert dialogue.values["Q"] == "yes"
    assert len(said(effects)) == 1


def test_a_text_question_takes_the_messages_of_a_turn_as_lines() -> None:
    dialogue, _ = told(opened(script_of(question()))[0], "no llegó", "", "el recibo")
    assert dialogue.values == {"Q": "no llegó\nel recibo"}


@pytest.mark.parametrize(
    ("texts", "value"),
    [
        (("3", "gracias"), 3),
        (("somos", "3"), 3),
        (("treinta", "y dos"), None),
        (("3", "3"), 3),
        (("3", "4"), None),
        (("3", "no sé"), None),
        (("¿cuántos caben?", "3"), 3),
        (("", " "), None),
        ((), None),
    ],
)
def test_a_turn_gives_the_one_value_that_its_messages_hold(texts: tuple[str, ...], value: int | None) -> None:
    dialogue, _ = told(opened(script_of(question("integer", retries=0)))[0], *texts)
    assert dialogue.values == {"Q": value}


def test_a_turn_that_says_yes_and_no_says_nothing() -> None:
    dialogue, _ = told(opened(script_of(question("binary", retries=0)))[0], "sí", "no")
    assert dialogue.values == {"Q": None}


def test_today_is_the_day_at_the_chatbots_offset() -> None:
    dialogue, _ = opened(script_of(question("date")))
    late = datetime(2026, 11, 24, 4, 59, tzinfo=UTC)
    assert advance(dialogue, Received(("hoy",), late))[0].values == {"Q": "2026-11-23"}


def test_a_date_limit_may_be_an_earlier_answer() -> None:
    script = script_of(question("date", "DESDE"), question("date", "HASTA", min="DESDE", retries=0))
    dialogue, _ = told(opened(script)[0], "24/11/2026")
    assert told(dialogue, "hoy")[0].values["HASTA"] is None
    assert told(dialogue, "24/11/2026")[0].values["HASTA"] == "2026-11-24"


def test_a_template_goes_out_with_its_variables_filled_in() -> None:
    template = {"content_sid": "HX" + "a" * 32, "variables": {"1": "{{NOMBRE}}", "2": "fijo"}}
    _, effects = opened(
        script_of(custom("NOMBRE"), message(text="Hola {{NOMBRE}}", template=template)), NOMBRE="Ana"
    )
    send = effects[0]
    assert isinstance(send, Send)
    assert send.template is not None
    assert send.template.variables == (("1", "Ana"), ("2", "fijo"))
    assert send.template.to_json() == {"content_sid": "HX" + "a" * 32, "variables": {"1": "Ana", "2": "fijo"}}


def test_media_goes_with_its_message() -> None:
    _, effects = opened(script_of(message(media_url="https://example.com/a.jpg")))
    assert effects[0] == Send("Hola.", "M", media_url="https://example.com/a.jpg")


def test_a_message_of_nothing_but_empty_values_is_not_sent() -> None:
    script = script_of(question("integer", retries=0), message("A", "{{Q}}"), message("B", "Fin"))
    _, effects = told(opened(script)[0], "nada")
    assert said(effects) == ["Fin"]


def test_a_question_of_nothing_but_empty_values_is_not_waited_for() -> None:
    script = script_of(
        question("integer", "A", retries=0), question("text", "B", "{{A}}"), message(text="Fin")
    )
    dialogue, effects = told(opened(script)[0], "nada")
    assert said(effects) == ["Fin"]
    assert dialogue.ended


def test_values_that_make_a_text_too_long_for_one_message_make_two() -> None:
    script = script_of(question(), message(text="Dijo: {{Q}}"))
    _, effects = told(opened(script)[0], "palabra " * 250)
    assert [len(text) <= 1600 for text in said(effects)] == [True, True]


def test_what_a_contact_writes_is_never_read_as_a_reference() -> None:
    script = script_of(custom("SECRETO"), question(), message(text="Dijo: {{Q}}"))
    _, effects = told(opened(script, SECRETO="x")[0], "{{SECRETO}}")
    assert said(effects) == ["Dijo: {{SECRETO}}"]


def test_values_are_in_the_order_of_the_script_and_as_in_the_file() -> None:
    script = script_of(
        custom("A"), question("multiple_choice", "B", answers="multiple"), custom("C", "NUMBER")
    )
    dialogue, _ = told(opened(script, C="1350.50", A="x", UNKNOWN="y")[0], "todas")
    assert list(dialogue.values.items()) == [("A", "x"), ("B", ["Banco", "Tienda"]), ("C", "1350.50")]


def test_a_state_of_another_script_is_refused() -> None:
    state = opened(script_of(question("text", "A")))[0].state()
    with pytest.raises(ValueError, match="'A'"):
        Dialogue.restore(script_of(question("text", "B")), state)


def test_a_state_holds_no_script() -> None:
    dialogue, _ = opened(script_of(custom("N"), question()), N="Ana")
    assert dialogue.state() == {"status": "asking", "step": "Q", "failed": 0, "given": {"N": "Ana"}}


turns = st.lists(st.lists(answers, max_size=3).map(tuple), max_size=8)
data = st.dictionaries(st.sampled_from([f"P{number}" for number in range(7)]), answers)
instants = st.integers(0, 3650).map(lambda days: NOW + timedelta(days=days))


def events_of(turn: tuple[str, ...], now: datetime) -> list[Event]:
    return [Opened(now), Received(turn, now)]


@given(scripts, data, turns, instants)
def test_any_conversation_keeps_the_rules(
    script: Script, data: dict[str, str], turns: list[tuple[str, ...]], now: datetime
) -> None:
    """Never raises; waits or ends after every event; sends nothing after its end; says what it was told to."""
    dialogue, effects = advance(Dialogue.begin(script, data), Opened(now))
    keeps_the_rules(dialogue, effects)
    for turn in turns:
        before = dialogue
        dialogue, effects = advance(dialogue, Received(turn, now))
        keeps_the_rules(dialogue, effects)
        if before.ended:
            assert (dialogue, effects) == (before, ())
        else:
            assert isinstance(effects[0], QuestionAnswered | QuestionNotAnswered)
            assert effects[0].step_id == before.step


def keeps_the_rules(dialogue: Dialogue, effects: Sequence[Effect]) -> None:
    assert dialogue.status in ("asking", "completed", "ended")
    assert dialogue.ended is (Finished(dialogue.status) in effects) or (dialogue.ended and not effects)
    sends = [effect for effect in effects if isinstance(effect, Send)]
    assert all((send.text and len(send.text) <= 1600) or send.media_url for send in sends)
    if dialogue.status == "asking":
        assert sends
        assert sends[-1].step_id == dialogue.step


@given(scripts, data, turns, instants)
def test_the_same_events_give_the_same_and_a_saved_state_goes_on_the_same(
    script: Script, data: dict[str, str], turns: list[tuple[str, ...]], now: datetime
) -> None:
    kept = Dialogue.begin(script, data)
    saved = Dialogue.begin(script, data)
    events: list[Event] = [Opened(now), *(event for turn in turns for event in events_of(turn, now))]
    for event in events:
        kept, effects = advance(kept, event)
        saved, again = advance(Dialogue.restore(script, json_copy(saved.state())), event)
        assert effects == again
        assert kept == saved
        assert kept.values == saved.values


def json_copy(state: dict[str, Any]) -> Any:
    return json.loads(json.dumps(state))
