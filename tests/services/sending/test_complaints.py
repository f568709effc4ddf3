"""Refusals and reports: one bad destination slows nobody; what is wrong with the sender stops it, and burns no list."""

from collections.abc import Callable

import pytest

from smartchat import clock
from smartchat.adapters.twilio_channel import TwilioChannel
from smartchat.db import db
from smartchat.domain.sending.delivery import Outgoing, Refused, Result
from smartchat.models import OutboundMessage, Sender
from smartchat.services.sending import tracking
from tests.services.conftest import SENDER, Stage, new_phone

STEPS = [
    {"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"},
    {"id": "PAGA", "type": "binary", "kind": "yes_no", "text": "¿Podrá pagar?"},
]


class Refusing(TwilioChannel):
    """Twilio that refuses what goes to some contacts."""

    def __init__(self, stage: Stage, code: int | None, phones: set[str], status: int = 400) -> None:
        super().__init__(stage.app.config)
        self.refused, self.phones = Refused(code, status, "refused"), phones
        self.tried: list[str] = []

    def send(self, message: Outgoing) -> Result:
        self.tried.append(message.to)
        return self.refused if message.to in self.phones else super().send(message)


def sender(address: str = SENDER) -> Sender:
    db.session.expire_all()
    return db.session.get_one(Sender, address)


def launch(stage: Stage, phones: list[str], name: str = "Recordatorio") -> int:
    return stage.launch(phones, stage.chatbot(steps=STEPS, name=name))


def statuses(stage: Stage, campaign: int) -> list[str]:
    return [row.status for row in stage.outbound(campaign)]


def report(row: OutboundMessage, status: str, code: int | None = None) -> None:
    params = {"MessageSid": str(row.provider_sid), "MessageStatus": status}
    if code:
        params["ErrorCode"] = str(code)
    tracking.record_status(params, row.id, clock.now(), clock.machine_now())


@pytest.mark.parametrize("code", [21408, 21608, 30034, 21612, 21999, None])
def test_one_bad_destination_fails_alone_and_the_rest_goes_on(stage: Stage, code: int | None) -> None:
    phones = [new_phone() for _ in range(8)]
    stage.channel = Refusing(stage, code, {phones[2]})
    campaign = launch(stage, phones)
    stage.work()
    assert statuses(stage, campaign) == ["sent"] * 2 + ["failed"] + ["sent"] * 5
    assert stage.outbound(campaign)[2].error_code == code
    assert stage.conversation(campaign, phones[2]).status == "failed"
    assert sender().stopped_at is None


def test_where_nearly_all_are_refused_it_is_the_sender_and_the_rest_is_kept(
    stage: Stage, at: Callable[[str], None]
) -> None:
    phones = [new_phone() for _ in range(40)]
    stage.channel = Refusing(stage, 21408, set(phones))
    campaign = launch(stage, phones)
    stage.work()
    assert sender().stop_code == 21408
    assert (sender().stop_share or 0) >= 20
    failed = statuses(stage, campaign).count("failed")
    assert failed < 20
    assert stage.numbers(campaign).outbound["waiting"] == 40 - failed
    at("2026-11-23T10:03")
    stage.work()
    assert statuses(stage, campaign).count("failed") == failed, "what it is tried by is kept too"
    stage.channel.phones = set()
    at("2026-11-23T10:10")
    stage.work()
    assert sender().stopped_at is None
    assert statuses(stage, campaign).count("sent") == 40 - failed


def test_a_stopped_sender_is_tried_by_another_destination_each_time(
    stage: Stage, at: Callable[[str], None]
) -> None:
    phones = [new_phone() for _ in range(26)]
    bad = set(phones[:24])
    stage.channel = Refusing(stage, 21408, bad)
    campaign = launch(stage, phones)
    stage.work()
    for minute in range(3, 60, 3):
        at(f"2026-11-23T10:{minute:02}")
        stage.work()
    good = [row for row in stage.outbound(campaign) if row.to not in bad]
    assert [row.status for row in good] == ["sent", "sent"]


@pytest.mark.parametrize(
    "code", [30002, 20005, 63041, 63042, 63112, 63051, 21703, 21705, 30032, 30010, 20003, 21655]
)
def test_a_refusal_about_account_sender_or_template_stops_and_burns_nothing(
    stage: Stage, at: Callable[[str], None], code: int
) -> None:
    phones = [new_phone() for _ in range(3)]
    stage.channel = Refusing(stage, code, set(phones))
    campaign = launch(stage, phones)
    stage.work()
    assert sender().stop_code == code
    assert stage.numbers(campaign).outbound["waiting"] == 3
    stage.channel.phones = set()
    at("2026-11-23T10:03")
    stage.work()
    assert statuses(stage, campaign) == ["sent"] * 3
    assert sender().stopped_at is None


@pytest.mark.parametrize("code", [63041, 30002, 30032])
def test_the_same_by_report_stops_too_and_keeps_what_failed(
    stage: Stage, at: Callable[[str], None], code: int
) -> None:
    phones = [new_phone() for _ in range(6)]
    campaign = launch(stage, phones)
    stage.work()
    for row in stage.outbound(campaign):
        report(row, "failed", code)
    assert (sender().stop_code, statuses(stage, campaign)) == (code, ["waiting"] * 6)
    stage.work()
    assert statuses(stage, campaign) == ["waiting"] * 6


def test_that_twilio_takes_one_more_does_not_let_the_others_go_where_the_trouble_comes_by_report(
    stage: Stage, at: Callable[[str], None]
) -> None:
    phones = [new_phone() for _ in range(6)]
    campaign = launch(stage, phones)
    stage.work()
    for row in stage.outbound(campaign):
        report(row, "failed", 63041)
    for minute in (3, 6, 9, 12, 15):  # as often as it takes: nothing is given up
        at(f"2026-11-23T10:{minute:02}")
        stage.work()
        tried = [row for row in stage.outbound(campaign) if row.status == "sent"]
        assert len(tried) == 1
        report(tried[0], "failed", 63041)
        assert sender().stopped_at is not None
    at("2026-11-23T10:18")
    stage.work()
    report(next(row for row in stage.outbound(campaign) if row.status == "sent"), "delivered")
    assert sender().stopped_at is None
    stage.work()
    assert sorted(statuses(stage, campaign)) == ["delivered"] + ["sent"] * 5


def test_without_any_report_of_the_one_that_was_tried_the_sender_goes_on_after_a_while(
    stage: Stage, at: Callable[[str], None]
) -> None:
    campaign = launch(stage, [new_phone() for _ in range(3)])
    stage.work()
    for row in stage.outbound(campaign):
        report(row, "failed", 63041)
    at("2026-11-23T10:03")
    stage.work()
    assert statuses(stage, campaign).count("sent") == 1
    at("2026-11-23T10:04")
    stage.work()
    assert statuses(stage, campaign) == ["sent"] * 3


def test_failures_by_report_that_are_nobodys_own_stop_the_sender_when_they_are_nearly_all(
    stage: Stage,
) -> None:
    campaign = launch(stage, [new_phone() for _ in range(30)])
    stage.work()
    for row in stage.outbound(campaign)[:25]:
        report(row, "undelivered", 30007)
    assert (sender().stop_code, sender().stop_share) == (30007, 25)


def test_bad_numbers_never_stop_a_sender(stage: Stage) -> None:
    phones = [new_phone() for _ in range(30)]
    stage.channel = Refusing(stage, 21211, set(phones))
    campaign = launch(stage, phones)
    stage.work()
    assert statuses(stage, campaign) == ["failed"] * 30
    assert sender().stopped_at is None


def test_a_second_campaign_of_the_sender_goes_out_at_once_beside_a_bad_destination(stage: Stage) -> None:
    phones = [new_phone() for _ in range(3)]
    stage.channel = Refusing(stage, 21408, {phones[0]})
    launch(stage, phones)
    stage.work()
    second = launch(stage, [new_phone()], "Otro")
    stage.work()
    assert statuses(stage, second) == ["sent"]
