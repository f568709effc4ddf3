"""A new chatbot: from a ready-made one, or from a flow of Twilio Studio."""

import io
import json
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from smartchat import clock
from smartchat.db import db
from smartchat.models import Chatbot
from smartchat.services.builder import chatbots
from smartchat.services.operations import users
from tests.blueprints.desk import words
from tests.studio.flows import ask, flow, send, state, to

SPANISH = {"Accept-Language": "es-MX"}
LINEAR = flow(
    send("hello", "Hi {{flow.data.name}}, this is Oak Street.", "lookup"),
    state("lookup", "make-http-request", [to("success", "rating"), to("failed")]),
    ask("rating", "How was your visit?", "bye"),
    send("bye", "Thank you!"),
)


def upload(client: FlaskClient, content: object, **more: Any) -> Any:
    data = {"file": (io.BytesIO(json.dumps(content).encode()), "flow.json")}
    return client.post("/chatbots/import", data=data, **more)


def count(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Chatbot)) or 0


def test_what_is_not_ready_made_is_not_found(app: Flask, signed_in: FlaskClient) -> None:
    assert signed_in.post("/chatbots", data={"template": "es/nope"}).status_code == 404
    assert count(app) == 0


def test_a_viewer_starts_nothing(app: Flask) -> None:
    with app.app_context():
        token = users.make_link(users.add("viewer@example.com", "viewer", None), clock.now())
    viewer = app.test_client()
    viewer.post(f"/login/{token}")
    assert viewer.get("/chatbots/new").status_code == 403
    assert viewer.post("/chatbots", data={"template": "es/nps-survey"}).status_code == 403
    assert "/chatbots/new" not in viewer.get("/chatbots").text


def test_a_studio_flow_is_imported_and_says_what_was_left_out(app: Flask, signed_in: FlaskClient) -> None:
    answer = upload(signed_in, LINEAR)
    assert (answer.status_code, answer.headers["Location"]) == (201, "/chatbots/1")
    page = words(answer.text)
    assert "Some of it could not be carried over" in page
    assert "lookup make-http-request It asks another system for data." in page
    assert "Carried over Trigger hello rating bye" in page
    with app.app_context():
        exported = chatbots.export(1)
    assert exported is not None
    assert [step["id"] for step in exported["steps"]] == ["NAME", "HELLO", "RATING", "BYE"]


def test_a_flow_that_comes_along_whole_says_so(signed_in: FlaskClient) -> None:
    page = upload(signed_in, flow(send("hello", "Hi there."))).text
    assert "all of it" in page
    assert "Left out" not in page


def test_the_reasons_are_told_in_the_operators_language(signed_in: FlaskClient) -> None:
    assert "Pide datos a otro sistema." in upload(signed_in, LINEAR, headers=SPANISH).text


def test_a_flow_without_any_message_is_refused_with_its_widgets(app: Flask, signed_in: FlaskClient) -> None:
    answer = upload(signed_in, flow(state("call", "say-play", [to("audioComplete")])))
    assert answer.status_code == 422
    page = words(answer.text)
    assert "No message of the flow of Twilio Studio could be carried over" in page
    assert "call say-play It is for voice calls" in page
    assert count(app) == 0


def test_names_of_widgets_are_text_never_markup(signed_in: FlaskClient) -> None:
    document = flow(send("hello", "Hi.", "<b>x</b>"), state("<b>x</b>", "<i>y</i>", []))
    assert "<b>x</b>" not in upload(signed_in, document).text
