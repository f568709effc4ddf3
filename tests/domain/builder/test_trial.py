"""Trials: the conversation that a tester's moves come to, its clock, and the values that are typed for it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.builder.playing import Heard, Noted, Said, Scene, play
from smartchat.domain.builder.trial import (
    ClockSet,
    Move,
    SystemAnswered,
    Trial,
    Wrote,
    friday_evening,
    read_values,
)
from smartchat.domain.conversation.dialogue import (
    HandedOver,
    MissingValue,
    QuestionAnswered,
    QuestionNotAnswered,
)
from smartchat.domain.hours import ActiveHours, is_open
from smartchat.domain.script.custom_data import DataColumn
from smartchat.domain.script.script import Script
from tests.domain.script.scripts import custom, message, question, script_of
from tests.effort import examples

HOURS = ActiveHours()
OPEN = datetime(2026, 11, 23, 15, tzinfo=UTC)  # Monday 10:00 at the chatbot's offset
NIGHT = datetime(2026, 11, 24, 3, tzinfo=UTC)  # Monday 22:00
OPENING = datetime(2026, 11, 24, 13, tzinfo=UTC)  # Tuesday 08:00
SURVEY = script_of(
    message(text="Hola."),
    question("integer", "PAGOS", "¿Cuántos?", min=1, max=4, retries=1),
    question("text", "NOTA", "¿Algo más?"),
)


def scene_of(*moves: Move, script: Script = SURVEY, began: datetime = OPEN, **data: str) -> Scene:
    return play(script, Trial(began, data, moves))


def said(scene: Scene) -> list[str]:
    return [entry.send.text for entry in scene.entries if isinstance(entry, Said)]


def heard(scene: Scene) -> list[Heard]:
    return [entry for entry in scene.entries if isinstance(entry, Heard)]


def noted(scene: Scene) -> list[Any]:
    return [entry.effect for entry in scene.entries if isinstance(entry, Noted)]


def test_in_the_active_hours_the_chatbot_opens_at_once() -> None:
    assert said(scene_of()) == ["Hola.", "¿Cuántos?"]


def test_outside_the_active_hours_the_opening_waits() -> None:
    scene = scene_of(began=NIGHT)
    assert (said(scene), scene.due) == ([], OPENING)


def test_a_jump_to_the_opening_opens_the_conversation() -> None:
    assert said(scene_of(ClockSet(OPENING), began=NIGHT)) == ["Hola.", "¿Cuántos?"]


def test_an_answer_shows_what_was_understood() -> None:
    assert heard(scene_of(Wrote("quiero tres")))[0].understood == QuestionAnswered("PAGOS", 3, "word")


def test_an_answer_that_is_not_understood_shows_the_attempts_left() -> None:
    assert heard(scene_of(Wrote("nueve")))[0].understood == QuestionNotAnswered("PAGOS", "out_of_range", 1)


def test_what_is_written_at_night_waits_for_the_opening() -> None:
    [message_] = heard(scene_of(ClockSet(NIGHT), Wrote("3")))
    assert (message_.outcome, message_.due) == ("waiting", OPENING)


def test_what_waits_together_is_one_turn() -> None:
    night = (ClockSet(NIGHT), Wrote("pues"), Wrote("tres"))
    first, second = heard(scene_of(*night, ClockSet(OPENING)))
    assert (first.understood, second.understood, second.together) == (
        None,
        QuestionAnswered("PAGOS", 3, "word"),
        2,
    )


def test_what_waited_is_answered_at_the_opening_also_where_the_clock_jumps_past_it() -> None:
    late = OPENING + timedelta(hours=3)
    scene = scene_of(ClockSet(NIGHT), Wrote("3"), ClockSet(late))
    assert (scene.entries[-1].at, scene.now) == (OPENING, late)


def test_the_clock_does_not_go_back() -> None:
    assert scene_of(ClockSet(NIGHT), ClockSet(OPEN)).now == NIGHT


def test_nothing_can_be_written_before_the_opening() -> None:
    assert heard(scene_of(Wrote("hola"), began=NIGHT)) == []


def test_what_is_written_after_the_end_is_not_answered() -> None:
    scene = scene_of(Wrote("1"), Wrote("nada"), Wrote("¿Hola?"))
    assert (scene.over, heard(scene)[-1].outcome) == (True, "ended")


def test_a_contact_who_opts_out_is_not_answered() -> None:
    scene = scene_of(Wrote("BAJA"), Wrote("3"))
    assert [message.outcome for message in heard(scene)] == ["opt_out", "ended"]
    assert len(said(scene)) == 2


def test_a_word_of_opting_out_that_is_an_option_is_an_answer() -> None:
    script = script_of(question("multiple_choice", options=["Cancelar", "Confirmar"]))
    assert heard(scene_of(Wrote("cancelar"), script=script))[0].outcome == "answered"


def test_every_message_of_the_chatbot_has_its_segments() -> None:
    scene = scene_of(script=script_of(message(text="¡Qué ilusión! 🎉" * 10)))
    [sent] = [entry for entry in scene.entries if isinstance(entry, Said)]
    assert (sent.segments.count, scene.segments) == (3, 3)


CREDIT = script_of(
    {
        "id": "CONSULTA",
        "type": "external",
        "url": "https://example.com/saldo",
        "values": {"SALDO": "saldo"},
        "on_failure": "hand_over",
    },
    message(text="Debe ${{SALDO}}."),
)


def test_another_system_is_waited_for() -> None:
    scene = scene_of(ClockSet(NIGHT), Wrote("¿Y?"), script=CREDIT)
    assert (scene.call and scene.call.step_id, scene.now, heard(scene)) == ("CONSULTA", OPEN, [])


def test_the_tester_gives_the_answer_of_another_system() -> None:
    assert said(scene_of(SystemAnswered({"SALDO": "120"}), script=CREDIT)) == ["Debe $120."]


def test_another_system_that_fails_hands_over_where_the_script_says_so() -> None:
    scene = scene_of(SystemAnswered(None), Wrote("¿Y?"), script=CREDIT)
    assert [type(effect) for effect in noted(scene)][-2:] == [MissingValue, HandedOver]
    assert heard(scene)[-1].outcome == "handed_over"


def test_a_calculation_without_its_number_is_noted() -> None:
    script = script_of(
        custom("MONTO", "NUMBER"),
        {"id": "MITAD", "type": "math", "formula": "MONTO / 0"},
        message(text="Bien."),
    )
    assert noted(scene_of(script=script, MONTO="10"))[0] == MissingValue("MITAD", "division_by_zero")


@pytest.mark.parametrize(
    ("now", "evening"),
    [
        (OPEN, datetime(2026, 11, 28, 1, 59, tzinfo=UTC)),
        (datetime(2026, 11, 28, 1, 58, tzinfo=UTC), datetime(2026, 11, 28, 1, 59, tzinfo=UTC)),
        (datetime(2026, 11, 28, 1, 59, tzinfo=UTC), datetime(2026, 12, 5, 1, 59, tzinfo=UTC)),
    ],
)
def test_friday_evening_is_the_last_open_minute_of_the_next_friday(now: datetime, evening: datetime) -> None:
    assert friday_evening(HOURS, now) == evening
    assert is_open(HOURS, evening)
    assert not is_open(HOURS, evening + timedelta(minutes=1))


COLUMNS = (DataColumn("NOMBRE", "TEXT"), DataColumn("MONTO", "NUMBER"), DataColumn("FECHA", "DATE"))


def test_typed_values_are_read_as_cells_of_a_contact_file() -> None:
    typed = {"NOMBRE": " Carlos ", "MONTO": "1350.50", "FECHA": "2026-11-30"}
    assert read_values(COLUMNS, typed) == (typed | {"NOMBRE": "Carlos"}, {})


def test_typed_values_that_a_file_could_not_hold_are_problems_of_their_step() -> None:
    values, problems = read_values(COLUMNS, {"MONTO": "1,350", "FECHA": "30/11/2026"})
    assert values == {}
    found = {id_: problem.code for id_, problem in problems.items()}
    assert found == {"NOMBRE": "missing_value", "MONTO": "invalid_number", "FECHA": "invalid_date"}


hours_ahead = st.integers(0, 60).map(lambda hours: ClockSet(OPEN + timedelta(hours=hours)))
moves = st.lists(
    st.one_of(st.sampled_from(["3", "nueve", "hola", "BAJA", "sí"]).map(Wrote), hours_ahead), max_size=9
)


@examples(60)
@given(moves)
def test_nothing_is_ever_said_outside_the_active_hours(made: list[Move]) -> None:
    assert all(is_open(HOURS, entry.at) for entry in scene_of(*made).entries if isinstance(entry, Said))


@examples(60)
@given(moves)
def test_a_trial_is_the_same_after_its_way_through_json(made: list[Move]) -> None:
    trial = Trial(OPEN, {"A": "b"}, (*made, SystemAnswered({"X": "1"}), SystemAnswered(None)))
    assert Trial.from_json(trial.to_json()) == trial


def test_tomorrow_written_at_night_is_counted_from_that_night() -> None:
    [message_] = heard(
        scene_of(
            ClockSet(NIGHT), Wrote("mañana"), ClockSet(OPENING), script=script_of(question("date", "DIA"))
        )
    )
    assert message_.understood == QuestionAnswered("DIA", "2026-11-24", "date")
