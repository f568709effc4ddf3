import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from smartchat import clock, jobs
from smartchat.adapters.twilio_channel import TwilioChannel
from smartchat.db import db
from smartchat.services.campaign import finishing, launching
from smartchat.services.conversation import opening
from smartchat.services.sending import sending, tracking
from tests.services.conftest import Stage, new_phone
from tests.simulator_server import RunningSimulator


def test_finish_ends_conversations_and_cancels_what_waits(stage: Stage) -> None:
    phones = [new_phone() for _ in range(3)]
    campaign = stage.launch(phones)
    stage.work()
    stage.hear(phones[0], "sí")
    assert finishing.forecast(campaign) == finishing.Forecast(
        conversations=3, waiting=0, in_flight=0, with_twilio=6
    )
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


def test_the_receipt_has_the_numbers_before_and_after(stage: Stage) -> None:
    phones = [new_phone() for _ in range(3)]
    campaign = stage.launch(phones)
    stage.work()
    stage.hear(phones[0], "sí")
    before = stage.numbers(campaign)
    finishing.finish(campaign, None, clock.now())
    receipt, after = stage.campaign(campaign).receipt, stage.numbers(campaign)
    assert receipt["before"] == {
        "conversations": before.conversations,
        "outbound": before.outbound,
        "inbound": before.inbound,
    }
    assert receipt["after"] == {
        "conversations": after.conversations,
        "outbound": after.outbound,
        "inbound": after.inbound,
    }
    assert (receipt["before"]["inbound"]["waiting"], receipt["after"]["inbound"]["waiting"]) == (1, 0)


def test_the_receipt_counts_what_twilio_has_and_has_not_delivered(stage: Stage) -> None:
    phones = [new_phone() for _ in range(3)]
    campaign = stage.launch(phones)
    stage.work()
    delivered = stage.outbound(campaign)[0]
    params = {"MessageSid": delivered.provider_sid, "MessageStatus": "delivered"}
    assert tracking.record_status(params, delivered.id, clock.now())
    finishing.finish(campaign, None, clock.now())
    assert stage.campaign(campaign).receipt["with_twilio"] == 5


def test_of_a_batch_that_is_being_sent_at_most_what_is_in_flight_goes_out_and_is_on_the_receipt(
    stage: Stage, simulator: RunningSimulator
) -> None:
    """Three workers in the middle of their batches, and Twilio takes its time."""
    phones = [new_phone() for _ in range(120)]
    campaign = stage.launch(phones)
    opening.open_due(clock.now(), clock.machine_now())
    simulator.faults(latency_ms=300)
    stop = threading.Event()

    def worker() -> None:
        with stage.app.app_context(), ThreadPoolExecutor(4) as pool:
            channel = TwilioChannel(stage.app.config)
            while not stop.is_set():
                sending.send_due(channel, pool, 4, jobs.CLOCKS)

    workers = [threading.Thread(target=worker) for _ in range(3)]
    for thread in workers:
        thread.start()
    simulator.wait_for(lambda s: sum(m["To"] in set(phones) for m in s.messages()) >= 12)
    assert finishing.finish(campaign, None, clock.now())
    receipt = stage.campaign(campaign).receipt
    db.session.rollback()
    stop.set()
    for thread in workers:
        thread.join()
    simulator.faults()
    stage.work()
    went_out = sum(message["To"] in set(phones) for message in simulator.messages())
    handed_over = receipt["after"]["outbound"]["sent"] + receipt["after"]["outbound"]["delivered"]
    assert 0 < receipt["in_flight"] <= 12
    assert went_out == handed_over + receipt["in_flight"]
    assert stage.numbers(campaign).outbound["waiting"] == stage.numbers(campaign).outbound["doubtful"] == 0
