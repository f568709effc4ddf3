from collections.abc import Callable
from typing import Any

import pytest

from smartchat import clock
from smartchat.models import Conversation
from smartchat.services import launching, talking
from tests.services.conftest import Stage, new_phone


def test_each_contact_gets_the_opening_once(stage: Stage) -> None:
    phones = [new_phone() for _ in range(3)]
    campaign = stage.launch(phones)
    stage.work()
    assert [stage.told(phone) for phone in phones] == [["Hola Carlos.", "¿Podrá pagar?"]] * 3
    assert stage.numbers(campaign).conversations["open"] == 3


def test_launching_twice_sends_once(stage: Stage) -> None:
    phone = new_phone()
    campaign = stage.launch([phone])
    assert not launching.launch(campaign, None, clock.now()).done
    stage.work()
    assert launching.launch(campaign, None, clock.now()).obstacles == []
    stage.work()
    assert len(stage.told(phone)) == 2


def test_a_launch_at_night_opens_at_08_00(stage: Stage, at: Callable[[str], None]) -> None:
    phone = new_phone()
    at("2026-11-23T22:00")
    campaign = stage.launch([phone])
    stage.work()
    assert stage.told(phone) == []
    assert stage.numbers(campaign).outbound["waiting"] == 1
    at("2026-11-24T07:59:59")
    stage.work()
    assert stage.told(phone) == []
    at("2026-11-24T08:00")
    stage.work()
    assert stage.told(phone) == ["Hola Carlos.", "¿Podrá pagar?"]


def test_openings_that_21_00_overtakes_wait_for_08_00(stage: Stage, at: Callable[[str], None]) -> None:
    phone = new_phone()
    at("2026-11-23T20:59:50")
    campaign = stage.launch([phone])
    at("2026-11-23T21:00")
    stage.work()
    assert stage.told(phone) == []
    assert stage.conversation(campaign, phone).due_at.isoformat() == "2026-11-24T13:00:00+00:00"


def test_a_chatbot_without_a_sender_is_not_launched(stage: Stage) -> None:
    stage.app.config["DEFAULT_SENDER"] = ""
    campaign = stage.draft([new_phone()], _without_sender(stage))
    launched = launching.launch(campaign, None, clock.now())
    assert [obstacle.code for obstacle in launched.obstacles] == ["no_sender"]
    assert stage.campaign(campaign).status == "draft"


def _without_sender(stage: Stage) -> int:
    from smartchat.services import chatbots
    from tests.services.conftest import SCRIPT

    script = {key: value for key, value in SCRIPT.items() if key != "sender"}
    imported = chatbots.import_script(script, None, clock.now())
    assert imported.id is not None
    return imported.id


def test_an_opening_that_cannot_be_made_does_not_hold_up_the_others(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = new_phone(), new_phone()
    campaign = stage.launch([bad, good])
    keep = talking.keep

    def faulty(conversation: Conversation, *rest: Any) -> Any:
        if conversation.phone == bad:
            raise ValueError("a fault of ours")
        return keep(conversation, *rest)

    monkeypatch.setattr(talking, "keep", faulty)
    stage.work()
    assert len(stage.told(good)) == 2
    assert stage.conversation(campaign, bad).status == "waiting"
