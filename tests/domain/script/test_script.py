"""Script files: reading, refusing with a place, and writing them again."""

import json
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.script.custom_data import DataColumn
from smartchat.domain.script.script import Script
from smartchat.domain.script_file import wording_scripts as wording
from smartchat.domain.script_file.parsing import parse_script_file
from smartchat.domain.script_file.problem import ScriptProblem
from smartchat.domain.script_file.reading import read_script, script_json
from smartchat.domain.script_file.schema import schema

from .scripts import custom, data_of, message, question, script_data, script_of

ROOT = Path(__file__).parents[3]
TEMPLATE = {"content_sid": "HX" + "0" * 32, "variables": {"1": "{{NOMBRE}}"}}


def found(data: object) -> list[tuple[str, str]]:
    """(code, place) of every problem."""
    return [(problem.code, problem.place) for problem in read_script(data)[1]]


@given(script_data())
def test_a_script_comes_back_from_its_file_the_same(data: dict[str, Any]) -> None:
    script, problems = read_script(data)
    assert script is not None
    assert problems == ()
    written = json.loads(json.dumps(script_json(script)))
    assert read_script(written) == (script, ())


def test_every_field_of_every_step_is_kept() -> None:
    steps = [
        custom("NOMBRE"),
        message("AVISO", "Hola {{NOMBRE}}", media_url="https://example.com/a.jpg", template=TEMPLATE),
        question(
            "text",
            "T",
            min_length=2,
            max_length=9,
            retries=0,
            retry_message="Otra vez",
            end_if_unsuccessful=True,
        ),
        question("integer", "I", min=-1, max=9),
        question("date", "D", min="TODAY", max="2026-12-31"),
        question("multiple_choice", "C", answers="multiple", options=["A", "B"], show_options=False),
        question("binary", "B", kind="good_bad"),
        question("email", "E"),
        {"id": "FIN", "type": "end", "text": "Adiós"},
    ]
    hours = {"opens": "09:30", "closes": "24:00", "utc_offset": "+05:30"}
    data = data_of(*steps, sender="whatsapp:+15005550006", active_hours=hours)
    script, problems = read_script(data)
    assert script is not None
    assert problems == ()
    written = script_json(script)
    for step, given_step in zip(written["steps"], steps, strict=True):
        assert step.items() >= given_step.items()
    assert {**written, "steps": []} == {**data, "steps": []}


def test_sender_and_hours_may_be_left_out() -> None:
    script = script_of(message())
    assert script.sender is None
    assert (script.active_hours.opens, script.active_hours.closes) == (time(8), time(21))


def test_custom_data_is_the_columns_of_the_contact_file() -> None:
    script = script_of(custom("NOMBRE"), message(), custom("MONTO", "NUMBER"))
    assert script.custom_data == (DataColumn("NOMBRE", "TEXT"), DataColumn("MONTO", "NUMBER"))


def test_an_id_in_decomposed_letters_is_the_same_id() -> None:
    script = script_of(custom("AN\u0303O"), message(text="{{A\u00d1O}}"))
    assert script.steps[0].id == "A\u00d1O"


def test_the_example_is_right_and_asks_for_the_owners_columns() -> None:
    content = (ROOT / "examples" / "recordatorio-de-pago.json").read_bytes()
    script, problems = read_script(parse_script_file(content)[0])
    assert script is not None
    assert problems == ()
    assert [(column.id, column.data_type) for column in script.custom_data] == [
        ("NOMBRE", "TEXT"),
        ("MONTO", "NUMBER"),
        ("FECHA", "DATE"),
    ]


def test_the_published_schema_is_the_one_that_files_are_checked_by() -> None:
    assert json.loads((ROOT / "docs" / "script.schema.json").read_text("utf-8")) == schema()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"name": ""}, [("empty_text", "/name")]),
        ({"name": "  "}, [("empty_text", "/name")]),
        ({"name": None}, [("wrong_type", "/name")]),
        ({"language": "fr"}, [("wrong_value", "/language")]),
        ({"sender": "5500998877"}, [("wrong_format", "/sender")]),
        ({"sender": "+15005550006\n"}, [("wrong_format", "/sender")]),
        ({"sender": "MG" + "a" * 32}, []),
        ({"sender": None}, []),
        ({"active_hours": {"opens": "8:00"}}, [("wrong_format", "/active_hours/opens")]),
        ({"active_hours": {"opens": "21:00", "closes": "08:00"}}, [("hours_turned_round", "/active_hours")]),
        ({"active_hours": {"opens": "22:00"}}, [("hours_turned_round", "/active_hours")]),
        ({"active_hours": {"utc_offset": "-15:00"}}, [("wrong_format", "/active_hours/utc_offset")]),
        ({"steps": []}, [("nothing_to_say", "/steps")]),
        ({"steps": {}}, [("wrong_type", "/steps")]),
        ({"stpes": []}, [("unknown_field", "/stpes")]),
        ({"name": "a\x07"}, [("illegal_character", "/name")]),
    ],
)
def test_the_whole_is_checked(change: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert found(data_of(message()) | change) == expected


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("x", [("wrong_type", "")]),
        ({}, [("missing_field", "/id"), ("missing_field", "/type")]),
        ({"id": "A"}, [("missing_field", "/type")]),
        ({"id": "A", "type": "mesage", "text": "x"}, [("unknown_step_type", "/type")]),
        ({"id": "A", "type": 3}, [("unknown_step_type", "/type")]),
        ({"id": "A", "type": "flow"}, [("missing_field", "/display_if"), ("missing_field", "/steps")]),
        ({"id": "A", "type": "math"}, [("missing_field", "/formula")]),
        ({"id": "A", "type": "external"}, [("missing_field", "/url")]),
        ({"id": "A", "type": "external", "url": "ftp://x"}, [("wrong_format", "/url")]),
        ({"id": "A", "type": "flow", "display_if": 3, "steps": []}, [("wrong_type", "/display_if")]),
        ({"id": "A", "type": "message"}, [("missing_field", "/text")]),
        (message(text=""), [("empty_text", "/text")]),
        (message(text=" \n"), [("empty_text", "/text")]),
        (message(text="x" * 1601), [("too_long", "/text")]),
        (message(text="a\ud800"), [("illegal_character", "/text")]),
        (message(media_url="foto.jpg"), [("wrong_format", "/media_url")]),
        (message(template={"content_sid": "HX1"}), [("wrong_format", "/template/content_sid")]),
        (message(template={}), [("missing_field", "/template/content_sid")]),
        (question(retires=2), [("unknown_field", "/retires")]),
        (question(retries=11), [("out_of_range", "/retries")]),
        (question(retries=-1), [("out_of_range", "/retries")]),
        (question(retries="2"), [("wrong_type", "/retries")]),
        (question(retries=2.5), [("wrong_type", "/retries")]),
        (question(retry_message=""), []),
        (question(retry_message=None), []),
        (question(end_if_unsuccessful="yes"), [("wrong_type", "/end_if_unsuccessful")]),
        (question(min_length=5, max_length=4), [("range_turned_round", "/min_length")]),
        (question(max_length=0), [("range_turned_round", "/min_length")]),
        (question("integer", min=5, max=4), [("range_turned_round", "/min")]),
        (question("integer", min=5, max=5), []),
        (question("integer", min=3.0), []),
        (question("date", min="2026-12-31", max="2026-01-01"), [("range_turned_round", "/min")]),
        (question("date", min="2026-02-30"), [("invalid_date_limit", "/min")]),
        (question("date", max="mañana"), [("invalid_date_limit", "/max")]),
        (question("date", min="TODAY"), []),
        (question("multiple_choice", options=["A"]), [("too_few_options", "/options")]),
        (question("multiple_choice", options=["A", ""]), [("empty_text", "/options/1")]),
        (question("multiple_choice", options=["Sí", " SI"]), [("duplicate_option", "/options/1")]),
        (question("multiple_choice", options=["A", "B"], answers="two"), [("wrong_value", "/answers")]),
        (question("binary", kind="on_off"), [("wrong_value", "/kind")]),
        (custom("A", "BOOLEAN"), [("wrong_value", "/data_type")]),
        (message("1A"), [("invalid_id", "/id")]),
        (message("_A"), [("invalid_id", "/id")]),
        (message("A-B"), [("invalid_id", "/id")]),
        (message("A\n"), [("invalid_id", "/id")]),
        (message("CONTACT"), [("reserved_id", "/id")]),
        (message("Contact"), []),
        (message("UNO"), [("duplicate_id", "/id")]),
        (message("uno"), []),
    ],
)
def test_a_step_is_checked_and_the_place_is_told(step: Any, expected: list[tuple[str, str]]) -> None:
    data = data_of(message("UNO"), step)
    assert found(data) == [(code, f"/steps/1{place}") for code, place in expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{NOMBRE}} {{EDAD}}", []),
        ("{{NOMBRES}}", ["unknown_reference"]),
        ("{{nombre}}", ["unknown_reference"]),
        ("{{TARDE}}", ["later_reference"]),
        ("{{AQUI}}", ["later_reference"]),
        ("{{SALUDO}}", ["reference_without_value"]),
        ("{{NOMBRE", ["broken_reference"]),
        ("{{ NOM BRE }}", ["broken_reference"]),
        ("{{A}} {{B}}", ["unknown_reference", "unknown_reference"]),
    ],
)
@pytest.mark.parametrize("field", ["text", "retry_message", "options"])
def test_a_text_may_name_only_earlier_ids_with_values(text: str, expected: list[str], field: str) -> None:
    step = question("multiple_choice", "AQUI", **{field: ["x", text] if field == "options" else text})
    data = data_of(
        custom("NOMBRE"), message("SALUDO"), question("integer", "EDAD"), step, question("text", "TARDE")
    )
    assert [problem.code for problem in read_script(data)[1]] == expected


def test_a_templates_variables_are_texts_too() -> None:
    data = data_of(message(template=TEMPLATE))
    assert found(data) == [("unknown_reference", "/steps/0/template/variables/1")]


def test_a_date_limit_may_be_an_earlier_date_and_nothing_else() -> None:
    data = data_of(
        custom("VENCE", "DATE"),
        custom("NOMBRE"),
        question("date", "A", min="VENCE"),
        question("date", "B", min="A", max="C"),
        question("date", "C", min="NOMBRE"),
    )
    assert found(data) == [("invalid_date_limit", "/steps/3/max"), ("invalid_date_limit", "/steps/4/min")]


def test_steps_after_an_end_are_never_reached() -> None:
    data = data_of(message(), {"id": "FIN", "type": "end"}, custom("NOMBRE"), question())
    assert found(data) == [("unreachable_step", "/steps/3")]


def test_a_script_without_message_or_question_says_nothing() -> None:
    assert found(data_of(custom("NOMBRE"), {"id": "FIN", "type": "end"})) == [("nothing_to_say", "/steps")]


def test_the_sentence_names_the_step_and_proposes_the_right_id() -> None:
    data = data_of(custom("NOMBRE"), message("SALUDO", "Hola {{NOMBRES}}"))
    (problem,) = read_script(data)[1]
    assert problem.step == "SALUDO"
    assert problem.params["position"] == 5
    assert problem.message("en") == (
        "Step SALUDO, text: No step has the Unique ID “NOMBRES”. Did you mean “NOMBRE”? "
        "Correct {{NOMBRES}} or remove it."
    )
    assert problem.message("es") == (
        "Paso SALUDO, texto: Ningún paso tiene el identificador único «NOMBRES». ¿Quiso decir «NOMBRE»? "
        "Corrija {{NOMBRES}} o quítelo."
    )


def test_a_problem_as_json_has_code_place_and_message() -> None:
    (problem,) = read_script(data_of(message("1A")))[1]
    assert problem.to_json("en") == {
        "code": "invalid_id",
        "severity": "error",
        "step": "1A",
        "place": "/steps/0/id",
        "message": problem.message("en"),
    }


@pytest.mark.parametrize("code", sorted(wording._SENTENCES))
def test_both_languages_fill_the_same_places(code: str) -> None:
    spanish, english = (wording.Template(text) for text in wording._SENTENCES[code])
    assert set(spanish.get_identifiers()) == set(english.get_identifiers())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = [
    "id", "type", "text", "retries", "retry_message", "min", "max", "options", "template", "media_url", "kind",
    "answers", "data_type", "min_length", "max_length", "show_options", "end_if_unsuccessful",
    "formula", "display_if", "steps", "method", "url", "headers", "body", "values", "on_failure", "note",
]  # fmt: skip
TYPES = [
    "message",
    "text",
    "integer",
    "date",
    "multiple_choice",
    "binary",
    "email",
    "custom_data",
    "end",
    "math",
    "flow",
    "external",
    "hand_over",
]


@given(json_values)
def test_reading_never_raises_whatever_the_data(data: object) -> None:
    speak(*read_script(data))


@given(
    st.lists(
        st.dictionaries(st.sampled_from(FIELDS), json_values)
        | st.builds(
            lambda type_, rest: {"id": "A", "text": "x", **rest, "type": type_},
            st.sampled_from(TYPES),
            st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=3),
        ),
        max_size=4,
    ),
    st.dictionaries(st.sampled_from(["name", "sender", "active_hours", "language"]), json_values, max_size=2),
)
def test_reading_damaged_scripts_never_raises(steps: list[dict[str, Any]], fields: dict[str, Any]) -> None:
    speak(*read_script(data_of(*steps) | fields))


def speak(script: Script | None, problems: tuple[ScriptProblem, ...]) -> None:
    """Every problem has its sentence; without a script there is one."""
    assert script is not None or problems
    for problem in problems:
        for language in ("es", "en"):
            assert problem.message(language)  # type: ignore[arg-type]
        json.dumps(problem.to_json("es"), ensure_ascii=False).encode("utf-8")


@pytest.mark.parametrize(
    ("content", "code", "params"),
    [
        (b'{"a" 1}', "not_json", {"line": 1, "column": 6}),
        (b'{\n "a": \n}', "not_json", {"line": 3, "column": 1}),
        (b"", "not_json", {"line": 1, "column": 1}),
        ('{\n"a": "ñ"}'.encode("latin-1"), "not_utf8", {"line": 2}),
        (b'{"a": [{"b": 1, "b": 2}]}', "field_twice", {"field": "b"}),
        (b'{"a": NaN}', "not_a_script", {}),
        (b"[" * 100_000, "not_a_script", {}),
        (b"1" * 10_000, "not_a_script", {}),
        (b" " * 5_000_001, "file_too_large", {"limit": 5}),
    ],
)
def test_a_file_that_is_no_json_is_a_problem_with_its_place(
    content: bytes, code: str, params: dict[str, int]
) -> None:
    data, problems = parse_script_file(content)
    assert data is None
    assert [(problem.code, problem.params) for problem in problems] == [(code, params)]
    assert problems[0].message("es")


def test_what_is_nested_without_end_is_no_script() -> None:
    nested: list[Any] = []
    for _ in range(100_000):
        nested = [nested]
    assert found(data_of(message()) | {"name": nested}) == [("not_a_script", "")]


def test_a_byte_order_mark_does_not_matter() -> None:
    assert parse_script_file(b'\xef\xbb\xbf{"a": 1}') == ({"a": 1}, ())


@pytest.mark.parametrize(
    ("sender", "codes"), [("whatsapp:+15005550006", ["no_template"]), ("+15005550006", [])]
)
def test_on_whatsapp_a_first_step_without_a_template_is_a_warning_beside_it(
    sender: str, codes: list[str]
) -> None:
    steps = [
        {"id": "HOLA", "type": "message", "text": "Hola"},
        {"id": "NOTA", "type": "text", "text": "¿Algo más?"},
    ]
    _, problems = read_script({"name": "Cita", "language": "es", "sender": sender, "steps": steps})
    assert [problem.code for problem in problems] == codes
    assert all((problem.step, problem.severity) == ("HOLA", "warning") for problem in problems)
