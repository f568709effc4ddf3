"""What every connection to PostgreSQL is asked, and when a transaction begins."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from smartchat import create_app
from smartchat import db as database
from smartchat.db import autocommit, db


@pytest.fixture
def app(postgresql_url: str) -> Iterator[Flask]:
    app = create_app({"SQLALCHEMY_DATABASE_URI": postgresql_url, "SECRET_KEY": "tests"})
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def end_all_others(url: str) -> None:
    """As a restart of the server does."""
    engine = create_engine(url)
    with engine.connect() as connection:
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(text(f"SELECT pg_terminate_backend(pid) {others}"))
    engine.dispose()


def pid() -> int:
    found = db.session.scalar(text("SELECT pg_backend_pid()"))
    db.session.rollback()
    return int(found)


def test_a_connection_that_died_while_it_lay_idle_costs_nobody_anything(
    app: Flask, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = pid()
    assert pid() == before
    end_all_others(postgresql_url)
    monkeypatch.setattr(database, "IDLE_SECONDS", 0.0)
    assert pid() != before


def test_a_statement_of_its_own_is_in_no_transaction_and_leaves_the_connection_as_it_was(app: Flask) -> None:
    with autocommit() as connection:
        driver: Any = connection.connection.driver_connection
        connection.execute(text("CREATE TABLE one (n integer)"))
        assert driver.info.transaction_status == 0
    db.session.execute(text("INSERT INTO one VALUES (1)"))
    assert db.session.connection().connection.driver_connection is driver
    assert not driver.autocommit
    db.session.rollback()
    assert db.session.scalar(text("SELECT count(*) FROM one")) == 0
