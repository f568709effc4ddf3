"""Quick messages are one turn, and what came before the question does not answer it: on both databases."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from redis import Redis
from rq import Queue

from smartchat import clock, jobs, queue
from smartchat.db import db
from smartchat.domain.conversation.external import Outcome
from smartchat.services.conversation import answering, calling, receiving
from smartchat.services.sending import sending, tracking
from smartchat.services.sending.sending import Clocks
from tests.services.conftest import SENDER, Stage, new_phone
from tests.services.conversation.test_calling import System, asking, conversation

At = Callable[[str], None]
CLOCKS = Clocks(clock.now, clock.machine_now)


def asked(stage: Stage) -> tuple[str, int]:
    """A contact who has been asked PAGA at 10:00:00."""
    phone = new_phone()
    campaign = stage.launch([phone])
    stage.work()
    return phone, campaign


def outcomes(stage: Stage) -> list[str | None]:
    return [message.outcome for message in stage.inbound()]


@pytest.fixture
def wait(stage: Stage) -> None:
    """Turns wait three seconds for another message."""
    stage.app.config["TURN_WAIT"] = 3


@pytest.mark.usefixtures("wait")
def test_quick_messages_in_a_row_are_one_turn(stage: Stage, at: At) -> None:
    phone, _ = asked(stage)
    at("2026-11-23T10:01:00")
    stage.hear(phone, "hola")
    at("2026-11-23T10:01:02")
    stage.hear(phone, "sí")
    at("2026-11-23T10:01:03")  # the first alone would be due, the second has moved the turn on
    stage.work()
    assert len(stage.told(phone)) == 2
    at("2026-11-23T10:01:05")
    stage.work()
    assert stage.told(phone)[2:] == ["¿Edad?"]
    assert outcomes(stage) == ["answered", "answered"]


@pytest.mark.usefixtures("wait")
def test_who_never_stops_writing_is_answered_after_four_waits(stage: Stage, at: At) -> None:
    phone, _ = asked(stage)
    dues = []
    for second in range(0, 14, 2):
        at(f"2026-11-23T10:01:{second:02}")
        due = stage.hear(phone, "este…").due
        assert due is not None
        dues.append(due.second)
    assert dues == [3, 5, 7, 9, 11, 12, 12]
    stage.work()
    assert len(stage.told(phone)) == 3


@pytest.mark.usefixtures("wait")
def test_the_bell_rings_at_once_for_a_turn_that_waits_a_moment(stage: Stage, redis: Redis) -> None:
    phone, _ = asked(stage)
    redis.flushall()
    stage.hear(phone, "sí")
    assert Queue(queue.QUEUE, connection=redis).count == 1


@pytest.mark.usefixtures("wait")
def test_a_drain_knows_when_the_next_turn_is_due(stage: Stage, at: At) -> None:
    phone, _ = asked(stage)
    at("2026-11-23T10:01:00")
    stage.hear(phone, "sí")
    at("2026-11-23T10:01:01")
    due = answering.next_due(clock.now(), receiving.turn_wait())
    assert due == clock.now() + timedelta(seconds=2)
    assert jobs._next_in() == 2


@pytest.mark.usefixtures("wait")
def test_a_drain_stays_until_the_turn_is_due_and_answers_it(
    stage: Stage, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    rests: list[float] = []

    def rest(seconds: float, stopping: Callable[[], bool]) -> bool:
        rests.append(seconds)
        at("2026-11-23T10:01:03")
        return True

    phone, _ = asked(stage)
    at("2026-11-23T10:01:00")
    stage.hear(phone, "sí")
    monkeypatch.setattr(jobs, "_rest", rest)
    jobs.drain()
    assert rests[0] == 3
    assert stage.told(phone)[2:] == ["¿Edad?"]


def test_a_drain_that_waits_leaves_when_the_bell_has_rung_again(stage: Stage) -> None:
    queue.ring()
    assert not jobs._rest(60, lambda: False)


def test_a_drain_that_waits_ends_when_the_worker_is_to_stop(stage: Stage) -> None:
    assert jobs._rest(60, lambda: True)


@pytest.mark.usefixtures("wait")
def test_a_message_of_the_night_waits_for_08_00_and_no_longer(stage: Stage, at: At) -> None:
    phone, _ = asked(stage)
    at("2026-11-24T03:00:00")
    stage.hear(phone, "sí")
    at("2026-11-24T08:00:00")
    stage.work()
    assert stage.told(phone)[2:] == ["¿Edad?"]


def test_a_message_before_the_next_question_left_does_not_answer_it(stage: Stage, at: At) -> None:
    phone, campaign = asked(stage)
    at("2026-11-23T10:01:00")
    stage.hear(phone, "sí")
    answering.answer_due(clock.now())  # the next question is written, and has not left
    at("2026-11-23T10:01:01")
    stage.hear(phone, "40 pesos cada vez")
    at("2026-11-23T10:01:02")
    stage.work()
    assert stage.told(phone)[2:] == ["¿Edad?"]
    assert outcomes(stage) == ["answered", "early"]
    assert stage.conversation(campaign, phone).state["step"] == "EDAD"
    assert stage.numbers(campaign).inbound == {"received": 2, "answered": 1, "waiting": 0}
    stage.hear(phone, "40")
    stage.work()
    assert stage.told(phone)[3:] == ["¡Gracias, Carlos!"]


def test_an_answer_of_the_very_moment_in_which_the_question_leaves_counts(stage: Stage, at: At) -> None:
    phone, _ = asked(stage)
    stage.hear(phone, "sí")
    stage.work()
    stage.hear(phone, "42")
    stage.work()
    assert outcomes(stage) == ["answered", "answered"]


def test_a_web_machine_whose_clock_is_behind_takes_no_answer_for_an_early_one(stage: Stage, at: At) -> None:
    phone, _ = asked(stage)
    at("2026-11-23T09:59:58")
    stage.hear(phone, "sí")
    at("2026-11-23T10:00:01")  # the worker's clock
    stage.work()
    assert stage.told(phone)[2:] == ["¿Edad?"]
    assert outcomes(stage) == ["answered"]


def test_only_what_came_after_the_question_is_its_answer(stage: Stage, at: At) -> None:
    phone, campaign = asked(stage)
    at("2026-11-23T10:01:00")
    stage.hear(phone, "sí")
    answering.answer_due(clock.now())
    at("2026-11-23T10:01:01")
    stage.hear(phone, "99")
    at("2026-11-23T10:01:02")
    sending.send_due(stage.channel, stage.pool, 8, CLOCKS)
    at("2026-11-23T10:01:09")
    stage.hear(phone, "42")
    stage.work()
    assert outcomes(stage) == ["answered", "early", "answered"]
    assert stage.conversation(campaign, phone).state["given"]["EDAD"] == 42


def test_a_better_answer_that_came_while_the_question_was_asked_again_counts(stage: Stage, at: At) -> None:
    phone, campaign = asked(stage)
    at("2026-11-23T10:01:00")
    stage.hear(phone, "¿mande?")
    answering.answer_due(clock.now())  # the question is written once more
    at("2026-11-23T10:01:01")
    stage.hear(phone, "ah, sí")
    at("2026-11-23T10:01:02")
    stage.work()
    assert stage.conversation(campaign, phone).state["given"]["PAGA"] == "yes"
    assert outcomes(stage) == ["answered", "answered"]


def test_what_came_while_the_question_was_asked_again_costs_no_other_try(stage: Stage, at: At) -> None:
    phone, campaign = asked(stage)
    at("2026-11-23T10:01:00")
    stage.hear(phone, "¿mande?")
    answering.answer_due(clock.now())
    at("2026-11-23T10:01:01")
    stage.hear(phone, "¿quién es?")
    at("2026-11-23T10:01:02")
    stage.work()
    assert outcomes(stage) == ["answered", "early"]
    state = stage.conversation(campaign, phone).state
    assert (state["step"], state["failed"]) == ("PAGA", 1)
    assert len(stage.told(phone)) == 3


def test_a_question_that_expired_at_closing_is_not_answered_by_what_came_in_the_night(
    stage: Stage, at: At
) -> None:
    phone, campaign = asked(stage)
    at("2026-11-23T20:59:00")
    stage.hear(phone, "sí")
    stage.work()
    question = stage.outbound(campaign)[-1]
    at("2026-11-23T21:00:10")
    expired = {"MessageSid": question.provider_sid, "MessageStatus": "undelivered", "ErrorCode": "30036"}
    tracking.record_status(expired, question.id, clock.now())
    at("2026-11-23T23:00:00")
    stage.hear(phone, "¿siguen ahí?")
    at("2026-11-24T08:00:00")
    stage.work()
    assert stage.told(phone)[2:] == [
        "¿Edad?",
        "¿Edad?",
    ]  # sent once more, and the night's message is no answer
    assert outcomes(stage) == ["answered", "early"]
    at("2026-11-24T08:05:00")
    stage.hear(phone, "42")
    stage.work()
    assert stage.told(phone)[4:] == ["¡Gracias, Carlos!"]


def test_what_comes_in_the_night_answers_the_question_of_the_evening(stage: Stage, at: At) -> None:
    phone, _ = asked(stage)
    at("2026-11-23T22:00:00")
    stage.hear(phone, "sí")
    at("2026-11-24T08:00:00")
    stage.work()
    assert outcomes(stage) == ["answered"]


def test_what_comes_while_another_system_is_asked_does_not_answer_the_next_question(
    stage: Stage, at: At
) -> None:
    phone, campaign = asking(stage)
    at("2026-11-23T10:00:05")
    stage.hear(phone, "¿hola?")
    at("2026-11-23T10:00:06")
    calling.call_due(System(Outcome({"SALDO": 1})), CLOCKS)
    stage.work()
    assert outcomes(stage) == ["answered", "early"]
    assert (conversation(campaign).state or {})["step"] == "OTRA"


def test_a_turn_that_another_worker_has_taken_meanwhile_waits_for_its_reply(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone, campaign = asked(stage)
    stage.hear(phone, "sí")
    found = answering._due_conversations(clock.now(), 10)
    assert found == [stage.conversation(campaign, phone).id]
    db.session.rollback()
    answering.answer_due(clock.now())  # the other worker
    stage.hear(phone, "42")
    answering._answer_all(found, clock.now())
    assert outcomes(stage) == ["answered", None]


def test_early_messages_alone_change_nothing(stage: Stage, at: At) -> None:
    phone, campaign = asked(stage)
    before: dict[str, Any] = dict(stage.conversation(campaign, phone).state)
    stage.hear(phone, "hola")
    message = stage.inbound()[0]
    message.received_at -= timedelta(seconds=1)
    db.session.commit()
    stage.work()
    assert outcomes(stage) == ["early"]
    assert stage.conversation(campaign, phone).state == before
    assert len(stage.told(phone)) == 2


def test_a_fetched_message_of_the_same_second_as_the_question_is_its_answer(stage: Stage, at: At) -> None:
    at("2026-11-23T10:00:00.700")
    phone, _ = asked(stage)
    at("2026-11-23T10:05:00")
    params = {"MessageSid": "SM" + "9" * 32, "From": phone, "To": SENDER, "Body": "sí"}
    whole_second = clock.parse_instant("2026-11-23T10:00:00-05:00")  # Twilio's list knows no parts of it
    receiving.store(params, clock.now(), came_at=whole_second)
    db.session.commit()
    stage.work()
    assert outcomes(stage) == ["answered"]


def test_a_fetched_message_from_before_the_question_is_early(stage: Stage, at: At) -> None:
    phone, _ = asked(stage)
    stage.hear(phone, "sí")
    at("2026-11-23T10:02:00")
    stage.work()  # asks the next question only now
    params = {"MessageSid": "SM" + "8" * 32, "From": phone, "To": SENDER, "Body": "gracias"}
    came_at = clock.parse_instant("2026-11-23T10:01:00-05:00")
    receiving.store(params, clock.now(), came_at)
    db.session.commit()
    stage.work()
    assert outcomes(stage) == ["answered", "early"]
