"""A contact writes: the inbound webhook, its retries, and Twilio's own words STOP and START."""

import pytest
from twilio.rest import Client

from tests.simulator.conftest import SENDER
from tests.simulator.receiver import BREAK, Receiver
from tests.simulator.rest import MESSAGES, ask
from tests.simulator_server import ACCOUNT_SID, RunningSimulator


def test_an_sms_reaches_the_product_signed_and_with_all_of_twilios_parameters(
    simulator: RunningSimulator, receiver: Receiver, phone: str
) -> None:
    answer = simulator.write(phone, "Sí, mañana 🙏", to=SENDER)
    assert answer["webhook_status"] == 200
    hook = receiver.about(answer["sid"])[0]
    assert (hook.path, hook.signed) == ("/twilio/inbound", True)
    assert hook.parameters == {
        "AccountSid": ACCOUNT_SID, "ApiVersion": "2010-04-01", "Body": "Sí, mañana 🙏", "From": phone, "To": SENDER,
        "MessageSid": answer["sid"], "SmsMessageSid": answer["sid"], "SmsSid": answer["sid"],
        "SmsStatus": "received", "NumMedia": "0", "NumSegments": "1",
        "FromCity": "", "FromState": "", "FromZip": "", "FromCountry": "MX",
        "ToCity": "", "ToState": "", "ToZip": "", "ToCountry": "US",
    }  # fmt: skip


def test_a_whatsapp_message_tells_profile_and_waid(
    simulator: RunningSimulator, receiver: Receiver, phone: str
) -> None:
    sid = simulator.write(f"whatsapp:{phone}", "Hola", to=SENDER)["sid"]
    parameters = receiver.about(sid)[0].parameters
    assert (parameters["From"], parameters["To"]) == (f"whatsapp:{phone}", f"whatsapp:{SENDER}")
    assert (parameters["WaId"], parameters["MessageType"]) == (phone[1:], "text")
    assert parameters["ProfileName"].endswith(phone[-4:])
    assert "FromCountry" not in parameters


def test_a_picture_is_fetched_from_the_simulator_as_from_twilio(
    simulator: RunningSimulator, receiver: Receiver, phone: str
) -> None:
    sid = simulator.write(phone, "", to=SENDER, media_url="/static/picture.png")["sid"]
    parameters = receiver.about(sid)[0].parameters
    assert (parameters["NumMedia"], parameters["MediaContentType0"]) == ("1", "image/png")
    assert sid.startswith("MM")
    assert parameters["MediaUrl0"].startswith(
        f"{simulator.url}/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{sid}/Media/ME"
    )
    assert ask(parameters["MediaUrl0"], credentials=None).status == 200


def test_who_writes_without_naming_a_sender_answers_the_last_one(
    client: Client, simulator: RunningSimulator, receiver: Receiver, phone: str
) -> None:
    client.messages.create(to=phone, from_=SENDER, body="x")
    client.messages.create(to=phone, from_="+15005551111", body="x")
    sid = simulator.write(phone, "Hola")["sid"]
    assert receiver.about(sid)[0].parameters["To"] == "+15005551111"


def test_who_answers_a_messaging_service_writes_to_its_number(
    client: Client, simulator: RunningSimulator, receiver: Receiver, phone: str
) -> None:
    service = "MG" + "2" * 32
    client.messages.create(to=phone, messaging_service_sid=service, body="x")
    number = simulator.wait_for(lambda s: s.messages(phone)[0]["From"])
    for to in (None, service, number):
        parameters = receiver.about(simulator.write(phone, "Hola", to=to)["sid"])[0].parameters
        assert (parameters["To"], parameters["MessagingServiceSid"]) == (number, service)


@pytest.mark.parametrize(
    "path, form, word",
    [
        ("+525512345678", {"Body": "Hola"}, "Nobody has written"),
        ("+525512345678", {"To": SENDER}, "nothing to send"),
        ("+525512345678", {"To": SENDER, "Body": "x" * 1601}, "1600"),
        ("+52551", {"To": SENDER, "Body": "Hola"}, "not a phone"),
        ("+525512345678", {"To": "un remitente", "Body": "Hola"}, "not a sender"),
    ],
)
def test_a_message_that_cannot_be_written_is_refused_in_a_sentence(
    simulator: RunningSimulator, path: str, form: dict[str, str], word: str
) -> None:
    answer = ask(f"{simulator.url}/phones/{path}/messages", form, None)
    assert answer.status == 400
    assert word in answer.body["message"]


@pytest.mark.parametrize("path", ["+525587654321", "525587654321", "%2B52%2055%208765-4321"])
def test_a_phone_may_be_typed_as_people_do(
    simulator: RunningSimulator, receiver: Receiver, path: str
) -> None:
    answer = ask(f"{simulator.url}/phones/{path}/messages", {"To": SENDER, "Body": "Hola"}, None)
    assert receiver.about(answer.body["sid"])[0].parameters["From"] == "+525587654321"


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Host": "evil.example"}, {"Origin": "null"}],
)
def test_a_page_of_another_site_cannot_write(
    simulator: RunningSimulator, headers: dict[str, str], phone: str
) -> None:
    answer = ask(
        f"{simulator.url}/phones/{phone}/messages", {"To": SENDER, "Body": "x"}, None, headers=headers
    )
    assert answer.status == 403
    assert all(message["From"] != phone for message in simulator.log()["messages"])


def _attempts(simulator: RunningSimulator, sid: str) -> list[tuple[int | None, str | None]]:
    return [(hook["status"], hook["error"]) for hook in simulator.webhooks("inbound") if hook["sid"] == sid]


def test_an_error_of_the_product_is_not_retried(
    simulator: RunningSimulator, receiver: Receiver, phone: str
) -> None:
    receiver.answers.append(503)
    answer = simulator.write(phone, "Hola", to=SENDER)
    assert answer["webhook_status"] == 503
    assert _attempts(simulator, answer["sid"]) == [(503, None)]


def test_a_refused_connection_is_retried_once_with_the_same_sid(phone: str) -> None:
    with RunningSimulator(inbound_url="http://127.0.0.1:9/twilio/inbound") as simulator:
        answer = simulator.write(phone, "Hola", to=SENDER)
        assert (answer["webhook_status"], answer["webhook_error"]) == (None, "connection refused")
        assert _attempts(simulator, answer["sid"]) == [(None, "connection refused")] * 2


def test_the_fragment_of_the_inbound_url_asks_for_more_retries_and_is_not_signed(
    receiver: Receiver, phone: str
) -> None:
    url = receiver.url + "/twilio/inbound#ct=2000&rt=3500&rc=3&rp=5xx,ct,rt"
    with RunningSimulator(inbound_url=url) as simulator:
        receiver.answers.extend([503, BREAK, 500])
        answer = simulator.write(phone, "Hola", to=SENDER)
        hooks = receiver.about(answer["sid"])
        assert answer["webhook_status"] == 200
        assert _attempts(simulator, answer["sid"]) == [
            (503, None), (None, "connection broken"), (500, None), (200, None)
        ]  # fmt: skip
        assert all(hook.signed and hook.path == "/twilio/inbound" for hook in hooks)
        assert len({hook.token for hook in hooks}) == 1


def _may_send(simulator: RunningSimulator, to: str, sender: str = SENDER) -> bool:
    answer = ask(simulator.url + MESSAGES, {"To": to, "From": sender, "Body": "x"})
    assert answer.status == 201 or answer.body["code"] == 21610
    return answer.status == 201


def _replies(simulator: RunningSimulator, phone: str) -> list[str]:
    """The first words of what Twilio itself answered."""
    log = simulator.log()["messages"]
    return [m["Body"].split(".")[0] for m in log if m["To"] == phone and m["direction"] == "outbound-reply"]


@pytest.mark.parametrize(
    "word", ["STOP", "stop", " Unsubscribe ", "CANCEL", "end", "QUIT", "REVOKE", "OPTOUT", "STOPALL"]
)
def test_a_contact_who_wrote_stop_gets_nothing_more_until_start(
    simulator: RunningSimulator, receiver: Receiver, phone: str, word: str
) -> None:
    stop = simulator.write(phone, word, to=SENDER)
    assert "OptOutType" not in receiver.about(stop["sid"])[0].parameters
    assert _may_send(simulator, phone) is False
    simulator.write(phone, "start", to=SENDER)
    assert _may_send(simulator, phone) is True
    assert _replies(simulator, phone) == [
        "You are unsubscribed and will get no more messages from this number",
        "You are subscribed again to messages from this number",
    ]


@pytest.mark.parametrize("text", ["CANCEL my appointment", "Alto", "BAJA", "no", "stop please"])
def test_only_twilios_own_words_alone_opt_out(simulator: RunningSimulator, phone: str, text: str) -> None:
    simulator.write(phone, text, to=SENDER)
    assert _may_send(simulator, phone) is True
    assert _replies(simulator, phone) == []


def test_stop_holds_for_that_sender_only(simulator: RunningSimulator, phone: str) -> None:
    simulator.write(phone, "STOP", to=SENDER)
    assert _may_send(simulator, phone, "+15005551111") is True


def test_yes_opts_in_only_who_is_opted_out(simulator: RunningSimulator, phone: str) -> None:
    simulator.write(phone, "yes", to=SENDER)
    assert _replies(simulator, phone) == []
    simulator.write(phone, "STOP", to=SENDER)
    simulator.write(phone, "yes", to=SENDER)
    assert _may_send(simulator, phone) is True


def test_help_is_answered_by_twilio(simulator: RunningSimulator, phone: str) -> None:
    simulator.write(phone, "Help", to=SENDER)
    assert _replies(simulator, phone) == ["Reply STOP to unsubscribe"]


def test_nothing_is_automatic_on_whatsapp(simulator: RunningSimulator, phone: str) -> None:
    to = f"whatsapp:{phone}"
    simulator.write(to, "STOP", to=SENDER)
    assert _may_send(simulator, to, f"whatsapp:{SENDER}") is True
    assert _replies(simulator, to) == []


def test_a_contact_writes_over_rcs_to_the_agent_of_the_service(
    client: Client, simulator: RunningSimulator, receiver: Receiver, phone: str
) -> None:
    service = "MG" + "5" * 32
    client.messages.create(to=phone, messaging_service_sid=service, body="Hola")
    told = receiver.about(simulator.write(f"rcs:{phone}", "STOP")["sid"])[0]
    assert told.parameters["To"].startswith("rcs:agent_")
    assert told.parameters["MessagingServiceSid"] == service


def test_a_username_and_further_parameters_go_into_the_webhook(
    simulator: RunningSimulator, receiver: Receiver, phone: str
) -> None:
    sender, user = f"whatsapp:{SENDER}", "MX." + phone[1:]
    told = receiver.about(
        simulator.write(f"whatsapp:{phone}", "hola", to=sender, ExternalUserId=user)["sid"]
    )[0]
    assert (told.parameters["ExternalUserId"], told.parameters["WaId"]) == (user, phone[1:])
    told = receiver.about(simulator.write(f"whatsapp:{user}", "hola", to=sender)["sid"])[0]
    assert told.parameters["ExternalUserId"] == user
    assert "WaId" not in told.parameters
