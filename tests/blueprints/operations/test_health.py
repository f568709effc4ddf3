"""Alive, in order, and in numbers: without sign-in, and without telling anybody's business."""

import re
import shutil
import sqlite3
from collections import namedtuple
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text, update
from sqlalchemy.exc import OperationalError

from smartchat import clock
from smartchat.db import db
from smartchat.domain.operations.worker_roles import WorkerRole
from smartchat.models import Heartbeat
from smartchat.services.campaign import recounting
from smartchat.services.conversation import fetching, receiving
from smartchat.services.operations import beating, storage, sweeping
from tests.blueprints import scenes

PARTS = ("database", "disk", "redis", *WorkerRole)


def live(app: Flask) -> None:
    """Every role gives a sign of life."""
    sweep(app)
    with app.app_context():
        for role in WorkerRole:
            beating.beat(role, clock.machine_now())


def last_beat(app: Flask, role: WorkerRole, ago: timedelta) -> None:
    with app.app_context():
        mine = update(Heartbeat).where(Heartbeat.name == role)
        db.session.execute(mine.values(beat_at=clock.machine_now() - ago))
        db.session.commit()


def refuse_writes(app: Flask) -> None:
    """What SQLite says when the disk is full, to every write of a sign of life."""
    for when in ("INSERT", "UPDATE"):
        trigger = f"CREATE TRIGGER full_{when} BEFORE {when} ON heartbeats"
        with app.app_context(), db.engine.begin() as connection:
            connection.execute(text(f"{trigger} BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"))


def sweep(app: Flask) -> None:
    with app.app_context():
        sweeping.sweep(clock.now(), clock.machine_now())


def test_alive_without_a_database_or_redis(app: Flask, client: FlaskClient) -> None:
    app.config["REDIS_URL"] = "unix:///nowhere.sock"
    with app.app_context():
        db.session.execute(text("DROP TABLE users"))
        db.session.commit()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_ready_when_database_disk_redis_and_every_role_are_in_order(app: Flask, client: FlaskClient) -> None:
    live(app)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok", **dict.fromkeys(PARTS, "ok")})


def test_not_ready_before_the_sweep_has_ever_run(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {
        "status": "not ready",
        **dict.fromkeys(PARTS, "ok"),
        **dict.fromkeys(WorkerRole, "has never run"),
    }


@pytest.mark.parametrize("role", WorkerRole)
@pytest.mark.parametrize(("seconds", "status"), [(55, 200), (61, 503)])
def test_a_role_that_is_silent_for_a_minute_is_not_in_order(
    app: Flask, client: FlaskClient, role: WorkerRole, seconds: int, status: int
) -> None:
    live(app)
    last_beat(app, role, timedelta(seconds=seconds))
    answer = client.get("/readyz")
    assert answer.status_code == status
    assert answer.json is not None
    assert re.match("ok" if status == 200 else f"last ran {seconds} s ago", answer.json[role])
    assert {answer.json[other] for other in WorkerRole if other is not role} == {"ok"}


def test_a_sign_of_life_of_the_time_to_come_is_none_until_there_is_another(
    app: Flask, client: FlaskClient
) -> None:
    live(app)
    last_beat(app, WorkerRole.WORK, -timedelta(days=40))
    answer = client.get("/readyz")
    assert answer.json is not None
    assert answer.json["work"] == "the clock jumped: it last ran in the time to come"
    live(app)
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize(("seconds", "status"), [(55, 200), (61, 503)])
def test_a_start_after_a_night_off_counts_as_a_sign_of_life_for_a_minute(
    app: Flask, client: FlaskClient, seconds: int, status: int
) -> None:
    live(app)
    for role in WorkerRole:
        last_beat(app, role, timedelta(hours=9))
    with app.app_context():
        beating.start(WorkerRole, clock.machine_now() - timedelta(seconds=seconds))
        assert beating.still(clock.machine_now()) == (set() if status == 200 else set(WorkerRole))
    assert client.get("/readyz").status_code == status


def test_a_role_that_is_started_again_and_again_and_never_gets_going_is_found_out(app: Flask) -> None:
    with app.app_context():
        now = clock.machine_now()
        for seconds in (90, 60, 30, 0):
            beating.start([WorkerRole.SWEEP], now - timedelta(seconds=seconds))
        assert WorkerRole.SWEEP in beating.still(now)
        beating.beat(WorkerRole.SWEEP, now - timedelta(seconds=80))
        beating.start([WorkerRole.SWEEP], now)
        assert WorkerRole.SWEEP not in beating.still(now)


def test_a_start_does_not_hide_that_the_sweep_was_away_and_messages_are_to_be_fetched(app: Flask) -> None:
    with app.app_context():
        now = clock.machine_now()
        fetching.begin(now - timedelta(minutes=4), timedelta(minutes=5))
        beating.beat(WorkerRole.SWEEP, now - timedelta(minutes=3))
        beating.start([WorkerRole.SWEEP], now)
        assert fetching.begin(now, timedelta(minutes=5)) is not None


def test_a_sweep_whose_rounds_fail_is_silent(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> None:
        raise OperationalError("SELECT", {}, Exception("the tallies are broken"))

    monkeypatch.setattr(recounting, "fold", fails)
    with pytest.raises(OperationalError):
        sweep(app)
    answer = client.get("/readyz")
    assert answer.json is not None
    assert answer.json["sweep"] == "has never run"


def test_not_ready_while_the_disk_is_almost_full(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(app)
    few = namedtuple("few", "total used free")(10**12, 10**12, 47_900_000)
    monkeypatch.setattr(storage.shutil, "disk_usage", lambda _folder: few)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["disk"] == "almost full: 47 MB left"
    assert metrics(client)["smartchat_disk_free_bytes"] == 47_900_000


def test_not_ready_while_the_database_takes_no_writes(app: Flask, client: FlaskClient) -> None:
    live(app)
    refuse_writes(app)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["database"] == "takes no writes: database or disk is full"
    assert metrics(client)["smartchat_database_takes_writes"] == 0


def test_that_somebody_else_writes_is_no_fault(app: Flask, client: FlaskClient) -> None:
    live(app)
    path = app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert client.get("/readyz").status_code == 200


def test_the_database_is_written_to_once_in_a_while_however_many_ask(app: Flask, client: FlaskClient) -> None:
    live(app)
    client.get("/readyz")
    refuse_writes(app)
    assert client.get("/readyz").status_code == 200


def test_refused_webhooks_are_counted_and_make_nothing_unready(app: Flask, client: FlaskClient) -> None:
    live(app)
    client.post("/twilio/inbound", data={"Body": "x"})
    assert client.get("/readyz").status_code == 200
    assert metrics(client)['smartchat_webhooks_refused{why="unsigned"}'] == 1


def test_not_ready_without_redis_and_it_says_so(app: Flask, client: FlaskClient) -> None:
    live(app)
    app.config["REDIS_URL"] = "unix:///nowhere.sock"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert (answer.json["redis"], answer.json["database"]) == ("does not answer", "ok")


def test_not_ready_without_a_database_and_it_says_so(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    with app.app_context():
        db.engine.dispose()
    shutil.rmtree(tmp_path)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {
        "status": "not ready",
        "database": "does not answer",
        "disk": "unknown: its folder cannot be looked at",
        "redis": "ok",
        **dict.fromkeys(WorkerRole, "unknown"),
    }


def test_not_ready_while_the_database_is_not_up_to_date(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        db.session.execute(text("DROP TABLE heartbeats"))
        db.session.commit()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["sweep"] == "unknown: the database is not up to date"


def metrics(client: FlaskClient) -> dict[str, float]:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r'[a-z_]+(?:\{[a-z]+="[a-z_]+"\})? [0-9.]+', line) for line in lines)
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_metrics_count_what_waits(app: Flask, client: FlaskClient) -> None:
    hours = {"active_hours": {"opens": "00:00", "closes": "24:00"}}
    with app.app_context():
        chatbot_id = scenes.chatbot(**hours)
        scenes.launch([("+525500998877", "Carlos", "1")], chatbot_id=chatbot_id)
        scenes.hear("+525500998877", "sí")
        scenes.draft([("+525500998878", "Ana", "1")], chatbot_id=chatbot_id)
    sweep(app)
    numbers = metrics(client)
    assert numbers["smartchat_inbound_waiting"] == 1
    assert numbers["smartchat_outbound_waiting"] == numbers["smartchat_outbound_doubtful"] == 0
    assert numbers['smartchat_campaigns{status="active"}'] == 1
    assert numbers['smartchat_campaigns{status="draft"}'] == 1
    assert numbers['smartchat_campaigns{status="finished"}'] == 0
    assert 0 <= numbers["smartchat_oldest_due_seconds"] < 60
    assert 0 <= numbers["smartchat_sweep_age_seconds"] < 60


def test_metrics_say_up_to_when_twilios_list_was_compared(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        machine = clock.machine_now()
        fetching.begin(machine - timedelta(minutes=10), timedelta(minutes=5))
    assert 600 <= metrics(client)["smartchat_fetched_age_seconds"] < 660


def test_metrics_of_an_empty_installation_are_zero(client: FlaskClient) -> None:
    numbers = metrics(client)
    assert numbers.pop("smartchat_disk_free_bytes") > 0
    assert numbers.pop("smartchat_database_takes_writes") == 1
    assert set(numbers.values()) == {0}


def test_metrics_say_for_each_role_when_its_work_last_went_on(app: Flask, client: FlaskClient) -> None:
    live(app)
    last_beat(app, WorkerRole.CALL, timedelta(seconds=95))
    numbers = metrics(client)
    assert 95 <= numbers['smartchat_role_age_seconds{role="call"}'] < 155
    assert 0 <= numbers['smartchat_role_age_seconds{role="work"}'] < 60


def test_metrics_name_no_contact_and_no_secret(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        scenes.launch([("+525500998877", "Carlos", "1")])
        receiving.receive(
            {"MessageSid": "SM1", "From": "+525599999999", "To": scenes.SENDER, "Body": "secreto"},
            clock.now(),
        )
    shown = client.get("/metrics").text + client.get("/readyz").text
    for private in ("5500998877", "5599999999", "secreto", "Carlos", "SM1", app.config["SECRET_KEY"] + '"'):
        assert private not in shown


def test_what_follows_a_page_in_the_same_process_takes_the_write_lock_again(
    app: Flask, client: FlaskClient
) -> None:
    client.get("/login")
    with app.app_context():
        db.session.execute(text("SELECT 1"))
        path = app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
        other = sqlite3.connect(path, timeout=0, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()
        db.session.rollback()


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ({"X-Forwarded-For": "203.0.113.7"}, "127.0.0.1"),
        ({"Via": "1.1 proxy"}, "127.0.0.1"),
        ({"Host": "chat.example.com"}, "127.0.0.1"),
        ({}, "203.0.113.7"),
        ({"Authorization": "Bearer "}, "203.0.113.7"),
    ],
)
def test_metrics_are_for_this_machine_alone_and_a_proxy_is_not_taken_for_it(
    client: FlaskClient, headers: dict[str, str], address: str
) -> None:
    answer = client.get("/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": address})
    assert answer.status_code == 404


def test_with_a_token_metrics_are_for_who_brings_it_from_anywhere(app: Flask, client: FlaskClient) -> None:
    app.config["METRICS_TOKEN"] = "a token"
    elsewhere = {"REMOTE_ADDR": "203.0.113.7"}
    for brought, status in (
        ("Bearer a token", 200),
        ("Bearer b", 404),
        ("a token", 404),
        ("", 404),
        ("é", 404),
    ):
        answer = client.get("/metrics", headers={"Authorization": brought}, environ_overrides=elsewhere)
        assert answer.status_code == status, brought
    assert client.get("/metrics").status_code == 404
