"""Every route there is, asked by those who may not: a new one is closed until somebody opens it on purpose."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from smartchat import clock
from smartchat.services.operations import users
from smartchat.web.security import OPEN_BLUEPRINTS, OPEN_ENDPOINTS
from tests.hostile.signing_in import through_link

OWN = {"auth.logout", "auth.language", "auth.login", "auth.link"}
"""What everybody does with his own account."""
TRIED = {"trying.turn"}
"""Plays a chatbot in memory: nothing is stored and nothing is sent."""


def routes(app: Flask, method: str) -> Iterator[tuple[str, str]]:
    """Each route's endpoint, and an address of it."""
    words = {
        "file_format": "tsv",
        "step_id": "PAGA",
        "token": "x",
        "filename": "app.css",
        "decision": "leave",
    }
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()):
            values = {name: words.get(name, 1) for name in rule.arguments}
            yield rule.endpoint, adapter.build(rule.endpoint, values, method=method)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_stranger_is_sent_to_sign_in_from_every_address(
    app: Flask, client: FlaskClient, method: str
) -> None:
    for endpoint, address in routes(app, method):
        if endpoint in OPEN_ENDPOINTS or endpoint.partition(".")[0] in OPEN_BLUEPRINTS:
            continue
        answer = client.open(address, method=method)
        assert (answer.status_code, answer.location.startswith("/login")) == (303, True), address


def test_what_is_open_to_strangers_is_known(app: Flask) -> None:
    assert {"twilio", "health"} == OPEN_BLUEPRINTS
    assert {"static", "auth.login", "auth.link", "auth.language", "favicon"} == OPEN_ENDPOINTS


def test_a_viewer_changes_nothing_on_any_address(app: Flask) -> None:
    with app.app_context():
        token = users.make_link(users.add("viewer@example.com", "viewer", None), clock.machine_now())
    viewer = app.test_client()
    through_link(viewer, token)
    for endpoint, address in routes(app, "POST"):
        if endpoint in OWN | TRIED or endpoint.startswith("twilio."):
            continue
        assert viewer.post(address).status_code == 403, address
