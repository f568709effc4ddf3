"""After STOP and START in the middle an operator lets the conversation go on, where it stood."""

from collections.abc import Callable

from smartchat import clock
from smartchat.services.campaign import finishing
from smartchat.services.conversation import going_on
from tests.services.conftest import SENDER, Stage, new_phone
from tests.services.sending.test_whatsapp import END, HELLO, QUESTION
from tests.services.sending.test_whatsapp import SENDER as WHATSAPP

At = Callable[[str], None]


def stopped(stage: Stage, at: At) -> tuple[int, str]:
    """Asked for its second answer, the contact writes BAJA, and ALTA a minute later."""
    phone = new_phone()
    campaign = stage.launch([phone])
    stage.work()
    stage.hear(phone, "sí")
    stage.work()
    at("2026-11-23T10:01")
    stage.hear(phone, "BAJA")
    at("2026-11-23T10:02")
    stage.hear(phone, "ALTA")
    stage.work()
    return campaign, phone


def test_start_alone_lets_nothing_go_on(stage: Stage, at: At) -> None:
    campaign, phone = stopped(stage, at)
    assert stage.conversation(campaign, phone).status == "opted_out"
    assert stage.told(phone) == ["Hola Carlos.", "¿Podrá pagar?", "¿Edad?"]


def test_an_operator_lets_it_go_on_and_it_asks_again_what_it_waited_for(stage: Stage, at: At) -> None:
    campaign, phone = stopped(stage, at)
    before = stage.numbers(campaign)
    assert going_on.go_on(stage.conversation(campaign, phone).id, clock.now())
    stage.work()
    assert stage.told(phone)[3:] == ["¿Edad?"]
    stage.hear(phone, "30")
    stage.work()
    assert stage.told(phone)[4:] == ["¡Gracias, Carlos!"]
    assert stage.conversation(campaign, phone).status == "completed"
    assert before.conversations["opted_out"] == 1
    assert stage.numbers(campaign).conversations["opted_out"] == 0


def test_it_goes_on_once_and_not_without_start_or_after_finish(stage: Stage, at: At) -> None:
    campaign, phone = stopped(stage, at)
    id_ = stage.conversation(campaign, phone).id
    assert going_on.go_on(id_, clock.now())
    assert not going_on.go_on(id_, clock.now())
    stage.hear(phone, "BAJA")
    assert not going_on.go_on(id_, clock.now())
    stage.hear(phone, "ALTA")
    finishing.finish(campaign, None, clock.now())
    assert not going_on.go_on(id_, clock.now())


def test_at_night_it_goes_on_in_the_morning(stage: Stage, at: At) -> None:
    campaign, phone = stopped(stage, at)
    at("2026-11-23T22:00")
    assert going_on.go_on(stage.conversation(campaign, phone).id, clock.now())
    stage.work()
    assert len(stage.told(phone)) == 3
    at("2026-11-24T08:00")
    stage.work()
    assert stage.told(phone)[3:] == ["¿Edad?"]


def test_what_was_kept_from_leaving_is_said_then(stage: Stage, at: At) -> None:
    phone = new_phone()
    campaign = stage.launch([phone], stage.chatbot(sender=WHATSAPP, steps=[*stage_steps()]))
    stage.work()
    stage.hear(f"whatsapp:{phone}", "BAJA", WHATSAPP)
    stage.hear(f"whatsapp:{phone}", "ALTA", WHATSAPP)
    assert going_on.go_on(stage.conversation(campaign, phone).id, clock.now())
    stage.work()
    sent = [row.step_id for row in stage.outbound(campaign) if row.status in ("sent", "delivered")]
    assert sent == ["HOLA", "AVISO", "PAGA"]


def stage_steps() -> list[dict[str, object]]:
    name = {"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"}
    return [
        name,
        HELLO,
        {"id": "AVISO", "type": "message", "text": "Le escribimos por su cita."},
        QUESTION,
        END,
    ]


def test_one_that_never_began_begins(stage: Stage, at: At) -> None:
    phone = new_phone()
    at("2026-11-23T22:00")
    campaign = stage.launch([phone])
    stage.hear(phone, "BAJA", SENDER)
    stage.hear(phone, "ALTA", SENDER)
    assert going_on.go_on(stage.conversation(campaign, phone).id, clock.now())
    at("2026-11-24T08:00")
    stage.work()
    assert stage.told(phone) == ["Hola Carlos.", "¿Podrá pagar?"]
