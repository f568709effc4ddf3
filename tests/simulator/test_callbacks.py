"""Status callbacks, and the signature that all webhooks carry."""

from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from simulator.signing import sign
from tests.simulator.conftest import SENDER
from tests.simulator.receiver import BREAK, Receiver
from tests.simulator_server import ACCOUNT_SID, RunningSimulator


def test_the_signature_of_twilios_own_example_comes_out() -> None:
    parameters = {
        "CallSid": "CA1234567890ABCDE",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
        "Caller": "+14158675309",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert sign("12345", url, parameters) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


@given(st.dictionaries(st.text(min_size=1), st.text()), st.text(min_size=1))
def test_twilios_validator_accepts_every_signature(parameters: dict[str, str], token: str) -> None:
    url = "https://example.com/twilio/status?m=1"
    assert RequestValidator(token).validate(url, parameters, sign(token, url, parameters))


def test_the_statuses_arrive_signed_and_in_order(client: Client, receiver: Receiver, phone: str) -> None:
    url = receiver.url + "/twilio/status?message=17&n=Jos%C3%A9%2f%7B1%7D"
    sid = client.messages.create(to=phone, from_=SENDER, body="x", status_callback=url).sid
    hooks = receiver.wait_for(3, sid)
    assert [hook.parameters["MessageStatus"] for hook in hooks] == ["sending", "sent", "delivered"]
    assert all(
        hook.signed and hook.path == "/twilio/status?message=17&n=Jos%C3%A9%2f%7B1%7D" for hook in hooks
    )
    assert hooks[2].parameters == {
        "AccountSid": ACCOUNT_SID,
        "ApiVersion": "2010-04-01",
        "From": SENDER,
        "MessageSid": sid,
        "MessageStatus": "delivered",
        "SmsSid": sid,
        "SmsStatus": "delivered",
        "To": phone,
    }


def test_a_message_that_does_not_arrive_tells_its_error_code(client: Client, receiver: Receiver) -> None:
    sid = client.messages.create(
        to="+525555530003", from_=SENDER, body="x", status_callback=receiver.url + "/twilio/status"
    ).sid
    last = receiver.wait_for(3, sid)[2]
    assert (last.parameters["MessageStatus"], last.parameters["ErrorCode"]) == ("undelivered", "30003")


def test_a_messaging_service_is_named_in_its_callbacks(
    client: Client, receiver: Receiver, phone: str
) -> None:
    service = "MG" + "1" * 32
    sid = client.messages.create(
        to=phone, messaging_service_sid=service, body="x", status_callback=receiver.url + "/twilio/status"
    ).sid
    hooks = receiver.wait_for(4, sid)
    assert [hook.parameters["MessageStatus"] for hook in hooks] == ["queued", "sending", "sent", "delivered"]
    assert {hook.parameters["MessagingServiceSid"] for hook in hooks} == {service}
    assert {hook.parameters["From"][:8] for hook in hooks} == {"+1500555"}


def test_a_callback_that_is_answered_with_an_error_is_not_repeated(
    client: Client, simulator: RunningSimulator, receiver: Receiver, phone: str
) -> None:
    receiver.answers.extend([500, BREAK])
    sid = client.messages.create(to=phone, from_=SENDER, body="x", status_callback=receiver.url + "/s").sid
    hooks = receiver.wait_for(3, sid)
    assert [hook.parameters["MessageStatus"] for hook in hooks] == ["sending", "sent", "delivered"]
    kept = simulator.wait_for(
        lambda s: [h for h in s.webhooks("status") if h["sid"] == sid and h["reported"] == "delivered"]
    )
    assert kept[0]["status"] == 200
    assert [(h["status"], h["error"]) for h in simulator.webhooks("status") if h["sid"] == sid][:2] == [
        (500, None),
        (None, "connection broken"),
    ]


def test_a_whatsapp_message_is_read_when_the_contact_answers(
    client: Client, simulator: RunningSimulator, receiver: Receiver, phone: str
) -> None:
    to, sender = f"whatsapp:{phone}", f"whatsapp:{SENDER}"
    sid = client.messages.create(
        to=to, from_=sender, content_sid="HX" + "0" * 32, status_callback=receiver.url + "/twilio/status"
    ).sid
    receiver.wait_for(3, sid)
    simulator.write(to, "Sí")
    assert receiver.wait_for(4, sid)[3].parameters["MessageStatus"] == "read"
    assert client.messages(sid).fetch().status == "read"
