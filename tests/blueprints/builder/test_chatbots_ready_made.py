"""The ready-made chatbots in the browser, and flows of Twilio Studio with branches."""

import io
import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from smartchat import ready_made
from smartchat.ready_made.about import PURPOSE
from smartchat.services.builder import chatbots
from tests.blueprints.desk import words
from tests.studio.flows import load

SPANISH = {"Accept-Language": "es-MX"}
KEYS = [f"{language}/{name}" for language in ("es", "en") for name in PURPOSE]


def test_the_page_offers_all_of_them_with_columns_and_parts(signed_in: FlaskClient) -> None:
    page = words(signed_in.get("/chatbots/new").text)
    for one in ready_made.ready_made():
        assert one.name in page
        assert one.description("en") in page
        assert one.opening[0] in page
        assert f"{one.opening_segments} to open, {one.total_segments} in a whole conversation" in page
    assert "CONTACT NOMBRE EMPRESA MONTO VENCE" in page


def test_those_in_the_language_of_the_interface_come_first(signed_in: FlaskClient) -> None:
    english = signed_in.get("/chatbots/new").text
    assert re.findall(r'value="(es|en)/payment-reminder"', english) == ["en", "es"]
    spanish = signed_in.get("/chatbots/new", headers=SPANISH).text
    assert re.findall(r'value="(es|en)/payment-reminder"', spanish) == ["es", "en"]


@pytest.mark.parametrize("key", KEYS)
def test_use_this_one_makes_a_chatbot_of_it(app: Flask, signed_in: FlaskClient, key: str) -> None:
    answer = signed_in.post("/chatbots", data={"template": key})
    assert (answer.status_code, answer.location) == (303, "/chatbots/1")
    with app.app_context():
        exported = chatbots.export(1)
    script = ready_made.script_of(key)
    assert exported is not None
    assert script is not None
    assert (exported["name"], exported["language"]) == (script["name"], script["language"])
    assert len(exported["steps"]) == len(script["steps"])
    assert signed_in.get(answer.location).status_code == 200


@pytest.mark.parametrize("name", ["appointment-reminder", "menu-in-spanish", "screener"])
def test_a_flow_with_branches_becomes_a_chatbot(app: Flask, signed_in: FlaskClient, name: str) -> None:
    content = io.BytesIO(json.dumps(load(name)).encode())
    answer = signed_in.post("/chatbots/import", data={"file": (content, "flow.json")})
    assert answer.status_code == 201
    with app.app_context():
        assert chatbots.export(1) is not None
