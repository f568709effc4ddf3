"""Buttons of templates: what a tap means, and what the check says of buttons that mean nothing."""

from datetime import date
from typing import Any

import pytest

from smartchat.domain.answers import NotUnderstood, Understood
from smartchat.domain.builder.editing.edits import change
from smartchat.domain.inbound.buttons import Tap, read, tap_of
from smartchat.domain.inbound.quoting import templates_of
from smartchat.domain.script.steps import BinaryQuestion, Button, MultipleChoiceQuestion
from smartchat.domain.script_file.reading import read_script, script_json
from smartchat.domain.script_file.whatsapp_opening import opens_without_template
from tests.domain.script.scripts import data_of, message, question, script_of

DAY = date(2026, 11, 23)
GOES = BinaryQuestion(id="VA", text="¿Va?")
PICK = MultipleChoiceQuestion(id="P", text="¿Cuál?", options=("Banco", "Tienda"), multiple=True)
HX = "HX" + "0" * 32


def template(*buttons: Any) -> dict[str, Any]:
    return {"content_sid": HX, "variables": {}, "buttons": list(buttons)}


def codes(*steps: dict[str, Any]) -> list[tuple[str, str]]:
    _, problems = read_script(data_of(*steps))
    return [(problem.code, problem.severity) for problem in problems]


@pytest.mark.parametrize(
    ("params", "tap"),
    [
        ({"Body": "Sí", "ButtonText": "Sí", "ButtonPayload": "1"}, Tap("Sí", "1")),
        ({"Body": "Sí", "MessageType": "interactive"}, Tap("Sí")),
        ({"Body": "", "ListTitle": "Banco", "ListId": "b"}, Tap("Banco", "b")),
        ({"Body": "Sí", "MessageType": "text"}, None),
        ({"Body": "Sí"}, None),
        ({"Body": "Sí", "ButtonText": "x" * 201}, None),
    ],
)
def test_a_tap_is_known_by_its_parameters(params: dict[str, str], tap: Tap | None) -> None:
    assert tap_of(params) == tap


def test_of_two_buttons_the_one_that_says_nothing_means_the_opposite_of_the_other() -> None:
    buttons = (Button(text="Sí asistiré"), Button(text="Reprogramar"))
    assert read(GOES, Tap("Reprogramar"), (buttons,), DAY) == Understood("no", "button")
    three = (*buttons, Button(text="Más información"))
    assert isinstance(read(GOES, Tap("Reprogramar"), (three,), DAY), NotUnderstood)


def test_a_button_of_several_options_gives_a_list() -> None:
    button = Button(text="En el banco", answer="banco")
    assert read(PICK, Tap("en el BANCO"), ((button,),), DAY) == Understood(("Banco",), "button")


def test_where_both_have_a_payload_it_decides_and_not_the_text() -> None:
    buttons = (Button(text="Ok", payload="a", answer="yes"), Button(text="Ok", payload="b", answer="no"))
    assert read(GOES, Tap("Ok", "b"), (buttons,), DAY) == Understood("no", "button")


def test_a_payload_that_nobody_wrote_down_leaves_the_text_to_decide() -> None:
    buttons = (Button(text="Ahí nos vemos", payload="si", answer="yes"),)
    assert read(GOES, Tap("Ahí nos vemos", "x9"), (buttons,), DAY) == Understood("yes", "button")


def test_templates_before_a_question_are_those_since_the_last_one() -> None:
    asked = question("binary", "A", "¿A?", template=template("Sí", "No"))
    script = script_of(asked, message("M", "Hola [Va]", template={"content_sid": HX}), question("text", "B"))
    assert templates_of(script, "A") == {"A": (Button(text="Sí"), Button(text="No"))}
    assert templates_of(script, "B") == {"M": (Button(text="Va"),)}


def test_a_question_with_a_template_may_open_on_whatsapp() -> None:
    script = script_of(question("binary", "A", "¿A?", template=template("Sí", "No")))
    assert opens_without_template(script.steps, "whatsapp:+15005550006") is None


def test_buttons_come_back_from_a_script_file_as_they_were() -> None:
    buttons = ["Sí", {"text": "Otro", "payload": "o", "answer": "no"}]
    data = data_of(question("binary", "A", "¿A?", template=template(*buttons)))
    script, problems = read_script(data)
    assert script is not None
    assert not problems
    assert script_json(script)["steps"][0]["template"]["buttons"] == buttons


def test_a_button_that_stands_for_no_option_is_a_fault_and_one_that_says_nothing_a_warning() -> None:
    wrong = question("multiple_choice", template=template({"text": "Efectivo", "answer": "Caja"}, "Otro"))
    assert codes(wrong) == [("unknown_button_answer", "error"), ("button_without_answer", "warning")]
    right = question("multiple_choice", template=template({"text": "Efectivo", "answer": "Tienda"}, "Banco"))
    assert codes(right) == []


def test_the_buttons_of_a_message_are_measured_by_the_question_after_it() -> None:
    hello = message(template=template({"text": "Claro", "answer": "Caja"}))
    assert codes(hello, question("binary")) == [("unknown_button_answer", "error")]
    assert codes(hello) == []


def test_a_reference_in_the_template_of_a_question_has_to_exist() -> None:
    asked = question("text", template={"content_sid": HX, "variables": {"1": "{{NADA}}"}})
    assert codes(asked) == [("unknown_reference", "error")]


def test_the_buttons_follow_an_option_that_is_reworded() -> None:
    old = question("multiple_choice", template=template({"text": "Efectivo", "answer": "Tienda"}, "Banco"))
    new = {**old, "options": ["Banco", "En la tienda"]}
    changed = change(data_of(old), "Q", new)["steps"][0]
    assert changed["template"]["buttons"][0]["answer"] == "En la tienda"
