import pytest

from smartchat import clock
from smartchat.services import finishing, launching
from tests.services.conftest import Stage, new_phone


def test_finish_ends_conversations_and_cancels_what_waits(stage: Stage) -> None:
    phones = [new_phone() for _ in range(3)]
    campaign = stage.launch(phones)
    stage.work()
    stage.hear(phones[0], "sí")
    assert finishing.forecast(campaign) == finishing.Forecast(conversations=3, waiting=0, in_flight=0)
    assert finishing.finish(campaign, None, clock.now())
    numbers = stage.numbers(campaign)
    assert numbers.conversations["ended"] == 3
    assert numbers.inbound == {"received": 1, "answered": 0, "waiting": 0}
    stage.work()
    assert len(stage.told(phones[0])) == 2


def test_finish_before_the_openings_went_out_cancels_them(stage: Stage) -> None:
    phones = [new_phone() for _ in range(2)]
    campaign = stage.launch(phones)
    finishing.finish(campaign, None, clock.now())
    stage.work()
    assert [stage.told(phone) for phone in phones] == [[], []]
    numbers = stage.numbers(campaign)
    assert (numbers.outbound["cancelled"], numbers.outbound["waiting"]) == (2, 0)
    assert stage.campaign(campaign).receipt["cancelled"] == 2


def test_finishing_twice_changes_nothing_more(stage: Stage) -> None:
    campaign = stage.launch([new_phone()])
    assert finishing.finish(campaign, None, clock.now())
    receipt = stage.campaign(campaign).receipt
    assert not finishing.finish(campaign, None, clock.now())
    assert stage.campaign(campaign).receipt == receipt


def test_a_finished_campaign_cannot_be_launched_again(stage: Stage) -> None:
    campaign = stage.launch([new_phone()])
    finishing.finish(campaign, None, clock.now())
    assert not launching.launch(campaign, None, clock.now()).done
    assert stage.campaign(campaign).status == "finished"


def test_a_draft_cannot_be_finished(stage: Stage) -> None:
    campaign = stage.draft([new_phone()])
    assert not finishing.finish(campaign, None, clock.now())
    assert stage.campaign(campaign).status == "draft"


def test_finishing_one_campaign_leaves_the_same_contact_in_another_alone(stage: Stage) -> None:
    phone = new_phone()
    chatbot = stage.chatbot()
    first = stage.launch([phone], chatbot)
    stage.work()
    second = stage.launch([phone], chatbot)
    stage.work()
    finishing.finish(first, None, clock.now())
    assert stage.conversation(second, phone).status == "open"
    stage.hear(phone, "sí")
    stage.work()
    assert stage.told(phone)[-1] == "¿Edad?"


def test_a_message_after_finish_is_stored_and_never_answered(stage: Stage) -> None:
    phone = new_phone()
    campaign = stage.launch([phone])
    stage.work()
    finishing.finish(campaign, None, clock.now())
    stage.hear(phone, "sí")
    stage.work()
    assert len(stage.told(phone)) == 2
    assert stage.numbers(campaign).inbound == {"received": 1, "answered": 0, "waiting": 0}
    assert stage.inbound()[0].outcome == "unmatched"


@pytest.mark.parametrize("when", ["waiting", "open"])
def test_all_there_ever_was_to_send_adds_up(stage: Stage, when: str) -> None:
    campaign = stage.launch([new_phone() for _ in range(4)])
    if when == "open":
        stage.work()
    before = sum(stage.numbers(campaign).outbound.values())
    finishing.finish(campaign, None, clock.now())
    assert sum(stage.numbers(campaign).outbound.values()) == before
