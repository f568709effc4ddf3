from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from smartchat import clock, jobs
from smartchat.adapters.twilio_channel import TwilioChannel
from smartchat.db import db
from smartchat.domain.sending.delivery import (
    Accepted,
    ListedOutbound,
    NotReached,
    Outgoing,
    Refused,
    Result,
    Unknown,
)
from smartchat.models import OptOut, OutboundMessage
from smartchat.services.campaign import finishing
from smartchat.services.conversation import opening
from smartchat.services.operations import sweeping
from smartchat.services.sending import reconciling, sending, tracking
from tests.services.conftest import Stage, new_phone

HANDED_OVER = {"sent", "delivered"}


def test_the_seconds_until_closing_go_with_every_message(stage: Stage, at: Callable[[str], None]) -> None:
    phone = new_phone()
    at("2026-11-23T20:59:00")
    stage.launch([phone])
    stage.work()
    first, second = (message["ValidityPeriod"] for message in stage.simulator.messages(phone))
    assert first == 60 - sending.CLOSING_MARGIN
    assert second == first - sending.APART


def test_what_follows_a_message_is_never_valid_longer_than_that(
    stage: Stage, at: Callable[[str], None]
) -> None:
    """Twilio expires by the second from when it took each: the later one must not outlive the earlier one."""
    phone = new_phone()
    at("2026-11-23T20:59:56")
    campaign = stage.launch([phone])
    stage.work()
    assert [message["ValidityPeriod"] for message in stage.simulator.messages(phone)] == [2]
    first, second = stage.outbound(campaign)
    assert first.status in HANDED_OVER
    assert (second.status, second.due_at.isoformat()) == ("waiting", "2026-11-24T13:00:00+00:00")


def test_early_in_the_day_they_are_apart_too(stage: Stage, at: Callable[[str], None]) -> None:
    phone = new_phone()
    at("2026-11-23T08:00:00")
    stage.launch([phone])
    stage.work()
    validities = [message["ValidityPeriod"] for message in stage.simulator.messages(phone)]
    assert validities == [36_000, 36_000 - sending.APART]


def test_nothing_is_handed_over_in_the_last_seconds(stage: Stage, at: Callable[[str], None]) -> None:
    phone = new_phone()
    at("2026-11-23T20:59:58")
    campaign = stage.launch([phone])
    stage.work()
    assert stage.told(phone) == []
    row = stage.outbound(campaign)[0]
    assert (row.status, row.due_at.isoformat()) == ("waiting", "2026-11-24T13:00:00+00:00")


def test_the_hours_are_asked_again_between_claim_and_call(stage: Stage, at: Callable[[str], None]) -> None:
    phone = new_phone()
    campaign = stage.launch([phone])
    opening.open_due(clock.now(), clock.machine_now())
    claimed = sending.claim(8, jobs.CLOCKS)
    at("2026-11-23T21:00:01")
    # The claim has not run out by the machine's clock, but the window has closed by ours.
    clocks = sending.Clocks(now=clock.now, machine=lambda: clock.machine_now() - timedelta(hours=11))
    results = [sending._send(stage.channel, one, clocks) for one in claimed]
    sending.record(claimed, results, clocks)
    assert stage.told(phone) == []
    assert stage.outbound(campaign)[0].status == "waiting"


def test_the_status_callback_names_our_row(stage: Stage) -> None:
    phone = new_phone()
    campaign = stage.launch([phone])
    stage.work()
    row = stage.outbound(campaign)[0]
    callback = stage.simulator.messages(phone)[0]["StatusCallback"]
    assert callback == f"{stage.app.config['PUBLIC_URL']}/twilio/status?message={row.id}"


def test_statuses_never_go_backwards(stage: Stage) -> None:
    campaign = stage.launch([new_phone()])
    stage.work()
    row = stage.outbound(campaign)[0]
    for status in ("delivered", "sent", "queued"):
        tracking.record_status({"MessageSid": row.provider_sid, "MessageStatus": status}, row.id, clock.now())
    assert stage.outbound(campaign)[0].provider_status == "delivered"


def test_a_callback_before_the_answer_of_the_call_is_kept(stage: Stage) -> None:
    campaign = stage.launch([new_phone()])
    opening.open_due(clock.now(), clock.machine_now())
    claimed = sending.claim(1, jobs.CLOCKS)
    sid = "SM" + "b" * 32
    tracking.record_status(
        {"MessageSid": sid, "MessageStatus": "delivered"}, claimed[0].message.id, clock.now()
    )
    sending.record(claimed, [Accepted(sid, "queued")], jobs.CLOCKS)
    row = stage.outbound(campaign)[0]
    assert (row.status, row.provider_status, row.provider_sid) == ("delivered", "delivered", sid)


def test_a_callback_with_a_strange_sid_changes_nothing(stage: Stage) -> None:
    campaign = stage.launch([new_phone()])
    stage.work()
    row = stage.outbound(campaign)[0]
    params = {"MessageSid": "SM" + "c" * 32, "MessageStatus": "failed"}
    assert not tracking.record_status(params, row.id, clock.now())
    assert stage.outbound(campaign)[0].status == "sent"


def test_a_bad_number_fails_and_the_rest_goes_on(stage: Stage) -> None:
    good = new_phone()
    campaign = stage.launch([good])
    opening.open_due(clock.now(), clock.machine_now())
    bad = stage.outbound(campaign)[0]
    other = stage.launch([new_phone()])
    opening.open_due(clock.now(), clock.machine_now())
    db.session.execute(update(OutboundMessage).where(OutboundMessage.id == bad.id).values(to="+15005550001"))
    db.session.commit()
    stage.work()
    assert [row.status for row in stage.outbound(campaign)] == ["failed", "cancelled"]
    assert stage.outbound(campaign)[0].error_code == 21211
    assert stage.conversation(campaign, good).status == "failed"
    assert [row.status for row in stage.outbound(other)] == ["sent", "sent"]


def test_too_many_requests_are_repeated_later(stage: Stage, at: Callable[[str], None]) -> None:
    class Busy(TwilioChannel):
        tries = 0

        def send(self, message: Outgoing) -> Result:
            Busy.tries += 1
            if Busy.tries == 1:
                return Refused(20429, 429, "Too many requests")
            return super().send(message)

    phone = new_phone()
    campaign = stage.launch([phone])
    stage.channel = Busy(stage.app.config)
    stage.work()
    assert stage.told(phone) == []
    assert stage.outbound(campaign)[0].status == "waiting"
    at("2026-11-23T10:01")
    stage.work()
    assert stage.told(phone) == ["Hola Carlos.", "¿Podrá pagar?"]


def test_refused_credentials_pause_the_sender_and_lose_nothing(
    stage: Stage, at: Callable[[str], None]
) -> None:
    phones = [new_phone() for _ in range(3)]
    campaign = stage.launch(phones)
    good = stage.app.config["TWILIO_AUTH_TOKEN"]
    stage.app.config["TWILIO_AUTH_TOKEN"] = "wrong"
    stage.channel = TwilioChannel(stage.app.config)
    stage.work()
    assert stage.numbers(campaign).outbound["waiting"] == 6
    assert stage.outbound(campaign)[0].error_code == 20003
    stage.app.config["TWILIO_AUTH_TOKEN"] = good
    stage.channel = TwilioChannel(stage.app.config)
    at("2026-11-23T10:10")
    stage.work()
    assert [len(stage.told(phone)) for phone in phones] == [2, 2, 2]


def test_a_contact_who_opted_out_at_twilio_is_opted_out_here(stage: Stage) -> None:
    phone = new_phone()
    stage.simulator.write(phone, "STOP", to="+15005550006")
    campaign = stage.launch([phone])
    stage.work()
    assert stage.conversation(campaign, phone).status == "opted_out"
    assert [row.status for row in stage.outbound(campaign)] == ["failed", "cancelled"]


def _die_after_claiming(stage: Stage, taken: bool) -> int:
    """A worker claims one row and dies: with its call made (`taken`), or before."""
    campaign = stage.launch([new_phone()])
    opening.open_due(clock.now(), clock.machine_now())
    claimed = sending.claim(1, jobs.CLOCKS)
    if taken:
        stage.channel.send(claimed[0].message)
    return campaign


def test_a_send_cut_off_after_its_call_is_found_in_twilios_list_and_not_repeated(
    stage: Stage, at: Callable[[str], None]
) -> None:
    campaign = _die_after_claiming(stage, taken=True)
    at("2026-11-23T10:01")
    stage.work()
    rows = stage.outbound(campaign)
    assert all(row.status in HANDED_OVER for row in rows)
    assert stage.told(rows[0].to) == ["Hola Carlos.", "¿Podrá pagar?"]


def test_a_send_cut_off_before_its_call_is_sent_once_after_a_quiet_time(
    stage: Stage, at: Callable[[str], None]
) -> None:
    campaign = _die_after_claiming(stage, taken=False)
    at("2026-11-23T10:01")
    stage.work()
    assert [row.status for row in stage.outbound(campaign)] == ["doubtful", "waiting"]
    at("2026-11-23T10:01:11")
    stage.work()
    rows = stage.outbound(campaign)
    assert [row.status for row in rows] == ["sent", "sent"]
    assert stage.told(rows[0].to) == ["Hola Carlos.", "¿Podrá pagar?"]


def test_a_template_whose_send_was_cut_off_is_found_although_its_text_is_twilios(
    stage: Stage, at: Callable[[str], None]
) -> None:
    template = {"content_sid": "HX" + "0" * 32, "variables": {"1": "{{NOMBRE}}"}}
    steps = [
        {"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"},
        {"id": "AVISO", "type": "message", "text": "Hola {{NOMBRE}}", "template": template},
    ]
    sender = "whatsapp:+15005550006"
    campaign = stage.launch([new_phone()], stage.chatbot(sender=sender, steps=steps))
    opening.open_due(clock.now(), clock.machine_now())
    claimed = sending.claim(1, jobs.CLOCKS)
    stage.channel.send(claimed[0].message)
    at("2026-11-23T10:01")
    stage.work()
    (row,) = stage.outbound(campaign)
    assert row.status in HANDED_OVER
    assert len(stage.simulator.messages(row.to)) == 1


def test_a_claim_that_is_about_to_run_out_is_not_sent(stage: Stage, at: Callable[[str], None]) -> None:
    campaign = stage.launch([new_phone()])
    opening.open_due(clock.now(), clock.machine_now())
    claimed = sending.claim(1, jobs.CLOCKS)
    at("2026-11-23T10:00:09")
    results = [sending._send(stage.channel, one, jobs.CLOCKS) for one in claimed]
    sending.record(claimed, results, jobs.CLOCKS)
    row = stage.outbound(campaign)[0]
    assert (row.status, row.attempts, stage.told(row.to)) == ("waiting", 0, [])


@pytest.mark.parametrize("fault", ["accept_then_break", "accept_then_500"])
def test_a_call_of_unknown_outcome_is_looked_up_before_anything_is_repeated(
    stage: Stage, at: Callable[[str], None], fault: str
) -> None:
    phone = new_phone()
    campaign = stage.launch([phone])
    stage.simulator.faults(**{fault: 1.0})
    opening.open_due(clock.now(), clock.machine_now())
    sending.send_due(stage.channel, stage.pool, 8, jobs.CLOCKS)
    stage.simulator.faults()
    assert stage.outbound(campaign)[0].status == "doubtful"
    stage.work()
    assert all(row.status in HANDED_OVER for row in stage.outbound(campaign))
    assert stage.told(phone) == ["Hola Carlos.", "¿Podrá pagar?"]


def test_when_twilio_cannot_be_asked_a_doubtful_message_stays_doubtful(
    stage: Stage, at: Callable[[str], None]
) -> None:
    class Away(TwilioChannel):
        def find(self, message: Outgoing) -> None:
            return None

    campaign = _die_after_claiming(stage, taken=False)
    for minute in (1, 5, 60):
        at(f"2026-11-23T{10 + minute // 60}:{minute % 60:02}")
        reconciling.settle_doubtful(Away(stage.app.config), jobs.CLOCKS)
    assert stage.outbound(campaign)[0].status == "doubtful"


def test_a_message_that_falls_back_to_waiting_after_finish_is_cancelled(stage: Stage) -> None:
    campaign = stage.launch([new_phone()])
    opening.open_due(clock.now(), clock.machine_now())
    claimed = sending.claim(1, jobs.CLOCKS)
    finishing.finish(campaign, None, clock.now())
    assert stage.campaign(campaign).receipt["in_flight"] == 1
    sending.record(claimed, [NotReached("refused")], jobs.CLOCKS)
    assert [row.status for row in stage.outbound(campaign)] == ["cancelled", "cancelled"]


def test_an_unknown_outcome_after_finish_is_looked_up_and_never_sent_again(
    stage: Stage, at: Callable[[str], None]
) -> None:
    campaign = stage.launch([new_phone()])
    opening.open_due(clock.now(), clock.machine_now())
    claimed = sending.claim(1, jobs.CLOCKS)
    finishing.finish(campaign, None, clock.now())
    sending.record(claimed, [Unknown("timeout")], jobs.CLOCKS)
    for minute in (1, 2):
        at(f"2026-11-23T10:0{minute}")
        stage.work()
    row = stage.outbound(campaign)[0]
    assert (row.status, stage.told(row.to)) == ("cancelled", [])


def test_messages_of_one_conversation_leave_in_order(stage: Stage) -> None:
    phones = [new_phone() for _ in range(20)]
    stage.launch(phones)
    stage.work()
    assert {tuple(stage.told(phone)) for phone in phones} == {("Hola Carlos.", "¿Podrá pagar?")}


def test_replies_go_before_openings(stage: Stage) -> None:
    phone = new_phone()
    stage.launch([phone])
    stage.work()
    campaign = stage.launch([new_phone() for _ in range(5)])
    opening.open_due(clock.now(), clock.machine_now())
    stage.hear(phone, "sí")
    from smartchat.services.conversation import answering

    answering.answer_due(clock.now())
    claimed = sending.claim(1, jobs.CLOCKS)
    assert [one.message.to for one in claimed] == [phone]
    assert stage.numbers(campaign).outbound["waiting"] == 10


def test_a_full_queue_at_twilio_is_waited_for_however_long(stage: Stage, at: Callable[[str], None]) -> None:
    phone = new_phone()
    campaign = stage.launch([phone])
    opening.open_due(clock.now(), clock.machine_now())
    for hour in range(10, 20):
        for minute in (0, 15, 30, 45):
            at(f"2026-11-23T{hour}:{minute:02}")
            claimed = sending.claim(1, jobs.CLOCKS)
            sending.record(claimed, [Refused(21611, 400, "queue is full")] * len(claimed), jobs.CLOCKS)
    row = stage.outbound(campaign)[0]
    assert (row.status, row.attempts) == ("waiting", 40)


def test_behind_a_message_that_is_retried_later_the_sweep_finds_nothing_to_do(stage: Stage) -> None:
    campaign = stage.launch([new_phone()])
    opening.open_due(clock.now(), clock.machine_now())
    assert sweeping.due_work(clock.now(), clock.machine_now()).outbound
    claimed = sending.claim(1, jobs.CLOCKS)
    sending.record(claimed, [Refused(21611, 400, "queue is full")], jobs.CLOCKS)
    retried, behind = stage.outbound(campaign)
    assert retried.due_at > clock.now() >= behind.due_at
    assert not sweeping.due_work(clock.now(), clock.machine_now())


def test_a_call_that_breaks_in_an_unexpected_way_costs_the_others_nothing(stage: Stage) -> None:
    phones = [new_phone() for _ in range(3)]

    class Faulty(TwilioChannel):
        def send(self, message: Outgoing) -> Result:
            if message.to == phones[1]:
                raise RuntimeError("a fault of ours")
            return super().send(message)

    campaign = stage.launch(phones)
    opening.open_due(clock.now(), clock.machine_now())
    sending.send_due(Faulty(stage.app.config), stage.pool, 8, jobs.CLOCKS)
    heads = {row.to: row.status for row in reversed(stage.outbound(campaign))}
    assert heads[phones[1]] == "doubtful"
    assert {heads[phones[0]], heads[phones[2]]} <= HANDED_OVER


def test_a_late_result_of_a_claim_that_is_no_longer_ours_changes_nothing(
    stage: Stage, at: Callable[[str], None]
) -> None:
    campaign = stage.launch([new_phone()])
    opening.open_due(clock.now(), clock.machine_now())
    stalled = sending.claim(1, jobs.CLOCKS)
    for instant in ("10:01", "10:01:11"):
        at(f"2026-11-23T{instant}")
        reconciling.settle_doubtful(stage.channel, jobs.CLOCKS)
    again = sending.claim(1, jobs.CLOCKS)
    assert [one.message.id for one in again] == [one.message.id for one in stalled]
    sending.record(stalled, [NotReached("refused")], jobs.CLOCKS)
    assert stage.outbound(campaign)[0].status == "sending"


def test_a_number_that_does_not_exist_fails_also_where_the_chatbot_only_says_something(stage: Stage) -> None:
    steps = [
        {"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"},
        {"id": "UNO", "type": "message", "text": "Uno"},
        {"id": "DOS", "type": "message", "text": "Dos"},
    ]
    phone = new_phone()
    campaign = stage.launch([phone], stage.chatbot(steps=steps))
    opening.open_due(clock.now(), clock.machine_now())
    claimed = sending.claim(1, jobs.CLOCKS)
    sending.record(claimed, [Refused(21211, 400, "no such number")], jobs.CLOCKS)
    assert stage.conversation(campaign, phone).status == "failed"
    assert [row.status for row in stage.outbound(campaign)] == ["failed", "cancelled"]


def test_an_opt_out_that_twilio_reports_in_a_callback_counts(stage: Stage) -> None:
    phone = new_phone()
    campaign = stage.launch([phone])
    opening.open_due(clock.now(), clock.machine_now())
    (claimed,) = sending.claim(1, jobs.CLOCKS)
    sid = "SM" + "d" * 32
    sending.record([claimed], [Accepted(sid, "accepted")], jobs.CLOCKS)
    params = {"MessageSid": sid, "MessageStatus": "failed", "ErrorCode": "21610"}
    tracking.record_status(params, claimed.message.id, clock.now())
    stage.work()
    other = stage.launch([phone])
    stage.work()
    assert stage.conversation(other, phone).status == "opted_out"
    assert [row.status for row in stage.outbound(campaign)] == ["failed", "cancelled"]
    assert stage.told(phone) == []


def test_a_trial_accounts_sentence_before_the_text_does_not_hide_a_message(stage: Stage) -> None:
    campaign = _die_after_claiming(stage, taken=False)
    row = stage.outbound(campaign)[0]
    seen = ListedOutbound("SM" + "e" * 32, "sent", f"Sent from your Twilio trial account - {row.body}", None)
    assert reconciling._match(row, [seen]) is seen


def test_errors_of_the_database_do_not_show_what_was_to_be_written(stage: Stage) -> None:
    with pytest.raises(IntegrityError) as caught:
        db.session.execute(insert(OptOut).values(sender=None, contact_key="+525512345678", reason="x"))
    assert "[SQL parameters hidden" in str(caught.value)
    db.session.rollback()
