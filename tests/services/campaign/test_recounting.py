"""The tallies are what the rows are, whoever changes them and however."""

import random
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import delete, insert, select, text, update

from smartchat import clock, create_app
from smartchat.config import ROOT
from smartchat.db import db
from smartchat.models import Conversation, InboundMessage, OutboundMessage, Tally
from smartchat.services.campaign import finishing, recounting
from smartchat.services.operations import sweeping
from smartchat.services.sending import tracking
from tests.services.conftest import SENDER, Stage, new_phone

WORDS = ("sí", "no sé", "33", "BAJA", "ALTA", "hola", "quince")


def tallied(what: str) -> int:
    """The sum of a word over all campaigns."""
    return sum(row.n for row in db.session.scalars(select(Tally).where(Tally.what == what)))


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_services_do_the_tallies_are_what_the_rows_are(
    stage: Stage, at: Callable[[str], None], seed: int
) -> None:
    dice = random.Random(seed)
    phones = [new_phone() for _ in range(6)]
    campaigns = [stage.launch(phones[:4])]
    stage.work()
    at("2026-11-23T10:05")
    stage.hear(phones[0], "sí")
    stage.work()
    moment = datetime.fromisoformat("2026-11-23T10:10")

    def launch() -> None:
        campaigns.append(stage.launch(dice.sample(phones, 3)))

    def write() -> None:
        for _ in range(dice.randrange(1, 4)):
            stage.hear(dice.choice([*phones, "+14155550123"]), dice.choice(WORDS))

    def report() -> None:
        for message in stage.outbound(dice.choice(campaigns)):
            if message.provider_sid:
                status = dice.choice(["delivered", "delivered", "failed", "undelivered", "sent"])
                params = {"MessageSid": message.provider_sid, "MessageStatus": status, "ErrorCode": "30003"}
                tracking.record_status(params, message.id, clock.now())

    def finish() -> None:
        finishing.finish(dice.choice(campaigns), None, clock.now())

    actions = [launch, write, write, write, stage.work, stage.work, report, report, finish]
    for _ in range(30):
        moment += timedelta(minutes=dice.choice([1, 1, 1, 2, 300]))
        at(moment.isoformat())
        dice.choice(actions)()
        if dice.random() < 0.3:
            sweeping.sweep(clock.now(), clock.machine_now())
        assert recounting.differences() == []
    assert tallied("outbound/delivered") > 0
    assert tallied("inbound/answered") > 0


def test_changes_of_many_rows_at_once_are_counted(stage: Stage) -> None:
    campaign = stage.launch([new_phone() for _ in range(20)])
    stage.work()
    some = select(OutboundMessage.id).where(OutboundMessage.campaign_id == campaign).limit(7)
    db.session.execute(update(OutboundMessage).where(OutboundMessage.id.in_(some)).values(status="failed"))
    db.session.execute(update(Conversation).values(status="ended", opened_at=None))
    db.session.execute(delete(OutboundMessage).where(OutboundMessage.status == "failed"))
    db.session.commit()
    assert recounting.differences() == []
    assert tallied("outbound/failed") == 0
    assert tallied("conversations/ended/unopened") == 20


def test_what_is_rolled_back_was_never_counted(stage: Stage) -> None:
    stage.launch([new_phone()])
    db.session.execute(update(Conversation).values(status="open"))
    assert tallied("conversations/open") == 1
    db.session.rollback()
    assert tallied("conversations/open") == 0


def test_a_message_that_is_there_already_is_not_counted_again(stage: Stage) -> None:
    for _ in range(2):
        stage.hear("+14155550123", "hello", MessageSid="SM" + "a" * 32)
    assert tallied("inbound/unmatched") == 1


def test_the_sweep_folds_every_part_into_one(stage: Stage) -> None:
    campaign = stage.launch([new_phone() for _ in range(3)])
    stage.work()
    before = stage.numbers(campaign)
    sweeping.sweep(clock.now(), clock.machine_now())
    assert db.session.scalars(select(Tally.part)).all() == [0] * len(db.session.scalars(select(Tally)).all())
    assert stage.numbers(campaign) == before
    assert recounting.differences() == []


def test_recount_names_what_differs_and_repair_sets_it_right(stage: Stage) -> None:
    campaign, other = stage.launch([new_phone(), new_phone()]), stage.launch([new_phone()])
    for wrong in (campaign, other):
        db.session.execute(text("UPDATE tallies SET n = 9 WHERE campaign_id = :id"), {"id": wrong})
    db.session.commit()
    what = "conversations/waiting"
    assert recounting.differences(campaign) == [recounting.Difference(campaign, what, 9, 2)]
    assert recounting.repair(campaign) == [recounting.Difference(campaign, what, 9, 2)]
    assert recounting.differences() == [recounting.Difference(other, what, 9, 1)]


def test_the_command_says_by_its_exit_status_whether_they_agree(stage: Stage) -> None:
    campaign = stage.launch([new_phone()])
    run = stage.app.test_cli_runner().invoke
    assert run(args=["campaign", "recount", str(campaign), "--json"]).exit_code == 0
    db.session.execute(update(Tally).values(n=Tally.n + 1))
    db.session.commit()
    different = run(args=["campaign", "recount"])
    assert different.exit_code == 1
    assert f"campaign {campaign}: conversations/waiting: tally 2, rows 1" in different.output
    assert run(args=["campaign", "recount", "--repair"]).exit_code == 0
    assert run(args=["campaign", "recount"]).exit_code == 0


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_transactions_count_in_one_campaign_without_waiting(stage: Stage) -> None:
    stage.launch([new_phone(), new_phone()])
    stage.work()
    first, second = db.session.scalars(select(Conversation.id).order_by(Conversation.id)).all()
    db.session.rollback()
    with db.engine.connect() as one, db.engine.connect() as other:
        other.execute(text("SET lock_timeout = '2s'"))
        one.execute(update(Conversation).where(Conversation.id == first).values(status="completed"))
        other.execute(update(Conversation).where(Conversation.id == second).values(status="completed"))
        # The sweep waits for neither.
        db.session.execute(text("SET LOCAL lock_timeout = '2s'"))
        recounting.fold()
        other.commit()
        one.commit()
    assert tallied("conversations/completed") == 2
    assert recounting.differences() == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_folding_beside_writers_loses_nothing(app: Flask, stage: Stage) -> None:
    stage.launch([new_phone()])
    stage.work()
    together = threading.Barrier(3)

    def write(sender: str) -> None:
        with app.app_context():
            together.wait()
            for n in range(40):
                row = {"provider_sid": f"{sender}{n}", "sender": SENDER, "from_address": "+1", "body": ""}
                at = {"received_at": clock.now(), "contact_key": "+1", "params": {}}
                db.session.execute(insert(InboundMessage).values(**row, **at))
                db.session.commit()

    threads = [threading.Thread(target=write, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    together.wait()
    while any(thread.is_alive() for thread in threads):
        recounting.fold()
        assert recounting.differences() == []
    for thread in threads:
        thread.join()
    assert tallied("inbound/waiting") == 80


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated(request: pytest.FixtureRequest, tmp_path: Path) -> Flask:
    url = f"sqlite:///{tmp_path / 'migrated.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_url")
    return create_app({"SQLALCHEMY_DATABASE_URI": url, "TESTING": True, "SECRET_KEY": "tests"})


def test_the_migration_counts_what_is_there_already_and_can_be_taken_back(migrated: Flask) -> None:
    folder = str(ROOT / "migrations")
    with migrated.app_context():
        upgrade(directory=folder, revision="0006")
        for sid, key in (("SM1", "+525500998877"), ("SM2", "+521")):
            db.session.execute(
                text(
                    "INSERT INTO inbound_messages (provider_sid, sender, from_address, contact_key, body, params,"
                    " received_at) VALUES (:sid, '+1', :key, :key, 'hola', '{}', '2026-11-23 10:00:00')"
                ),
                {"sid": sid, "key": key},
            )
        db.session.commit()
        upgrade(directory=folder)
        assert tallied("inbound/waiting") == 2
        assert recounting.differences() == []
        assert db.session.scalars(select(InboundMessage.ending).order_by(InboundMessage.id)).all() == [
            *("8877", "+521")
        ]
        db.session.execute(update(InboundMessage).values(outcome="unmatched"))
        db.session.commit()
        assert recounting.differences() == []
        downgrade(directory=folder, revision="0006")
        assert db.session.scalar(text("SELECT count(*) FROM inbound_messages")) == 2
        db.session.rollback()
        db.engine.dispose()
