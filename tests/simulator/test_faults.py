"""POST /faults: each fault does what it says, and nothing else does it."""

import urllib.error
from http.client import RemoteDisconnected

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.simulator.conftest import SENDER
from tests.simulator.receiver import Receiver
from tests.simulator.rest import MESSAGES, Answer, ask
from tests.simulator_server import RunningSimulator


def _create(simulator: RunningSimulator, to: str) -> Answer:
    return ask(simulator.url + MESSAGES, {"To": to, "From": SENDER, "Body": "x"})


def test_without_faults_all_are_off_and_an_empty_object_turns_them_off(simulator: RunningSimulator) -> None:
    off = {
        "latency_ms": 0, "jitter_ms": 0, "rate_limit": 0, "error_share": 0, "accept_then_500": 0,
        "accept_then_break": 0, "break_before_accept": 0, "mixed_errors": False,
        "duplicate_webhooks": 0, "duplicate_count": 2,
        "late_webhooks": 0, "reorder_callbacks": False, "drop_callbacks": 0, "lose_webhooks": 0,
        "hold_deliveries": False, "refuse": {}, "fail": {}, "contradict": 0, "seed": None,
    }  # fmt: skip
    assert ask(simulator.url + "/faults").body == off
    assert simulator.faults(latency_ms=5, error_share=0.5, seed=7) == {
        **off, "latency_ms": 5, "error_share": 0.5, "seed": 7
    }  # fmt: skip
    assert simulator.faults(rate_limit=9) == {**off, "rate_limit": 9}
    assert simulator.faults() == off
    simulator.faults(rate_limit=9)
    assert ask(simulator.url + "/faults", method="DELETE").body == off


@pytest.mark.parametrize(
    "body, sentence",
    [
        (b"[]", "Send a JSON object"),
        (b'{"refuse": 1}', "an object of error codes and shares is wanted"),
        (b'{"fail": {"x": 1}}', "an object of error codes and shares is wanted"),
        (b'{"fail": {"30003": 0.7, "30004": 0.7}}', "together they cannot exceed 1"),
        (b'{"refuse": {"21408": "all"}}', "shares from 0 to 1 are wanted"),
        (b"{", "Send a JSON object"),
        (b'{"speed": 1}', "There is no fault 'speed'; these exist: latency_ms"),
        (b'{"error_share": 1.5}', "error_share: a share from 0 to 1 is wanted; got 1.5."),
        (b'{"error_share": "1"}', "error_share: a number is wanted; got '1'."),
        (b'{"error_share": true}', "error_share: a number is wanted; got True."),
        (b'{"latency_ms": -1}', "latency_ms: milliseconds from 0 to 600000 are wanted; got -1."),
        (b'{"rate_limit": -1}', "rate_limit: requests a second are wanted"),
        (b'{"duplicate_count": 1}', "duplicate_count: a number from 2 to 20 is wanted; got 1."),
        (b'{"seed": 1.5}', "seed: a whole number is wanted; got 1.5."),
        (b'{"hold_deliveries": 1}', "hold_deliveries: true or false is wanted; got 1."),
        (b'{"error_share": 0.6, "accept_then_500": 0.6}', "together they cannot exceed 1"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused_in_a_sentence_and_changes_nothing(
    simulator: RunningSimulator, body: bytes, sentence: str
) -> None:
    before = simulator.faults(rate_limit=1000)
    request = urllib.request.Request(simulator.url + "/faults", body, method="POST")
    with pytest.raises(urllib.error.HTTPError, match="400") as refused:
        urllib.request.urlopen(request)
    with refused.value as answer:
        assert sentence in answer.read().decode().encode().decode("unicode_escape")
    assert ask(simulator.url + "/faults").body == before


def test_latency_lies_before_and_after_the_work(simulator: RunningSimulator, phone: str) -> None:
    simulator.faults(latency_ms=200, jitter_ms=100)
    before = simulator.log()["now"]
    assert _create(simulator, phone).status == 201
    accepted = simulator.messages(phone)[0]["created"]
    assert _milliseconds(before, accepted) >= 100
    assert _milliseconds(accepted, simulator.log()["now"]) >= 100


def _milliseconds(start: str, end: str) -> float:
    from datetime import datetime

    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds() * 1000


def test_above_the_rate_limit_requests_get_20429_and_are_not_accepted(
    simulator: RunningSimulator, phone: str
) -> None:
    simulator.faults(rate_limit=0.001)
    first, second = _create(simulator, phone), _create(simulator, phone)
    assert (first.status, second.status, second.body["code"]) == (201, 429, 20429)
    assert len(simulator.messages(phone)) == 1


def test_an_error_is_not_accepted(simulator: RunningSimulator, phone: str) -> None:
    simulator.faults(error_share=1)
    answer = _create(simulator, phone)
    assert (answer.status, answer.body["code"]) == (500, 20500)
    assert simulator.messages(phone) == []


def test_a_share_of_errors_is_the_same_again_with_the_same_seed(
    simulator: RunningSimulator, phone: str
) -> None:
    def answers() -> list[int]:
        simulator.faults(error_share=0.5, seed=4711)
        return [_create(simulator, phone).status for _ in range(20)]

    first = answers()
    assert answers() == first
    assert set(first) == {201, 500}


def test_accept_then_500_is_accepted_all_the_same(simulator: RunningSimulator, phone: str) -> None:
    simulator.faults(accept_then_500=1)
    assert _create(simulator, phone).status == 500
    assert len(simulator.messages(phone)) == 1


@pytest.mark.parametrize("fault, accepted", [("accept_then_break", 1), ("break_before_accept", 0)])
def test_a_broken_connection_gets_no_answer(
    simulator: RunningSimulator, phone: str, fault: str, accepted: int
) -> None:
    simulator.faults(**{fault: 1})
    with pytest.raises((RemoteDisconnected, ConnectionError, urllib.error.URLError)):
        _create(simulator, phone)
    assert len(simulator.messages(phone)) == accepted


def test_only_creates_fail_so_that_a_client_can_look_up_what_became_of_them(
    client: Client, simulator: RunningSimulator, phone: str
) -> None:
    simulator.faults(accept_then_500=1)
    _create(simulator, phone)
    assert [message.body for message in client.messages.list(to=phone, from_=SENDER)] == ["x"]


def test_duplicates_carry_the_same_sid(simulator: RunningSimulator, receiver: Receiver, phone: str) -> None:
    simulator.faults(duplicate_webhooks=1, duplicate_count=5)
    sid = simulator.write(phone, "Hola", to=SENDER)["sid"]
    hooks = receiver.wait_for(5, sid)
    assert all(hook.signed for hook in hooks)
    assert [hook.parameters for hook in hooks] == [hooks[0].parameters] * 5


def test_late_webhooks_come_all_the_same(simulator: RunningSimulator, receiver: Receiver, phone: str) -> None:
    simulator.faults(late_webhooks=300)
    answer = simulator.write(phone, "Hola", to=SENDER)
    assert (answer["webhook_status"], answer["webhook_error"]) == (None, None)
    assert receiver.about(answer["sid"]) == []
    assert receiver.wait_for(1, answer["sid"])[0].signed
    written = next(m for m in simulator.log()["messages"] if m["sid"] == answer["sid"])
    sent = next(hook for hook in simulator.webhooks("inbound") if hook["sid"] == answer["sid"])
    assert _milliseconds(written["created"], sent["at"]) >= 300


def test_reordered_callbacks_all_come_but_not_in_order(
    client: Client, simulator: RunningSimulator, receiver: Receiver, phone: str
) -> None:
    simulator.faults(reorder_callbacks=True, seed=1)
    sid = client.messages.create(to=phone, from_=SENDER, body="x", status_callback=receiver.url + "/s").sid
    statuses = [hook.parameters["MessageStatus"] for hook in receiver.wait_for(3, sid)]
    assert statuses != ["sending", "sent", "delivered"]
    assert sorted(statuses) == ["delivered", "sending", "sent"]


def test_dropped_callbacks_leave_the_status_to_be_asked_for(
    client: Client, simulator: RunningSimulator, receiver: Receiver, phone: str
) -> None:
    simulator.faults(drop_callbacks=1)
    message = client.messages.create(to=phone, from_=SENDER, body="x", status_callback=receiver.url + "/s")
    simulator.wait_for(lambda s: s.messages(phone)[0]["status"] == "delivered")
    assert message.fetch().status == "delivered"
    assert receiver.about(message.sid) == []


def test_held_messages_wait_in_the_queue_until_they_are_released(
    client: Client, simulator: RunningSimulator, receiver: Receiver, phone: str
) -> None:
    simulator.faults(hold_deliveries=True)
    sid = client.messages.create(to=phone, from_=SENDER, body="x", status_callback=receiver.url + "/s").sid
    client.messages.create(to="+525599999999", from_=SENDER, body="x")
    assert client.messages(sid).fetch().status == "queued"
    simulator.faults()
    assert [hook.parameters["MessageStatus"] for hook in receiver.wait_for(3, sid)][-1] == "delivered"


def test_a_held_message_fails_with_30036_when_its_validity_period_is_over(
    client: Client, simulator: RunningSimulator, receiver: Receiver, phone: str
) -> None:
    simulator.faults(hold_deliveries=True)
    sid = client.messages.create(
        to=phone, from_=SENDER, body="x", validity_period=1, status_callback=receiver.url + "/s"
    ).sid
    last = receiver.wait_for(1, sid)[0].parameters
    assert (last["MessageStatus"], last["ErrorCode"]) == ("failed", "30036")
    simulator.faults()
    assert client.messages(sid).fetch().error_code == 30036


def test_a_lost_webhook_is_never_sent_and_the_message_stands_in_the_list(
    client: Client, simulator: RunningSimulator, receiver: Receiver, phone: str
) -> None:
    simulator.faults(lose_webhooks=1)
    answer = simulator.write(phone, "¿hay alguien?", to=SENDER)
    assert (answer["webhook_status"], answer["webhook_error"]) == (None, "lost")
    assert receiver.about(answer["sid"]) == []
    (listed,) = client.messages.list(to=SENDER, from_=phone)
    assert (listed.sid, listed.direction, listed.body) == (answer["sid"], "inbound", "¿hay alguien?")


def test_mixed_errors_are_several_kinds_of_5xx_some_without_json(simulator: RunningSimulator) -> None:
    simulator.faults(error_share=1, mixed_errors=True, seed=1)
    answers = [_create(simulator, f"+52551200{number:04}") for number in range(24)]
    assert {answer.status for answer in answers} == {500, 502, 503, 504}
    assert {type(answer.body) for answer in answers} == {dict, str}


def test_messages_are_refused_and_fail_by_code_in_shares(
    client: Client, simulator: RunningSimulator, phone: str
) -> None:
    simulator.faults(refuse={"21408": 1})
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(to=phone, from_=SENDER, body="x")
    assert refused.value.code == 21408
    simulator.faults(fail={"30007": 1}, contradict=1)
    client.messages.create(to=phone, from_=SENDER, body="x")
    simulator.wait_for(lambda s: s.messages(phone)[-1]["status"] == "delivered")
    assert [status for status, _ in simulator.messages(phone)[-1]["history"]][-2:] == [
        "undelivered",
        "delivered",
    ]
