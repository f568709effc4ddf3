"""Settings: what is missing or wrong is said in a sentence, and production refuses to start half set up."""

import os
import secrets
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from simulator import settings as simulators
from smartchat import config, create_app, refused_settings
from smartchat.db import db
from tests.stand import ROOT

PRODUCTION = {
    "SMARTCHAT_ENV": "production",
    "SECRET_KEY": "7d1f0c5be4a2938671f0c5be4a29386f7d1f0c5be4a2938671f0c5be4a29386f",
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


@pytest.mark.parametrize(
    ("name", "written", "sentence"),
    [
        ("SECRET_KEY", "a", "SECRET_KEY has 1 characters, and 32 are the least"),
        ("SECRET_KEY", '…            # python -c "import secrets"', "SECRET_KEY is a placeholder"),
        ("SECRET_KEY", "change-me-please-change-me-please-0123456789", "SECRET_KEY is a placeholder"),
        ("SECRET_KEY", "a" * 64, "SECRET_KEY repeats a few letters"),
        ("PUBLIC_URL", "http://chat.example.com", "Write https://chat.example.com"),
        ("PUBLIC_URL", "https://chat.example.com/smartchat", "at the root of its name"),
        ("PUBLIC_URL", "https://chat.example.com?a=1", "at the root of its name"),
        ("PUBLIC_URL", "chat.example.com", "such as https://chat.example.com"),
        ("PUBLIC_URL", "https://[::1", "such as https://chat.example.com"),
        ("TWILIO_AUTH_TOKEN", "simulator", "TWILIO_AUTH_TOKEN is the simulator's"),
        ("SMARTCHAT_ENV", "prod", "write development or production"),
        ("SMARTCHAT_ENV", "Production", "write development or production"),
        ("DATABASE_URL", "mysql://root:hidden@127.0.0.1/smartchat", "DATABASE_URL begins with 'mysql'"),
        ("DATABASE_URL", "smartchat.db", "DATABASE_URL begins with 'smartchat.db'"),
        ("REDIS_URL", "127.0.0.1:6379", "write redis://host:6379/0"),
    ],
)
def test_production_refuses_what_leaves_the_door_open(
    environment: pytest.MonkeyPatch, name: str, written: str, sentence: str
) -> None:
    for setting, value in (PRODUCTION | {name: written}).items():
        environment.setenv(setting, value)
    with pytest.raises(config.BadSettings) as refused:
        config.load()
    assert sentence in str(refused.value)
    assert "hidden" not in str(refused.value)


def test_production_on_this_machine_alone_needs_no_https(environment: pytest.MonkeyPatch) -> None:
    for setting, value in (PRODUCTION | {"PUBLIC_URL": "http://127.0.0.1:5000"}).items():
        environment.setenv(setting, value)
    assert config.load()["PUBLIC_URL"] == "http://127.0.0.1:5000"


def test_a_key_made_as_the_readme_says_is_taken() -> None:
    for _ in range(2_000):
        made = PRODUCTION | {"SECRET_KEY": secrets.token_hex(32)}
        assert list(refused_settings.refusals(made)) == []


def test_several_refusals_are_said_at_once(environment: pytest.MonkeyPatch) -> None:
    for setting, value in (PRODUCTION | {"SECRET_KEY": "a", "PUBLIC_URL": "http://a.example"}).items():
        environment.setenv(setting, value)
    with pytest.raises(config.BadSettings, match=r"(?s)PUBLIC_URL.*SECRET_KEY"):
        config.load()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.20", "my-machine"])
def test_development_listens_on_this_machine_alone_unless_the_network_is_meant(
    environment: pytest.MonkeyPatch, host: str
) -> None:
    environment.setenv("HOST", host)
    with pytest.raises(config.BadSettings, match="set OPEN_TO_NETWORK=yes"):
        config.load()
    with pytest.raises(SystemExit):
        simulators.read(["--host", host], {})
    environment.setenv("OPEN_TO_NETWORK", "yes")
    assert config.load()["ENVIRONMENT"] == "development"
    assert simulators.read(["--host", host], {"OPEN_TO_NETWORK": "yes"}).host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_loopback_needs_no_such_word(environment: pytest.MonkeyPatch, host: str) -> None:
    environment.setenv("HOST", host)
    assert config.load()["ENVIRONMENT"] == "development"


@pytest.mark.parametrize("held", [b"", b"  \n", b"short", b"\xff\xfe" * 40])
def test_a_damaged_key_file_is_named(environment: pytest.MonkeyPatch, tmp_path: Path, held: bytes) -> None:
    (tmp_path / "secret_key").write_bytes(held)
    with pytest.raises(config.BadSettings, match="secret_key is damaged: it holds no key"):
        config.load()


@pytest.mark.parametrize("held", [b"\x89PNG\r\n\x00\xff\xfe", b"PORT=1\0\n"])
def test_a_binary_env_file_is_named(environment: pytest.MonkeyPatch, tmp_path: Path, held: bytes) -> None:
    (tmp_path / ".env").write_bytes(held)
    environment.setattr(config, "ROOT", tmp_path)
    with pytest.raises(config.BadSettings, match=r"\.env cannot be read: it is no text in UTF-8"):
        config.load()


def test_a_new_instance_folder_is_for_nobody_else_to_look_into(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.setenv("SMARTCHAT_INSTANCE", str(tmp_path / "new"))
    assert config.instance_folder().stat().st_mode & 0o777 == 0o700


def test_a_folder_that_was_there_keeps_the_rights_that_its_owner_gave_it(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tmp_path.chmod(0o750)
    assert config.instance_folder().stat().st_mode & 0o777 == 0o750


def spoiled(folder: Path, how: str) -> dict[str, str]:
    """Something that is wrong with the state of an installation, and the settings that name it."""
    instance = folder / "instance"
    if how == "a file where the folder should be":
        instance.write_text("")
    elif how == "a folder that cannot be written to":
        instance = Path("/proc")
    elif how == "a database that is none":
        instance.mkdir()
        (instance / "smartchat.db").write_bytes(b"this is no database at all " * 400)
    elif how == "a damaged database":
        instance.mkdir()
        with sqlite3.connect(instance / "smartchat.db") as made:
            made.execute("CREATE TABLE a (b)")
        with (instance / "smartchat.db").open("r+b") as file:
            file.seek(100)
            file.write(b"\xff" * 3_000)
    elif how == "an empty key":
        instance.mkdir()
        (instance / "secret_key").write_text("")
    else:
        return {"SMARTCHAT_INSTANCE": str(instance), "DATABASE_URL": "mysql://127.0.0.1/smartchat"}
    return {"SMARTCHAT_INSTANCE": str(instance)}


@pytest.mark.parametrize(
    "how",
    [
        "a file where the folder should be",
        "a folder that cannot be written to",
        "a database that is none",
        "a damaged database",
        "an empty key",
        "mysql",
    ],
)
def test_spoiled_state_is_named_before_anything_starts(
    environment: pytest.MonkeyPatch, tmp_path: Path, how: str
) -> None:
    for name, value in spoiled(tmp_path, how).items():
        environment.setenv(name, value)
    with pytest.raises(config.BadSettings, match=r"SMARTCHAT_INSTANCE|The database|secret_key|DATABASE_URL"):
        create_app()


def test_every_program_says_it_in_a_sentence_and_ends(tmp_path: Path) -> None:
    environment = {**os.environ, **spoiled(tmp_path, "a damaged database")}
    commands = (
        [sys.executable, "-m", "smartchat.running.run"],
        [sys.executable, "-m", "flask", "--app", "app", "db", "upgrade"],
        [sys.executable, "-m", "gunicorn", "app:app", "--bind", "127.0.0.1:0"],
        [sys.executable, "worker.py"],
    )
    started = [
        subprocess.Popen(words, cwd=ROOT, env=environment, stdout=-1, stderr=-2, text=True)
        for words in commands
    ]
    try:
        for words, process in zip(commands, started, strict=True):
            said, _ = process.communicate(timeout=60)
            assert process.returncode != 0, words
            assert "Traceback" not in said, said
            assert "cannot be used" in said, said
    finally:
        for process in started:
            process.kill()
            process.wait()
