"""Actions in a conversation: calculations, flows, other systems, operators; and what holds for any script."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartchat.domain.dialogue import (
    CallExternal,
    Dialogue,
    Effect,
    Event,
    ExternalAnswered,
    Finished,
    HandedOver,
    NoValue,
    Opened,
    Received,
    Send,
    advance,
    call_of,
)
from smartchat.domain.script import Script, read_script, script_json
from tests.domain.scripts import answers, branching_scripts, custom, data_of, message, question, script_of

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)


def opened(script: Script, **data: str) -> tuple[Dialogue, tuple[Effect, ...]]:
    return advance(Dialogue.begin(script, data), Opened(NOW))


def heard(dialogue: Dialogue, text: str) -> tuple[Dialogue, tuple[Effect, ...]]:
    return advance(dialogue, Received((text,), NOW))


def texts(effects: tuple[Effect, ...]) -> list[str]:
    return [effect.text for effect in effects if isinstance(effect, Send)]


def math(formula: str, id_: str = "TOTAL") -> dict[str, Any]:
    return {"id": id_, "type": "math", "formula": formula}


def flow(display_if: Any, *steps: dict[str, Any], id_: str = "F") -> dict[str, Any]:
    return {"id": id_, "type": "flow", "display_if": display_if, "steps": list(steps)}


def external(**fields: Any) -> dict[str, Any]:
    step = {
        "id": "CONSULTA",
        "type": "external",
        "url": "https://example.com/{{N}}",
        "values": {"SALDO": "a"},
    }
    return step | fields


def problems_of(*steps: dict[str, Any]) -> list[tuple[str, str]]:
    _, problems = read_script(data_of(*steps))
    return [(problem.code, problem.place) for problem in problems]


def test_a_calculation_has_its_place_in_texts_and_values() -> None:
    script = script_of(custom("MONTO", "NUMBER"), math("MONTO * 1.16"), message("M", "Total: {{TOTAL}}"))
    dialogue, effects = opened(script, MONTO="1350.50")
    assert texts(effects) == ["Total: 1566.58"]
    assert dialogue.values == {"MONTO": "1350.50", "TOTAL": 1566.58}


def test_a_calculation_without_a_value_leaves_a_gap_and_says_why() -> None:
    script = script_of(question("integer", "A"), math("10 / A"), message("M", "Da {{TOTAL}}."))
    dialogue, effects = heard(opened(script)[0], "0")
    assert NoValue("TOTAL", "division_by_zero") in effects
    assert texts(effects) == ["Da ."]
    assert dialogue.values["TOTAL"] is None
    assert dialogue.lacking == {"TOTAL": "division_by_zero"}


@pytest.mark.parametrize(("answer", "said"), [("no", ["Lástima.", "Fin."]), ("sí", ["Fin."])])
def test_a_simple_flow_runs_for_its_value_alone(answer: str, said: list[str]) -> None:
    inside = flow({"step": "PAGA", "equals": "no"}, message("A", "Lástima."))
    script = script_of(question("binary", "PAGA", kind="yes_no"), inside, message("B", "Fin."))
    assert texts(heard(opened(script)[0], answer)[1]) == said


def test_flows_inside_flows_ask_and_come_back_out() -> None:
    inner = flow("N > 5", question("text", "POR_QUE", "¿Por qué?"), id_="INNER")
    script = script_of(
        question("integer", "N"),
        flow("N > 1", message("A", "A"), inner, message("B", "B")),
        message("C", "C"),
    )
    dialogue, effects = heard(opened(script)[0], "9")
    assert texts(effects) == ["A", "¿Por qué?"]
    assert texts(heard(dialogue, "porque sí")[1]) == ["B", "C"]
    assert texts(heard(opened(script)[0], "3")[1]) == ["A", "B", "C"]
    assert texts(heard(opened(script)[0], "1")[1]) == ["C"]


def test_a_condition_on_a_question_that_was_skipped_is_false() -> None:
    script = script_of(
        question("integer", "N"),
        flow("N > 5", question("text", "X"), id_="F1"),
        flow("X != 'a' || N > 0", message("A", "A"), id_="F2"),
        message("B", "B"),
    )
    assert texts(heard(opened(script)[0], "1")[1]) == ["B"]


def test_an_end_inside_a_flow_ends_the_conversation() -> None:
    script = script_of(
        message(), flow("1 == 1", {"id": "FIN", "type": "end", "text": "Adiós"}), message("B", "B")
    )
    dialogue, effects = opened(script)
    assert texts(effects) == ["Hola.", "Adiós"]
    assert dialogue.status == "completed"


def test_after_a_handover_the_chatbot_says_nothing() -> None:
    script = script_of(message(), {"id": "AYUDA", "type": "hand_over", "note": "pidió ayuda"})
    dialogue, effects = opened(script)
    assert effects[-1] == HandedOver("AYUDA", "pidió ayuda")
    assert (dialogue.status, dialogue.ended) == ("handed_over", False)
    assert heard(dialogue, "¿hola?") == (dialogue, ())


def test_another_system_is_asked_with_values_made_fit_for_their_place() -> None:
    step = external(method="POST", headers={"X-N": "{{N}}"}, body='{"n": "{{N}}"}')
    dialogue, effects = opened(script_of(custom("N"), step, message()), N='a/b "c"\nd')
    call = effects[-1]
    assert isinstance(call, CallExternal)
    assert call.url == "https://example.com/a%2Fb%20%22c%22%0Ad"
    assert call.headers == (("X-N", 'a/b "c" d'),)
    assert json.loads(call.body or "") == {"n": 'a/b "c"\nd'}
    assert call_of(dialogue) == (call, {"SALDO": "a"})


def test_the_answer_of_another_system_becomes_values() -> None:
    script = script_of(custom("N"), external(), math("SALDO + 1"), message("M", "{{SALDO}} {{TOTAL}}"))
    dialogue, _ = opened(script, N="x")
    dialogue, effects = advance(dialogue, ExternalAnswered({"SALDO": 41, "OTHER": 1}, NOW))
    assert texts(effects) == ["41 42"]
    assert "OTHER" not in dialogue.given


@pytest.mark.parametrize(
    ("on_failure", "status"), [("continue", "completed"), ("end", "ended"), ("hand_over", "handed_over")]
)
def test_a_failure_goes_its_own_way(on_failure: str, status: str) -> None:
    dialogue, _ = opened(script_of(custom("N"), external(on_failure=on_failure), message()), N="x")
    dialogue, effects = advance(dialogue, ExternalAnswered(None, NOW, "timeout"))
    assert effects[0] == NoValue("CONSULTA", "timeout")
    assert dialogue.status == status


def test_messages_do_not_disturb_a_call() -> None:
    dialogue, _ = opened(script_of(custom("N"), external(), message()), N="x")
    assert heard(dialogue, "¿hola?") == (dialogue, ())


@pytest.mark.parametrize(
    ("steps", "problems"),
    [
        ([math("MONTO * 2")], [("formula_unknown_reference", "/steps/1/formula")]),
        ([math("M * 2")], [("formula_reference_without_value", "/steps/1/formula")]),
        ([math("N * 2"), question("integer", "N")], [("formula_later_reference", "/steps/1/formula")]),
        ([question("text", "T"), math("T * 2")], [("formula_not_a_number", "/steps/2/formula")]),
        ([math("1 +")], [("formula_ends", "/steps/1/formula")]),
        ([flow("1 ==", message("A"))], [("formula_ends", "/steps/1/display_if")]),
        ([flow("X == 1", message("A"))], [("formula_unknown_reference", "/steps/1/display_if")]),
        (
            [flow({"step": "X", "equals": "a"}, message("A"))],
            [("formula_unknown_reference", "/steps/1/display_if/step")],
        ),
        (
            [question("binary", "P", kind="yes_no"), flow({"step": "P", "equals": "sí"}, message("A"))],
            [("wrong_value", "/steps/2/display_if/equals")],
        ),
        ([flow("1 == 1", message("M"))], [("duplicate_id", "/steps/1/steps/0/id")]),
        ([flow("1 == 1", message("A", "{{Z}}"))], [("unknown_reference", "/steps/1/steps/0/text")]),
        ([flow("1 == 1")], [("empty_flow", "/steps/1/steps")]),
        ([{"id": "H", "type": "hand_over"}, message("A")], [("unreachable_step", "/steps/2")]),
        ([external(url="https://example.com/")], []),
        (
            [external(url="https://example.com/", headers={"a b": "c"})],
            [("invalid_header", "/steps/1/headers/a b")],
        ),
        ([external(url="https://example.com/{{secret.CLAVE}}")], []),
        ([message("A", "{{secret.CLAVE}}")], [("broken_reference", "/steps/1/text")]),
        ([external(url="https://example.com/", values={"M": "a"})], [("duplicate_id", "/steps/1/values/M")]),
    ],
)
def test_the_faults_of_actions_are_told_with_their_place(
    steps: list[dict[str, Any]], problems: list[tuple[str, str]]
) -> None:
    assert problems_of(message(), *steps) == problems


def test_an_end_inside_a_flow_leaves_what_follows_the_flow_reachable() -> None:
    inner = flow("1 == 1", {"id": "E", "type": "end"})
    assert problems_of(message(), inner, message("A")) == []


outside = st.one_of(
    answers.map(lambda text: Received((text,), NOW)),
    st.builds(
        lambda id_, value: ExternalAnswered({f"P{id_}_V": value}, NOW),
        st.integers(0, 4),
        st.one_of(st.text(max_size=10), st.integers()),
    ),
    st.just(ExternalAnswered(None, NOW, "timeout")),
)


@settings(max_examples=200)
@given(
    branching_scripts(),
    st.lists(outside, max_size=12),
    st.dictionaries(st.sampled_from(["P0", "P1"]), answers),
)
def test_any_script_with_any_events_never_raises_and_is_the_same_again(
    script: Script, events: list[Event], data: dict[str, str]
) -> None:
    dialogue = Dialogue.begin(script, data)
    for event in [Opened(NOW), *events]:
        before = dialogue
        dialogue, effects = advance(before, event)
        again = advance(Dialogue.restore(script, json.loads(json.dumps(before.state()))), event)
        assert again == (dialogue, effects)
        assert dialogue.status in ("asking", "calling", "handed_over", "completed", "ended")
        # Every step is gone through at most once an event: it waits, or it ends.
        assert len(effects) <= 3 * len(script.all_steps) + 3
        assert any(isinstance(effect, Finished) for effect in effects) == (
            dialogue.ended and not before.ended
        )
        json.dumps(dialogue.values)


@given(branching_scripts())
def test_a_script_with_flows_is_written_and_read_the_same(script: Script) -> None:
    again, problems = read_script(json.loads(json.dumps(script_json(script))))
    assert again == script
    assert problems == ()
