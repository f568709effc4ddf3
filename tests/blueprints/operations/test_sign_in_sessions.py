"""A one-time link survives being looked at; a session is new at sign-in, and ends for good."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from smartchat import clock
from smartchat.db import db
from smartchat.domain.operations import session_life
from smartchat.models import OperatorSession, User
from smartchat.services.operations import users
from tests.blueprints.desk import PARTIAL

EMAIL, PASSWORD = "ana@example.com", "correct horse battery"
SECOND = timedelta(seconds=1)


@pytest.fixture
def path(app: Flask) -> str:
    """The path of a fresh sign-in link of Ana's."""
    with app.app_context():
        return new_link(users.add(EMAIL, "operator", PASSWORD))


def new_link(user: User) -> str:
    return f"/login/{users.make_link(user, clock.machine_now())}"


def another_link(app: Flask) -> str:
    with app.app_context():
        user = users.by_email(EMAIL)
        assert user is not None
        return new_link(user)


def is_in(client: FlaskClient) -> bool:
    return client.get("/campaigns").status_code == 200


def copied(app: Flask, client: FlaskClient) -> FlaskClient:
    """Another browser with a copy of this one's session cookie."""
    cookie = client.get_cookie("session")
    assert cookie is not None
    other = app.test_client()
    other.set_cookie("session", cookie.value)
    return other


def earlier(app: Flask, **columns: timedelta) -> None:
    """Moves moments of the one session back, by the database's own clock."""
    with app.app_context():
        kept = db.session.scalars(select(OperatorSession)).one()
        moved = {name: getattr(kept, name) - by for name, by in columns.items()}
        db.session.execute(update(OperatorSession).values(**moved))
        db.session.commit()


def test_looking_at_a_link_does_not_use_it_up(app: Flask, path: str) -> None:
    scanner = app.test_client()
    assert scanner.head(path).status_code == 200
    for _ in range(2):
        page = scanner.get(path)
        assert page.status_code == 200
        assert 'method="post"' in page.text
    assert not is_in(scanner)
    operator = app.test_client()
    assert operator.post(path).location == "/campaigns"
    assert is_in(operator)
    assert app.test_client().post(path).location == "/login"


def test_a_link_that_was_used_opens_no_page_with_a_button(app: Flask, client: FlaskClient, path: str) -> None:
    client.post(path)
    answer = app.test_client().get(path, follow_redirects=True)
    assert answer.request.path == "/login"
    assert "This sign-in link was used already or has expired" in answer.text


def test_the_button_of_a_link_needs_the_pages_token(app: Flask, client: FlaskClient, path: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert client.post(path).status_code == 400
    token = client.get(path).text.partition('name="csrf_token" value="')[2].partition('"')[0]
    assert client.post(path, data={"csrf_token": token}).location == "/campaigns"


@pytest.mark.parametrize("way", ["link", "password"])
def test_nothing_of_the_session_from_before_is_left_at_sign_in(
    app: Flask, client: FlaskClient, path: str, way: str
) -> None:
    with client.session_transaction() as session:
        session["planted"] = session["csrf_token"] = "by somebody else"
    if way == "link":
        client.post(path)
    else:
        client.post("/login", data={"email": EMAIL, "password": PASSWORD})
    assert is_in(client)
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != "by somebody else"


def test_signing_in_again_ends_the_session_that_the_browser_had(
    app: Flask, client: FlaskClient, path: str
) -> None:
    client.post(path)
    thief = copied(app, client)
    client.post(another_link(app))
    assert is_in(client)
    assert not is_in(thief)


def test_signing_out_ends_a_copied_cookie_too_and_no_other_browser(
    app: Flask, client: FlaskClient, path: str
) -> None:
    other = app.test_client()
    other.post(another_link(app))
    client.post(path)
    thief = copied(app, client)
    assert is_in(thief)
    client.post("/logout")
    assert not is_in(client)
    assert not is_in(thief)
    assert is_in(other)


@pytest.mark.parametrize(
    ("column", "limit"), [("seen_at", session_life.IDLE), ("begun_at", session_life.LONGEST)]
)
def test_a_session_ends_after_12_hours_without_use_and_14_days_at_most(
    app: Flask, client: FlaskClient, path: str, column: str, limit: timedelta
) -> None:
    client.post(path)
    earlier(app, **{column: limit - 30 * SECOND})
    assert is_in(client)
    earlier(app, **{column: 31 * SECOND + (limit if column == "seen_at" else timedelta(0))})
    assert not is_in(client)


def test_use_is_noted_and_a_page_that_refreshes_itself_is_no_use(
    app: Flask, client: FlaskClient, path: str
) -> None:
    client.post(path)
    earlier(app, seen_at=session_life.IDLE / 2)
    assert client.get("/campaigns", headers=PARTIAL).status_code == 200
    earlier(app, seen_at=session_life.IDLE / 4)
    assert is_in(client)  # a person's look: noted
    earlier(app, seen_at=session_life.IDLE / 2)
    assert client.get("/campaigns", headers=PARTIAL).status_code == 200


def test_a_form_is_use_too(app: Flask, client: FlaskClient, path: str) -> None:
    client.post(path)
    earlier(app, seen_at=session_life.IDLE / 2)
    assert client.post("/language", data={"language": "es"}).status_code == 303
    earlier(app, seen_at=session_life.IDLE * 3 / 4)
    assert is_in(client)


def test_sessions_that_are_over_are_taken_away_at_the_next_sign_in(
    app: Flask, client: FlaskClient, path: str
) -> None:
    client.post(path)
    earlier(app, seen_at=session_life.IDLE + SECOND)
    app.test_client().post(another_link(app))
    with app.app_context():
        assert len(db.session.scalars(select(OperatorSession)).all()) == 1


def test_a_deleted_operators_session_ends(app: Flask, client: FlaskClient, path: str) -> None:
    client.post(path)
    with app.app_context():
        db.session.execute(delete(User))
        db.session.commit()
    assert not is_in(client)


def test_a_deactivated_operator_is_out_and_stays_out(app: Flask, client: FlaskClient, path: str) -> None:
    client.post(path)
    later = another_link(app)
    run = app.test_cli_runner().invoke
    assert run(args=["user", "deactivate", EMAIL]).exit_code == 0
    assert not is_in(client)
    assert client.post("/login", data={"email": EMAIL, "password": PASSWORD}).status_code == 422
    assert client.get(later).location == client.post(later).location == "/login"
    refused = run(args=["user", "link", EMAIL])
    assert refused.exit_code == 1
    assert f"flask user activate {EMAIL}" in refused.output
    assert "(deactivated)" in run(args=["user", "list"]).output
    assert run(args=["user", "activate", EMAIL]).exit_code == 0
    assert client.get(later).location == "/login"  # what was handed out before stays closed
    client.post("/login", data={"email": EMAIL, "password": PASSWORD})
    assert is_in(client)


def test_a_new_password_ends_every_session_of_the_operator(
    app: Flask, client: FlaskClient, path: str
) -> None:
    client.post(path)
    done = app.test_cli_runner().invoke(args=["user", "password", EMAIL], input="another long phrase\n")
    assert done.exit_code == 0, done.output
    assert not is_in(client)
    client.post("/login", data={"email": EMAIL, "password": "another long phrase"})
    assert is_in(client)


def test_a_cookie_of_a_machine_whose_clock_is_ahead_is_taken(
    app: Flask, client: FlaskClient, path: str
) -> None:
    with time_machine.travel(clock.machine_now() + 10 * SECOND, tick=False):
        client.post(path)
    assert is_in(client)


def test_the_products_clock_ends_no_session(app: Flask, client: FlaskClient, path: str) -> None:
    client.post(path)
    for days in (-400, 10):
        with time_machine.travel(clock.machine_now() + timedelta(days=days), tick=False):
            assert is_in(client)


def test_a_copied_cookie_without_its_row_is_nobody(app: Flask, client: FlaskClient, path: str) -> None:
    client.post(path)
    with app.app_context():
        assert db.session.scalars(select(OperatorSession.token_hash)).one()
        with client.session_transaction() as session:
            assert session["token"] not in db.session.scalars(select(OperatorSession.token_hash)).all()
        db.session.execute(delete(OperatorSession))
        db.session.commit()
    assert not is_in(client)
