"""Wrong numbers, by the labelled texts of tests/wrong_numbers (label, text) and by the rules around them."""

import csv
from pathlib import Path

import pytest

from smartchat.domain.conversation.dialogue import Dialogue, Effect, Finished, Opened, Received, Send, advance
from smartchat.domain.inbound.wrong_numbers import is_wrong_number
from smartchat.domain.script.script import FAREWELL_TO_STRANGERS
from smartchat.domain.script_file.reading import read_script, script_json
from tests.answers.labelled import labelled as answers
from tests.domain.builder.test_trial import OPEN
from tests.domain.script.scripts import custom, data_of, question, script_of

FOLDER = Path(__file__).parents[2] / "wrong_numbers"
KNOWN_MISSES = {
    "Carlos moved away, this is a new owner", "Este celular ya no lo usa mi hermano",
    "idk who that is but this aint his phone",
}  # fmt: skip


def labelled() -> list[tuple[str, str, str]]:
    rows = []
    for path in sorted(FOLDER.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                rows.append((path.stem, row["label"], row["text"]))
    return rows


@pytest.mark.parametrize("name", ["first", "second", "blind", "sealed", "neighbours"])
def test_who_is_not_the_contact_is_told_from_who_answers(name: str) -> None:
    """A failure lists the text and whether it was taken for a wrong number."""
    cases = [(text, label) for set_, label, text in labelled() if set_ == name and text not in KNOWN_MISSES]
    assert [(text, label) for text, label in cases if is_wrong_number(text) is not (label == "wrong")] == []


def test_no_labelled_answer_with_a_value_is_taken_for_a_wrong_number() -> None:
    assert [case.answer for case in answers() if case.expected != "-" and is_wrong_number(case.answer)] == []


@pytest.mark.parametrize("text", ["no soy " * 700, "Carlos " * 700, "numero equivocado " * 270])
def test_long_texts_are_no_wrong_numbers(text: str) -> None:
    assert not is_wrong_number(text)


def said(
    *texts: str, asked: dict[str, object] | None = None, **fields: object
) -> tuple[Dialogue, tuple[Effect, ...]]:
    script = script_of(custom("NOMBRE"), asked or question("binary"), question("text", "NOTA"), **fields)
    dialogue, _ = advance(Dialogue.begin(script, {"NOMBRE": "Xóchitl Quetzal"}), Opened(OPEN))
    return advance(dialogue, Received(texts, OPEN))


def test_a_wrong_number_ends_the_conversation_politely_and_gives_no_value() -> None:
    dialogue, effects = said("No soy Carlos")
    assert effects == (Send(FAREWELL_TO_STRANGERS["es"], "Q"), Finished("wrong_number"))
    assert (dialogue.status, dialogue.ended, dialogue.values["Q"]) == ("wrong_number", True, None)


def test_the_chatbot_may_have_its_own_text_for_it() -> None:
    assert said("Número equivocado", wrong_number_text="Perdón.")[1][0] == Send("Perdón.", "Q")


def test_the_contacts_own_name_is_known_from_the_file() -> None:
    assert said("no soy xochitl")[0].status == "wrong_number"
    assert said("no soy cliente")[0].status == "asking"


def test_who_answers_in_the_contacts_place_is_heard() -> None:
    assert said("No soy Carlos", "soy su esposa")[0].status == "asking"


def test_what_the_question_offers_is_an_answer() -> None:
    asked = question("multiple_choice", options=["Sí, soy Carlos", "No soy Carlos"])
    dialogue, _ = said("No soy Carlos", asked=asked)
    assert dialogue.values["Q"] == "No soy Carlos"


def test_the_text_for_a_stranger_tells_nothing_of_the_contact() -> None:
    data = data_of(custom("NOMBRE"), question(), wrong_number_text="Perdón, buscamos a {{NOMBRE}}.")
    _, problems = read_script(data)
    assert [(problem.code, problem.place) for problem in problems] == [
        ("wrong_number_names", "/wrong_number_text")
    ]


def test_the_text_for_a_stranger_is_kept_in_the_file() -> None:
    script = script_of(question(), wrong_number_text="  Perdón.  ")
    assert script_json(script)["wrong_number_text"] == "Perdón."
    assert "wrong_number_text" not in script_json(script_of(question(), wrong_number_text=""))
