"""Guessing passwords: counted, refused before the hash, and never a way to lock an operator out for good."""

import fcntl
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from smartchat import clock, create_app
from smartchat.db import Base, db
from smartchat.services.operations import guessing, users

EMAIL, PASSWORD = "ana@example.com", "correct horse battery"
TOO_MANY = "There were too many attempts to sign in."
OTHERS = "Others are signing in at this moment."


@pytest.fixture
def ana(app: Flask) -> str:
    with app.app_context():
        users.add(EMAIL, "operator", PASSWORD)
    return EMAIL


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that were compared with a hash; here that costs nothing."""
    asked: list[str] = []

    def compare(_hash: str, password: str) -> bool:
        asked.append(password)
        return password == PASSWORD

    monkeypatch.setattr(users, "check_password_hash", compare)
    return asked


def attempt(
    client: FlaskClient,
    password: str = "wrong",
    email: str = EMAIL,
    address: str = "203.0.113.7",
    **more: str,
) -> TestResponse:
    return client.post(
        "/login",
        data={"email": email, "password": password},
        environ_overrides={"REMOTE_ADDR": address},
        headers=more,
    )


def statuses(answers: Iterator[TestResponse]) -> list[int]:
    return [answer.status_code for answer in answers]


def refused(client: FlaskClient) -> dict[str, int]:
    """The counters of /metrics, by reason."""
    found = re.findall(
        r'^smartchat_sign_in_refused_total\{why="(\w+)"\} (\d+)$', client.get("/metrics").text, re.M
    )
    return {why: int(count) for why, count in found if int(count)}


def test_after_200_wrong_passwords_the_right_one_is_refused_too(
    app: Flask, ana: str, hashes: list[str]
) -> None:
    answers = statuses(attempt(app.test_client(), f"wrong {n}") for n in range(200))
    assert answers == [422] * 10 + [429] * 190
    answer = attempt(app.test_client(), PASSWORD)
    assert answer.status_code == 429
    assert len(hashes) == 10


def test_a_refusal_says_when_to_try_again_in_a_header_and_in_both_languages(
    app: Flask, client: FlaskClient, ana: str, hashes: list[str]
) -> None:
    for _ in range(10):
        attempt(client)
    answer = attempt(client, PASSWORD)
    assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60 + 1
    assert TOO_MANY in answer.text
    assert "15 minutes" in answer.text
    spanish = attempt(client, PASSWORD, Accept_Language="es")
    assert "Hubo demasiados intentos de iniciar sesión." in spanish.text
    assert "15 minutos" in spanish.text


def test_an_address_is_refused_whatever_accounts_it_tries(
    app: Flask, client: FlaskClient, hashes: list[str]
) -> None:
    answers = statuses(attempt(client, email=f"{n}@example.com") for n in range(60))
    assert answers == [422] * 50 + [429] * 10
    assert attempt(client, address="203.0.113.8").status_code == 422
    assert refused(client) == {"wrong": 51, "address": 10}


def test_an_account_is_refused_from_whatever_addresses_it_is_tried(
    client: FlaskClient, ana: str, hashes: list[str]
) -> None:
    answers = statuses(attempt(client, address=f"198.51.100.{n}") for n in range(110))
    assert answers == [422] * 100 + [429] * 10
    assert attempt(client, email="other@example.com").status_code == 422
    assert refused(client)["account"] == 10


def test_there_is_a_limit_for_all_together(client: FlaskClient, hashes: list[str]) -> None:
    answers = statuses(
        attempt(client, email=f"{n}@example.com", address=f"198.51.{n // 250}.{n % 250}") for n in range(310)
    )
    assert answers == [422] * 300 + [429] * 10
    assert refused(client)["all"] == 10


def test_a_case_or_a_space_more_is_no_other_account(client: FlaskClient, ana: str, hashes: list[str]) -> None:
    written = ["ana@example.com", "ANA@example.com ", "Ana@Example.Com"]
    answers = statuses(attempt(client, email=written[n % 3]) for n in range(12))
    assert answers == [422] * 10 + [429] * 2


def test_addresses_of_ipv6_count_by_64_bits(client: FlaskClient, ana: str, hashes: list[str]) -> None:
    answers = statuses(attempt(client, address=f"2001:db8:0:1::{n:x}") for n in range(12))
    assert answers == [422] * 10 + [429] * 2
    assert attempt(client, address="2001:db8:0:2::1").status_code == 422


def test_strangers_cannot_keep_a_browser_out_that_its_operator_has_used(
    app: Flask, client: FlaskClient, ana: str, hashes: list[str]
) -> None:
    assert attempt(client, PASSWORD).status_code == 303
    client.post("/logout")
    strangers = [attempt(app.test_client(), address=f"198.51.100.{n}") for n in range(105)]
    assert strangers[-1].status_code == 429
    for _ in range(12):
        attempt(app.test_client())  # also from the operator's own address
    assert attempt(app.test_client(), PASSWORD, address="192.0.2.1").status_code == 429
    assert attempt(client, PASSWORD).status_code == 303


def test_a_browser_that_is_known_gets_its_own_ten_attempts_and_only_for_its_operator(
    app: Flask, client: FlaskClient, ana: str, hashes: list[str]
) -> None:
    attempt(client, PASSWORD)
    client.post("/logout")
    assert statuses(attempt(client) for _ in range(12)) == [422] * 10 + [429] * 2
    answers = statuses(attempt(client, email="other@example.com") for _ in range(12))
    assert answers == [422] * 10 + [429] * 2
    forged = app.test_client()
    forged.set_cookie(guessing.KNOWN_BROWSER, "forged")
    for _ in range(10):
        attempt(forged, address="192.0.2.9")
    assert attempt(forged, PASSWORD, address="192.0.2.9").status_code == 429


def test_the_one_time_link_works_while_passwords_are_refused(
    app: Flask, client: FlaskClient, ana: str, hashes: list[str]
) -> None:
    for _ in range(11):
        attempt(client)
    with app.app_context():
        user = users.by_email(EMAIL)
        assert user is not None
        token = users.make_link(user, clock.machine_now())
    assert client.post(f"/login/{token}").location == "/campaigns"
    client.post("/logout")
    assert attempt(client, PASSWORD).status_code == 303  # the link made the browser known


def test_while_one_password_is_compared_on_a_machine_others_are_sent_away_at_once(
    app: Flask, client: FlaskClient, ana: str, hashes: list[str], tmp_path: Path
) -> None:
    with Path(app.config["INSTANCE"], guessing.HASHING).open("w") as other_process:
        fcntl.flock(other_process, fcntl.LOCK_EX)
        answer = attempt(client, PASSWORD)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "2")
        assert OTHERS in answer.text
        assert "Otras personas están iniciando sesión" in attempt(client, Accept_Language="es").text
    assert hashes == []
    assert attempt(client, PASSWORD).status_code == 303
    assert refused(client) == {"busy": 2}


def test_each_refusal_is_a_line_of_the_log_without_the_address_of_the_operator(
    client: FlaskClient, ana: str, hashes: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, guessing.__name__)
    for _ in range(11):
        attempt(client, "my secret")
    attempt(client, email="evil\n2026 line@example.com")
    lines = [record.getMessage() for record in caplog.records if record.name == guessing.__name__]
    assert lines[0] == "sign-in refused (wrong): a…@example.com from 203.0.113.7"
    assert lines[10] == "sign-in refused (account_and_address): a…@example.com from 203.0.113.7"
    assert len(lines) == 12
    for told in (EMAIL, "my secret", "evil", "\n"):
        assert told not in "".join(lines)


@pytest.mark.parametrize(("proxies", "counted"), [(0, [429] * 2), (1, [422, 422]), (2, [429] * 2)])
def test_behind_proxies_the_address_is_what_the_trusted_ones_say(
    app: Flask, ana: str, hashes: list[str], proxies: int, counted: list[int]
) -> None:
    """None by default: anybody can send the header."""
    behind = create_app({**app.config, "TRUSTED_PROXIES": proxies})
    client = behind.test_client()
    for n in range(10):
        attempt(client, X_Forwarded_For=f"192.0.2.{n}, 198.51.100.1" if proxies == 2 else f"192.0.2.{n}")
    last = "192.0.2.77, 198.51.100.1" if proxies == 2 else "192.0.2.77"
    if proxies == 2:  # what the client itself wrote before the proxies' own is not believed
        for n in range(10):
            attempt(client, X_Forwarded_For=f"10.0.0.{n}, 192.0.2.77, 198.51.100.1")
    assert statuses(attempt(client, X_Forwarded_For=last) for _ in range(2)) == counted


def test_where_redis_is_away_the_process_counts_for_itself(
    app: Flask, tmp_path: Path, hashes: list[str]
) -> None:
    alone = create_app({**app.config, "REDIS_URL": "unix:///nowhere.sock"})
    with alone.app_context():
        users.add(EMAIL, "operator", PASSWORD)
    client = alone.test_client()
    assert statuses(attempt(client) for _ in range(12)) == [422] * 10 + [429] * 2
    assert refused(client) == {"wrong": 10, "account_and_address": 2}


def test_the_counts_are_of_all_processes(app: Flask, ana: str, hashes: list[str]) -> None:
    others = create_app(dict(app.config)).test_client()
    answers = statuses(attempt(client) for _ in range(6) for client in (app.test_client(), others))
    assert answers == [422] * 10 + [429] * 2
    assert refused(others) == {"wrong": 10, "account_and_address": 2}


def test_a_webhook_meets_no_limit_and_no_session(app: Flask) -> None:
    with app.app_context():
        Base.metadata.drop_all(db.engine, tables=[Base.metadata.tables["operator_sessions"]])
    client = app.test_client()
    client.set_cookie("session", "anything")
    assert statuses(client.post("/twilio/inbound") for _ in range(320)) == [403] * 320
    hooks = (*app.before_request_funcs.get(None, ()), *app.after_request_funcs.get(None, ()))
    assert not [hook for hook in hooks if "limiter" in getattr(hook, "__module__", repr(hook))]
