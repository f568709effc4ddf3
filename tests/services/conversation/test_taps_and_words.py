"""Taps and quotes beside what words mean: wishes, automatic texts, reactions, thanks, wrong numbers, days."""

from collections.abc import Callable

import pytest

from smartchat.domain.statuses import InboundOutcome, Route
from tests.services.conftest import Stage, new_phone
from tests.services.conversation.test_taps import (
    AGAIN,
    END,
    GOES,
    HELLO,
    NOMBRE,
    SENDER,
    TEMPLATE,
    begun,
    chatbot,
    outcomes,
    sid_of,
    tap,
    value,
)
from tests.typed_buttons import SMS, TYPED

BUSY = "En este momento no puedo contestar, le llamo más tarde."
DAY = {"id": "DIA", "type": "date", "text": "¿Qué día viene?"}


def with_buttons(*buttons: dict[str, str]) -> dict[str, object]:
    return {**GOES, "template": {**TEMPLATE, "buttons": list(buttons)}}


def test_a_tap_is_somebodys_word_whatever_stands_on_the_button(
    stage: Stage, at: Callable[[str], None]
) -> None:
    asked = with_buttons({"text": "Sí, asistiré"}, {"text": BUSY, "answer": "no"})
    campaign, phone = begun(stage, asked, END)
    at("2026-11-23T10:01")
    tap(stage, phone, BUSY, sid_of(stage, campaign, "VA"))
    stage.work()
    assert outcomes(stage) == [InboundOutcome.ANSWERED]
    assert value(stage, campaign, phone, "VA") == "no"


def test_what_is_tapped_on_is_no_wish_where_the_chatbot_knows_it_as_an_answer(
    stage: Stage, at: Callable[[str], None]
) -> None:
    asked = with_buttons({"text": "Sigo"}, {"text": "Baja", "answer": "no"})
    campaign, phone = begun(stage, asked, AGAIN, END)
    at("2026-11-23T10:01")
    tap(stage, phone, "Baja", sid_of(stage, campaign, "VA"))
    stage.work()
    assert value(stage, campaign, phone, "VA") == "no"
    assert stage.conversation(campaign, phone).status == "open"


@pytest.mark.parametrize(("sender", "buttons", "typed", "meant"), TYPED)
def test_what_is_typed_under_buttons_is_the_button_or_a_wish_as_in_a_trial(
    stage: Stage,
    at: Callable[[str], None],
    sender: str,
    buttons: tuple[str, ...],
    typed: str,
    meant: str | None,
) -> None:
    asked = with_buttons(*({"text": text} for text in buttons))
    phone = new_phone()
    campaign = stage.launch([phone], stage.chatbot(sender=sender, steps=[NOMBRE, asked, AGAIN, END]))
    stage.work()
    at("2026-11-23T10:01")
    stage.hear(phone if sender == SMS else f"whatsapp:{phone}", typed, sender)
    stage.work()
    status = stage.conversation(campaign, phone).status
    assert (value(stage, campaign, phone, "VA"), status) == (meant, "open" if meant else "opted_out")


def test_a_reaction_on_an_earlier_question_is_for_nobody(stage: Stage, at: Callable[[str], None]) -> None:
    campaign, phone = begun(stage, HELLO, GOES, AGAIN, END)
    sid = sid_of(stage, campaign, "AV")
    at("2026-11-23T10:01")
    tap(stage, phone, "Sí asistiré", sid)
    stage.work()
    at("2026-11-23T10:02")
    stage.hear(f"whatsapp:{phone}", "👍", SENDER, MessageType="reaction", OriginalRepliedMessageSid=sid)
    stage.work()
    assert stage.inbound()[-1].outcome == InboundOutcome.REACTION


def test_thanks_that_quote_go_to_the_campaign_that_they_thank_for(
    stage: Stage, at: Callable[[str], None]
) -> None:
    phone = new_phone()
    first = stage.launch([phone], chatbot(stage, {**GOES, "template": TEMPLATE}, END))
    stage.work()
    at("2026-11-23T10:01")
    stage.launch([phone], chatbot(stage, HELLO, END))
    stage.work()
    at("2026-11-23T10:02")
    quoted = sid_of(stage, first, "VA")
    stage.hear(f"whatsapp:{phone}", "Ok gracias", SENDER, OriginalRepliedMessageSid=quoted)
    assert [message.route for message in stage.inbound()] == [Route.QUOTED]


@pytest.mark.parametrize(("text", "status"), [("Número equivocado", "wrong_number"), ("Otro día", "open")])
def test_a_button_that_answers_nothing_may_say_that_it_is_a_wrong_number(
    stage: Stage, at: Callable[[str], None], text: str, status: str
) -> None:
    asked = with_buttons({"text": "Sí"}, {"text": "No"}, {"text": text})
    campaign, phone = begun(stage, asked, END)
    at("2026-11-23T10:01")
    tap(stage, phone, text, sid_of(stage, campaign, "VA"))
    stage.work()
    assert stage.conversation(campaign, phone).status == status


def test_a_day_on_a_button_counts_from_when_it_was_tapped(stage: Stage, at: Callable[[str], None]) -> None:
    asked = {**DAY, "template": {**TEMPLATE, "buttons": ["Mañana", "Pasado mañana"]}}
    campaign, phone = begun(stage, asked, END)
    at("2026-11-23T21:30")
    tap(stage, phone, "Mañana", sid_of(stage, campaign, "DIA"))
    at("2026-11-24T08:05")
    stage.hear(f"whatsapp:{phone}", "Gracias", SENDER)
    at("2026-11-24T08:06")
    stage.work()
    assert value(stage, campaign, phone, "DIA") == "2026-11-24"
