"""POST Messages.json: what is accepted, what is refused, and in which words."""

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.simulator.conftest import SENDER, client_of
from tests.simulator.rest import MESSAGES, ask, check
from tests.simulator_server import ACCOUNT_SID, AUTH_TOKEN, RunningSimulator

SERVICE = "MG" + "0a" * 16
TO = "+525512345678"


def test_a_created_message_has_every_field_of_twilios_description(
    simulator: RunningSimulator, phone: str
) -> None:
    answer = ask(simulator.url + MESSAGES, {"To": phone, "From": SENDER, "Body": "Hola"})
    assert answer.status == 201
    check("message", answer.body)
    assert (answer.body["status"], answer.body["direction"]) == ("queued", "outbound-api")
    assert (answer.body["date_sent"], answer.body["price"]) == (None, None)


def test_the_official_client_creates_and_fetches(
    client: Client, simulator: RunningSimulator, phone: str
) -> None:
    created = client.messages.create(to=phone, from_=SENDER, body="¿Qué tal?", validity_period=3600)
    simulator.wait_for(lambda s: s.messages(phone)[0]["status"] == "delivered")
    fetched = client.messages(created.sid).fetch()
    assert (fetched.body, fetched.status, fetched.to, fetched.from_) == (
        "¿Qué tal?",
        "delivered",
        phone,
        SENDER,
    )
    assert fetched.date_sent.utcoffset().total_seconds() == 0
    assert simulator.messages(phone)[0]["ValidityPeriod"] == 3600


def test_a_messaging_service_accepts_first_and_picks_its_sender_then(
    client: Client, simulator: RunningSimulator, phone: str
) -> None:
    created = client.messages.create(to=phone, messaging_service_sid=SERVICE, body="Hola")
    assert (created.status, created.from_, created.num_segments) == ("accepted", None, "0")
    simulator.wait_for(lambda s: s.messages(phone)[0]["status"] == "delivered")
    fetched = client.messages(created.sid).fetch()
    assert fetched.from_.startswith("+1500555")
    assert (fetched.num_segments, fetched.messaging_service_sid) == ("1", SERVICE)
    assert [status for status, _ in simulator.messages(phone)[0]["history"]] == [
        "accepted", "queued", "sending", "sent", "delivered"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "form, code",
    [
        ({"From": SENDER, "Body": "x"}, 21604),
        ({"To": TO, "Body": "x"}, 21603),
        ({"To": TO, "From": SENDER}, 21602),
        ({"To": TO, "From": SENDER, "Body": ""}, 21602),
        ({"To": "5512345678", "From": SENDER, "Body": "x"}, 21211),
        ({"To": "+52551234", "From": SENDER, "Body": "x"}, 21211),
        ({"To": "whatsapp:5512345678", "From": "whatsapp:" + SENDER, "Body": "x"}, 21211),
        ({"To": TO, "From": "un nombre largo", "Body": "x"}, 21212),
        ({"To": SENDER, "From": SENDER, "Body": "x"}, 21266),
        ({"To": "whatsapp:+525512345678", "From": SENDER, "Body": "x"}, 21910),
        ({"To": TO, "MessagingServiceSid": "MG12", "Body": "x"}, 21705),
        ({"To": TO, "From": SENDER, "Body": "x" * 1601}, 21617),
        ({"To": TO, "From": SENDER, "Body": "x", "ValidityPeriod": "0"}, 21624),
        ({"To": TO, "From": SENDER, "Body": "x", "ValidityPeriod": "36001"}, 21624),
        ({"To": TO, "From": SENDER, "Body": "x", "ValidityPeriod": "1.5"}, 21624),
        ({"To": TO, "From": SENDER, "Body": "x", "StatusCallback": "/status"}, 21609),
        ({"To": TO, "From": SENDER, "MediaUrl": "picture.png"}, 21620),
        ({"To": TO, "From": SENDER, "MediaUrl": ["https://example.com/a.png"] * 11}, 21623),
        ({"To": TO, "From": SENDER, "ContentVariables": "{}", "Body": "x"}, 21654),
        ({"To": TO, "From": SENDER, "ContentSid": "HX1"}, 21655),
        ({"To": TO, "From": SENDER, "ContentSid": "HX" + "0" * 32, "ContentVariables": "[]"}, 21656),
        ({"To": TO, "From": SENDER, "Body": "x", "SendAt": "2027-01-01T00:00:00Z"}, 20001),
        ({"To": "+15005550001", "From": SENDER, "Body": "x"}, 21211),
        ({"To": "+15005550002", "From": SENDER, "Body": "x"}, 21612),
        ({"To": "+15005550003", "From": SENDER, "Body": "x"}, 21408),
        ({"To": "+15005550004", "From": SENDER, "Body": "x"}, 21610),
        ({"To": "+15005550009", "From": SENDER, "Body": "x"}, 21614),
        ({"To": TO, "From": "+15005550001", "Body": "x"}, 21212),
        ({"To": TO, "From": "+15005550007", "Body": "x"}, 21606),
        ({"To": TO, "From": "+15005550008", "Body": "x"}, 21611),
    ],
)  # fmt: skip
def test_a_refused_message_has_twilios_code_and_is_not_kept(
    simulator: RunningSimulator, form: dict[str, str], code: int
) -> None:
    before = len(simulator.messages())
    answer = ask(simulator.url + MESSAGES, form)
    check("error", answer.body)
    assert (answer.status, answer.body["status"], answer.body["code"]) == (400, 400, code)
    assert len(simulator.messages()) == before


def test_the_official_client_raises_what_was_refused(client: Client) -> None:
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(to="+15005550009", from_=SENDER, body="x")
    assert (refused.value.status, refused.value.code) == (400, 21614)


@pytest.mark.parametrize("body", ["x" * 1600, "ñ" * 1600, "🙏" * 1600])
def test_a_body_of_1600_characters_is_accepted(client: Client, phone: str, body: str) -> None:
    assert client.messages.create(to=phone, from_=SENDER, body=body).body == body


@pytest.mark.parametrize(
    "credentials", [None, (ACCOUNT_SID, "wrong"), ("", ""), ("AC" + "f" * 32, AUTH_TOKEN)]
)
def test_wrong_credentials_get_20003(
    simulator: RunningSimulator, credentials: tuple[str, str] | None
) -> None:
    answer = ask(simulator.url + MESSAGES, credentials=credentials)
    check("error", answer.body)
    assert (answer.status, answer.body["code"]) == (401, 20003)


def test_an_api_key_and_its_secret_pass_where_they_are_set(phone: str) -> None:
    with RunningSimulator(env={"TWILIO_API_KEY": "SK" + "1" * 32, "TWILIO_API_SECRET": "hush"}) as simulator:
        with_key = client_of(simulator, "SK" + "1" * 32, "hush")
        assert with_key.messages.create(to=phone, from_=SENDER, body="x").status == "queued"
        with_key.http_client.session.close()
        assert ask(simulator.url + MESSAGES, credentials=("SK" + "1" * 32, AUTH_TOKEN)).status == 401


def test_another_account_is_not_found(simulator: RunningSimulator) -> None:
    answer = ask(simulator.url + MESSAGES.replace(ACCOUNT_SID, "AC" + "2" * 32))
    assert (answer.status, answer.body["code"]) == (404, 20404)


@pytest.mark.parametrize(
    "to, status, code",
    [
        ("+525555530003", "undelivered", 30003),
        ("+525555530007", "undelivered", 30007),
        ("+525555530001", "failed", 30001),
        ("+525555530034", "failed", 30034),
        ("whatsapp:+525555563041", "failed", 63041),
        ("whatsapp:+525555563024", "undelivered", 63024),
    ],
)
def test_a_number_that_ends_in_555_and_a_code_ends_with_that_error(
    client: Client, simulator: RunningSimulator, to: str, status: str, code: int
) -> None:
    channel = "whatsapp:" if to.startswith("whatsapp:") else ""
    created = client.messages.create(to=to, from_=channel + SENDER, body="x")
    simulator.wait_for(lambda s: s.messages(to)[-1]["status"] == status)
    fetched = client.messages(created.sid).fetch()
    assert (fetched.error_code, bool(fetched.error_message)) == (code, True)


@pytest.mark.parametrize("code", [21408, 21608, 20005, 21703])
def test_a_number_that_ends_in_555_and_the_code_of_a_refusal_is_refused_so(client: Client, code: int) -> None:
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(to=f"+5255555{code}", from_=SENDER, body="x")
    assert refused.value.code == code


@pytest.mark.parametrize("to, first", [("+525555590001", "undelivered"), ("+525555590002", "failed")])
def test_a_report_that_a_message_did_not_arrive_may_be_followed_by_delivered(
    client: Client, simulator: RunningSimulator, to: str, first: str
) -> None:
    client.messages.create(to=to, from_=SENDER, body="x")
    simulator.wait_for(lambda s: s.messages(to)[-1]["status"] == "delivered")
    assert [status for status, _ in simulator.messages(to)[-1]["history"]][-2:] == [first, "delivered"]


def test_a_whatsapp_username_can_be_written_to(client: Client, simulator: RunningSimulator) -> None:
    to, sender = "whatsapp:MX.13491208655302741918", f"whatsapp:{SENDER}"
    simulator.write(to, "Hola", to=sender)
    client.messages.create(to=to, from_=sender, body="Hola")
    simulator.wait_for(lambda s: s.messages(to)[-1]["status"] in ("delivered", "read"))


def test_a_message_of_media_alone_is_an_mm_with_its_media_listed(client: Client, phone: str) -> None:
    urls = ["https://example.com/a.png", "https://example.com/b.pdf"]
    created = client.messages.create(to=phone, from_=SENDER, media_url=urls)
    assert (created.sid[:2], created.num_media) == ("MM", "2")
    media = client.messages(created.sid).media.list()
    assert [item.content_type for item in media] == ["image/png", "application/pdf"]
    assert client.messages(created.sid).media(media[0].sid).fetch().parent_sid == created.sid


def test_whatsapp_takes_a_template_at_any_time_and_a_text_only_within_24_hours(
    client: Client, simulator: RunningSimulator, phone: str
) -> None:
    to, sender = f"whatsapp:{phone}", f"whatsapp:{SENDER}"

    def outcome(**content: str) -> tuple[str, int | None]:
        created = client.messages.create(to=to, from_=sender, **content)
        simulator.wait_for(lambda s: s.messages(to)[-1]["status"] in ("delivered", "undelivered"))
        fetched = client.messages(created.sid).fetch()
        return fetched.status, fetched.error_code

    assert outcome(content_sid="HX" + "0" * 32, content_variables='{"1": "Ana"}') == ("delivered", None)
    assert outcome(body="Hola") == ("undelivered", 63016)
    simulator.write(to, "Hola", to=sender)
    assert outcome(body="Hola otra vez") == ("delivered", None)
