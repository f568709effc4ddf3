"""Two that change the same rows at the same time: both end well, whatever order they come in."""

import threading
from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select, update

from smartchat import clock, jobs
from smartchat.db import db
from smartchat.models import Conversation, OutboundMessage
from smartchat.services.campaign import finishing
from smartchat.services.conversation import opening, receiving
from smartchat.services.sending import claiming, tracking
from tests.effort import rounds
from tests.services.conftest import SENDER, Stage, new_phone

ROUNDS = rounds(few=2, many=8)

pytestmark = pytest.mark.thorough


def side_by_side(app: Flask, *stories: Callable[[], object]) -> None:
    """Runs each in a thread and a session of its own, at the same moment; what one of them raises is raised here."""
    faults: list[BaseException] = []
    together = threading.Barrier(len(stories))

    def run(story: Callable[[], object]) -> None:
        with app.app_context():
            together.wait()
            try:
                story()
            except BaseException as fault:  # noqa: BLE001 - raised again by the one who waits
                db.session.rollback()
                faults.append(fault)

    threads = [threading.Thread(target=run, args=(story,)) for story in stories]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for fault in faults:
        raise fault


def not_yet_sent(stage: Stage, phones: list[str]) -> tuple[int, list[tuple[int, str]]]:
    """A campaign whose openings are written and wait: those that Finish cancels. With the ids and addresses."""
    campaign = stage.launch(phones, stage.chatbot())
    opening.open_due(clock.now(), clock.machine_now())
    query = select(OutboundMessage.id, OutboundMessage.to).where(OutboundMessage.campaign_id == campaign)
    rows = [(id_, to) for id_, to in db.session.execute(query.order_by(OutboundMessage.id.desc()))]
    db.session.rollback()
    return campaign, rows


def fail_all(rows: list[tuple[int, str]], code: str) -> None:
    """Callbacks that come late: Twilio has taken the messages after all, and could not deliver them."""
    for id_, _ in rows:
        params = {"MessageSid": f"SM{id_:032x}", "MessageStatus": "undelivered", "ErrorCode": code}
        assert tracking.record_status(params, id_, clock.now())


def stop_all(rows: list[tuple[int, str]], number: int) -> None:
    """Everybody who was written to says STOP; `number`: of the round, for the SIDs."""
    for index, phone in enumerate(dict.fromkeys(to for _, to in rows)):
        sid = f"MM{number:016x}{index:016x}"
        params = {"MessageSid": sid, "From": phone, "To": SENDER, "Body": "STOP"}
        assert receiving.receive(params, clock.now()).new


@pytest.mark.parametrize("code", ["30005", "21610"])
def test_finish_beside_failing_callbacks_ends_both_well(stage: Stage, code: str) -> None:
    for _ in range(ROUNDS):
        campaign, rows = not_yet_sent(stage, [new_phone() for _ in range(12)])
        side_by_side(
            stage.app,
            lambda campaign=campaign: finishing.finish(campaign, None, clock.now()),  # type: ignore[misc]
            lambda rows=rows: fail_all(rows, code),  # type: ignore[misc]
        )
        numbers = stage.numbers(campaign)
        assert (numbers.outbound["waiting"], numbers.conversations["open"]) == (0, 0)
        assert sum(numbers.outbound.values()) == len(rows)


def test_stop_beside_failing_callbacks_ends_both_well(stage: Stage) -> None:
    for number in range(ROUNDS):
        campaign, rows = not_yet_sent(stage, [new_phone() for _ in range(6)])
        side_by_side(stage.app, partial(stop_all, rows, number), partial(fail_all, rows, "21610"))
        assert stage.numbers(campaign).conversations["open"] == 0


@pytest.mark.parametrize("paused", [False, True])
def test_stop_into_a_live_conversation_beside_its_refusals_ends_both_well(stage: Stage, paused: bool) -> None:
    for number in range(ROUNDS):
        campaign, rows = not_yet_sent(stage, [new_phone() for _ in range(8)])
        values = {"last_sent_at": clock.now(), "paused_at": clock.now() if paused else None}
        db.session.execute(update(Conversation).where(Conversation.campaign_id == campaign).values(**values))
        db.session.commit()
        side_by_side(stage.app, partial(stop_all, rows, number), partial(fail_all, rows, "21610"))
        assert stage.numbers(campaign).conversations["open"] == 0


def claim_all() -> None:
    for _ in range(30):
        claiming.claim(4, jobs.CLOCKS)


def test_stop_and_finish_beside_a_worker_that_claims_end_well(stage: Stage) -> None:
    for number in range(ROUNDS):
        campaign, rows = not_yet_sent(stage, [new_phone() for _ in range(30)])

        def finish(campaign: int = campaign) -> None:
            finishing.finish(campaign, None, clock.now())

        side_by_side(stage.app, claim_all, partial(stop_all, rows, number), finish)
        assert stage.campaign(campaign).status == "finished"
        assert stage.numbers(campaign).conversations["open"] == 0
