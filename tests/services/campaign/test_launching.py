from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from smartchat import clock
from smartchat.db import db
from smartchat.models import Conversation
from smartchat.services.campaign import finishing, launching
from smartchat.services.conversation import talking
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
    from smartchat.services.builder import chatbots
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


def statuses(stage: Stage, campaign: int, phones: list[str]) -> list[tuple[str, str | None]]:
    talks = [stage.conversation(campaign, phone) for phone in phones]
    return [(talk.status, talk.end_reason) for talk in talks]


def test_contacts_in_another_live_conversation_can_be_left_out(stage: Stage) -> None:
    busy, free = new_phone(), new_phone()
    stage.launch([busy])
    stage.work()
    campaign = stage.draft([busy, free])
    assert launching.launch(campaign, None, clock.now(), leave_out_live=True).done
    assert statuses(stage, campaign, [busy, free]) == [("ended", "left_out"), ("waiting", None)]
    stage.work()
    assert len(stage.told(busy)) == 2  # only the opening of the other campaign
    assert len(stage.told(free)) == 2


def test_who_is_left_out_counts_as_one_cancelled_message(stage: Stage) -> None:
    phones = [new_phone(), new_phone()]
    stage.launch(phones[:1])
    campaign = stage.draft(phones)
    launching.launch(campaign, None, clock.now(), leave_out_live=True)
    assert {name: n for name, n in stage.numbers(campaign).outbound.items() if n} == {
        "waiting": 1,
        "cancelled": 1,
    }


def test_without_the_choice_everybody_gets_the_opening(stage: Stage) -> None:
    phone = new_phone()
    stage.launch([phone])
    campaign = stage.launch([phone])
    assert statuses(stage, campaign, [phone]) == [("waiting", None)]
    assert not stage.campaign(campaign).leave_out_live


def test_the_choice_is_kept_with_the_campaign(stage: Stage) -> None:
    campaign = stage.draft([new_phone()])
    launching.launch(campaign, None, clock.now(), leave_out_live=True)
    assert stage.campaign(campaign).leave_out_live


def test_a_conversation_of_a_finished_campaign_leaves_nobody_out(stage: Stage) -> None:
    phone = new_phone()
    finishing.finish(stage.launch([phone]), None, clock.now())
    campaign = stage.draft([phone])
    launching.launch(campaign, None, clock.now(), leave_out_live=True)
    assert statuses(stage, campaign, [phone]) == [("waiting", None)]


def test_a_conversation_with_another_sender_leaves_nobody_out(stage: Stage) -> None:
    phone = new_phone()
    stage.launch([phone], stage.chatbot(sender="+15005550001"))
    campaign = stage.draft([phone])
    launching.launch(campaign, None, clock.now(), leave_out_live=True)
    assert statuses(stage, campaign, [phone]) == [("waiting", None)]


def test_a_conversation_that_is_over_leaves_nobody_out(stage: Stage) -> None:
    phone = new_phone()
    stage.launch([phone])
    stage.work()
    stage.hear(phone, "STOP")
    stage.hear(phone, "START")
    campaign = stage.draft([phone])
    launching.launch(campaign, None, clock.now(), leave_out_live=True)
    assert statuses(stage, campaign, [phone]) == [("waiting", None)]


def test_a_number_written_in_the_old_way_is_the_same_contact(stage: Stage) -> None:
    phone = new_phone()
    stage.launch([phone])
    campaign = stage.draft([phone.replace("+52", "+521")])
    launching.launch(campaign, None, clock.now(), leave_out_live=True)
    assert stage.numbers(campaign).conversations["ended"] == 1


def test_two_launches_at_once_see_each_other(stage: Stage) -> None:
    """Of two campaigns with the same contacts, launched at the same moment, one leaves them out."""
    phones = [new_phone() for _ in range(5)]
    chatbot = stage.chatbot()
    drafts = [stage.draft(phones, chatbot) for _ in range(2)]
    db.session.rollback()
    together = Barrier(2)

    def launch(campaign: int) -> None:
        with stage.app.app_context():
            together.wait(10)
            assert launching.launch(campaign, None, clock.now(), leave_out_live=True).done

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(launch, drafts))
    ended = [stage.numbers(campaign).conversations["ended"] for campaign in drafts]
    assert sorted(ended) == [0, 5]
