"""A message that takes too long to read is stored, shown and left to a person: it takes nothing else along."""

from collections.abc import Callable
from typing import Any

import pytest

from smartchat import clock
from smartchat.db import db
from smartchat.domain.statuses import InboundOutcome, PauseReason
from smartchat.services.conversation import answering, hearing, pausing
from smartchat.services.opt_outs import opting
from tests.services.conftest import Stage, new_phone

HOSTILE = "this one takes for ever"


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, str], None]:
    """Makes a reader take for ever over the hostile text, as a fault of ours might."""

    def make(module: Any, name: str) -> None:
        read = getattr(module, name)

        def reader(*given: Any, **more: Any) -> Any:
            while any(HOSTILE in str(part) for part in given):
                len("")
            return read(*given, **more)

        monkeypatch.setattr(module, name, reader)

    monkeypatch.setattr(opting, "READING", 0.02)
    monkeypatch.setattr(answering, "TURN", 0.05)
    return make


def test_what_the_webhook_cannot_read_in_time_is_stored_and_left_to_a_person(
    stage: Stage,
    slow: Callable[[Any, str], None],
) -> None:
    slow(opting, "intent_of")
    phone, other = new_phone(), new_phone()
    campaign = stage.launch([phone, other])
    stage.work()
    assert stage.hear(phone, HOSTILE).new
    stage.hear(other, "sí")
    stage.work()
    [message, _] = stage.inbound()
    assert (message.body, message.outcome, message.due_at) == (HOSTILE, InboundOutcome.SET_ASIDE, None)
    conversation = stage.conversation(campaign, phone)
    assert conversation.pause_reason == PauseReason.UNREAD
    assert stage.told(phone)[2:] == []
    assert stage.told(other)[2:] == ["¿Edad?"]


def test_the_same_of_somebody_who_is_in_no_conversation(
    stage: Stage,
    slow: Callable[[Any, str], None],
) -> None:
    slow(opting, "intent_of")
    assert stage.hear(new_phone(), HOSTILE).new
    assert stage.inbound()[0].outcome == InboundOutcome.SET_ASIDE


def test_a_turn_that_takes_too_long_is_put_aside_and_not_tried_again(
    stage: Stage,
    slow: Callable[[Any, str], None],
    at: Callable[[str], None],
) -> None:
    slow(hearing, "advance")
    phone, other = new_phone(), new_phone()
    campaign = stage.launch([phone, other])
    stage.work()
    stage.hear(phone, HOSTILE)
    stage.hear(other, "sí")
    stage.work()
    assert stage.told(other)[2:] == ["¿Edad?"]
    message = stage.inbound()[0]
    assert (message.outcome, message.understood) == (InboundOutcome.SET_ASIDE, None)
    assert stage.conversation(campaign, phone).pause_reason == PauseReason.UNREAD
    at("2026-11-23T12:00")
    assert answering.answer_due(clock.now()) == 0


def test_what_comes_after_it_waits_until_somebody_lets_the_chatbot_go_on(
    stage: Stage,
    slow: Callable[[Any, str], None],
) -> None:
    slow(hearing, "advance")
    phone = new_phone()
    campaign = stage.launch([phone])
    stage.work()
    stage.hear(phone, HOSTILE)
    stage.work()
    stage.hear(phone, "sí")
    stage.work()
    assert stage.told(phone)[2:] == []
    assert pausing.resume(stage.conversation(campaign, phone).id, clock.now())
    stage.work()
    assert stage.told(phone)[2:] == ["¿Edad?"]
    assert stage.inbound()[0].outcome == InboundOutcome.SET_ASIDE


def test_stop_ends_a_conversation_that_a_message_was_put_aside_in(
    stage: Stage,
    slow: Callable[[Any, str], None],
) -> None:
    slow(hearing, "advance")
    phone = new_phone()
    campaign = stage.launch([phone])
    stage.work()
    stage.hear(phone, HOSTILE)
    stage.work()
    stage.hear(phone, "STOP")
    assert stage.conversation(campaign, phone).status == "opted_out"


def test_the_message_that_stopped_everything_is_answered(stage: Stage) -> None:
    phone = new_phone()
    stage.launch([phone])
    stage.work()
    stage.hear(phone, "ya no nos contacten " * 30 + "por que")
    stage.work()
    assert stage.inbound()[0].outcome == InboundOutcome.ANSWERED
    stage.hear(phone, "ya no nos contacten " * 30)
    assert stage.inbound()[1].outcome == InboundOutcome.OPT_OUT
    db.session.rollback()
