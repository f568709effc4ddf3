"""Alive, in order, and in numbers: without sign-in, and without telling anybody's business."""

import re
import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text, update

from smartchat import clock
from smartchat.db import db
from smartchat.models import Heartbeat
from smartchat.services import fetching, receiving, sweeping
from tests.web import scenes


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


def test_ready_when_database_redis_and_sweep_are_in_order(app: Flask, client: FlaskClient) -> None:
    sweep(app)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (
        200,
        {"status": "ok", "database": "ok", "redis": "ok", "sweep": "ok"},
    )


def test_not_ready_before_the_sweep_has_ever_run(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {
        "status": "not ready",
        "database": "ok",
        "redis": "ok",
        "sweep": "has never run",
    }


@pytest.mark.parametrize(("seconds", "status"), [(59, 200), (61, 503)])
def test_a_sweep_that_is_silent_for_a_minute_is_not_in_order(
    app: Flask, client: FlaskClient, seconds: int, status: int
) -> None:
    sweep(app)
    with app.app_context():
        late = clock.machine_now() - timedelta(seconds=seconds)
        db.session.execute(update(Heartbeat).values(beat_at=late))
        db.session.commit()
    answer = client.get("/readyz")
    assert answer.status_code == status
    assert answer.json is not None
    assert answer.json["sweep"] == ("ok" if status == 200 else f"last ran {seconds} s ago")


def test_not_ready_without_redis_and_it_says_so(app: Flask, client: FlaskClient) -> None:
    sweep(app)
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
        "redis": "ok",
        "sweep": "unknown",
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
    assert set(metrics(client).values()) == {0}


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
