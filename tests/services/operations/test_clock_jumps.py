"""A clock that jumps forty days ahead and comes back: nothing waits for the time that it was."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from smartchat import clock, queue
from smartchat.db import db
from smartchat.domain.operations.troubles import Trouble
from smartchat.domain.operations.worker_roles import FETCHED
from smartchat.domain.sending.delivery import Refused
from smartchat.models import (
    Campaign,
    Conversation,
    Heartbeat,
    InboundMessage,
    OutboundMessage,
    Preparation,
    Sender,
)
from smartchat.services.contact_file import importing
from smartchat.services.conversation import answering, calling, fetching, opening
from smartchat.services.operations import clock_jumps, sweeping, troubles
from smartchat.services.sending import claiming, pacing, tracking
from tests.services.conftest import SCRIPT, SENDER, Stage, new_phone

TEN, AHEAD, BACK = "2026-11-23T10:00", "2027-01-02T10:00", "2026-11-23T10:01"
At = Callable[[str], None]


def take_back() -> int:
    return clock_jumps.take_back(clock.now(), clock.machine_now())


def sender() -> Sender:
    return db.session.scalars(
        select(Sender).where(Sender.address == SENDER), execution_options={"populate_existing": True}
    ).one()


def test_a_jump_ahead_and_back_silences_no_sender(stage: Stage, at: At) -> None:
    at(AHEAD)
    stage.launch([new_phone()])
    stage.work()
    assert sender().free_at is not None
    at(BACK)
    phone = new_phone()
    stage.launch([phone])
    stage.work()
    assert stage.told(phone) == []
    assert take_back() > 0
    stage.work()
    assert stage.told(phone)[0] == "Hola Carlos."
    assert troubles.all_of_them()[Trouble.CLOCK_JUMPED].last_at == clock.machine_now()


@pytest.mark.parametrize("days", [0.25, 40])
def test_whatever_falls_due_in_the_time_that_it_was_goes_on_now(stage: Stage, days: float) -> None:
    phone, other = new_phone(), new_phone()
    campaign = stage.launch([phone])
    stage.work()
    stage.hear(phone, "sí")
    far = clock.now() + timedelta(days=days)
    db.session.execute(update(InboundMessage).where(InboundMessage.outcome.is_(None)).values(due_at=far))
    db.session.commit()
    stage.launch([other], stage.chatbot(name="Otro"))
    db.session.execute(update(Conversation).where(Conversation.campaign_id != campaign).values(due_at=far))
    db.session.commit()
    stage.work()
    assert (len(stage.told(phone)), stage.told(other)) == (2, [])
    assert take_back() == 2
    stage.work()
    assert (len(stage.told(phone)), len(stage.told(other))) == (3, 2)


@pytest.mark.parametrize("days", [0.25, 40])
def test_a_message_to_be_tried_again_in_the_time_that_it_was_is_tried_now(stage: Stage, days: float) -> None:
    phone = new_phone()
    stage.launch([phone])
    opening.open_due(clock.now(), clock.machine_now())
    db.session.execute(update(OutboundMessage).values(due_at=clock.now() + timedelta(days=days)))
    db.session.commit()
    assert take_back() == 2
    stage.work()
    assert len(stage.told(phone)) == 2


def test_what_waits_for_the_next_opening_or_a_retry_waits_on(stage: Stage, at: At) -> None:
    phone, asleep = new_phone(), new_phone()
    stage.launch([phone])
    opening.open_due(clock.now(), clock.machine_now())
    (first, _) = db.session.scalars(select(OutboundMessage).order_by(OutboundMessage.id)).all()
    first.status, first.attempts = "sending", 20
    tracking.settle(first, Refused(30022, 429, "too fast"), clock.now(), clock.machine_now())
    first.status = "sending"
    tracking.settle(first, Refused(30023, 400, "daily limit"), clock.now(), clock.machine_now())
    db.session.commit()
    assert take_back() == 0
    at("2026-11-23T20:59")
    stage.hear(phone, "sí")
    assert take_back() == 0
    at("2026-11-23T22:00")
    stage.launch([asleep], stage.chatbot(name="Otro"))
    stage.hear(phone, "claro")
    assert take_back() == 0


def test_a_claim_of_the_time_that_it_was_runs_out(stage: Stage, at: At) -> None:
    phone = new_phone()
    stage.launch([phone])
    opening.open_due(clock.now(), clock.machine_now())
    clocks = claiming.Clocks(clock.now, lambda: clock.machine_now() + timedelta(days=40))
    assert claiming.claim(1, clocks)
    at("2026-11-23T10:02")
    assert not sweeping.due_work(clock.now(), clock.machine_now()).doubtful
    assert take_back() > 0
    assert sweeping.due_work(clock.now(), clock.machine_now()).doubtful
    db.session.execute(
        update(OutboundMessage)
        .where(OutboundMessage.status == "sending")
        .values(status="doubtful", doubtful_since=clock.machine_now() + timedelta(days=40))
    )
    db.session.commit()
    assert take_back() > 0
    at("2026-11-23T10:04")
    stage.work()
    at("2026-11-23T10:05")
    stage.work()
    assert len(stage.told(phone)) == 2


def test_a_sender_that_was_stopped_in_the_time_that_it_was_is_tried_now(stage: Stage) -> None:
    pacing.ensure_rows({SENDER})
    far = clock.machine_now() + timedelta(days=40)
    pacing.stop(SENDER, 21606, "not yours", far)
    pacing.slow_down(SENDER, 30022, far)
    db.session.commit()
    phone = new_phone()
    stage.launch([phone])
    stage.work()
    assert stage.told(phone) == []
    assert take_back() == 1
    stage.work()
    assert len(stage.told(phone)) == 2


def test_another_system_is_asked_though_its_call_was_claimed_in_the_time_that_it_was(stage: Stage) -> None:
    asks = {
        "id": "C",
        "type": "external",
        "method": "GET",
        "url": "https://example.com/",
        "values": {"S": "s"},
    }
    campaign = stage.launch([new_phone()], stage.chatbot(**{**SCRIPT, "steps": [*SCRIPT["steps"][:2], asks]}))
    stage.work()
    far = clock.now() + timedelta(days=40)
    db.session.execute(
        update(Conversation)
        .where(Conversation.campaign_id == campaign)
        .values(call_due_at=far, call_lease_until=far)
    )
    db.session.commit()
    assert not sweeping.due_work(clock.now(), clock.machine_now()).calls
    assert take_back() == 2
    later = claiming.Clocks(clock.now, lambda: clock.machine_now() + timedelta(seconds=1))
    assert len(calling._due(later, 5, but=())) == 1


def test_twilios_list_is_compared_again_though_it_was_compared_in_the_time_that_it_was(stage: Stage) -> None:
    del stage
    far, every = clock.machine_now() + timedelta(days=40), timedelta(minutes=5)
    assert fetching.begin(far, every) is None
    assert fetching.begin(clock.machine_now(), every) is None
    assert take_back() == 2
    since = clock.machine_now() - timedelta(days=1) - fetching.OVERLAP
    assert fetching.begin(clock.machine_now(), every) == since
    fetching.complete(clock.machine_now())
    assert db.session.get_one(Heartbeat, FETCHED).beat_at == clock.machine_now()


def test_files_and_abandoned_drafts_of_the_time_that_it_was_are_taken_up(stage: Stage, at: At) -> None:
    at(AHEAD)
    campaign = importing.begin("Enero", stage.chatbot(), "contacts.tsv", None, clock.now())
    db.session.add(
        Preparation(
            campaign_id=campaign, task="import", language="es", asked_at=clock.now(),
            status="running", claim="x", lease_until=clock.machine_now(),
        )
    )  # fmt: skip
    abandoned = importing.begin("Otro", stage.chatbot(name="Otro"), "contacts.tsv", None, clock.now())
    db.session.commit()
    at(TEN)
    assert not sweeping.due_work(clock.now(), clock.machine_now()).files
    assert take_back() == 4
    at("2026-11-23T11:01")
    assert sweeping.due_work(clock.now(), clock.machine_now()).files
    assert importing.discard_abandoned(clock.now()) == 1
    assert db.session.get(Campaign, abandoned) is None


def test_an_answer_counts_though_its_question_left_in_the_time_that_it_was(stage: Stage, at: At) -> None:
    phone = new_phone()
    at(AHEAD)
    stage.launch([phone])
    stage.work()
    at(BACK)
    stage.hear(phone, "sí")
    assert answering.answer_due(clock.now()) == 1
    heard = db.session.scalars(select(InboundMessage)).one()
    assert heard.outcome == "answered"


def test_a_wake_flag_of_the_time_that_it_was_keeps_the_sweep_from_nothing(stage: Stage) -> None:
    stage.launch([new_phone()])
    redis = queue.connection()
    redis.delete("rq:queue:smartchat")
    redis.set(queue.WAKE, 1, ex=40 * 24 * 3600)
    sweeping.sweep(clock.now(), clock.machine_now())
    assert redis.llen("rq:queue:smartchat") == 1


def test_a_second_look_finds_nothing_to_take_back(stage: Stage, at: At) -> None:
    at(AHEAD)
    stage.launch([new_phone()])
    stage.work()
    at(BACK)
    stage.launch([new_phone()], stage.chatbot(name="Otro"))
    assert take_back() > 0
    assert take_back() == 0
