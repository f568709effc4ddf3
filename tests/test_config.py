"""Settings: what is missing or wrong is said in a sentence, and production refuses to start half set up."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from smartchat import config, create_app
from smartchat.db import db
from tests.stand import ROOT

PRODUCTION = {
    "SMARTCHAT_ENV": "production",
    "SECRET_KEY": "x" * 64,
    "DATABASE_URL": "postgresql://smartchat@127.0.0.1/smartchat",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "PUBLIC_URL": "https://chat.example.com/",
    "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
    "TWILIO_AUTH_TOKEN": "token",
}


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("SMARTCHAT_INSTANCE", str(tmp_path))
    return monkeypatch


def test_development_needs_no_setting_at_all(environment: pytest.MonkeyPatch) -> None:
    settings = config.load()
    assert settings["SQLALCHEMY_DATABASE_URI"].startswith("sqlite:///")
    assert settings["REDIS_URL"].startswith("unix://")
    assert settings["TWILIO_API_URL"] == "http://127.0.0.1:5001"
    assert settings["PUBLIC_URL"] == "http://127.0.0.1:5000"


def test_the_secret_of_development_is_made_once(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert config.load()["SECRET_KEY"] == config.load()["SECRET_KEY"]
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("missing", sorted(set(PRODUCTION) - {"SMARTCHAT_ENV"}))
def test_production_refuses_to_start_without(environment: pytest.MonkeyPatch, missing: str) -> None:
    for name, value in PRODUCTION.items():
        if name != missing:
            environment.setenv(name, value)
    with pytest.raises(config.BadSettings, match=missing):
        config.load()


def test_production_talks_to_twilio_itself_over_safe_cookies(environment: pytest.MonkeyPatch) -> None:
    for name, value in PRODUCTION.items():
        environment.setenv(name, value)
    settings = config.load()
    assert settings["TWILIO_API_URL"] == ""
    assert settings["SQLALCHEMY_DATABASE_URI"].startswith("postgresql+psycopg://")
    assert settings["PUBLIC_URL"] == "https://chat.example.com"
    assert settings["SESSION_COOKIE_SECURE"] is True


@pytest.mark.parametrize("written", ["many", "0", "-1", "1.5"])
def test_a_number_that_is_none_is_named(environment: pytest.MonkeyPatch, written: str) -> None:
    environment.setenv("SEND_THREADS", written)
    with pytest.raises(config.BadSettings, match="SEND_THREADS"):
        config.load()


@pytest.mark.parametrize("written", ["soon", "-1", "2.5", "31"])
def test_a_turn_waits_whole_seconds_and_no_more_than_thirty(
    environment: pytest.MonkeyPatch, written: str
) -> None:
    environment.setenv("TURN_WAIT", written)
    with pytest.raises(config.BadSettings, match=r"TURN_WAIT is .* from 0 to 30, such as 2"):
        config.load()


def test_a_turn_need_not_wait_and_waits_two_seconds_by_default(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TURN_WAIT", "0")
    assert config.load()["TURN_WAIT"] == 0
    environment.delenv("TURN_WAIT")
    assert config.load()["TURN_WAIT"] == 2


def test_a_socket_whose_path_is_too_long_moves_to_the_temporary_files(tmp_path: Path) -> None:
    long = tmp_path / ("x" * 120)
    assert len(os.fsencode(config.redis_socket(long))) <= config.SOCKET_PATH_LIMIT
    assert config.redis_socket(long) != config.redis_socket(tmp_path / ("y" * 120))


def test_bad_settings_are_a_sentence_and_no_trace(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "SMARTCHAT_INSTANCE": str(tmp_path),
        "SMARTCHAT_NOW": "tomorrow",
    }
    for command in (
        [sys.executable, "-m", "flask", "--app", "app", "chatbot", "list"],
        [sys.executable, "worker.py"],
    ):
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert "2026-11-23T22:00:00-05:00" in done.stderr


def test_postgresql_gets_a_small_pool(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setenv("DATABASE_URL", "postgres://smartchat@127.0.0.1/smartchat")
    environment.setenv("DB_POOL_SIZE", "3")
    options = config.load()["SQLALCHEMY_ENGINE_OPTIONS"]
    assert (options["pool_size"], options["hide_parameters"]) == (3, True)


@pytest.mark.parametrize(("written", "pragma"), [("", 1), ("normal", 1), ("FULL", 2)])
def test_sqlite_waits_for_the_disk_as_the_setting_says(
    environment: pytest.MonkeyPatch, written: str, pragma: int
) -> None:
    environment.setenv("SQLITE_SYNCHRONOUS", written)
    app = create_app()
    with app.app_context():
        assert db.session.scalar(text("PRAGMA synchronous")) == pragma
        db.session.remove()
        db.engine.dispose()


def test_another_word_for_it_is_refused(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SQLITE_SYNCHRONOUS", "OFF")
    with pytest.raises(config.BadSettings, match="write NORMAL or FULL"):
        config.load()
