"""Who asks to be left alone is left alone, who answers is heard, and an operator decides what is doubtful."""

import pytest
from sqlalchemy import select

from smartchat import clock
from smartchat.db import db
from smartchat.models import DoubtfulWish, OptOutEvent
from smartchat.services.conversation import wishing
from tests.services.conftest import SCRIPT, SENDER, Stage, new_phone

CITA = {
    "id": "QUE",
    "type": "multiple_choice",
    "text": "¿Qué desea hacer con su cita?",
    "options": ["Confirmar cita", "Reagendar cita", "Cancelar cita"],
}
WHATSAPP = f"whatsapp:{SENDER}"


def asked(stage: Stage, *steps: object) -> tuple[str, int]:
    phone = new_phone()
    chatbot = stage.chatbot(steps=[SCRIPT["steps"][0], *steps]) if steps else None
    campaign = stage.launch([phone], chatbot)
    stage.work()
    return phone, campaign


def doubtful() -> list[DoubtfulWish]:
    db.session.expire_all()
    query = select(DoubtfulWish).where(DoubtfulWish.decided_at.is_(None)).order_by(DoubtfulWish.id)
    return list(db.session.scalars(query))


def test_the_word_of_an_option_answers_the_question_and_opts_nobody_out(stage: Stage) -> None:
    phone, campaign = asked(stage, CITA)
    stage.hear(phone, "Cancelar por favor")
    stage.work()
    assert stage.conversation(campaign, phone).status == "completed"
    assert stage.conversation(campaign, phone).state["given"]["QUE"] == "Cancelar cita"
    assert doubtful() == []


@pytest.mark.parametrize("text", ["STOP", "Cancel", "ya no me escriban", "baja"])
def test_what_is_no_option_of_the_question_is_a_wish(stage: Stage, text: str) -> None:
    phone, campaign = asked(stage, CITA)
    stage.hear(phone, text)
    stage.work()
    assert stage.conversation(campaign, phone).status == "opted_out"


def test_a_tap_on_a_button_of_ours_opts_nobody_out(stage: Stage) -> None:
    phone, campaign = asked(stage)
    stage.hear(phone, "Cancelar", ButtonText="Cancelar", ButtonPayload="Cancelar")
    stage.work()
    assert stage.conversation(campaign, phone).status == "open"
    assert stage.inbound()[-1].outcome == "answered"


def test_a_stop_that_twilio_has_acted_on_is_one_whatever_was_tapped(stage: Stage) -> None:
    phone, campaign = asked(stage)
    stage.hear(phone, "STOP", ButtonText="STOP", OptOutType="STOP")
    assert stage.conversation(campaign, phone).status == "opted_out"


def test_a_wish_inside_a_short_message_is_heard(stage: Stage) -> None:
    phone, campaign = asked(stage)
    stage.hear(phone, "Hola Lupita, número equivocado, ya no me mandes mensajes por favor")
    stage.work()
    assert stage.conversation(campaign, phone).status == "opted_out"
    assert stage.conversation(campaign, phone).state["given"].get("PAGA") is None
    assert len(stage.told(phone)) == 2


def test_a_doubtful_wish_is_an_answer_and_waits_for_an_operator(stage: Stage) -> None:
    phone, campaign = asked(stage)
    stage.hear(phone, "no me interesa, gracias")
    stage.work()
    assert stage.conversation(campaign, phone).state["given"]["PAGA"] == "no"
    assert [(wish.sender, wish.contact_key) for wish in doubtful()] == [(SENDER, phone)]


def test_an_operator_opts_the_contact_out_with_all_that_it_wrote_of_this_kind(stage: Stage) -> None:
    phone, campaign = asked(stage)
    stage.hear(phone, "basta")
    stage.hear(phone, "esto es spam")
    assert wishing.opt_out(doubtful()[-1].id, None, clock.now())
    assert doubtful() == []
    assert stage.conversation(campaign, phone).status == "opted_out"
    assert db.session.scalars(select(OptOutEvent.reason)).all() == ["esto es spam"]


def test_an_operator_leaves_it_and_the_contact_is_written_to_as_before(stage: Stage) -> None:
    phone, campaign = asked(stage)
    stage.hear(phone, "basta")
    [wish] = doubtful()
    assert wishing.leave(wish.id, None, clock.now())
    assert doubtful() == []
    assert stage.conversation(campaign, phone).status == "open"
    assert not wishing.opt_out(wish.id, None, clock.now())  # somebody has decided


def test_a_clear_wish_decides_the_doubtful_ones_before_it(stage: Stage) -> None:
    phone, _ = asked(stage)
    stage.hear(phone, "basta")
    stage.hear(phone, "ya no me escriban")
    assert doubtful() == []


def test_what_nobody_answers_may_be_a_doubtful_wish_too(stage: Stage) -> None:
    phone = new_phone()
    stage.hear(phone, "🛑")
    assert [wish.sender for wish in doubtful()] == [SENDER]
    assert stage.inbound()[-1].outcome == "unmatched"


def test_a_repeated_webhook_makes_one_doubtful_wish(stage: Stage) -> None:
    phone, _ = asked(stage)
    stage.hear(phone, "basta", MessageSid="SM" + "b" * 32)
    stage.hear(phone, "basta", MessageSid="SM" + "b" * 32)
    assert len(doubtful()) == 1
