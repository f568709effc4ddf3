"""What nobody wrote uses up no retry and gets no reply, and people see what it is: on both databases."""

import pytest

from tests.services.conftest import Stage, new_phone

AWAY = "Gracias por comunicarte con Abarrotes Lupita. En este momento no podemos responder."


def asked(stage: Stage) -> tuple[str, int]:
    phone = new_phone()
    campaign = stage.launch([phone])
    stage.work()
    return phone, campaign


@pytest.mark.parametrize(
    ("text", "outcome"), [(AWAY, "automatic"), ("Le encantó “¿Podrá pagar?”", "reaction")]
)
def test_it_gets_no_reply_and_costs_no_retry(stage: Stage, text: str, outcome: str) -> None:
    phone, campaign = asked(stage)
    stage.hear(phone, text)
    stage.work()
    assert [message.outcome for message in stage.inbound()] == [outcome]
    assert len(stage.told(phone)) == 2
    assert stage.conversation(campaign, phone).state["failed"] == 0
    assert stage.numbers(campaign).inbound == {"received": 1, "answered": 0, "waiting": 0}
    stage.hear(phone, "sí")
    stage.work()
    assert stage.told(phone)[-1] == "¿Edad?"


def test_an_answer_beside_it_counts(stage: Stage) -> None:
    phone, _ = asked(stage)
    stage.hear(phone, AWAY)
    stage.hear(phone, "sí puedo")
    stage.work()
    assert [message.outcome for message in stage.inbound()] == ["automatic", "answered"]
    assert stage.told(phone)[-1] == "¿Edad?"


def test_a_thumb_up_on_the_question_is_a_yes(stage: Stage) -> None:
    phone, campaign = asked(stage)
    stage.hear(phone, "Le gustó “¿Podrá pagar?”")
    stage.work()
    assert stage.conversation(campaign, phone).state["given"]["PAGA"] == "yes"


def test_a_sign_of_whatsapp_counts_on_the_question_alone(stage: Stage) -> None:
    phone, campaign = asked(stage)
    greeting, question = (message.provider_sid for message in stage.outbound(campaign))
    sign = {"MessageType": "reaction"}
    stage.hear(phone, "👍", OriginalRepliedMessageSid=greeting or "", **sign)
    stage.work()
    assert stage.inbound()[-1].outcome == "reaction"
    stage.hear(phone, "👍", OriginalRepliedMessageSid=question or "", **sign)
    stage.work()
    assert stage.inbound()[-1].outcome == "answered"


def test_it_is_nothing_for_an_operator_either(stage: Stage) -> None:
    steps = [
        {"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"},
        {"id": "HOLA", "type": "message", "text": "Hola."},
        {"id": "M", "type": "hand_over", "note": "x"},
    ]
    phone = new_phone()
    stage.launch([phone], stage.chatbot(steps=steps))
    stage.work()
    stage.hear(phone, AWAY)
    stage.hear(phone, "hola")
    stage.work()
    assert [message.outcome for message in stage.inbound()] == ["automatic", "handed_over"]
