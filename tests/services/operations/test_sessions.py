"""Sessions of operators, on both databases, by the databases' own clocks."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from smartchat import clock
from smartchat.db import begin_for, db
from smartchat.domain.operations import session_life
from smartchat.models import OperatorSession, User
from smartchat.services.operations import sessions, users


@pytest.fixture
def ana(app: Flask) -> Iterator[User]:
    with app.app_context():
        yield users.add("ana@example.com", "operator", None)
        db.session.rollback()
        begin_for("POST")


def earlier(by: timedelta) -> None:
    """Moves the last use that was noted back."""
    kept = db.session.scalars(select(OperatorSession)).one()
    db.session.execute(update(OperatorSession).values(seen_at=kept.seen_at - by))
    db.session.commit()


def seen_for() -> timedelta:
    """How long ago the last use was noted, by the machine's clock, which is the databases' too here."""
    db.session.rollback()
    return clock.machine_now() - db.session.scalars(select(OperatorSession.seen_at)).one()


def test_a_session_is_its_operators_until_it_is_ended(ana: User) -> None:
    one, other = sessions.begin(ana), sessions.begin(ana)
    assert sessions.user_of(one, True) == sessions.user_of(other, True) == ana
    sessions.end(one)
    assert sessions.user_of(one, True) is None
    assert sessions.user_of(other, True) == ana
    assert sessions.user_of("", True) is None


def test_twelve_hours_without_use_end_it_by_the_databases_clock(ana: User) -> None:
    token = sessions.begin(ana)
    earlier(session_life.IDLE - timedelta(seconds=30))
    assert sessions.user_of(token, False) == ana
    earlier(timedelta(seconds=31))
    assert sessions.user_of(token, False) is None


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_use_is_noted_beside_a_transaction_that_reads_or_writes(ana: User, method: str) -> None:
    """A form's transaction holds SQLite's write lock: noting must not wait for it, that would be for itself."""
    token = sessions.begin(ana)
    earlier(session_life.IDLE / 2)
    begin_for(method)
    assert sessions.user_of(token, False) == ana
    assert seen_for() > session_life.IDLE / 3
    db.session.rollback()
    used = sessions.user_of(token, True)
    assert used is not None
    assert used.email == "ana@example.com"
    assert seen_for() < timedelta(minutes=5)


def test_a_transaction_of_somebody_elses_is_left_alone(ana: User) -> None:
    token = sessions.begin(ana)
    earlier(session_life.IDLE / 2)
    ana.language = "es"
    db.session.flush()
    assert sessions.user_of(token, True) == ana
    db.session.commit()
    assert ana.language == "es"
    assert seen_for() > session_life.IDLE / 3
