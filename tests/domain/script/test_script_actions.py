"""Scripts with calculations, flows, other systems and handing over: what is read, and what is told with its place."""

import json
from typing import Any

import pytest

from smartchat.domain.script_file.reading import read_script, script_json
from smartchat.domain.script_file.schema import check_schema

from .scripts import custom, data_of, message, question, script_of

HAND_OVER = {"id": "AYUDA", "type": "hand_over", "note": "pidió hablar con alguien"}


def math(formula: str, id_: str = "TOTAL") -> dict[str, Any]:
    return {"id": id_, "type": "math", "formula": formula}


def flow(display_if: Any, *steps: dict[str, Any], id_: str = "CASO") -> dict[str, Any]:
    return {"id": id_, "type": "flow", "display_if": display_if, "steps": list(steps)}


def external(**fields: Any) -> dict[str, Any]:
    step = {
        "id": "CONSULTA",
        "type": "external",
        "url": "https://example.com/saldo",
        "values": {"SALDO": "a.b"},
    }
    return step | fields


def found(*steps: dict[str, Any]) -> list[tuple[str, str]]:
    """(code, place) of every problem."""
    return [(problem.code, problem.place) for problem in read_script(data_of(*steps))[1]]


def test_every_field_of_actions_is_kept() -> None:
    steps = [
        question("binary", "PAGA"),
        custom("MONTO", "NUMBER"),
        math("MONTO * 1.16") | {"description": "con IVA"},
        flow("TOTAL > 5", flow({"step": "PAGA", "equals": "no"}, message("A"), id_="DENTRO"), HAND_OVER),
        external(method="POST", headers={"X-A": "{{PAGA}}"}, body="{}", on_failure="end"),
        {"id": "OTRA", "type": "hand_over"},
    ]
    script = script_of(*steps)
    written = json.loads(json.dumps(script_json(script)))
    assert read_script(written) == (script, ())
    assert written["steps"][2:4] == [steps[2], steps[3]]
    assert written["steps"][4] == steps[4]
    assert written["steps"][5] == steps[5]


def test_every_step_is_listed_in_the_order_of_reading() -> None:
    inner = flow("N > 1", message("A"), custom("B"), id_="DENTRO")
    script = script_of(question("integer", "N"), flow("N > 0", inner, math("N + 1")), external())
    assert [step.id for step in script.all_steps] == ["N", "CASO", "DENTRO", "A", "B", "TOTAL", "CONSULTA"]
    assert script.valued_ids == ("N", "B", "TOTAL", "SALDO")
    assert [column.id for column in script.custom_data] == ["B"]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (math("N *"), [("formula_ends", "/formula")]),
        (math("N > 2"), [("formula_is_condition", "/formula")]),
        (math("M + 1"), [("formula_unknown_reference", "/formula")]),
        (math("TOTAL + 1"), [("formula_later_reference", "/formula")]),
        (math("TARDE + 1"), [("formula_later_reference", "/formula")]),
        (math("SALUDO + 1"), [("formula_reference_without_value", "/formula")]),
        (math("PAGA + 1"), [("formula_not_a_number", "/formula")]),
        (math("DIA + 1"), [("formula_not_a_number", "/formula")]),
        (math(""), [("empty_text", "/formula")]),
        (flow("N >", message()), [("formula_ends", "/display_if")]),
        (flow("NADA == 1", message()), [("formula_unknown_reference", "/display_if")]),
        (flow("TARDE == 1", message()), [("formula_later_reference", "/display_if")]),
        (flow("CASO == 1", message()), [("formula_later_reference", "/display_if")]),
        (flow("N == 1"), [("empty_flow", "/steps")]),
        (flow({"step": "PAGA", "equals": "sí"}, message()), [("wrong_value", "/display_if/equals")]),
        (flow({"step": "MEDIO", "equals": "banco"}, message()), [("wrong_value", "/display_if/equals")]),
        (flow({"step": "MEDIO", "equals": "Banco"}, message()), []),
        (flow({"step": "N", "equals": 3}, message()), []),
        (
            flow({"step": "NADA", "equals": "3"}, message()),
            [("formula_unknown_reference", "/display_if/step")],
        ),
        (
            flow({"step": "TARDE", "equals": "3"}, message()),
            [("formula_later_reference", "/display_if/step")],
        ),
        (flow({"step": "N"}, message()), [("missing_field", "/display_if/equals")]),
        (flow("N == 1", message("N")), [("duplicate_id", "/steps/0/id")]),
        (flow("N == 1", message(text="{{TARDE}}")), [("later_reference", "/steps/0/text")]),
        (flow("N == 1", math("N +")), [("formula_ends", "/steps/0/formula")]),
        (flow("N == 1", {"id": "A", "type": "mesage"}), [("unknown_step_type", "/steps/0/type")]),
        (flow("N == 1", {"id": "F", "type": "end"}, message()), [("unreachable_step", "/steps/1")]),
        (flow("N == 1", HAND_OVER, message()), [("unreachable_step", "/steps/1")]),
        (flow("N == 1", {"id": "F", "type": "end"}), []),
        (external(url="ftp://example.com"), [("wrong_format", "/url")]),
        (external(url="javascript:alert(1)"), [("wrong_format", "/url")]),
        (external(url="https://example.com/{{M}}"), [("unknown_reference", "/url")]),
        (external(body="{{TARDE}}"), [("later_reference", "/body")]),
        (external(headers={"X-A": "{{M}}"}), [("unknown_reference", "/headers/X-A")]),
        (external(headers={"X A": "1"}), [("invalid_header", "/headers/X A")]),
        (external(headers={"X-A": "1\nX-B: 2"}), [("invalid_header", "/headers/X-A")]),
        (external(method="DELETE"), [("wrong_value", "/method")]),
        (external(values={"1A": "a"}), [("invalid_id", "/values/1A")]),
        (external(values={"N": "a"}), [("duplicate_id", "/values/N")]),
        (external(on_failure="retry"), [("wrong_value", "/on_failure")]),
        (external(url="https://example.com/{{secret.CLAVE}}"), []),
        (message("A", "{{secret.CLAVE}}"), [("broken_reference", "/text")]),
        (HAND_OVER | {"text": "x"}, [("unknown_field", "/text")]),
    ],
)
def test_an_action_is_checked_and_the_place_is_told(
    step: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    before = [
        question("integer", "N"),
        question("binary", "PAGA"),
        question("multiple_choice", "MEDIO"),
        question("date", "DIA"),
        message("SALUDO"),
    ]
    problems = found(*before, step, question("integer", "TARDE"))
    assert problems == [(code, f"/steps/5{place}") for code, place in expected]


def test_an_empty_flow_is_a_warning() -> None:
    (problem,) = read_script(data_of(question("integer", "N"), flow("N > 1")))[1]
    assert problem.severity == "warning"


def test_a_value_of_another_system_may_be_a_number_and_an_id_of_a_flow_is_known_behind_it() -> None:
    inner = flow("PAGA == 'no'", question("integer", "PAGOS"))
    assert found(question("binary", "PAGA"), inner, external(), math("SALDO / PAGOS")) == []


def test_what_follows_an_end_inside_a_flow_is_reached() -> None:
    inner = flow("PAGA == 'no'", {"id": "FIN", "type": "end"})
    assert found(question("binary", "PAGA"), inner, message()) == []


def test_the_sentence_of_a_nested_step_names_it() -> None:
    data = data_of(question("integer", "N"), flow("N > 1", message(text="Hola"), math("N +", "DOBLE")))
    (problem,) = read_script(data)[1]
    assert (problem.step, problem.place) == ("DOBLE", "/steps/1/steps/1/formula")
    assert "DOBLE" in problem.message("es")


def test_steps_are_counted_with_those_inside_flows() -> None:
    inner = [
        flow("N > 1", *(message(f"M{number}_{other}") for other in range(99)), id_=f"F{number}")
        for number in range(10)
    ]
    assert check_schema(data_of(question("integer", "N"), *inner[:9])) == ()
    (problem,) = check_schema(data_of(question("integer", "N"), *inner))
    assert (problem.code, problem.place, problem.params) == (
        "too_many",
        "/steps",
        {"limit": 1000, "count": 1001},
    )


def test_a_value_of_another_system_may_not_have_the_id_of_its_own_step() -> None:
    steps = [message("HOLA"), external(values={"CONSULTA": "a.b"})]
    assert found(*steps) == [("value_named_like_step", "/steps/1/values/CONSULTA")]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "es",
            "El valor «CONSULTA» se llama igual que su propio paso. Póngale otro nombre a uno de los dos.",
        ),
        (
            "en",
            "The value “CONSULTA” has the same name as its own step. Give one of them another name.",
        ),
    ],
)
def test_a_value_named_like_its_own_step_is_refused_in_words_of_its_own(language: str, expected: str) -> None:
    _, (problem,) = read_script(data_of(message("HOLA"), external(values={"CONSULTA": "a.b"})))
    assert problem.message(language).endswith(expected)
