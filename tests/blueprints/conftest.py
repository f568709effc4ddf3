"""The operator's desk for the tests of the pages."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
import time_machine
from flask import Flask

from smartchat import clock
from smartchat.services.operations import users
from tests.blueprints.desk import Desk


@pytest.fixture
def at() -> Iterator[Callable[[str], None]]:
    """Sets the time, which then stands still: at("2026-11-23T10:00") is ten in the morning at UTC−05:00."""
    travellers: list[time_machine.travel] = []

    def travel(instant: str) -> None:
        for old in travellers:
            old.stop()
        travellers[:] = [time_machine.travel(datetime.fromisoformat(f"{instant}-05:00"), tick=False)]
        travellers[0].start()

    travel("2026-11-23T10:00")
    yield travel
    for old in travellers:
        old.stop()


@pytest.fixture
def desk(app: Flask, at: Callable[[str], None]) -> Desk:
    """Monday 10:00 at UTC−05:00, an operator is signed in, nothing is there yet."""
    with app.app_context():
        token = users.make_link(users.add("operator@example.com", "operator", None), clock.now())
    client = app.test_client()
    assert client.post(f"/login/{token}").status_code == 303
    return Desk(app, client)
