"""Trials of a chatbot on WhatsApp: what may leave only within 24 hours of the contact's last message."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.builder.playing import Heard, Said, Scene, play
from smartchat.domain.builder.trial import ClockSet, Move, Trial, Wrote
from smartchat.domain.conversation.dialogue import QuestionAnswered
from smartchat.domain.script.script import Script
from smartchat.domain.script_file.reading import read_script
from smartchat.domain.sending.whatsapp_window import WINDOW
from tests.domain.script.scripts import data_of, message, question, script_of
from tests.effort import examples
from tests.typed_buttons import TYPED

WHATSAPP = "whatsapp:+15005550006"
OPEN = datetime(2026, 11, 23, 15, tzinfo=UTC)  # Monday 10:00 at the chatbot's offset
NIGHT = datetime(2026, 11, 24, 3, tzinfo=UTC)  # Monday 22:00
OPENING = datetime(2026, 11, 24, 13, tzinfo=UTC)  # Tuesday 08:00
TEMPLATE = {"content_sid": f"HX{'0' * 32}", "variables": {}}
GREETING = message("SALUDO", "Hola.", template=TEMPLATE)
SURVEY = script_of(
    GREETING, message("AVISO", "Tenemos dos preguntas."), question("integer", "PAGOS", "¿Cuántos?", retries=1)
)


def scene_of(*moves: Move, script: Script = SURVEY, began: datetime = OPEN, sender: str = WHATSAPP) -> Scene:
    return play(script, Trial(began, {}, moves), sender)


def said(scene: Scene) -> list[tuple[str, str]]:
    return [(entry.send.text, entry.state) for entry in scene.entries if isinstance(entry, Said)]


def heard(scene: Scene) -> list[Heard]:
    return [entry for entry in scene.entries if isinstance(entry, Heard)]


def test_the_template_leaves_and_what_follows_it_is_held() -> None:
    assert said(scene_of()) == [
        ("Hola.", "left"),
        ("Tenemos dos preguntas.", "held"),
        ("¿Cuántos?", "behind"),
    ]


def test_an_opening_without_a_template_is_held() -> None:
    assert said(scene_of(script=script_of(message(text="Hola.")))) == [("Hola.", "held")]


def test_a_template_behind_a_held_message_waits_for_it() -> None:
    script = script_of(message("A", "Uno."), GREETING)
    assert said(scene_of(script=script)) == [("Uno.", "held"), ("Hola.", "behind")]


def test_a_tap_is_somebodys_word_whatever_stands_on_the_button() -> None:
    busy = "En este momento no puedo contestar, le llamo más tarde."
    template = {**TEMPLATE, "buttons": ["Sí iré", {"text": busy, "answer": "no"}]}
    script = script_of(question("binary", "VA", "¿Va a asistir?", template=template))
    assert heard(scene_of(Wrote(busy), script=script))[-1].outcome == "answered"
    assert heard(scene_of(Wrote(f"{busy} Gracias."), script=script))[-1].outcome == "automatic"


@pytest.mark.parametrize(("sender", "buttons", "typed", "meant"), TYPED)
def test_what_is_typed_under_buttons_is_the_button_or_a_wish_as_in_a_campaign(
    sender: str, buttons: tuple[str, ...], typed: str, meant: str | None
) -> None:
    asked = question("binary", "VA", "¿Va a asistir?", template={**TEMPLATE, "buttons": list(buttons)})
    script, _ = read_script(
        data_of(asked, question("text", "NOTA"))
    )  # a button may answer nothing, with a warning
    assert script is not None
    scene = scene_of(Wrote(typed), script=script, sender=sender)
    assert (scene.dialogue.values["VA"], scene.opted_out) == (meant, meant is None)


def test_a_tap_on_the_template_answers_the_question_that_is_held() -> None:
    hello = message("SALUDO", "¿Irá? [Sí iré] [Cancelar]", template=TEMPLATE)
    script = script_of(hello, question("binary", "VA", "¿Va a asistir?"), message("FIN", "Gracias."))
    for text, value in (("Sí iré", "yes"), ("cancelar", "no")):
        scene = scene_of(Wrote(text), script=script)
        assert scene.dialogue.values == {"VA": value}
        assert [state for _, state in said(scene)] == ["left", "cancelled", "left"]
        assert [one.outcome for one in heard(scene)] == ["answered"]
    assert scene_of(script=script).buttons == ("Sí iré", "Cancelar")


def test_a_question_may_be_the_template_that_opens() -> None:
    template = {**TEMPLATE, "buttons": [{"text": "Claro", "answer": "Banco"}, "Tienda"]}
    script = script_of(question("multiple_choice", template=template))
    assert said(scene_of(script=script)) == [("¿Qué?", "left")]
    assert scene_of(Wrote("Claro"), script=script).dialogue.values == {"Q": "Banco"}


def test_on_sms_nothing_is_held() -> None:
    assert {state for _, state in said(scene_of(sender="+15005550006"))} == {"left"}


def test_what_is_held_leaves_in_order_after_the_contact_has_written() -> None:
    scene = scene_of(Wrote("¿Quién es?"))
    order = [entry.send.text if isinstance(entry, Said) else "" for entry in scene.entries]
    assert order == ["Hola.", "", "Tenemos dos preguntas.", "¿Cuántos?"]
    assert {state for _, state in said(scene)} == {"left"}


def test_what_lets_a_held_question_leave_is_no_answer_to_it() -> None:
    [message_] = heard(scene_of(Wrote("3")))
    assert (message_.outcome, message_.understood) == ("early", None)


def test_what_is_written_after_the_question_has_left_answers_it() -> None:
    assert heard(scene_of(Wrote("Hola"), Wrote("3")))[-1].understood == QuestionAnswered("PAGOS", 3, "number")


def test_what_is_held_leaves_at_the_opening_where_the_contact_writes_at_night() -> None:
    scene = scene_of(ClockSet(NIGHT), Wrote("Hola"))
    waiting = [entry for entry in scene.entries if isinstance(entry, Said)][1:]
    assert {(entry.state, entry.due) for entry in waiting} == {("due", OPENING)}


def test_at_the_opening_what_was_held_leaves() -> None:
    scene = scene_of(ClockSet(NIGHT), Wrote("Hola"), ClockSet(OPENING))
    left = [entry for entry in scene.entries if isinstance(entry, Said)][1:]
    assert {(entry.state, entry.at) for entry in left} == {("left", OPENING)}


def test_waiting_alone_lets_nothing_leave() -> None:
    assert said(scene_of(ClockSet(OPEN + timedelta(days=40)))) == said(scene_of())


def test_a_contact_who_opts_out_cancels_what_is_held() -> None:
    assert [state for _, state in said(scene_of(Wrote("BAJA")))] == ["left", "cancelled", "cancelled"]


def test_what_is_held_when_the_conversation_ends_leaves_when_the_contact_writes() -> None:
    script = script_of(GREETING, message("AVISO", "Hasta pronto."))
    scene = scene_of(Wrote("gracias"), script=script)
    assert said(scene) == [("Hola.", "left"), ("Hasta pronto.", "left")]
    assert heard(scene)[-1].outcome == "ended"


# Open for a minute a day: whoever writes at its end is answered after the 24 hours.
MINUTE = {"opens": "10:00", "closes": "10:01", "utc_offset": "-05:00"}


def test_a_reply_that_would_leave_after_24_hours_is_held() -> None:
    steps = (GREETING, question("text", "NOTA", "¿Algo más?"), message("FIN", "Bien."))
    script = script_of(*steps, active_hours=MINUTE)
    late = (Wrote("Hola"), ClockSet(OPEN + timedelta(minutes=1)), Wrote("nada"))
    assert said(scene_of(*late, ClockSet(OPEN + timedelta(days=2)), script=script))[-1] == ("Bien.", "held")


hours_ahead = st.integers(0, 90).map(lambda hours: ClockSet(OPEN + timedelta(hours=hours)))
moves = st.lists(
    st.one_of(st.sampled_from(["3", "nueve", "hola", "BAJA"]).map(Wrote), hours_ahead), max_size=9
)
openings = st.sampled_from([SURVEY, script_of(*(question("text", f"Q{n}", f"¿{n}?") for n in range(3)))])


@examples(60)
@given(moves, openings)
def test_only_a_template_ever_leaves_outside_the_24_hours(made: list[Move], script: Script) -> None:
    written: datetime | None = None
    for entry in scene_of(*made, script=script).entries:
        if isinstance(entry, Heard):
            written = entry.at
        elif isinstance(entry, Said) and entry.state == "left" and entry.send.template is None:
            assert written
            assert entry.at < written + WINDOW


@examples(60)
@given(moves, openings)
def test_nothing_leaves_before_what_was_said_earlier(made: list[Move], script: Script) -> None:
    states = [state == "left" for _, state in said(scene_of(*made, script=script))]
    assert states == sorted(states, reverse=True)


@pytest.mark.parametrize("sender", ["", "+15005550006", f"MG{'0' * 32}"])
@examples(30)
@given(made=moves)
def test_off_whatsapp_a_trial_has_no_24_hours(sender: str, made: list[Move]) -> None:
    assert {state for _, state in said(scene_of(*made, sender=sender))} == {"left"}
