"""POST and DELETE of one message: cancel, redact, delete."""

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.simulator.conftest import SENDER
from tests.simulator.receiver import Receiver
from tests.simulator.rest import MESSAGES, ask, check
from tests.simulator_server import RunningSimulator


def _delivered(client: Client, simulator: RunningSimulator, phone: str) -> str:
    sid = client.messages.create(to=phone, from_=SENDER, body="secreto").sid
    simulator.wait_for(lambda s: s.messages(phone)[-1]["status"] == "delivered")
    return str(sid)


def test_a_waiting_message_can_be_cancelled_and_is_never_sent(
    client: Client, simulator: RunningSimulator, receiver: Receiver, phone: str
) -> None:
    simulator.faults(hold_deliveries=True)
    sid = client.messages.create(to=phone, from_=SENDER, body="x", status_callback=receiver.url + "/s").sid
    assert client.messages(sid).update(status="canceled").status == "canceled"
    simulator.faults()
    assert receiver.wait_for(1, sid)[0].parameters["MessageStatus"] == "canceled"
    _delivered(client, simulator, phone)
    assert client.messages(sid).fetch().status == "canceled"


def test_a_delivered_message_can_no_longer_be_cancelled(
    client: Client, simulator: RunningSimulator, phone: str
) -> None:
    sid = _delivered(client, simulator, phone)
    with pytest.raises(TwilioRestException) as refused:
        client.messages(sid).update(status="canceled")
    assert (refused.value.status, refused.value.code) == (409, 30409)


def test_an_empty_body_wipes_the_text_out(client: Client, simulator: RunningSimulator, phone: str) -> None:
    sid = _delivered(client, simulator, phone)
    assert client.messages(sid).update(body="").body == ""
    assert client.messages(sid).fetch().body == ""


@pytest.mark.parametrize(
    "form", [{}, {"Body": "otro"}, {"Status": "sent"}, {"Status": "canceled", "Body": ""}]
)
def test_no_other_change_is_possible(
    client: Client, simulator: RunningSimulator, phone: str, form: dict[str, str]
) -> None:
    sid = _delivered(client, simulator, phone)
    answer = ask(simulator.url + MESSAGES.replace(".json", f"/{sid}.json"), form)
    check("error", answer.body)
    assert (answer.status, answer.body["code"]) == (400, 30400)


def test_a_deleted_message_is_gone_from_the_api_but_not_from_the_log(
    client: Client, simulator: RunningSimulator, phone: str
) -> None:
    sid = _delivered(client, simulator, phone)
    assert client.messages(sid).delete() is True
    assert client.messages.list(to=phone) == []
    with pytest.raises(TwilioRestException) as missing:
        client.messages(sid).fetch()
    assert missing.value.code == 20404
    assert [(m["sid"], m["deleted"]) for m in simulator.messages(phone)] == [(sid, True)]


def test_a_message_on_its_way_can_be_neither_deleted_nor_redacted(
    client: Client, simulator: RunningSimulator, phone: str
) -> None:
    simulator.faults(hold_deliveries=True)
    sid = client.messages.create(to=phone, from_=SENDER, body="x").sid
    for change in (client.messages(sid).delete, lambda: client.messages(sid).update(body="")):
        with pytest.raises(TwilioRestException) as refused:
            change()
        assert (refused.value.status, refused.value.code) == (409, 20009)
