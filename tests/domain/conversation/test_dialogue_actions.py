"""Actions in a conversation: calculations, flows, other systems, operators; and what holds for any script."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from smartchat.domain.conversation.dialogue import (
    CallExternal,
    Dialogue,
    Effect,
    ExternalAnswered,
    HandedOver,
    MissingValue,
    Opened,
    Received,
    Send,
    advance,
    call_of,
)
from smartchat.domain.script.script import Script
from smartchat.domain.script_file.reading import read_script, script_json
from tests.domain.script.scripts import branching_scripts, custom, data_of, message, question, script_of

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
    assert MissingValue("TOTAL", "division_by_zero") in effects
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
    assert call_of(dialogue, {}) == (call, {"SALDO": "a"})


def test_a_secret_goes_to_the_other_system_and_nobody_can_write_for_one() -> None:
    step = external(
        url="https://example.com/?k={{secret.CLAVE}}", headers={"X-K": "{{ secret.CLAVE }}"}, body="{{N}}"
    )
    dialogue, effects = opened(script_of(custom("N"), step, message()), N="{{secret.CLAVE}}")
    assert "s3" not in str(effects)
    call, _ = call_of(dialogue, {"CLAVE": "s3&cret"}) or pytest.fail("it is called")
    assert call.url == "https://example.com/?k=s3%26cret"
    assert call.headers == (("X-K", "s3&cret"),)
    assert call.body == "{{secret.CLAVE}}"


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
    assert effects[0] == MissingValue("CONSULTA", "timeout")
    assert dialogue.status == status


def test_messages_do_not_disturb_a_call() -> None:
    dialogue, _ = opened(script_of(custom("N"), external(), message()), N="x")
    assert heard(dialogue, "¿hola?") == (dialogue, ())


def test_an_option_with_a_value_inside_is_compared_as_the_contact_chose_it() -> None:
    choice = question("multiple_choice", "PLAN", options=["Pagar ${{MONTO}}", "Otro día"])
    inner = flow({"step": "PLAN", "equals": "Pagar ${{MONTO}}"}, message("A", "Hoy."))
    script = script_of(custom("MONTO", "NUMBER"), choice, inner)
    assert texts(heard(opened(script, MONTO="100")[0], "1")[1]) == ["Hoy."]
    assert texts(heard(opened(script, MONTO="100")[0], "2")[1]) == []


def test_of_several_options_one_is_enough_for_a_simple_flow() -> None:
    choice = question("multiple_choice", "MEDIO", answers="multiple")
    script = script_of(choice, flow({"step": "MEDIO", "equals": "Tienda"}, message("A", "Tienda.")))
    assert texts(heard(opened(script)[0], "1 y 2")[1]) == ["Tienda."]
    assert texts(heard(opened(script)[0], "1")[1]) == []


@pytest.mark.parametrize("status", ["asking", "calling"])
def test_a_state_that_waits_at_a_step_of_another_kind_is_refused(status: str) -> None:
    with pytest.raises(ValueError, match="'M'"):
        Dialogue.restore(script_of(message(), question()), {"status": status, "step": "M"})


@given(branching_scripts())
def test_a_script_with_flows_is_written_and_read_the_same(script: Script) -> None:
    again, problems = read_script(json.loads(json.dumps(script_json(script))))
    assert again == script
    assert problems == ()


def test_a_condition_that_is_skipped_for_want_of_a_value_says_which() -> None:
    script = script_of(
        question("integer", "N", retries=0),
        {"id": "SI", "type": "flow", "display_if": "N > 3 && N < 9", "steps": [message("DENTRO")]},
        {"id": "NO", "type": "flow", "display_if": {"step": "N", "equals": "4"}, "steps": [message("OTRO")]},
        question("text", "NOTA"),
    )
    dialogue, _ = advance(Dialogue.begin(script, {}), Opened(NOW))
    dialogue, effects = advance(dialogue, Received(("no sé",), NOW))
    assert [e for e in effects if isinstance(e, MissingValue)] == [
        MissingValue("SI", "skipped", ("N",)),
        MissingValue("NO", "skipped", ("N",)),
    ]
    assert dialogue.lacking == {"SI": "skipped:N", "NO": "skipped:N"}


def test_all_values_that_are_missing_are_named_each_once() -> None:
    script = script_of(
        *(custom(id_, "NUMBER") for id_ in ("A", "B", "C")),
        {"id": "SI", "type": "flow", "display_if": "C > A && B > A && C > B", "steps": [message("DENTRO")]},
        math("C + B + A + B"),
        message(),
    )
    dialogue, effects = opened(script, B="2")
    assert [e for e in effects if isinstance(e, MissingValue)] == [
        MissingValue("SI", "skipped", ("C", "A")),
        MissingValue("TOTAL", "missing", ("C", "A")),
    ]
    assert dialogue.lacking == {"SI": "skipped:C,A", "TOTAL": "missing:C,A"}


def test_a_formula_of_what_is_no_number_says_which() -> None:
    script = script_of(custom("N"), custom("K", "NUMBER"), external(), math("SALDO + K"), message())
    dialogue, _ = opened(script, N="x")
    dialogue, _ = advance(dialogue, ExternalAnswered({"SALDO": "mucho"}, NOW))
    assert dialogue.lacking == {"TOTAL": "not_a_number:SALDO"}


def test_a_condition_that_is_simply_false_is_no_news() -> None:
    script = script_of(
        question("integer", "N"),
        {"id": "SI", "type": "flow", "display_if": "N > 3", "steps": [message("DENTRO")]},
        question("text", "NOTA"),
    )
    dialogue, _ = advance(Dialogue.begin(script, {}), Opened(NOW))
    dialogue, effects = advance(dialogue, Received(("2",), NOW))
    assert not any(isinstance(effect, MissingValue) for effect in effects)
    assert dialogue.lacking == {}


def test_a_value_that_another_systems_answer_lacks_is_told() -> None:
    script = script_of(
        {
            "id": "CONSULTA",
            "type": "external",
            "url": "https://example.com",
            "values": {"SALDO": "a", "NOMBRE_": "data.name:0"},
        },
        question("text", "NOTA"),
    )
    dialogue, _ = advance(Dialogue.begin(script, {}), Opened(NOW))
    dialogue, effects = advance(dialogue, ExternalAnswered({"SALDO": "5"}, now=NOW))
    assert effects[0] == MissingValue("CONSULTA", "absent", ("NOMBRE_",), "data.name:0")
    assert dialogue.lacking == {"NOMBRE_": "absent:data.name:0"}
