"""Two machines that talk to each other are stopped, and an operator decides: on both databases."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from smartchat import clock
from smartchat.db import db
from smartchat.domain.conversation.dialogue import Send
from smartchat.domain.conversation.external import Outcome
from smartchat.domain.statuses import OutboundKind, OutboundStatus
from smartchat.models import Conversation
from smartchat.services.campaign import finishing
from smartchat.services.conversation import calling, pausing, replying, talking
from smartchat.services.operations import sweeping
from smartchat.services.sending.sending import Clocks
from tests.services.conftest import SCRIPT, Stage, new_phone

At = Callable[[str], None]
CLOCKS = Clocks(clock.now, clock.machine_now)
NAME = {"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"}
# Thirty tries of which none is understood, each answered with the same words.
QUESTIONS = [
    {
        "id": f"N{n}",
        "type": "integer",
        "text": "¿Cuántas personas?",
        "retries": 10,
        "retry_message": "No entendí.",
    }
    for n in range(3)
]
STEPS: list[dict[str, Any]] = [NAME, *QUESTIONS, {"id": "FIN", "type": "end", "text": "Adiós."}]


def echoed(stage: Stage, at: At, every: int, most: int = 60) -> tuple[str, int]:
    """A contact that sends back whatever it gets, `every` so many seconds, until nothing new comes."""
    phone = new_phone()
    campaign = stage.launch([phone], stage.chatbot(**{**SCRIPT, "steps": STEPS}))
    stage.work()
    heard = 0
    for turn in range(1, most):
        seconds = turn * every
        at(f"2026-11-23T10:{seconds // 60:02}:{seconds % 60:02}")
        stage.work()
        new = stage.told(phone)[heard:]
        if not new and not any(row.status == "waiting" for row in stage.outbound(campaign)):
            break
        heard += len(new)
        for text in new:
            stage.hear(phone, text)
        stage.work()
    return phone, campaign


def paused(stage: Stage, at: At) -> tuple[str, Conversation]:
    """A contact who has had twenty equal replies in the last moment, and has written once more."""
    phone = new_phone()
    campaign = stage.launch([phone], stage.chatbot(**{**SCRIPT, "steps": STEPS}))
    stage.work()
    opening = stage.outbound(campaign)[0]
    for _ in range(20):
        reply = Send("No entendí.\n¿Cuántas personas?", opening.step_id)
        row = talking.message(opening.conversation, reply, OutboundKind.REPLY, clock.now(), clock.now())
        row.status, row.sent_at = OutboundStatus.DELIVERED, clock.now()
        db.session.add(row)
    db.session.commit()
    at("2026-11-23T10:00:05")
    stage.hear(phone, "¿Cuántas personas?")
    stage.work()
    conversation = stage.conversation(campaign, phone)
    assert conversation.paused_at is not None
    return phone, conversation


def test_an_echo_within_seconds_is_slowed_and_stopped_after_twenty_equal_replies(
    stage: Stage, at: At
) -> None:
    phone, campaign = echoed(stage, at, every=1)
    replies = [row for row in stage.outbound(campaign) if row.kind == OutboundKind.REPLY]
    assert len(stage.told(phone)) == 1 + len(replies)
    assert sum(row.body.startswith("No entendí.") for row in replies) == 20
    first, sixteenth = (replies[n].sent_at for n in (0, 15))
    assert first is not None
    assert sixteenth is not None
    assert sixteenth - first >= timedelta(seconds=30)
    assert stage.conversation(campaign, phone).pause_reason == "equal_replies"


def test_a_person_who_answers_at_once_gets_every_question_though_slower(stage: Stage, at: At) -> None:
    pairs = [
        step
        for n in range(12)
        for step in (
            {"id": f"M{n}", "type": "message", "text": f"Aviso {n}."},
            {"id": f"P{n}", "type": "binary", "text": f"¿Pregunta {n}?"},
        )
    ]
    phone = new_phone()
    steps = [NAME, *pairs, {"id": "FIN", "type": "end", "text": "Gracias."}]
    campaign = stage.launch([phone], stage.chatbot(**{**SCRIPT, "steps": steps}))
    heard = 0
    for second in range(0, 240, 2):
        at(f"2026-11-23T10:{second // 60:02}:{second % 60:02}")
        stage.work()
        new, heard = stage.told(phone)[heard:], len(stage.told(phone))
        if any(text.startswith("¿") for text in new):
            stage.hear(phone, "sí")
            stage.work()
    conversation = stage.conversation(campaign, phone)
    assert (conversation.status, conversation.paused_at) == ("completed", None)
    assert len(stage.told(phone)) == 25


def test_an_echo_that_takes_its_time_is_stopped_after_twenty_equal_replies(stage: Stage, at: At) -> None:
    phone, campaign = echoed(stage, at, every=6)
    equal = [text for text in stage.told(phone) if text.startswith("No entendí.")]
    assert len(equal) == 20
    assert stage.conversation(campaign, phone).pause_reason == "equal_replies"


def test_a_contact_who_writes_slowly_is_never_taken_for_a_machine(stage: Stage, at: At) -> None:
    phone, campaign = echoed(stage, at, every=31)
    assert stage.conversation(campaign, phone).status == "completed"
    assert stage.told(phone)[-1] == "Adiós."


def test_what_comes_in_while_paused_is_kept_and_is_not_due(stage: Stage, at: At) -> None:
    phone, _ = paused(stage, at)
    sent = len(stage.told(phone))
    assert stage.hear(phone, "7").due is None
    stage.work()
    assert len(stage.told(phone)) == sent
    assert [m.due_at for m in stage.inbound() if m.outcome is None] == [None, None]
    assert not sweeping.due_work(clock.now(), clock.machine_now())


def test_let_go_on_the_chatbot_answers_all_that_waited_as_one_turn(stage: Stage, at: At) -> None:
    phone, conversation = paused(stage, at)
    sent = len(stage.told(phone))
    stage.hear(phone, "7")
    assert pausing.resume(conversation.id, clock.now())
    stage.work()
    assert len(stage.told(phone)) == sent + 1
    assert {message.outcome for message in stage.inbound()} == {"answered"}


def test_let_go_on_a_machine_gets_one_reply_and_is_paused_again(stage: Stage, at: At) -> None:
    phone, conversation = paused(stage, at)
    sent = len(stage.told(phone))
    assert pausing.resume(conversation.id, clock.now())
    stage.work()
    stage.hear(phone, stage.told(phone)[-1])
    stage.work()
    assert len(stage.told(phone)) == sent + 1
    assert stage.conversation(conversation.campaign_id, phone).paused_at is not None


def test_let_go_on_at_night_the_reply_waits_for_08_00(stage: Stage, at: At) -> None:
    phone, conversation = paused(stage, at)
    sent = len(stage.told(phone))
    at("2026-11-23T22:00")
    assert pausing.resume(conversation.id, clock.now())
    stage.work()
    assert len(stage.told(phone)) == sent
    at("2026-11-24T08:00")
    stage.work()
    assert len(stage.told(phone)) == sent + 1


def test_pressing_twice_changes_nothing_more(stage: Stage, at: At) -> None:
    _, conversation = paused(stage, at)
    assert pausing.resume(conversation.id, clock.now())
    assert not pausing.resume(conversation.id, clock.now())
    assert not pausing.end(conversation.id, clock.now())
    assert not pausing.take_over(conversation.id, clock.now())


def test_an_operator_answers_by_hand_instead(stage: Stage, at: At) -> None:
    phone, conversation = paused(stage, at)
    assert not replying.reply(conversation.id, "¿Hay alguien?", clock.now())
    assert pausing.take_over(conversation.id, clock.now())
    assert replying.reply(conversation.id, "¿Hay alguien?", clock.now())
    stage.work()
    assert stage.told(phone)[-1] == "¿Hay alguien?"
    assert stage.inbound()[-1].outcome == "handed_over"


def test_a_paused_conversation_can_be_ended(stage: Stage, at: At) -> None:
    phone, conversation = paused(stage, at)
    assert pausing.end(conversation.id, clock.now())
    assert stage.conversation(conversation.campaign_id, phone).status == "ended"
    assert stage.inbound()[-1].outcome == "ended"
    assert stage.hear(phone, "7").due is None
    assert stage.inbound()[-1].outcome == "unmatched"


@pytest.mark.parametrize(
    ("decide", "outcome"), [(pausing.end, "unmatched"), (pausing.resume, None), (pausing.take_over, None)]
)
def test_a_message_that_comes_while_an_operator_decides_does_not_miss_it(
    stage: Stage, at: At, decide: Callable[[int, datetime], bool], outcome: str | None
) -> None:
    phone, conversation = paused(stage, at)
    id_ = conversation.id
    db.session.rollback()

    def receive() -> None:
        with stage.app.app_context():
            stage.hear(phone, "7")

    waiting = threading.Thread(target=receive)
    assert pausing._locked(id_) is not None  # the operator has pressed, and nothing is written yet
    waiting.start()
    waiting.join(0.5)
    assert decide(id_, clock.now())
    waiting.join()
    last = stage.inbound()[-1]
    assert (last.body, last.outcome) == ("7", outcome)
    assert (last.due_at is None) == (outcome is not None)


def test_finish_ends_a_paused_conversation_too(stage: Stage, at: At) -> None:
    _, conversation = paused(stage, at)
    assert finishing.finish(conversation.campaign_id, None, clock.now())
    assert stage.inbound()[-1].outcome == "ended"
    assert not pausing.resume(conversation.id, clock.now())


def test_replies_to_other_contacts_do_not_count(stage: Stage) -> None:
    phones = [new_phone() for _ in range(25)]
    stage.launch(phones, stage.chatbot(**{**SCRIPT, "steps": STEPS}))
    stage.work()
    for phone in phones:
        stage.hear(phone, "no sé")
    stage.work()
    assert all(len(stage.told(phone)) == 2 for phone in phones)


def test_two_campaigns_that_talk_to_one_machine_count_together(stage: Stage, at: At) -> None:
    phone, _ = paused(stage, at)
    sent = len(stage.told(phone))
    second = stage.launch([phone], stage.chatbot(**{**SCRIPT, "name": "Otro", "steps": STEPS}))
    stage.work()
    stage.hear(phone, stage.told(phone)[-1])
    stage.work()
    assert len(stage.told(phone)) == sent + 1  # its opening
    assert stage.conversation(second, phone).paused_at is not None


def systems(n: int) -> list[dict[str, Any]]:
    """A question after which another system is asked, `n` times over."""
    return [
        step
        for i in range(n)
        for step in (
            {"id": f"T{i}", "type": "text", "text": "¿Su cuenta?"},
            {
                "id": f"S{i}",
                "type": "external",
                "method": "POST",
                "url": "https://example.com/",
                "values": {f"V{i}": "balance.amount"},
            },
        )
    ]


def test_replies_that_another_system_causes_count_and_it_is_not_asked_for_more(stage: Stage, at: At) -> None:
    phone = new_phone()
    steps = [NAME, *systems(30), {"id": "FIN", "type": "end", "text": "Adiós."}]
    campaign = stage.launch([phone], stage.chatbot(**{**SCRIPT, "steps": steps}))
    stage.work()
    calls = 0
    for turn in range(22):
        at(f"2026-11-23T10:{turn // 20:02}:{turn * 3 % 60:02}")
        stage.hear(phone, "¿Su cuenta?")
        stage.work()
        calls += calling.call_due(lambda call, paths: Outcome({}), CLOCKS)
        stage.work()
    assert stage.conversation(campaign, phone).pause_reason == "equal_replies"
    assert len(stage.told(phone)) == 1 + 20
    assert calls == 20
    assert not sweeping.due_work(clock.now(), clock.machine_now())


def test_a_paused_conversation_goes_on_to_its_other_system(stage: Stage, at: At) -> None:
    phone = new_phone()
    steps = [NAME, *systems(22), {"id": "FIN", "type": "end", "text": "Adiós."}]
    campaign = stage.launch([phone], stage.chatbot(**{**SCRIPT, "steps": steps}))
    stage.work()
    for turn in range(21):
        at(f"2026-11-23T10:{turn // 20:02}:{turn * 3 % 60:02}")
        stage.hear(phone, "¿Su cuenta?")
        stage.work()
        calling.call_due(lambda call, paths: Outcome({}), CLOCKS)
        stage.work()
    assert pausing.resume(stage.conversation(campaign, phone).id, clock.now())
    stage.work()
    assert calling.call_due(lambda call, paths: Outcome({}), CLOCKS) == 1
