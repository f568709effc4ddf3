"""A reply proves delivery, whatever was reported of the message before."""

from collections.abc import Callable

import pytest

from smartchat import clock
from smartchat.domain.conversation.dialogue import Dialogue
from smartchat.models import OutboundMessage
from smartchat.services.builder import chatbots
from smartchat.services.campaign import finishing
from smartchat.services.sending import tracking
from tests.services.conftest import SENDER, Stage, new_phone

QUESTION = {
    "steps": [
        {"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"},
        {"id": "PAGA", "type": "binary", "kind": "yes_no", "text": "¿Podrá pagar?", "retries": 1},
        {"id": "NOTA", "type": "text", "text": "¿Algo más?"},
    ]
}


def asked(stage: Stage) -> tuple[int, str]:
    """A campaign whose only contact was asked its first question."""
    phone = new_phone()
    campaign = stage.launch([phone], stage.chatbot(**QUESTION))
    stage.work()
    return campaign, phone


def report(stage: Stage, row: OutboundMessage, status: str, code: int | None = None, sid: str = "") -> None:
    params = {"MessageSid": sid or str(row.provider_sid), "MessageStatus": status}
    if code:
        params["ErrorCode"] = str(code)
    tracking.record_status(params, row.id, clock.now(), clock.machine_now())


def value(stage: Stage, campaign: int, phone: str) -> object:
    conversation = stage.conversation(campaign, phone)
    script = chatbots.script_of_version_id(conversation.campaign.version_id)
    return Dialogue.restore(script, conversation.state or {}).values.get("PAGA")


def test_a_message_that_was_out_of_reach_is_not_sent_again_after_its_answer(
    stage: Stage, at: Callable[[str], None]
) -> None:
    campaign, phone = asked(stage)
    report(stage, stage.outbound(campaign)[0], "undelivered", 30003)
    assert stage.outbound(campaign)[0].status == "waiting"
    stage.hear(phone, "Sí, ahí estaré")
    at("2026-11-23T10:00:05")
    stage.work()
    assert value(stage, campaign, phone) == "yes"
    at("2026-11-23T10:20")
    stage.work()
    assert stage.told(phone) == ["¿Podrá pagar?", "¿Algo más?"]
    row = stage.outbound(campaign)[0]
    assert (row.status, row.retries, row.error_code) == ("delivered", 0, None)


@pytest.mark.parametrize(
    "status, code",
    [
        ("undelivered", 30004),
        ("undelivered", 30005),
        ("failed", 30007),
        ("undelivered", 30008),
        ("undelivered", 39999),
    ],
)
def test_a_conversation_that_failed_by_a_report_goes_on_with_the_answer(
    stage: Stage, at: Callable[[str], None], status: str, code: int
) -> None:
    campaign, phone = asked(stage)
    report(stage, stage.outbound(campaign)[0], status, code)
    assert stage.conversation(campaign, phone).status == "failed"
    stage.hear(phone, "Sí, ahí estaré")
    at("2026-11-23T10:00:05")
    stage.work()
    assert value(stage, campaign, phone) == "yes"
    assert stage.told(phone) == ["¿Podrá pagar?", "¿Algo más?"]
    assert stage.outbound(campaign)[0].status == "delivered"
    assert [message.outcome for message in stage.inbound()] == ["answered"]


def test_what_the_failure_kept_back_is_sent_when_the_conversation_lives_again(
    stage: Stage, at: Callable[[str], None]
) -> None:
    phone = new_phone()
    campaign = stage.launch([phone], stage.chatbot(sender="+12025550188"))
    at("2026-11-23T20:59:56")  # only the greeting can leave before the hours close
    stage.work()
    first, second = stage.outbound(campaign)
    assert (first.status, second.status) == ("sent", "waiting")
    report(stage, first, "undelivered", 30005)
    assert stage.outbound(campaign)[1].status == "cancelled"
    at("2026-11-24T09:00")
    stage.hear(phone, "Hola, ¿quién es?", "+12025550188")
    at("2026-11-24T09:00:05")
    stage.work()
    assert stage.told(phone) == ["Hola Carlos.", "¿Podrá pagar?"]
    assert stage.conversation(campaign, phone).status == "open"


def test_a_report_that_comes_after_the_answer_changes_nothing(
    stage: Stage, at: Callable[[str], None]
) -> None:
    campaign, phone = asked(stage)
    stage.hear(phone, "Sí")
    report(stage, stage.outbound(campaign)[0], "undelivered", 30003)
    assert stage.outbound(campaign)[0].status == "delivered"
    at("2026-11-23T10:20")
    stage.work()
    assert stage.told(phone) == ["¿Podrá pagar?", "¿Algo más?"]


def test_what_is_answered_counts_as_delivered_without_any_report(
    stage: Stage, at: Callable[[str], None]
) -> None:
    campaign, phone = asked(stage)
    stage.hear(phone, "Sí")
    at("2026-11-23T10:00:05")
    stage.work()
    assert [row.status for row in stage.outbound(campaign)] == ["delivered", "sent"]
    report(stage, stage.outbound(campaign)[0], "undelivered", 30008)
    assert stage.outbound(campaign)[0].status == "delivered"


@pytest.mark.parametrize("word", ["STOP", "hola, gracias"])
def test_whatever_the_contact_writes_proves_it(stage: Stage, word: str) -> None:
    steps = [{"id": "SALUDO", "type": "message", "text": "Su pedido ya salió."}]
    phone = new_phone()
    campaign = stage.launch([phone], stage.chatbot(steps=[QUESTION["steps"][0], *steps]))
    stage.work()
    stage.hear(phone, word)
    assert stage.outbound(campaign)[0].status == "delivered"


def test_who_asks_for_silence_gets_no_conversation_back(stage: Stage, at: Callable[[str], None]) -> None:
    campaign, phone = asked(stage)
    report(stage, stage.outbound(campaign)[0], "undelivered", 30008)
    stage.hear(phone, "STOP")
    at("2026-11-23T10:20")
    stage.work()
    assert stage.told(phone) == ["¿Podrá pagar?"]
    assert stage.conversation(campaign, phone).status != "open"
    assert stage.outbound(campaign)[0].status == "delivered"


def test_in_a_finished_campaign_nobody_is_revived(stage: Stage) -> None:
    campaign, phone = asked(stage)
    report(stage, stage.outbound(campaign)[0], "undelivered", 30008)
    finishing.finish(campaign, None, clock.now())
    stage.hear(phone, "Sí")
    assert stage.conversation(campaign, phone).status == "failed"
    assert stage.outbound(campaign)[0].status == "delivered"


def test_what_never_left_is_not_proven_by_a_reply(stage: Stage, at: Callable[[str], None]) -> None:
    """It expired at Twilio: the contact answers the greeting, and still has to be asked."""
    phone = new_phone()
    campaign = stage.launch([phone])
    stage.work()
    report(stage, stage.outbound(campaign)[1], "failed", 30036)
    stage.hear(phone, "Hola")
    assert stage.outbound(campaign)[1].status == "waiting"
    at("2026-11-24T08:00:05")
    stage.work()
    assert stage.told(phone) == ["Hola Carlos.", "¿Podrá pagar?", "¿Podrá pagar?"]


@pytest.mark.parametrize("code", [30003, 30008])
def test_delivered_counts_after_undelivered_for_the_same_message(
    stage: Stage, at: Callable[[str], None], code: int
) -> None:
    campaign, phone = asked(stage)
    row = stage.outbound(campaign)[0]
    sid = str(row.provider_sid)
    report(stage, row, "undelivered", code, sid)
    report(stage, row, "delivered", sid=sid)
    row = stage.outbound(campaign)[0]
    assert (row.status, row.provider_sid, row.error_code) == ("delivered", sid, None)
    assert stage.conversation(campaign, phone).status == "open"
    at("2026-11-23T10:20")
    stage.work()
    assert stage.told(phone) == ["¿Podrá pagar?"]


def test_one_reply_settles_what_other_campaigns_of_the_sender_sent_too(stage: Stage) -> None:
    campaign, phone = asked(stage)
    other = stage.launch([phone], stage.chatbot(**QUESTION, name="Otro"))
    stage.work()
    report(stage, stage.outbound(campaign)[0], "undelivered", 30005)
    stage.hear(phone, "Sí", SENDER)
    assert stage.conversation(campaign, phone).status == "open"
    assert {stage.outbound(id_)[0].status for id_ in (campaign, other)} == {"delivered"}
