"""Short rounds in `make test`: some fixed seeds and one that nobody has seen, on both databases."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from simulator.faults import Faults
from smartchat.db import db
from smartchat.models import Campaign
from smartchat.services.campaign import finishing
from smartchat.services.conversation import receiving
from smartchat.services.opt_outs import opting
from smartchat.services.sending import reconciling, sending
from tests.chaos.audit import counted
from tests.chaos.outcome import Outcome
from tests.chaos.plan import ZONE, Launch, Plan, draw
from tests.chaos.short import Round
from tests.chaos.stage import Stage

SEEDS = (7, 9, 15, 17, 22)
CONTACTS = 8


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    if request.param == "postgresql":
        url = str(request.getfixturevalue("postgresql_module_url"))
    else:
        url = f"sqlite:///{tmp_path_factory.mktemp('chaos') / 'chaos.db'}"
    stage = Stage(url)
    yield stage
    stage.close()


@pytest.fixture
def small_stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(f"sqlite:///{tmp_path / 'chaos.db'}")
    yield stage
    stage.close()


def play(stage: Stage, seed: int, contacts: int = CONTACTS) -> Outcome:
    stage.empty()
    print(f'again: make bench ARGS="chaos --seed {seed} --contacts {contacts}"')
    return Round(stage.app, draw(seed, contacts)).run()


@pytest.mark.parametrize("seed", SEEDS)
def test_no_promise_is_broken_whatever_breaks(stage: Stage, seed: int) -> None:
    assert play(stage, seed).breaches == []


def test_no_promise_is_broken_in_a_round_that_nobody_has_seen(stage: Stage) -> None:
    assert play(stage, random.SystemRandom().randrange(10**9)).breaches == []


def test_a_seed_plays_the_same_round_again(small_stage: Stage) -> None:
    first, second = (play(small_stage, 4) for _ in range(2))
    assert first.happened == second.happened
    assert first.happened["messages"] > CONTACTS


HARSH = replace(
    draw(1, 16),
    start=datetime(2026, 11, 23, 20, 58, 30, tzinfo=ZONE),
    launches=(Launch(0, tuple(f"+52551000{number:04}" for number in range(10)), 45),),
    faults=Faults(accept_then_break=0.3, late_webhooks=500, duplicate_webhooks=0.3, seed=1),
    kills=0.1,
    stops=0.3,
    silent=0,
    slow=0.3,
    flushes=(10,),
    outages=(("worker", 5, 2), ("redis", 12, 5)),
)
"""Everything at once: it ends with a night and Finish in the middle."""
ENDLESS = replace(HARSH, launches=(replace(HARSH.launches[0], finish_after=None),))


def found(stage: Stage, plan: Plan) -> dict[str, int]:
    """Breaches by kind in one round of this plan."""
    stage.empty()
    return counted(Round(stage.app, plan).run().breaches)


@pytest.mark.parametrize("plan", [HARSH, ENDLESS], ids=["finish", "no finish"])
def test_no_promise_is_broken_by_everything_at_once(small_stage: Stage, plan: Plan) -> None:
    outcome = Round(small_stage.app, plan).run()
    assert outcome.breaches == []
    for what in ("killed worker", "killed web", "flushes", "inbound"):
        assert outcome.happened[what] > 0, what
    assert outcome.happened["stops" if plan is ENDLESS else "finishes"] > 0


def test_a_product_that_repeats_without_looking_is_found_out(
    small_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciling, "_match", lambda row, listed: None)
    # Without callbacks: one of them would say in time that the message was taken.
    unheard = replace(ENDLESS.faults, drop_callbacks=1)
    breaches = found(small_stage, replace(ENDLESS, faults=unheard))
    assert breaches["double openings"] > 0
    assert breaches["double replies"] > 0


def test_a_product_that_forgets_the_hours_is_found_out(
    small_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "seconds_left", lambda hours, now: 36_000)
    assert found(small_stage, ENDLESS)["out of hours"] > 0


def test_a_product_that_does_not_hear_stop_is_found_out(
    small_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opting, "wish", lambda *_: None)
    assert found(small_stage, ENDLESS)["after STOP"] > 0


def test_a_product_that_goes_on_after_finish_is_found_out(
    small_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def only_says_so(campaign_id: int, user_id: int | None, now: datetime) -> bool:
        db.session.get_one(Campaign, campaign_id).finished_at = now
        db.session.commit()
        return True

    monkeypatch.setattr(finishing, "finish", only_says_so)
    assert found(small_stage, HARSH)["after Finish"] > 0


def test_a_product_that_answers_before_it_has_stored_is_found_out(
    small_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "receive", lambda *_: None)
    assert found(small_stage, ENDLESS)["lost inbound"] > 0
