"""Pacing on both databases: rates, turns, slowing down, stopping, closing time."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from smartchat import clock, jobs
from smartchat.adapters.twilio_channel import TwilioChannel
from smartchat.db import db
from smartchat.domain.sending.delivery import Outgoing, Refused, Result
from smartchat.models import EarlierSend, OutboundMessage, Sender
from smartchat.services.campaign import finishing
from smartchat.services.conversation import opening
from smartchat.services.sending import claiming, pacing, tracking
from tests.services.conftest import Stage, new_phone

SLOW = "+12025550123"  # an ordinary number: one segment a second, five at once
OTHER = "+12025550124"


def sender(address: str = SLOW) -> Sender:
    db.session.expire_all()
    return db.session.get_one(Sender, address)


def openings(stage: Stage, count: int, address: str = SLOW) -> int:
    return stage.launch([new_phone() for _ in range(count)], stage.chatbot(sender=address))


def sent(stage: Stage, campaign: int) -> int:
    return sum(row.status in ("sent", "delivered") for row in stage.outbound(campaign))


class Answering(TwilioChannel):
    """Twilio that refuses whatever comes from one sender."""

    refuses: dict[str, Refused]

    def __init__(self, stage: Stage, refuses: dict[str, Refused]) -> None:
        super().__init__(stage.app.config)
        self.refuses = refuses
        self.tried: Counter[str] = Counter()

    def send(self, message: Outgoing) -> Result:
        self.tried[message.sender] += 1
        return self.refuses.get(message.sender) or super().send(message)


def test_a_sender_goes_at_its_rate(stage: Stage, at: Callable[[str], None]) -> None:
    campaign = openings(stage, 10)
    stage.work()
    first = sent(stage, campaign)
    at("2026-11-23T10:00:10")
    stage.work()
    # Openings get four of the five that may go at once, and eight of what ten seconds allow.
    assert (first, sent(stage, campaign)) == (4, 8)
    at("2026-11-23T10:00:13")
    stage.work()
    assert sent(stage, campaign) == 10


def test_a_rate_that_an_operator_set_counts(stage: Stage) -> None:
    campaign = openings(stage, 10)
    assert pacing.set_rate(SLOW, 50, None, clock.now())
    stage.work()
    assert sent(stage, campaign) == 20


@pytest.mark.parametrize("per_second", [0, -1, 10_001, float("nan")])
def test_a_rate_that_makes_no_sense_is_not_taken(stage: Stage, per_second: float) -> None:
    assert not pacing.set_rate(SLOW, per_second, None, clock.now())


def test_long_messages_use_up_more_of_the_rate(stage: Stage) -> None:
    steps = [{"id": "SALUDO", "type": "message", "text": "a" * 400}]
    campaign = stage.launch(
        [new_phone() for _ in range(4)],
        stage.chatbot(
            sender=SLOW, steps=[{"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"}, *steps]
        ),
    )
    stage.work()
    assert [row.segments for row in stage.outbound(campaign)] == [3] * 4
    assert sent(stage, campaign) == 2  # three parts each: with the second one the room is used up


def test_openings_leave_room_for_a_reply(stage: Stage) -> None:
    phone = new_phone()
    stage.launch([phone], stage.chatbot(sender=SLOW))
    stage.work()
    many = openings(stage, 20)
    stage.work()
    assert sent(stage, many) == 2  # with the two of the first opening: four fifths of five
    stage.hear(phone, "sí", to=SLOW)
    stage.work()
    assert stage.told(phone)[-1] == "¿Edad?"


def test_at_opening_replies_go_before_openings(stage: Stage, at: Callable[[str], None]) -> None:
    phones = [new_phone() for _ in range(2)]
    stage.launch(phones, stage.chatbot(sender=SLOW))
    stage.work()
    at("2026-11-23T22:00")
    for phone in phones:
        stage.hear(phone, "sí", to=SLOW)
    many = openings(stage, 20)
    at("2026-11-24T08:00")
    pacing.set_rate(SLOW, 0.5, None, clock.now())
    before = len(stage.simulator.messages())
    stage.work()
    first = [message["To"] for message in stage.simulator.messages()[before:]][:2]
    assert sorted(first) == phones  # each by a thread of its own
    assert sent(stage, many) > 0


def test_campaigns_of_one_sender_take_turns(stage: Stage, at: Callable[[str], None]) -> None:
    large = openings(stage, 40)
    stage.work()
    small = openings(stage, 3)
    for second in range(1, 12):
        at(f"2026-11-23T10:00:{second:02}")
        stage.work()
    assert sent(stage, small) >= 4
    assert sent(stage, large) >= 6


def test_a_slow_sender_does_not_hold_up_a_fast_one(stage: Stage) -> None:
    openings(stage, 30)
    fast = stage.launch([new_phone() for _ in range(30)])
    stage.work()
    assert sent(stage, fast) == 60


def test_too_many_requests_slow_the_sender_down_once_a_batch(stage: Stage) -> None:
    openings(stage, 10)
    stage.channel = Answering(stage, {SLOW: Refused(20429, 429, "Too Many Requests")})
    jobs.work_once(stage.channel, stage.pool, 8)
    jobs.work_once(stage.channel, stage.pool, 8)
    assert (sender().slowed, sender().slow_code) == (0.5, 20429)


def test_after_a_while_without_complaint_a_sender_is_fast_again(
    stage: Stage, at: Callable[[str], None]
) -> None:
    campaign = openings(stage, 10)
    pacing.slow_down(SLOW, 21611, clock.machine_now())
    db.session.commit()
    at("2026-11-23T10:02")
    stage.work()
    assert (sender().slowed, sender().slowed_until, sent(stage, campaign)) == (1, None, 4)


def test_refused_settings_stop_one_sender_and_lose_nothing(stage: Stage, at: Callable[[str], None]) -> None:
    stopped, other = openings(stage, 10), openings(stage, 2, OTHER)
    refused = Refused(21606, 400, "The From phone number is not a valid, SMS-capable number")
    stage.channel = channel = Answering(stage, {SLOW: refused})
    stage.work()
    assert (sender().stop_code, sent(stage, other)) == (21606, 4)
    tried = channel.tried[SLOW]
    assert tried <= 8  # one batch: what was on its way already
    stage.work()
    assert channel.tried[SLOW] == tried
    at("2026-11-23T10:02:01")
    stage.work()
    assert channel.tried[SLOW] == tried + 1  # one message tells whether it was mended
    assert stage.numbers(stopped).outbound["waiting"] == 20
    channel.refuses.clear()
    at("2026-11-23T10:04:05")
    stage.work()
    assert (sender().stopped_at, sender().stop_code) == (None, None)
    assert sent(stage, stopped) > 1


def test_an_operator_who_mended_it_need_not_wait(stage: Stage, at: Callable[[str], None]) -> None:
    campaign = openings(stage, 3)
    stage.channel = channel = Answering(stage, {SLOW: Refused(21606, 400, "no")})
    stage.work()
    channel.refuses.clear()
    assert pacing.retry_now(SLOW)
    assert not pacing.retry_now(OTHER)
    at("2026-11-23T10:00:10")
    stage.work()
    assert sent(stage, campaign) >= 1


def test_no_openings_are_written_for_a_sender_that_is_stopped(stage: Stage) -> None:
    pacing.stop(SLOW, 20003, "Authenticate", clock.machine_now())
    db.session.commit()
    campaign = openings(stage, 3)
    stage.work()
    assert stage.outbound(campaign) == []
    assert stage.numbers(campaign).outbound["waiting"] == 3


def test_openings_are_written_just_ahead_of_sending(stage: Stage) -> None:
    campaign = openings(stage, 400)
    stage.work()
    assert len(stage.outbound(campaign)) < 2 * (opening.AHEAD + opening.BATCH)
    assert stage.numbers(campaign).outbound["waiting"] >= 400


def test_before_closing_only_so_much_is_handed_over_as_can_leave(
    stage: Stage, at: Callable[[str], None]
) -> None:
    at("2026-11-23T20:59:55")  # three seconds, without the margin
    campaign = openings(stage, 10)
    stage.work()
    assert sent(stage, campaign) == 3


def expire(stage: Stage, row: OutboundMessage, code: int = 30036, status: str = "failed") -> str:
    sid = str(row.provider_sid)
    params = {"MessageSid": sid, "MessageStatus": status, "ErrorCode": str(code)}
    tracking.record_status(params, row.id, clock.now(), clock.machine_now())
    return sid


def test_a_message_that_expired_at_closing_is_sent_once_more_at_the_next_opening(
    stage: Stage, at: Callable[[str], None]
) -> None:
    at("2026-11-23T20:58")
    phone = new_phone()
    campaign = stage.launch([phone])
    stage.work()
    at("2026-11-23T21:00:02")
    row = stage.outbound(campaign)[1]
    old = expire(stage, row)
    row = stage.outbound(campaign)[1]
    assert row.status == "waiting"
    assert row.due_at.isoformat() == "2026-11-24T13:00:00+00:00"
    stage.work()
    assert len(stage.told(phone)) == 2
    at("2026-11-24T08:00")
    stage.work()
    assert stage.told(phone) == ["Hola Carlos.", "¿Podrá pagar?", "¿Podrá pagar?"]
    row = stage.outbound(campaign)[1]
    assert (row.retries, row.status) == (1, "sent")
    assert row.provider_sid != old
    assert db.session.scalars(select(EarlierSend.sid)).all() == [old]
    # Twilio repeats itself about the first one: that is known.
    assert not tracking.record_status({"MessageSid": old, "MessageStatus": "failed"}, row.id, clock.now())
    assert stage.outbound(campaign)[1].status == "sent"


@pytest.mark.parametrize("heard_at", ["2026-11-24T08:00:20", "2026-11-24T12:30"])
def test_that_it_expired_at_closing_may_be_heard_after_the_next_opening_and_costs_no_day(
    stage: Stage, at: Callable[[str], None], heard_at: str
) -> None:
    at("2026-11-23T20:58")
    phone = new_phone()
    campaign = stage.launch([phone])
    stage.work()
    at(heard_at)
    expire(stage, stage.outbound(campaign)[1])
    assert stage.outbound(campaign)[1].due_at == clock.now()
    stage.work()
    assert stage.told(phone) == ["Hola Carlos.", "¿Podrá pagar?", "¿Podrá pagar?"]


def test_a_message_that_expires_twice_has_failed(stage: Stage, at: Callable[[str], None]) -> None:
    campaign = stage.launch([new_phone()])
    stage.work()
    expire(stage, stage.outbound(campaign)[1])
    at("2026-11-24T08:00")
    stage.work()
    expire(stage, stage.outbound(campaign)[1])
    row = stage.outbound(campaign)[1]
    assert (row.status, row.error_code) == ("failed", 30036)


def test_a_message_that_expires_after_finish_is_cancelled(stage: Stage) -> None:
    campaign = stage.launch([new_phone()])
    stage.work()
    finishing.finish(campaign, None, clock.now())
    expire(stage, stage.outbound(campaign)[0])
    assert stage.outbound(campaign)[0].status == "cancelled"


def test_an_overflowing_queue_at_twilio_slows_the_sender_and_the_message_waits(stage: Stage) -> None:
    campaign = openings(stage, 1)
    stage.work()
    expire(stage, stage.outbound(campaign)[0], 30001)
    assert stage.outbound(campaign)[0].status == "waiting"
    assert sender().slowed == 0.5


def test_a_phone_that_cannot_be_reached_is_tried_a_few_times(stage: Stage, at: Callable[[str], None]) -> None:
    phone = new_phone()
    campaign = stage.launch([phone])
    stage.work()
    for hour in range(11, 15):
        expire(stage, stage.outbound(campaign)[0], 30003, "undelivered")
        at(f"2026-11-23T{hour}:00")
        stage.work()
    row = stage.outbound(campaign)[0]
    assert (row.status, row.retries, stage.told(phone).count("Hola Carlos.")) == ("failed", 3, 4)
    assert stage.conversation(campaign, phone).status == "failed"


def test_a_failure_that_comes_before_the_answer_of_the_call_is_not_undone_by_it(stage: Stage) -> None:
    from smartchat.domain.sending.delivery import Accepted

    campaign = stage.launch([new_phone()])
    opening.open_due(clock.now(), clock.machine_now())
    claimed = claiming.claim(1, jobs.CLOCKS)
    sid = "SM" + "d" * 32
    params = {"MessageSid": sid, "MessageStatus": "failed", "ErrorCode": "30036"}
    tracking.record_status(params, claimed[0].message.id, clock.now())
    from smartchat.services.sending import sending

    sending.record(claimed, [Accepted(sid, "queued")], jobs.CLOCKS)
    row = stage.outbound(campaign)[0]
    assert (row.status, row.provider_sid, row.retries) == ("waiting", None, 1)


def test_several_workers_together_keep_to_the_rate_of_a_sender(stage: Stage) -> None:
    openings(stage, 30)
    opening.open_due(clock.now(), clock.machine_now())
    db.session.commit()

    def worker(_: int) -> int:
        with stage.app.app_context():
            return len(claiming.claim(8, jobs.CLOCKS))

    with ThreadPoolExecutor(4) as workers:
        assert sum(workers.map(worker, range(12))) == 4


def test_no_worker_waits_by_for_what_waits_for_an_earlier_message(
    stage: Stage, at: Callable[[str], None]
) -> None:
    """The second message of an opening is due, but the first is to be tried again later: nothing can be sent now."""
    openings(stage, 1)
    stage.channel = Answering(stage, {SLOW: Refused(20429, 429, "Too Many Requests")})
    stage.work()
    assert pacing.wait(clock.now(), clock.machine_now()) is None
    at("2026-11-23T10:01")
    assert pacing.wait(clock.now(), clock.machine_now()) == 0
