"""The rehearsal: every opening counted as it would be sent."""

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.campaign.rehearsal import ROWS_NAMED, Gap, Rehearsing, Summary
from smartchat.domain.conversation.dialogue import Dialogue, Opened, Send, advance
from smartchat.domain.conversation.opening_plan import plan_of
from smartchat.domain.script.script import Script
from smartchat.domain.sending.plain_letters import in_plain_letters
from smartchat.domain.sending.segments import in_gsm, segments
from tests.domain.script.scripts import custom, message, question, script_of, scripts
from tests.effort import examples

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
NAME = custom("NOMBRE")
GREETING = message(text="Hola {{NOMBRE}}.")

# How long a whole script takes to draw depends on the machine, and says nothing of the rules.

values = st.one_of(
    st.sampled_from(["Carlos", "José", "", " ", "100%", "%s", "{{P0}}", "👍", "x" * 900, "Banco", "a\n"]),
    st.text(max_size=20),
)


@st.composite
def rows(draw: st.DrawFn, script: Script) -> list[dict[str, str]]:
    """Values for some contacts; now and then one is missing."""
    ids = [column.id for column in script.custom_data]
    row = st.fixed_dictionaries({}, optional=dict.fromkeys(ids, values))
    return draw(st.lists(row, max_size=6))


def rehearse(script: Script, *contacts: dict[str, str], in_segments: bool = True, **more: Any) -> Summary:
    rehearsing = Rehearsing(script, in_segments, NOW, **more)
    for row, custom_data in enumerate(contacts, 2):
        rehearsing.add(row, custom_data)
    return rehearsing.summary()


def sent(script: Script, custom_data: dict[str, str]) -> list[str]:
    _, effects = advance(Dialogue.begin(script, custom_data), Opened(NOW))
    return [effect.text for effect in effects if isinstance(effect, Send)]


def names(*names: str) -> list[dict[str, str]]:
    return [{"NOMBRE": name} for name in names]


@given(st.data(), scripts)
@examples(150)
def test_the_plan_fills_in_exactly_what_the_dialogue_sends(data: st.DataObject, script: Script) -> None:
    plan = plan_of(script)
    for row in data.draw(rows(script)):
        texts = plan.texts(row) if plan else None
        assert texts is None or texts == sent(script, row)


@given(st.data(), scripts, st.booleans())
@examples(150)
def test_a_planned_rehearsal_counts_as_the_dialogue_does(
    data: st.DataObject, script: Script, in_segments: bool
) -> None:
    contacts = data.draw(rows(script))
    fast = rehearse(script, *contacts, in_segments=in_segments)
    assert fast == rehearse(script, *contacts, in_segments=in_segments, planned=False)


@given(st.data(), scripts)
@examples(100)
def test_the_sums_are_those_of_all_messages(data: st.DataObject, script: Script) -> None:
    contacts = data.draw(rows(script))
    said = [sent(script, row) for row in contacts]
    summary = rehearse(script, *contacts)
    assert summary.contacts == len(contacts)
    assert summary.messages == sum(map(len, said))
    assert summary.segments == sum(segments(text).count for texts in said for text in texts)
    assert summary.unmade == sum(not texts for texts in said)
    by_parts = Counter(sum(segments(text).count for text in texts) for texts in said if texts)
    assert summary.parts == by_parts
    assert summary.dear_contacts == sum(any(segments(text).costly for text in texts) for texts in said)
    longest = max((segments(text).count for texts in said for text in texts), default=0)
    assert (summary.longest.segments if summary.longest else 0) == longest


@given(st.data(), scripts)
@examples(60)
def test_a_summary_survives_json(data: st.DataObject, script: Script) -> None:
    summary = rehearse(script, *data.draw(rows(script)))
    assert Summary.from_json(json.loads(json.dumps(summary.to_json()))) == summary


@pytest.mark.parametrize(
    "steps",
    [
        (message(text="Hola {{NOMBRE}}, 100 %."), question("binary", text="¿Podrá pagar?")),
        (question("multiple_choice", text="¿Cómo, {{NOMBRE}}?", show_options=True),),
        (question("multiple_choice", text="¿Cómo?"),),
        (message(), {"id": "FIN", "type": "end"}),
    ],
)
def test_ordinary_openings_have_a_plan(steps: tuple[dict[str, Any], ...]) -> None:
    script = script_of(NAME, *steps)
    plan = plan_of(script)
    assert plan is not None
    assert plan.texts({"NOMBRE": "Ana"}) == sent(script, {"NOMBRE": "Ana"})


def test_the_longest_message_is_named_with_its_row() -> None:
    summary = rehearse(script_of(NAME, GREETING), *names("Ana", "x" * 155, "Eva"))
    assert summary.longest is not None
    assert (summary.longest.row, summary.longest.segments) == (3, 2)
    assert summary.longest.text == f"Hola {'x' * 155}."


def test_one_accent_is_shown_with_what_it_costs() -> None:
    summary = rehearse(script_of(NAME, GREETING), *names("Íñigo" + "x" * 140, "Ana"))
    assert summary.longest is not None
    assert (summary.longest.segments, summary.longest.plain_segments) == (3, 1)
    assert (summary.segments, summary.plain_segments) == (4, 2)


def test_dear_letters_are_counted_by_contact_and_most_frequent_first() -> None:
    summary = rehearse(script_of(NAME, GREETING), *names("María", "Óscar", "Martín", "Ana", "Íí"))
    assert summary.dear_contacts == 4
    assert dict(summary.dear_letters) == {"í": 3, "Ó": 1, "Í": 1}
    assert summary.dear_letters[0] == ("í", 3)


def test_the_parts_of_contacts_are_counted() -> None:
    summary = rehearse(script_of(NAME, GREETING), *names("Ana", "Eva", "x" * 155))
    assert summary.parts == {1: 2, 2: 1}


def test_a_gap_is_named_with_its_id_its_rows_and_how_many() -> None:
    script = script_of(NAME, custom("CIUDAD"), message(text="Hola {{NOMBRE}} de {{CIUDAD}}."))
    contacts = [{"NOMBRE": "Ana", "CIUDAD": "León"}, *([{"NOMBRE": "Eva", "CIUDAD": " "}] * 30)]
    summary = rehearse(script, *contacts)
    assert summary.gaps == (Gap("CIUDAD", 30, tuple(range(3, 3 + ROWS_NAMED))),)


def test_a_value_that_the_opening_does_not_use_is_no_gap() -> None:
    script = script_of(NAME, question(text="¿Qué?"), message("M2", "Gracias, {{NOMBRE}}."))
    assert rehearse(script, *names("")).gaps == ()


def test_an_opening_without_anything_to_say_is_named() -> None:
    summary = rehearse(script_of(NAME, message(text="{{NOMBRE}}")), *names("Ana", "", "Eva"))
    assert (summary.unmade, summary.unmade_rows, summary.messages) == (1, (3,), 2)


def test_one_row_that_fails_does_not_hide_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    script = script_of(NAME, GREETING)

    def faulty(dialogue: Dialogue, event: Opened) -> Any:
        if dialogue.given["NOMBRE"] == "Eva":
            raise ValueError("a fault of ours")
        return advance(dialogue, event)

    monkeypatch.setattr("smartchat.domain.campaign.rehearsal.advance", faulty)
    summary = rehearse(script, *names("Ana", "Eva", "Luz"), planned=False)
    assert (summary.contacts, summary.unmade, summary.unmade_rows, summary.messages) == (3, 1, (3,), 2)


def test_without_segments_the_longest_is_the_longest_in_characters() -> None:
    summary = rehearse(script_of(NAME, GREETING), *names("Ana", "María Luisa", "Eva"), in_segments=False)
    assert summary.longest is not None
    assert (summary.longest.row, summary.segments, summary.dear_contacts) == (3, 0, 0)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("¿Cuándo podrá? ¡Mañana, señor Müller! é", "¿Cuando podra? ¡Mañana, señor Müller! é"),
        ("“Sí” — dijo… ‘no’", "\"Si\" - dijo... 'no'"),
        ("¡Listo! 👍🏽", "¡Listo! "),
        ("sen\u0303or Jose\u0301", "señor José"),
        ("1.º y 2.ª", "1.o y 2.a"),
        ("½ m²", "½ m²"),
        ("Иван", "Иван"),
        ("a\u200bb", "ab"),
    ],
)
def test_only_what_gsm_lacks_is_written_plainly(text: str, plain: str) -> None:
    assert in_plain_letters(text) == plain


@given(st.text(max_size=60))
def test_plain_letters_are_those_of_gsm_or_have_no_plain_form(text: str) -> None:
    plain = in_plain_letters(text)
    assert in_plain_letters(plain) == plain
    assert set(plain) - set(text) <= {char for char in plain if in_gsm(char) or char.isalnum()}


@given(st.text("abcñéüÑ¿¡ €{}Çàè\n", max_size=60))
def test_a_text_of_gsm_stays_as_it_is(text: str) -> None:
    assert in_plain_letters(text) == text
