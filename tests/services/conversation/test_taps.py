"""Taps on the buttons of templates, and quoted replies: they answer what they name, and nothing else."""

from collections.abc import Callable
from typing import Any

import pytest

from smartchat import clock
from smartchat.domain.statuses import InboundOutcome, Route
from smartchat.services.campaign import launching
from smartchat.services.conversation import pausing, replying
from tests.services.conftest import Stage, new_phone

SENDER = "whatsapp:+15005550006"
TEMPLATE = {"content_sid": "HX" + "0" * 32, "variables": {"1": "{{NOMBRE}}"}}
NOMBRE = {"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"}
SHOWN = "Hola {{NOMBRE}}, ¿asistirá a su cita? [Sí asistiré] [Cancelar]"
HELLO = {"id": "AV", "type": "message", "text": SHOWN, "template": TEMPLATE}
GOES = {"id": "VA", "type": "binary", "kind": "yes_no", "text": "¿Va a asistir a su cita?"}
HOUR = {"id": "HORA", "type": "integer", "text": "¿A qué hora?", "min": 8, "max": 20}
AGAIN = {"id": "COMO", "type": "binary", "kind": "yes_no", "text": "¿Viene en auto?"}
END = {"id": "FIN", "type": "end", "text": "Gracias."}
ASKED_BY_TEMPLATE = {
    "id": "CITA",
    "type": "multiple_choice",
    "text": "¿Qué desea hacer con su cita?",
    "options": ["Confirmar cita", "Cambiar de día", "Cancelar cita"],
    "template": {
        **TEMPLATE,
        "buttons": [
            {"text": "Ahí estaré", "payload": "OK", "answer": "Confirmar cita"},
            {"text": "Otro día", "answer": "Cambiar de día"},
            {"text": "Cancelar", "answer": "Cancelar cita"},
        ],
    },
}


def chatbot(stage: Stage, *steps: dict[str, Any]) -> int:
    return stage.chatbot(sender=SENDER, steps=[NOMBRE, *steps])


def begun(stage: Stage, *steps: dict[str, Any]) -> tuple[int, str]:
    phone = new_phone()
    campaign = stage.launch([phone], chatbot(stage, *steps))
    stage.work()
    return campaign, phone


def sid_of(stage: Stage, campaign: int, step: str) -> str:
    return next(str(row.provider_sid) for row in stage.outbound(campaign) if row.step_id == step)


def tap(stage: Stage, phone: str, text: str, sid: str = "", **more: str) -> None:
    quoted = {"OriginalRepliedMessageSid": sid, "OriginalRepliedMessageSender": SENDER} if sid else {}
    params = {"ButtonText": text, "MessageType": "button", **quoted, **more}
    stage.hear(f"whatsapp:{phone}", text, SENDER, **params)


def sent(stage: Stage, campaign: int) -> list[str]:
    return [row.step_id for row in stage.outbound(campaign) if row.status in ("sent", "delivered")]


def value(stage: Stage, campaign: int, phone: str, step: str) -> Any:
    return (stage.conversation(campaign, phone).state or {})["given"].get(step)


def outcomes(stage: Stage) -> list[str | None]:
    return [message.outcome for message in stage.inbound()]


@pytest.mark.parametrize(
    ("text", "meant"), [("Sí asistiré", "yes"), ("No podré", "no"), ("Cancelar", "no"), ("Confirmo", "yes")]
)
def test_a_tap_on_the_template_of_a_message_answers_the_question_after_it(
    stage: Stage, at: Callable[[str], None], text: str, meant: str
) -> None:
    campaign, phone = begun(stage, HELLO, GOES, END)
    assert sent(stage, campaign) == ["AV"]
    at("2026-11-23T10:01")
    tap(stage, phone, text, sid_of(stage, campaign, "AV"), ButtonPayload="p1")
    stage.work()
    assert value(stage, campaign, phone, "VA") == meant
    assert sent(stage, campaign) == ["AV", "FIN"]  # what is answered is not asked
    assert outcomes(stage) == [InboundOutcome.ANSWERED]
    assert stage.numbers(campaign).outbound["cancelled"] == 1


def test_a_tap_that_came_without_its_parameters_is_known_by_its_text(
    stage: Stage, at: Callable[[str], None]
) -> None:
    campaign, phone = begun(stage, HELLO, GOES, END)
    at("2026-11-23T10:01")
    stage.hear(f"whatsapp:{phone}", "Sí asistiré", SENDER)
    stage.work()
    assert value(stage, campaign, phone, "VA") == "yes"
    assert sent(stage, campaign) == ["AV", "FIN"]


def test_a_tap_that_is_no_answer_gets_the_question_asked(stage: Stage, at: Callable[[str], None]) -> None:
    campaign, phone = begun(stage, {**HELLO, "text": "Hola."}, GOES, END)
    at("2026-11-23T10:01")
    tap(stage, phone, "Más información", sid_of(stage, campaign, "AV"))
    at("2026-11-23T10:02")
    stage.work()
    assert sent(stage, campaign) == ["AV", "VA"]
    tap(stage, phone, "Sí", sid_of(stage, campaign, "AV"))
    stage.work()
    assert value(stage, campaign, phone, "VA") == "yes"


def test_what_stands_between_the_template_and_the_question_is_still_said(
    stage: Stage, at: Callable[[str], None]
) -> None:
    notice = {"id": "AVISO", "type": "message", "text": "Traiga su credencial."}
    campaign, phone = begun(stage, HELLO, notice, GOES, END)
    at("2026-11-23T10:01")
    tap(stage, phone, "Sí asistiré", sid_of(stage, campaign, "AV"))
    at("2026-11-23T10:02")
    stage.work()
    assert sent(stage, campaign) == ["AV", "AVISO", "FIN"]
    assert value(stage, campaign, phone, "VA") == "yes"


@pytest.mark.parametrize(
    ("text", "payload", "meant"),
    [
        ("Ahí estaré", "", "Confirmar cita"),
        ("👍", "OK", "Confirmar cita"),
        ("Otro día", "x", "Cambiar de día"),
        ("Cancelar", "", "Cancelar cita"),
        ("cambiar de dia", "", "Cambiar de día"),
    ],
)
def test_a_question_asked_by_a_template_is_answered_by_its_buttons(
    stage: Stage, at: Callable[[str], None], text: str, payload: str, meant: str
) -> None:
    campaign, phone = begun(stage, ASKED_BY_TEMPLATE, END)
    assert sent(stage, campaign) == ["CITA"]
    at("2026-11-23T10:01")
    tap(
        stage, phone, text, sid_of(stage, campaign, "CITA"), **({"ButtonPayload": payload} if payload else {})
    )
    stage.work()
    assert value(stage, campaign, phone, "CITA") == meant
    assert sent(stage, campaign) == ["CITA", "FIN"]
    assert outcomes(stage) == [InboundOutcome.ANSWERED]


def test_a_campaign_may_begin_with_a_question_that_is_a_template(stage: Stage) -> None:
    draft = stage.draft([new_phone()], chatbot(stage, ASKED_BY_TEMPLATE, END))
    assert launching.obstacles(stage.campaign(draft)) == []


def test_what_is_not_understood_is_asked_again_by_its_text(stage: Stage, at: Callable[[str], None]) -> None:
    campaign, phone = begun(stage, ASKED_BY_TEMPLATE, END)
    at("2026-11-23T10:01")
    stage.hear(f"whatsapp:{phone}", "¿quién es?", SENDER)
    at("2026-11-23T10:02")
    stage.work()
    rows = [row for row in stage.outbound(campaign) if row.step_id == "CITA"]
    assert [row.template is not None for row in rows] == [True, False]
    assert "1. Confirmar cita" in rows[1].body
    tap(stage, phone, "Otro día", str(rows[0].provider_sid))  # on the template, not on what came last
    stage.work()
    assert value(stage, campaign, phone, "CITA") == "Cambiar de día"


def test_taps_that_say_different_things_are_not_understood(stage: Stage, at: Callable[[str], None]) -> None:
    campaign, phone = begun(stage, ASKED_BY_TEMPLATE, END)
    at("2026-11-23T10:01")
    for text in ("Ahí estaré", "Cancelar"):
        tap(stage, phone, text, sid_of(stage, campaign, "CITA"))
    stage.work()
    assert value(stage, campaign, phone, "CITA") is None
    assert stage.inbound()[-1].understood == {"step": "CITA", "why": "several"}


def test_a_second_tap_on_a_template_that_was_answered_is_for_a_person(
    stage: Stage, at: Callable[[str], None]
) -> None:
    campaign, phone = begun(stage, HELLO, GOES, AGAIN, END)
    sid = sid_of(stage, campaign, "AV")
    at("2026-11-23T10:01")
    tap(stage, phone, "Sí asistiré", sid)
    stage.work()
    at("2026-11-23T10:02")
    tap(stage, phone, "Cancelar", sid)
    stage.work()
    assert outcomes(stage) == [InboundOutcome.ANSWERED, InboundOutcome.PASSED]
    assert value(stage, campaign, phone, "VA") == "yes"
    assert value(stage, campaign, phone, "COMO") is None


def test_a_quote_of_a_question_that_has_been_answered_is_for_a_person(
    stage: Stage, at: Callable[[str], None]
) -> None:
    campaign, phone = begun(stage, {**HELLO, "text": "Hola."}, GOES, HOUR, AGAIN, END)
    for minute, text in enumerate(("hola", "sí", "a las 9")):
        at(f"2026-11-23T10:0{minute + 1}")
        stage.hear(f"whatsapp:{phone}", text, SENDER)
        at(f"2026-11-23T10:0{minute + 1}:30")
        stage.work()
    assert sent(stage, campaign) == ["AV", "VA", "HORA", "COMO"]
    at("2026-11-23T10:05")
    quoted = sid_of(stage, campaign, "VA")
    stage.hear(f"whatsapp:{phone}", "No", SENDER, OriginalRepliedMessageSid=quoted)
    stage.work()
    assert stage.inbound()[-1].outcome == InboundOutcome.PASSED
    assert value(stage, campaign, phone, "VA") == "yes"
    assert value(stage, campaign, phone, "COMO") is None
    quoted = sid_of(stage, campaign, "COMO")
    stage.hear(f"whatsapp:{phone}", "No", SENDER, OriginalRepliedMessageSid=quoted)
    stage.work()
    assert value(stage, campaign, phone, "COMO") == "no"
    assert sent(stage, campaign) == ["AV", "VA", "HORA", "COMO", "FIN"]


def test_an_operator_answers_by_hand_what_quotes_an_earlier_question(
    stage: Stage, at: Callable[[str], None]
) -> None:
    campaign, phone = begun(stage, {**HELLO, "text": "Hola."}, GOES, HOUR, END)
    for minute, text in enumerate(("hola", "sí")):
        at(f"2026-11-23T10:0{minute + 1}")
        stage.hear(f"whatsapp:{phone}", text, SENDER)
        at(f"2026-11-23T10:0{minute + 1}:30")
        stage.work()
    id_ = stage.conversation(campaign, phone).id
    assert not pausing.take_over(id_, clock.now())
    at("2026-11-23T10:05")
    quoted = sid_of(stage, campaign, "VA")
    stage.hear(f"whatsapp:{phone}", "No", SENDER, OriginalRepliedMessageSid=quoted)
    stage.work()
    assert pausing.take_over(id_, clock.now())
    assert replying.reply(id_, "¿Entonces no viene?", clock.now())
    stage.work()
    assert stage.told(f"whatsapp:{phone}")[-1] == "¿Entonces no viene?"
    stage.hear(f"whatsapp:{phone}", "a las 9", SENDER)
    stage.work()
    assert (stage.inbound()[-1].outcome, value(stage, campaign, phone, "HORA")) == ("handed_over", None)


def test_a_quote_of_the_contacts_own_message_is_a_message_like_any_other(
    stage: Stage, at: Callable[[str], None]
) -> None:
    campaign, phone = begun(stage, ASKED_BY_TEMPLATE, END)
    at("2026-11-23T10:01")
    stage.hear(f"whatsapp:{phone}", "Cancelar cita", SENDER, OriginalRepliedMessageSid="SM" + "9" * 32)
    stage.work()
    assert value(stage, campaign, phone, "CITA") == "Cancelar cita"


def test_a_quote_goes_to_the_campaign_that_said_it(stage: Stage, at: Callable[[str], None]) -> None:
    phone = new_phone()
    first = stage.launch([phone], chatbot(stage, ASKED_BY_TEMPLATE, END))
    stage.work()
    at("2026-11-23T10:01")
    second = stage.launch([phone], chatbot(stage, HELLO, GOES, END))
    stage.work()
    at("2026-11-23T10:02")
    tap(stage, phone, "Cancelar", sid_of(stage, first, "CITA"))
    stage.work()
    assert value(stage, first, phone, "CITA") == "Cancelar cita"
    assert value(stage, second, phone, "VA") is None
    assert stage.inbound()[0].route == Route.QUOTED


def test_a_quote_of_a_campaign_that_is_over_answers_no_other_one(
    stage: Stage, at: Callable[[str], None]
) -> None:
    phone = new_phone()
    first = stage.launch([phone], chatbot(stage, HELLO, END))
    stage.work()
    at("2026-11-23T10:01")
    second = stage.launch([phone], chatbot(stage, ASKED_BY_TEMPLATE, END))
    stage.work()
    at("2026-11-23T10:02")
    tap(stage, phone, "Cancelar", sid_of(stage, first, "AV"))
    stage.work()
    assert outcomes(stage) == [InboundOutcome.UNMATCHED]
    assert stage.inbound()[0].campaign_id == first
    assert value(stage, second, phone, "CITA") is None


def test_a_button_that_asks_for_silence_does_what_it_says(stage: Stage, at: Callable[[str], None]) -> None:
    campaign, phone = begun(stage, HELLO, GOES, END)
    at("2026-11-23T10:01")
    tap(stage, phone, "Baja", sid_of(stage, campaign, "AV"))
    assert outcomes(stage) == [InboundOutcome.OPT_OUT]


def test_a_tap_at_night_answers_in_the_morning(stage: Stage, at: Callable[[str], None]) -> None:
    campaign, phone = begun(stage, HELLO, GOES, END)
    at("2026-11-23T22:00")
    tap(stage, phone, "Sí asistiré", sid_of(stage, campaign, "AV"))
    stage.work()
    assert sent(stage, campaign) == ["AV"]
    at("2026-11-24T08:00")
    stage.work()
    assert sent(stage, campaign) == ["AV", "FIN"]


def test_on_rcs_and_sms_a_tap_answers_too(stage: Stage, at: Callable[[str], None]) -> None:
    phone = new_phone()
    campaign = stage.launch([phone], stage.chatbot(steps=[NOMBRE, ASKED_BY_TEMPLATE, END]))
    stage.work()
    at("2026-11-23T10:01")
    stage.hear(phone, "Otro día", ButtonText="Otro día", ButtonPayload="2")
    stage.work()
    assert value(stage, campaign, phone, "CITA") == "Cambiar de día"
