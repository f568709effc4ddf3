import threading
from collections.abc import Callable

from flask import Flask

from smartchat import clock
from smartchat.db import db
from smartchat.services.conversation import answering
from tests.services.conftest import Stage, new_phone


def test_a_reply_is_answered_with_the_next_question(stage: Stage) -> None:
    phone = new_phone()
    campaign = stage.launch([phone])
    stage.work()
    stage.hear(phone, "claro que sí")
    stage.work()
    assert stage.told(phone)[2:] == ["¿Edad?"]
    assert stage.conversation(campaign, phone).state["given"]["PAGA"] == "yes"


def test_the_dialogue_goes_to_its_end(stage: Stage) -> None:
    phone = new_phone()
    campaign = stage.launch([phone])
    stage.work()
    for answer in ("sí", "42"):
        stage.hear(phone, answer)
        stage.work()
    assert stage.told(phone)[-1] == "¡Gracias, Carlos!"
    assert stage.conversation(campaign, phone).status == "completed"
    assert stage.numbers(campaign).inbound == {"received": 2, "answered": 2, "waiting": 0}


def test_several_messages_that_wait_together_are_one_turn(stage: Stage) -> None:
    phone = new_phone()
    stage.launch([phone])
    stage.work()
    stage.hear(phone, "hola")
    stage.hear(phone, "sí")
    stage.work()
    assert stage.told(phone)[2:] == ["¿Edad?"]
    assert [message.outcome for message in stage.inbound()] == ["answered", "answered"]


def test_a_message_at_night_is_stored_and_answered_at_08_00(stage: Stage, at: Callable[[str], None]) -> None:
    phone = new_phone()
    stage.launch([phone])
    stage.work()
    at("2026-11-23T21:00")
    stage.hear(phone, "sí")
    stage.work()
    assert len(stage.told(phone)) == 2
    assert stage.inbound()[0].due_at.isoformat() == "2026-11-24T13:00:00+00:00"
    at("2026-11-24T08:00")
    stage.work()
    assert stage.told(phone)[2:] == ["¿Edad?"]


def test_a_message_at_03_00_is_answered_the_same_day(stage: Stage, at: Callable[[str], None]) -> None:
    phone = new_phone()
    stage.launch([phone])
    stage.work()
    at("2026-11-24T03:00")
    assert stage.hear(phone, "sí").due.isoformat() == "2026-11-24T13:00:00+00:00"


def test_a_message_that_21_00_overtakes_is_answered_at_08_00(stage: Stage, at: Callable[[str], None]) -> None:
    phone = new_phone()
    stage.launch([phone])
    stage.work()
    at("2026-11-23T20:59:59")
    stage.hear(phone, "sí")
    at("2026-11-23T21:00")
    stage.work()
    assert len(stage.told(phone)) == 2
    at("2026-11-24T08:00")
    stage.work()
    assert len(stage.told(phone)) == 3


def test_two_workers_answer_a_message_once(stage: Stage, app: Flask) -> None:
    phone = new_phone()
    campaign = stage.launch([phone])
    stage.work()
    stage.hear(phone, "sí")
    start = threading.Barrier(4)

    def answer() -> None:
        with app.app_context():
            start.wait()
            answering.answer_due(clock.now())

    workers = [threading.Thread(target=answer) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    replies = [row.body for row in stage.outbound(campaign) if row.kind == "reply"]
    assert replies == ["¿Edad?"]


def test_a_conversation_that_cannot_be_answered_does_not_hold_up_the_others(stage: Stage) -> None:
    good, bad = new_phone(), new_phone()
    campaign = stage.launch([good, bad])
    stage.work()
    conversation = stage.conversation(campaign, bad)
    conversation.state = {**(conversation.state or {}), "step": "NO_SUCH_STEP"}
    db.session.commit()
    stage.hear(bad, "sí")
    stage.hear(good, "sí")
    stage.work()
    assert stage.told(good)[2:] == ["¿Edad?"]
    waiting = [message for message in stage.inbound() if message.outcome is None]
    assert [message.from_address for message in waiting] == [bad]


def test_no_turn_is_taken_while_the_reply_to_the_one_before_has_not_left(
    stage: Stage, at: Callable[[str], None]
) -> None:
    phone = new_phone()
    campaign = stage.launch([phone])
    stage.work()
    stage.hear(phone, "¿qué?")
    answering.answer_due(clock.now())  # the retry is written, and waits
    for text in ("hola", "oye"):
        stage.hear(phone, text)
        assert answering.answer_due(clock.now()) == 0
    assert stage.conversation(campaign, phone).state["failed"] == 1
    stage.work()
    assert len(stage.told(phone)) == 4  # greeting, question, retry, and one reply to both
