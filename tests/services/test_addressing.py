"""One contact over every channel and name that it writes from; one service behind all its numbers."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from smartchat import clock
from smartchat.db import db
from smartchat.models import OptOut
from smartchat.services import addressing
from smartchat.services.sending import tracking
from tests.services.conftest import Stage, new_phone

SERVICE = "MG" + "a1" * 16
AGENT = "rcs:clinica_agent"
WHATSAPP = "whatsapp:+15005550006"
USER = "MX.13491208655302741918"
STEPS = [
    {"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"},
    {"id": "VA", "type": "binary", "kind": "yes_no", "text": "¿Va a asistir?"},
    {"id": "CUANTOS", "type": "integer", "text": "¿Cuántos?", "min": 0, "max": 30},
]
TEMPLATE = {"content_sid": "HX" + "0" * 32, "variables": {"1": "{{NOMBRE}}"}}
ON_WHATSAPP = [
    STEPS[0],
    {"id": "AVISO", "type": "message", "text": "Hola {{NOMBRE}}.", "template": TEMPLATE},
    *STEPS[1:],
]


def launch(stage: Stage, sender: str, steps: object = STEPS) -> tuple[int, str]:
    phone = new_phone()
    campaign = stage.launch([phone], stage.chatbot(sender=sender, steps=steps))
    stage.work()
    return campaign, phone


def given(stage: Stage, campaign: int, phone: str) -> dict[str, object]:
    state = stage.conversation(campaign, phone).state or {}
    return {id_: value for id_, value in state["given"].items() if id_ != "NOMBRE"}


def answer(stage: Stage, at: Callable[[str], None], second: int) -> None:
    at(f"2026-11-23T10:00:{second:02}")
    stage.work()


def test_a_reply_over_rcs_is_the_same_contacts(stage: Stage, at: Callable[[str], None]) -> None:
    campaign, phone = launch(stage, SERVICE)
    at("2026-11-23T10:00:10")
    stage.hear("rcs:" + phone, "Sí", AGENT, MessagingServiceSid=SERVICE)
    answer(stage, at, 20)
    assert given(stage, campaign, phone) == {"VA": "yes"}


@pytest.mark.parametrize("channel", ["rcs:", "whatsapp:", ""])
def test_a_stop_over_any_channel_reaches_the_list_for_all_of_them(
    stage: Stage, at: Callable[[str], None], channel: str
) -> None:
    campaign, phone = launch(stage, SERVICE)
    stage.hear(channel + phone, "STOP", AGENT, MessagingServiceSid=SERVICE)
    assert stage.conversation(campaign, phone).status == "opted_out"
    before = len(stage.told(phone))
    again = stage.launch([phone], stage.chatbot(sender=SERVICE, steps=STEPS, name="Otra vez"))
    answer(stage, at, 30)
    assert len(stage.told(phone)) == before
    assert stage.conversation(again, phone).status == "opted_out"


def test_a_number_of_a_services_pool_is_known_from_the_reports(
    stage: Stage, at: Callable[[str], None]
) -> None:
    campaign, phone = launch(stage, SERVICE)
    row = stage.outbound(campaign)[0]
    pool = "+15005551234"
    params = {"MessageSid": str(row.provider_sid), "MessageStatus": "sent", "From": pool, "To": phone}
    tracking.record_status(params, row.id, clock.now())
    at("2026-11-23T10:00:10")
    stage.hear(phone, "Sí", pool)
    answer(stage, at, 20)
    assert given(stage, campaign, phone) == {"VA": "yes"}
    stage.hear(phone, "STOP", pool)
    assert stage.conversation(campaign, phone).status == "opted_out"


def test_a_number_that_moves_to_another_service_is_known_there(stage: Stage) -> None:
    other = "MG" + "b2" * 16
    for service in (SERVICE, other, other):
        addressing.learn_pool_number(service, "+15005551234", clock.now())
        db.session.commit()
    assert addressing.numbers_of(other) == {"+15005551234"}
    assert addressing.numbers_of(SERVICE) == set()


def test_a_username_is_the_contact_of_whom_an_earlier_webhook_named_both(
    stage: Stage, at: Callable[[str], None]
) -> None:
    campaign, phone = launch(stage, WHATSAPP, ON_WHATSAPP)
    at("2026-11-23T10:00:10")
    stage.hear("whatsapp:" + phone, "hola", WHATSAPP, WaId=phone[1:], ExternalUserId=USER)
    answer(stage, at, 20)
    at("2026-11-23T10:00:30")
    stage.hear("whatsapp:" + USER, "Sí", WHATSAPP, ExternalUserId=USER)
    answer(stage, at, 40)
    assert given(stage, campaign, phone) == {"VA": "yes"}
    assert stage.outbound(campaign)[-1].to == "whatsapp:" + USER, "the session is that of the address"
    stage.hear("whatsapp:" + USER, "STOP", WHATSAPP)
    assert stage.conversation(campaign, phone).status == "opted_out"


def test_a_username_whose_webhook_names_the_number_itself_needs_no_earlier_one(
    stage: Stage, at: Callable[[str], None]
) -> None:
    campaign, phone = launch(stage, WHATSAPP, ON_WHATSAPP)
    at("2026-11-23T10:00:10")
    received = stage.hear("whatsapp:" + USER, "STOP", WHATSAPP, WaId="521" + phone[3:])
    assert received.new
    assert stage.conversation(campaign, phone).status == "opted_out"


def test_silence_asked_for_under_a_username_holds_for_the_number_once_it_is_known(stage: Stage) -> None:
    campaign, phone = launch(stage, WHATSAPP, ON_WHATSAPP)
    stage.hear("whatsapp:" + USER, "STOP", WHATSAPP, ExternalUserId=USER)
    assert stage.conversation(campaign, phone).status == "open"
    stage.hear("whatsapp:" + phone, "hola", WHATSAPP, ExternalUserId=USER)
    assert stage.conversation(campaign, phone).status == "opted_out"
    assert set(db.session.scalars(select(OptOut.contact_key))) == {USER, phone}


def test_a_page_user_of_messenger_is_no_phone(stage: Stage) -> None:
    campaign, phone = launch(stage, SERVICE)
    stage.hear("messenger:" + phone[1:], "STOP", "messenger:1234", MessagingServiceSid=SERVICE)
    assert stage.conversation(campaign, phone).status == "open"
    assert stage.inbound()[-1].contact_key == "messenger:" + phone[1:]


def test_a_service_writes_over_whatsapp_where_its_chatbot_says_so(
    stage: Stage, at: Callable[[str], None]
) -> None:
    campaign, phone = launch(stage, "whatsapp:" + SERVICE, ON_WHATSAPP)
    sent = stage.simulator.messages("whatsapp:" + phone)
    assert [message["MessagingServiceSid"] for message in sent] == [SERVICE]
    at("2026-11-23T10:00:10")
    stage.hear("whatsapp:" + phone, "hola", WHATSAPP, MessagingServiceSid=SERVICE)
    answer(stage, at, 20)
    assert stage.outbound(campaign)[-1].body == "¿Va a asistir?"
    stage.hear("whatsapp:" + phone, "STOP", WHATSAPP, MessagingServiceSid=SERVICE)
    assert stage.conversation(campaign, phone).status == "opted_out"


def test_a_short_code_is_a_sender_like_another(stage: Stage, at: Callable[[str], None]) -> None:
    campaign, phone = launch(stage, "26262")
    at("2026-11-23T10:00:10")
    stage.hear(phone, "Sí", "26262")
    answer(stage, at, 20)
    assert given(stage, campaign, phone) == {"VA": "yes"}


def test_a_username_of_metas_longest_is_stored_and_can_ask_for_silence(stage: Stage) -> None:
    user = "MX." + "1" * 128
    assert stage.hear("whatsapp:" + user, "hola", WHATSAPP, ExternalUserId=user).new
    assert stage.hear("whatsapp:" + user, "STOP", WHATSAPP).new
    assert [message.contact_key for message in stage.inbound()] == [user, user]
    assert set(db.session.scalars(select(OptOut.contact_key))) == {user}


def test_an_agent_that_came_with_its_service_once_is_known_without_it(
    stage: Stage, at: Callable[[str], None]
) -> None:
    campaign, phone = launch(stage, SERVICE)
    at("2026-11-23T10:00:10")
    stage.hear("rcs:" + phone, "Sí", AGENT, MessagingServiceSid=SERVICE)
    answer(stage, at, 20)
    at("2026-11-23T10:00:30")
    stage.hear("rcs:" + phone, "3", AGENT)
    answer(stage, at, 40)
    assert given(stage, campaign, phone) == {"VA": "yes", "CUANTOS": 3}


def test_an_agent_that_no_webhook_has_named_is_of_the_service_that_wrote_to_the_contact(
    stage: Stage, at: Callable[[str], None]
) -> None:
    campaign, phone = launch(stage, SERVICE)
    at("2026-11-23T10:00:10")
    stage.hear("rcs:" + phone, "Sí", "rcs:otra_agencia")
    answer(stage, at, 20)
    assert given(stage, campaign, phone) == {"VA": "yes"}
    stage.hear("rcs:" + phone, "STOP", "rcs:otra_agencia")
    assert stage.conversation(campaign, phone).status == "opted_out"
    stage.hear("rcs:" + new_phone(), "Sí", "rcs:otra_agencia")
    assert stage.inbound()[-1].conversation_id is None
