"""Other systems and operators: a conversation waits for what is asked, and for who answers instead of the chatbot."""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from smartchat import clock
from smartchat.db import db
from smartchat.domain.conversation.dialogue import CallExternal
from smartchat.domain.conversation.external import Outcome
from smartchat.models import Conversation, InboundMessage, OutboundMessage
from smartchat.services.campaign import finishing
from smartchat.services.conversation import calling, replying, talking
from smartchat.services.operations import sweeping
from smartchat.services.sending.sending import Clocks
from tests.services.conftest import SCRIPT, Stage, new_phone

CLOCKS = Clocks(clock.now, clock.machine_now)
AFTER = ("DICE", "OTRA")  # what is said when the other system has answered
ASKS = [
    {"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"},
    {"id": "CUENTA", "type": "text", "text": "¿Su cuenta?"},
    {
        "id": "CONSULTA",
        "type": "external",
        "method": "POST",
        "url": "https://example.com/{{CUENTA}}",
        "body": '{"nombre": "{{NOMBRE}}"}',
        "values": {"SALDO": "balance.amount"},
        "on_failure": "hand_over",
    },
    {"id": "TOTAL", "type": "math", "formula": "SALDO * 2"},
    {"id": "DICE", "type": "message", "text": "Debe {{SALDO}}, doble {{TOTAL}}."},
    {"id": "OTRA", "type": "text", "text": "¿Algo más?"},
]


class System:
    """Another system that answers as a test says, and remembers what it was asked."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.calls: list[CallExternal] = []

    def __call__(self, call: CallExternal, paths: Mapping[str, str]) -> Outcome:
        assert paths == {"SALDO": "balance.amount"}
        self.calls.append(call)
        return self.outcome


def asking(stage: Stage, account: str = "A 1/2", **changes: Any) -> tuple[str, int]:
    """A contact whose conversation waits for the other system."""
    steps = [{**step, **changes} if step["type"] == "external" else step for step in ASKS]
    phone = new_phone()
    campaign = stage.launch([phone], stage.chatbot(**{**SCRIPT, "steps": steps}))
    stage.work()
    stage.hear(phone, account)
    stage.work()
    return phone, campaign


def conversation(campaign: int) -> Conversation:
    query = select(Conversation).where(Conversation.campaign_id == campaign)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def test_the_conversation_goes_on_with_what_the_other_system_answered(stage: Stage) -> None:
    phone, _ = asking(stage)
    system = System(Outcome({"SALDO": 30}))
    assert sweeping.due_work(clock.now(), clock.machine_now()).calls
    assert calling.call_due(system, CLOCKS) == 1
    stage.work()
    assert [call.url for call in system.calls] == ["https://example.com/A%201%2F2"]
    assert system.calls[0].body == '{"nombre": "Carlos"}'
    assert stage.told(phone)[-2:] == ["Debe 30, doble 60.", "¿Algo más?"]
    assert calling.call_due(system, CLOCKS) == 0


def test_a_field_that_the_answer_does_not_have_is_kept_by_its_path(stage: Stage) -> None:
    _, campaign = asking(stage)
    calling.call_due(System(Outcome({})), CLOCKS)
    state = conversation(campaign).state or {}
    assert state["lacking"] == {"SALDO": "absent:balance.amount", "TOTAL": "missing:SALDO"}


def test_what_comes_in_while_another_system_is_asked_waits_for_its_answer(stage: Stage) -> None:
    phone, campaign = asking(stage)
    stage.hear(phone, "¿hola?")
    stage.work()
    waiting = db.session.scalars(select(InboundMessage).where(InboundMessage.outcome.is_(None))).one()
    assert waiting.body == "¿hola?"
    db.session.rollback()
    calling.call_due(System(Outcome({"SALDO": 1})), CLOCKS)
    stage.work()
    assert (conversation(campaign).state or {})["given"]["OTRA"] == "¿hola?"


def test_a_slow_system_keeps_nobody_elses_conversation_waiting(stage: Stage) -> None:
    slow_phone, _ = asking(stage, "slow")
    quick_phone, _ = asking(stage)
    late: list[str] = []
    over = threading.Event()

    def one_is_slow(call: CallExternal, paths: Mapping[str, str]) -> Outcome:
        del paths
        if call.url.endswith("slow"):
            over.wait(20)
        return Outcome({"SALDO": 30})

    def somebody_else_falls_due(_ended: bool) -> bool:
        """Once the quick one was answered, though the slow call is still under way, a third one falls due."""
        if not late and told(quick_phone) == 2:
            late.append(asking(stage)[0])
            return True
        if late and not over.is_set() and told(late[0]) == 2:
            assert told(slow_phone) == 0
            over.set()
        return False

    def told(phone: str) -> int:
        query = select(func.count()).where(OutboundMessage.to == phone, OutboundMessage.step_id.in_(AFTER))
        count = db.session.scalar(query)
        db.session.rollback()
        return count or 0

    with ThreadPoolExecutor(2) as pool:
        assert calling.call_due(one_is_slow, CLOCKS, pool.submit, 2, somebody_else_falls_due) == 3
    assert [told(phone) for phone in (slow_phone, quick_phone, *late)] == [2, 2, 2]


def test_one_slow_host_does_not_take_all_calls_from_the_others(stage: Stage) -> None:
    for _ in range(5):
        asking(stage, url="https://slow.example/{{CUENTA}}")
    asking(stage)
    over, quick = threading.Event(), threading.Event()
    at_once: list[int] = []
    slow: list[str] = []

    def one_host_is_slow(call: CallExternal, paths: Mapping[str, str]) -> Outcome:
        del paths
        if "slow" in call.url:
            slow.append(call.url)
            assert over.wait(20)
        else:
            quick.set()
        return Outcome({"SALDO": 30})

    def until_the_quick_one_was_asked(ended: bool) -> bool:
        if quick.is_set() and not over.is_set():
            at_once.append(len(slow))
            over.set()
        return ended

    with ThreadPoolExecutor(4) as pool:
        threading.Timer(10, over.set).start()
        assert calling.call_due(one_host_is_slow, CLOCKS, pool.submit, 4, until_the_quick_one_was_asked) == 6
    assert at_once == [3]
    assert len(slow) == 5


def test_a_conversation_that_cannot_go_on_costs_the_others_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, first = asking(stage)
    _, second = asking(stage)
    keep = talking.keep

    def fails_once(*arguments: Any) -> Any:
        monkeypatch.setattr(talking, "keep", keep)
        raise ValueError("a fault of ours")

    monkeypatch.setattr(talking, "keep", fails_once)
    assert calling.call_due(System(Outcome({"SALDO": 30})), CLOCKS) == 2
    waiting = [conversation(campaign).call_due_at is not None for campaign in (first, second)]
    assert sorted(waiting) == [False, True]


def test_a_failure_goes_the_way_that_the_step_says(stage: Stage) -> None:
    _, campaign = asking(stage, on_failure="end")
    calling.call_due(System(Outcome(None, "timeout")), CLOCKS)
    assert conversation(campaign).status == "ended"


def test_after_a_handover_the_chatbot_is_silent_and_the_operator_answers(stage: Stage) -> None:
    phone, campaign = asking(stage)
    calling.call_due(System(Outcome(None, "timeout")), CLOCKS)
    stage.hear(phone, "¿hay alguien?")
    stage.work()
    heard = db.session.scalars(select(InboundMessage).order_by(InboundMessage.id.desc())).first()
    assert heard is not None
    assert heard.outcome == "handed_over"
    found = conversation(campaign).id
    db.session.rollback()
    assert replying.reply(found, "Aquí estoy.", clock.now())
    stage.work()
    assert stage.told(phone)[-1] == "Aquí estoy."
    assert replying.close(found, clock.now())
    assert not replying.reply(found, "¿Sigue ahí?", clock.now())


def test_an_operators_answer_at_night_waits_for_the_opening(stage: Stage, at: Callable[[str], None]) -> None:
    phone, campaign = asking(stage)
    calling.call_due(System(Outcome(None, "timeout")), CLOCKS)
    at("2026-11-23T22:00")
    assert replying.reply(conversation(campaign).id, "Buenas noches.", clock.now())
    stage.work()
    assert stage.told(phone)[-1] != "Buenas noches."
    at("2026-11-24T08:00")
    stage.work()
    assert stage.told(phone)[-1] == "Buenas noches."


def test_a_post_whose_worker_was_killed_is_not_made_twice(stage: Stage) -> None:
    _, campaign = asking(stage)
    killed_at = clock.machine_now()
    assert calling._claim(conversation(campaign).id, Clocks(clock.now, lambda: killed_at))
    system = System(Outcome({"SALDO": 1}))
    assert calling.call_due(system, CLOCKS) == 0
    later = Clocks(clock.now, lambda: killed_at + timedelta(seconds=31))
    assert calling.call_due(system, later) == 1
    assert system.calls == []
    assert conversation(campaign).handed_over_at is not None


def test_a_get_whose_worker_was_killed_is_made_again(stage: Stage) -> None:
    _, campaign = asking(stage, method="GET")
    killed_at = clock.machine_now()
    assert calling._claim(conversation(campaign).id, Clocks(clock.now, lambda: killed_at))
    system = System(Outcome({"SALDO": 1}))
    calling.call_due(system, Clocks(clock.now, lambda: killed_at + timedelta(seconds=31)))
    assert len(system.calls) == 1


def test_nothing_is_asked_after_finish(stage: Stage) -> None:
    _, campaign = asking(stage)
    finishing.finish(campaign, None, clock.now())
    system = System(Outcome({"SALDO": 1}))
    assert calling.call_due(system, CLOCKS) == 0
    assert not sweeping.due_work(clock.now(), clock.machine_now()).calls


def test_an_answer_that_comes_after_finish_says_nothing(stage: Stage) -> None:
    phone, campaign = asking(stage)
    told = len(stage.told(phone))

    def finished_meanwhile(call: CallExternal, paths: Mapping[str, str]) -> Outcome:
        del call, paths
        finishing.finish(campaign, None, clock.now())
        return Outcome({"SALDO": 1})

    calling.call_due(finished_meanwhile, CLOCKS)
    stage.work()
    assert len(stage.told(phone)) == told
