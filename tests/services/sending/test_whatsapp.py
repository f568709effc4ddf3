"""WhatsApp: campaigns begin with a template, and outside 24 hours nothing else leaves."""

from collections.abc import Callable
from typing import Any

from smartchat import clock
from smartchat.adapters.twilio_channel import TwilioChannel
from smartchat.domain.sending.delivery import Outgoing, Refused, Result
from smartchat.services.campaign import finishing, launching
from smartchat.services.conversation import replying
from smartchat.services.sending import tracking
from tests.services.conftest import Stage, new_phone

SENDER = "whatsapp:+15005550006"
NAME = {"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"}
TEMPLATE = {"content_sid": "HX" + "0" * 32, "variables": {"1": "{{NOMBRE}}"}}
HELLO = {"id": "HOLA", "type": "message", "text": "Hola {{NOMBRE}}, ¿podemos platicar?", "template": TEMPLATE}
QUESTION = {"id": "PAGA", "type": "binary", "kind": "yes_no", "text": "¿Podrá pagar?"}
END = {"id": "FIN", "type": "end", "text": "¡Gracias!"}


def chatbot(stage: Stage, *steps: dict[str, Any]) -> int:
    return stage.chatbot(sender=SENDER, steps=[NAME, *steps])


def sent(stage: Stage, campaign: int) -> list[str]:
    return [row.step_id for row in stage.outbound(campaign) if row.status in ("sent", "delivered")]


def waiting(stage: Stage, campaign: int) -> list[tuple[str, bool]]:
    rows = stage.outbound(campaign)
    return [(row.step_id, row.held_since is not None) for row in rows if row.status == "waiting"]


def obstacles(stage: Stage, *steps: dict[str, Any]) -> list[str]:
    draft = stage.draft([new_phone()], chatbot(stage, *steps))
    return [found.code for found in launching.launch(draft, None, clock.now()).obstacles]


def test_a_campaign_that_would_begin_without_a_template_is_not_launched(stage: Stage) -> None:
    assert obstacles(stage, QUESTION, END) == ["no_template"]
    assert obstacles(stage, HELLO, QUESTION, END) == []


def test_also_a_message_inside_of_a_flow_may_be_the_first(stage: Stage) -> None:
    flow = {
        "id": "SI",
        "type": "flow",
        "display_if": "NOMBRE == 'Ana'",
        "steps": [{"id": "M", "type": "message", "text": "Hola"}],
    }
    assert obstacles(stage, flow, HELLO, QUESTION) == ["no_template"]


def test_on_sms_no_template_is_needed(stage: Stage) -> None:
    stage.launch([new_phone()])


def test_after_the_template_the_question_waits_until_the_contact_writes(
    stage: Stage, at: Callable[[str], None]
) -> None:
    phone = new_phone()
    campaign = stage.launch([phone], chatbot(stage, HELLO, QUESTION, END))
    stage.work()
    assert sent(stage, campaign) == ["HOLA"]
    assert waiting(stage, campaign) == [("PAGA", True)]
    stage.hear(f"whatsapp:{phone}", "hola, sí", to=SENDER)
    at("2026-11-23T10:01")
    stage.work()
    assert sent(stage, campaign) == ["HOLA", "PAGA"]
    # It came before the question: the chatbot waits for the answer to what was asked now.
    stage.hear(f"whatsapp:{phone}", "sí", to=SENDER)
    stage.work()
    assert sent(stage, campaign) == ["HOLA", "PAGA", "FIN"]


def test_a_reply_that_would_leave_after_24_hours_is_held_and_goes_when_the_contact_writes_again(
    stage: Stage, at: Callable[[str], None]
) -> None:
    class Away(TwilioChannel):
        def send(self, message: Outgoing) -> Result:
            return Refused(20429, 429, "Too Many Requests")

    phone = new_phone()
    campaign = stage.launch([phone], chatbot(stage, HELLO, QUESTION, END))
    stage.work()
    stage.hear(f"whatsapp:{phone}", "hola", to=SENDER)
    at("2026-11-23T10:01")
    stage.work()
    stage.hear(f"whatsapp:{phone}", "sí", to=SENDER)
    stage.channel, good = Away(stage.app.config), stage.channel
    stage.work()
    stage.channel = good
    at("2026-11-24T10:02")
    stage.work()
    assert waiting(stage, campaign) == [("FIN", True)]
    assert stage.numbers(campaign).outbound["waiting"] == 1
    stage.hear(f"whatsapp:{phone}", "¿hola?", to=SENDER)
    stage.work()
    assert sent(stage, campaign) == ["HOLA", "PAGA", "FIN"]


def test_within_24_hours_replies_leave_freely(stage: Stage, at: Callable[[str], None]) -> None:
    phone = new_phone()
    campaign = stage.launch([phone], chatbot(stage, HELLO, QUESTION, END))
    stage.work()
    stage.hear(f"whatsapp:{phone}", "hola", to=SENDER)
    at("2026-11-23T10:01")
    stage.work()
    at("2026-11-23T22:00")
    stage.hear(f"whatsapp:{phone}", "sí", to=SENDER)
    at("2026-11-24T08:00")
    stage.work()
    assert sent(stage, campaign) == ["HOLA", "PAGA", "FIN"]


def test_twilios_63016_holds_the_message_and_does_not_fail_it(
    stage: Stage, at: Callable[[str], None]
) -> None:
    class Closed(TwilioChannel):
        def send(self, message: Outgoing) -> Result:
            return Refused(63016, 400, "outside the allowed window")

    phone = new_phone()
    campaign = stage.launch([phone], chatbot(stage, HELLO, QUESTION, END))
    stage.work()
    stage.channel, good = Closed(stage.app.config), stage.channel
    stage.hear(f"whatsapp:{phone}", "hola", to=SENDER)
    at("2026-11-23T10:01")
    stage.work()
    assert waiting(stage, campaign) == [("PAGA", True)]
    stage.channel = good
    stage.hear(f"whatsapp:{phone}", "¿bueno?", to=SENDER)
    at("2026-11-23T10:02")
    stage.work()
    assert sent(stage, campaign) == ["HOLA", "PAGA"]


def test_held_messages_do_not_keep_openings_from_leaving(stage: Stage) -> None:
    campaign = stage.launch([new_phone() for _ in range(120)], chatbot(stage, HELLO, QUESTION, END))
    for _ in range(4):
        stage.work()
    # The second of two may not leave: the first of all of them did, as far as the rate went.
    assert len(sent(stage, campaign)) >= 64


def test_finish_cancels_what_is_held(stage: Stage) -> None:
    campaign = stage.launch([new_phone()], chatbot(stage, HELLO, QUESTION, END))
    stage.work()
    finishing.finish(campaign, None, clock.now())
    assert waiting(stage, campaign) == []
    assert stage.numbers(campaign).outbound["cancelled"] == 1


def test_a_second_message_without_a_template_does_not_stop_the_openings(
    stage: Stage, at: Callable[[str], None]
) -> None:
    second = {"id": "AVISO", "type": "message", "text": "Le escribimos por su cita."}
    campaign = stage.launch([new_phone() for _ in range(300)], chatbot(stage, HELLO, second, QUESTION, END))
    for seconds in range(0, 60, 5):
        at(f"2026-11-23T10:00:{seconds:02}")
        stage.work()
    assert len(sent(stage, campaign)) == 300
    assert sorted(set(waiting(stage, campaign))) == [("AVISO", True), ("PAGA", True)]


def test_what_is_held_behind_a_message_follows_it_in_order(stage: Stage, at: Callable[[str], None]) -> None:
    phone = new_phone()
    second = {"id": "AVISO", "type": "message", "text": "Le escribimos por su cita."}
    campaign = stage.launch([phone], chatbot(stage, HELLO, second, QUESTION, END))
    stage.work()
    stage.hear(f"whatsapp:{phone}", "hola", to=SENDER)
    at("2026-11-23T10:01")
    stage.work()
    assert sent(stage, campaign) == ["HOLA", "AVISO", "PAGA"]


def test_the_24_hours_count_for_every_conversation_of_contact_and_sender(
    stage: Stage, at: Callable[[str], None]
) -> None:
    phone = new_phone()
    first = stage.launch([phone], chatbot(stage, HELLO, QUESTION, END))
    stage.work()
    at("2026-11-23T10:01")
    second = stage.launch([phone], chatbot(stage, HELLO, QUESTION, END))
    stage.work()
    at("2026-11-23T10:02")
    stage.hear(f"whatsapp:{phone}", "hola", to=SENDER)  # it goes to the second, which wrote last
    at("2026-11-23T10:03")
    stage.work()
    assert sent(stage, first) == ["HOLA", "PAGA"]
    assert sent(stage, second) == ["HOLA", "PAGA"]


def test_a_campaign_that_begins_within_24_hours_may_write_on(stage: Stage, at: Callable[[str], None]) -> None:
    phone = new_phone()
    stage.launch([phone], chatbot(stage, HELLO, QUESTION, END))
    stage.work()
    stage.hear(f"whatsapp:{phone}", "hola", to=SENDER)
    at("2026-11-23T10:05")
    stage.work()
    later = stage.launch([phone], chatbot(stage, HELLO, QUESTION, END))
    stage.work()
    assert sent(stage, later) == ["HOLA", "PAGA"]


def test_an_operators_reply_behind_a_held_one_is_held_too(stage: Stage, at: Callable[[str], None]) -> None:
    phone = new_phone()
    person = {"id": "PERSONA", "type": "hand_over"}
    campaign = stage.launch([phone], chatbot(stage, HELLO, person))
    stage.work()
    conversation = stage.conversation(campaign, phone).id
    assert replying.reply(conversation, "Buenos días", clock.now())
    stage.work()
    assert replying.reply(conversation, "¿Sigue ahí?", clock.now())
    assert waiting(stage, campaign) == [("", True), ("", True)]
    stage.hear(f"whatsapp:{phone}", "sí", to=SENDER)
    at("2026-11-23T10:01")
    stage.work()
    assert sent(stage, campaign) == ["HOLA", "", ""]


def test_63016_after_the_contact_wrote_again_sends_it_once_more(
    stage: Stage, at: Callable[[str], None]
) -> None:
    phone = new_phone()
    campaign = stage.launch([phone], chatbot(stage, HELLO, QUESTION, END))
    stage.work()
    stage.hear(f"whatsapp:{phone}", "hola", to=SENDER)
    at("2026-11-23T10:01")
    stage.work()
    row = next(row for row in stage.outbound(campaign) if row.step_id == "PAGA")
    at("2026-11-23T10:02")
    stage.hear(f"whatsapp:{phone}", "¿bueno?", to=SENDER)
    params = {"MessageSid": str(row.provider_sid), "MessageStatus": "undelivered", "ErrorCode": "63016"}
    assert tracking.record_status(params, row.id, clock.now())
    assert waiting(stage, campaign) == [("PAGA", False)]
    stage.work()
    assert "PAGA" in sent(stage, campaign)
