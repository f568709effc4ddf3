from collections.abc import Callable

import pytest
from sqlalchemy import func, select, update

from smartchat import clock
from smartchat.db import autocommit, db
from smartchat.models import Conversation
from smartchat.services.builder import chatbots
from smartchat.services.campaign import finishing
from tests.services.conftest import SENDER, Stage, new_phone


def test_the_same_message_sid_is_stored_once(stage: Stage) -> None:
    phone = new_phone()
    stage.launch([phone])
    stage.work()
    first = stage.hear(phone, "sí", MessageSid="SM" + "1" * 32)
    again = stage.hear(phone, "sí", MessageSid="SM" + "1" * 32)
    stage.work()
    assert (first.new, again.new) == (True, False)
    assert len(stage.inbound()) == 1
    assert stage.told(phone)[2:] == ["¿Edad?"]


def test_all_parameters_are_kept(stage: Stage) -> None:
    stage.hear(new_phone(), "hola", ProfileName="Ana", Unknown="x")
    assert stage.inbound()[0].params["Unknown"] == "x"


def test_a_mexican_reply_with_the_old_prefix_finds_its_conversation(stage: Stage) -> None:
    phone = new_phone()
    stage.launch([phone])
    stage.work()
    stage.hear(phone.replace("+52", "+521"), "sí")
    stage.work()
    assert stage.told(phone)[2:] == ["¿Edad?"]


def test_a_message_belongs_to_the_conversation_that_last_sent_something(
    stage: Stage, at: Callable[[str], None]
) -> None:
    phone = new_phone()
    first = stage.launch([phone])
    stage.work()
    at("2026-11-23T10:05")
    second = stage.launch([phone])
    stage.work()
    stage.hear(phone, "sí")
    stage.work()
    assert stage.numbers(first).inbound["received"] == 0
    assert stage.numbers(second).inbound["answered"] == 1


def test_when_the_last_conversation_is_over_the_next_live_one_gets_the_message(
    stage: Stage, at: Callable[[str], None]
) -> None:
    phone = new_phone()
    first = stage.launch([phone])
    stage.work()
    at("2026-11-23T10:05")
    second = stage.launch([phone])
    stage.work()
    finishing.finish(second, None, clock.now())
    stage.hear(phone, "sí")
    stage.work()
    assert stage.numbers(first).inbound["answered"] == 1


def test_a_message_without_a_live_conversation_is_stored_as_unmatched(stage: Stage) -> None:
    phone = new_phone()
    assert stage.hear(phone, "¿quién es?").due is None
    stage.work()
    message = stage.inbound()[0]
    assert (message.outcome, message.conversation_id) == ("unmatched", None)
    assert stage.told(phone) == []


def test_a_contact_who_has_not_been_written_to_yet_is_unmatched(
    stage: Stage, at: Callable[[str], None]
) -> None:
    at("2026-11-23T22:00")
    phone = new_phone()
    stage.launch([phone])
    stage.hear(phone, "hola")
    assert stage.inbound()[0].outcome == "unmatched"


def test_a_messaging_service_is_a_sender_too(stage: Stage) -> None:
    service = "MG" + "a" * 32
    phone = new_phone()
    stage.launch([phone], stage.chatbot(sender=service))
    stage.work()
    stage.hear(phone, "sí", to="+15005550099", MessagingServiceSid=service)
    stage.work()
    assert stage.told(phone)[2:] == ["¿Edad?"]


def test_stop_ends_all_conversations_and_nothing_is_sent_until_start(
    stage: Stage, at: Callable[[str], None]
) -> None:
    phone = new_phone()
    first = stage.launch([phone])
    stage.work()
    stage.hear(phone, "Ya no me escriban, por favor ya no me manden mensajes")
    stage.work()
    assert stage.conversation(first, phone).status == "opted_out"
    second = stage.launch([phone])
    stage.work()
    assert stage.conversation(second, phone).status == "opted_out"
    assert len(stage.told(phone)) == 2
    stage.hear(phone, "ALTA")
    third = stage.launch([phone])
    stage.work()
    assert stage.conversation(third, phone).status == "open"
    assert len(stage.told(phone)) == 4


def test_stop_at_night_counts_at_once(stage: Stage, at: Callable[[str], None]) -> None:
    phone = new_phone()
    at("2026-11-23T22:00")
    campaign = stage.launch([phone])
    stage.hear(phone, "BAJA")
    at("2026-11-24T08:00")
    stage.work()
    assert stage.told(phone) == []
    assert stage.conversation(campaign, phone).status == "opted_out"


def test_a_spanish_word_that_is_an_option_of_the_question_is_an_answer(stage: Stage) -> None:
    steps = [
        {
            "id": "QUE",
            "type": "multiple_choice",
            "answers": "single",
            "text": "¿Confirmar o cancelar?",
            "options": ["Confirmar", "Cancelar"],
        },
        {"id": "FIN", "type": "end", "text": "Listo"},
    ]
    phone = new_phone()
    campaign = _launch(stage, phone, steps)
    stage.hear(phone, "cancelar")
    stage.work()
    assert stage.told(phone)[-1] == "Listo"
    assert stage.conversation(campaign, phone).state["given"]["QUE"] == "Cancelar"


def _launch(stage: Stage, phone: str, steps: list[dict[str, object]]) -> int:
    named = [{"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"}, *steps]
    campaign = stage.launch([phone], stage.chatbot(steps=named))
    stage.work()
    return campaign


def test_the_address_the_contact_wrote_from_is_kept_for_whatsapp(stage: Stage) -> None:
    sender = f"whatsapp:{SENDER}"
    phone = new_phone()
    steps = [
        {"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"},
        {
            "id": "HOLA",
            "type": "message",
            "text": "Hola",
            "template": {"content_sid": "HX" + "0" * 32, "variables": {}},
        },
        {"id": "P", "type": "binary", "kind": "yes_no", "text": "¿Sí?", "retries": 1},
        {"id": "FIN", "type": "end", "text": "Listo"},
    ]
    stage.launch([phone], stage.chatbot(sender=sender, steps=steps))
    stage.work()
    old_form = "whatsapp:" + phone.replace("+52", "+521")
    stage.hear(old_form, "hola", to=sender)
    stage.work()
    assert stage.told(old_form)[0] == "¿Sí?"


def test_a_claim_that_sent_nothing_does_not_draw_the_next_message_to_its_conversation(
    stage: Stage, at: Callable[[str], None]
) -> None:
    phone = new_phone()
    first = stage.launch([phone])
    stage.work()
    at("2026-11-23T20:59:59")
    second = stage.launch([phone])
    stage.work()  # claimed and found closed: nothing leaves
    assert stage.conversation(second, phone).last_sent_at is None
    at("2026-11-23T21:10")
    stage.hear(phone, "sí")
    assert stage.numbers(first).inbound["received"] == 1
    assert stage.numbers(second).inbound["received"] == 0


def test_a_message_is_stored_although_the_chatbot_cannot_be_read(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(version: object) -> None:
        raise ValueError("a stricter schema refuses it")

    phone = new_phone()
    stage.launch([phone])
    stage.work()
    with monkeypatch.context() as patch:
        patch.setattr(chatbots, "script_of_version", unreadable)
        assert stage.hear(phone, "sí").new
    stage.work()
    assert stage.told(phone)[2:] == ["¿Edad?"]


def test_a_nul_in_a_stop_message_does_not_lose_the_opt_out(stage: Stage) -> None:
    phone = new_phone()
    campaign = stage.launch([phone])
    stage.work()
    stage.hear(phone, "STOP\0")
    assert stage.conversation(campaign, phone).status == "opted_out"


def test_a_statement_beside_the_session_is_durable_when_it_is_done(stage: Stage) -> None:
    phone = new_phone()
    stage.launch([phone])
    stage.work()
    with autocommit() as connection:
        connection.execute(update(Conversation).values(last_from="somewhere"))
        with db.engine.connect() as another:
            assert another.scalar(select(Conversation.last_from)) == "somewhere"
        connection.execute(update(Conversation).values(last_from=None))
    assert (
        db.session.scalar(select(func.count(Conversation.id)).where(Conversation.last_from.isnot(None))) == 0
    )
