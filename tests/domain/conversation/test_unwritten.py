"""What nobody wrote, by the labelled texts of tests/unwritten (label, text) and by the rules around them."""

import csv
from pathlib import Path

import pytest

from smartchat.domain.answers import NotUnderstood, understand
from smartchat.domain.builder.playing import play
from smartchat.domain.builder.trial import Trial, Wrote
from smartchat.domain.conversation.dialogue import Dialogue, Opened, advance
from smartchat.domain.conversation.unwritten import Unwritten, heard
from smartchat.domain.inbound.automatic_texts import is_automatic
from smartchat.domain.inbound.reactions import by_sign, reaction_of
from tests.answers.labelled import labelled as answers
from tests.answers.labelled import question as asked_as
from tests.domain.builder.test_trial import OPEN
from tests.domain.script.scripts import question, script_of

FOLDER = Path(__file__).parents[2] / "unwritten"
CITA = "¿Va a asistir a su cita?"


def labelled() -> list[tuple[str, str, str]]:
    rows = []
    for path in sorted(FOLDER.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                rows.append((path.stem, row["label"], row["text"]))
    return rows


def kind(text: str) -> str:
    return "reaction" if reaction_of(text) else "automatic" if is_automatic(text) else "written"


KNOWN_MISSES = {
    "Me encantó “¿Va a asistir?”", "Me gustó \"¿Va a asistir a su cita?\"", "Reacted to “Can you confirm?” with 👍",
    "Driving right now - will text you back",
}  # fmt: skip
"""The first three are known where the quotation is the question that was asked."""


@pytest.mark.parametrize("name", ["first", "second", "third", "blind", "sealed", "neighbours"])
def test_what_nobody_wrote_is_told_from_what_somebody_wrote(name: str) -> None:
    """A failure lists the text, what was read, and the label."""
    read = [(text, kind(text), label) for set_, label, text in labelled() if set_ == name]
    assert [case for case in read if case[1] != case[2] and case[0] not in KNOWN_MISSES] == []


def test_no_labelled_answer_with_a_value_is_taken_for_one_that_nobody_wrote() -> None:
    cases = [case for case in answers() if case.expected != "-" and kind(case.answer) != "written"]
    assert [(case.question, case.answer) for case in cases] == []


def asking(type_: str = "binary", **fields: object) -> Dialogue:
    script = script_of(question(type_, text=CITA, **fields))
    return advance(Dialogue.begin(script, {}), Opened(OPEN))[0]


@pytest.mark.parametrize(
    "text",
    [f"Le gustó “{CITA}”", f"👍 a “{CITA}”", f"Liked “{CITA}”", f"👍🏽 a “Perdón, no le entendí. {CITA}”",
        "Liked “¿Va a asis…”"],
)  # fmt: skip
def test_a_thumb_up_on_a_yes_or_no_question_is_a_yes(text: str) -> None:
    assert heard(asking(), text) == "👍"


@pytest.mark.parametrize(
    "text",
    [
        f"No le gustó “{CITA}”", f"Le encantó “{CITA}”", "Le gustó “Hola Carlos.”", "Le gustó una imagen",
        f"Eliminó un Me gusta de “{CITA}”", f"👎 a “{CITA}”",
    ],
)  # fmt: skip
def test_another_sign_or_on_another_message_is_no_answer(text: str) -> None:
    assert heard(asking(), text) is Unwritten.REACTION


@pytest.mark.parametrize(
    "text",
    [f"Me gustó “{CITA}”", f'Me encantó "{CITA}"', f"Amplificó “{CITA}”", f"Reacted to “{CITA}” with 🎉",
        f"Sparkled “{CITA}”"],
)  # fmt: skip
def test_what_was_done_to_the_question_itself_is_a_reaction_whatever_the_verb(text: str) -> None:
    assert heard(asking(), text) is Unwritten.REACTION
    assert heard(asking("text"), text) is Unwritten.REACTION


@pytest.mark.parametrize("text", ["Me gustó “Coco”", f"No entiendo “{CITA}”", f"¿Qué es “{CITA}”?"])
def test_who_quotes_something_else_or_asks_about_it_is_heard(text: str) -> None:
    assert heard(asking("text"), text) == text


def test_an_option_of_the_question_is_no_automatic_text() -> None:
    asked = asking("multiple_choice", options=["Estoy manejando", "Estoy en casa"])
    assert heard(asked, "estoy manejando.") == "estoy manejando."


@pytest.mark.parametrize("type_", ["integer", "text", "multiple_choice", "date"])
def test_a_thumb_up_answers_no_other_question(type_: str) -> None:
    assert heard(asking(type_), f"Le gustó “{CITA}”") is Unwritten.REACTION


def test_a_sign_of_whatsapp_is_a_yes_where_it_is_on_the_question() -> None:
    assert heard(asking(), "👍", by_sign("👍", on_question=True)) == "👍"
    assert heard(asking(), "👍", by_sign("👍", on_question=False)) is Unwritten.REACTION
    assert heard(asking(), "", by_sign("", on_question=True)) is Unwritten.REACTION


def test_a_message_of_a_person_is_heard_as_it_is() -> None:
    assert heard(asking(), "👍") == "👍"
    assert heard(asking(), "No puedo ir") == "No puedo ir"


@pytest.mark.parametrize(
    "text", ["\u200b\u200b", "\u2060", "\ufe0f", "\u3164", "\u2800\u2800", " \u00ad ", "\u034f"]
)
@pytest.mark.parametrize("kind_of_question", ["text", "integer", "yes_no", "email"])
def test_what_cannot_be_seen_is_no_text(text: str, kind_of_question: str) -> None:
    assert understand(asked_as(kind_of_question, "es"), text, OPEN.date()) == NotUnderstood("empty")


def test_a_trial_shows_what_nobody_wrote_and_asks_nothing_again() -> None:
    script = script_of(question("binary", text=CITA))
    scene = play(script, Trial(OPEN, {}, (Wrote("Can't talk now. What's up?"), Wrote(f"Liked “{CITA}”"))))
    assert [getattr(entry, "outcome", "said") for entry in scene.entries[:3]] == [
        "said",
        "automatic",
        "answered",
    ]
    assert scene.dialogue.values == {"Q": "yes"}


@pytest.mark.parametrize(
    "text", ["a " * 2400, "gracias por su mensaje " * 200, "👍 a “" * 800, "le gusto “" * 500]
)
def test_long_texts_are_read_in_one_pass(text: str) -> None:
    assert kind(text) in ("written", "reaction", "automatic")
