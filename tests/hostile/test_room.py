"""What comes from outside has room in its column, or is refused in words: PostgreSQL takes neither less nor a NUL."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from smartchat import clock
from smartchat.db import db
from smartchat.domain.script_file.parsing import parse_script_file
from smartchat.models import InboundMessage, OptOut
from smartchat.services.builder import chatbots
from tests.blueprints.conftest import at  # noqa: F401 - ten in the morning
from tests.blueprints.conversation.test_twilio import INBOUND, post
from tests.blueprints.desk import SCRIPT, Desk

USERNAME = "whatsapp:" + "ñ" * 128
"""As long as WhatsApp's usernames may be."""


@pytest.fixture
def database_url(postgresql_tables: str) -> str:
    return postgresql_tables


@pytest.fixture
def desk(app: Flask, client: FlaskClient, at: Callable[[str], None]) -> Desk:  # noqa: F811
    return Desk(app, client)


@pytest.mark.parametrize("body", ["Hola", "STOP"])
def test_a_contact_without_a_number_is_stored_by_his_username(
    app: Flask, client: FlaskClient, body: str
) -> None:
    params = {**INBOUND, "From": USERNAME, "To": "whatsapp:+15005550006", "Body": body}
    assert post(client, app, "/twilio/inbound", params).status_code == 200
    with app.app_context():
        assert db.session.scalars(select(InboundMessage.from_address)).all() == [USERNAME]
        assert len(db.session.scalars(select(OptOut.id)).all()) == (body == "STOP")


@pytest.mark.parametrize("field", ["MessageSid", "From", "To", "MessagingServiceSid"])
def test_what_there_is_no_room_for_is_refused_by_its_name(
    app: Flask, client: FlaskClient, field: str
) -> None:
    answer = post(client, app, "/twilio/inbound", {**INBOUND, field: "x" * 161})
    assert answer.status_code == 400
    assert f"{field} is too long" in answer.text


def test_a_status_that_nobody_can_number_changes_nothing(app: Flask, client: FlaskClient) -> None:
    params = {**INBOUND, "MessageStatus": "undelivered", "ErrorCode": "²" * 20}
    for number in ("1" + "0" * 30, "-1", "x"):
        assert post(client, app, f"/twilio/status?message={number}", params).status_code == 200


def test_an_error_code_that_is_no_number_is_none(app: Flask, client: FlaskClient, desk: Desk) -> None:
    desk.launch(desk.chatbot())
    desk.work()
    for code in ("²", "9" * 30):
        sid = "SM" + "0" * 32
        params = {**INBOUND, "MessageSid": sid, "MessageStatus": "undelivered", "ErrorCode": code}
        assert post(client, app, "/twilio/status?message=1", params).status_code == 200


@pytest.mark.parametrize("sign", ["\\u0000", "\\ud800"])
@pytest.mark.parametrize("where", ["name", "text"])
def test_a_script_with_signs_that_are_none_is_refused(app: Flask, sign: str, where: str) -> None:
    text = json.dumps(SCRIPT).replace("Recordatorio" if where == "name" else "Hola", f"Ho{sign}la")
    assert sign in text
    document, problems = parse_script_file(text.encode())
    with app.app_context():
        if not problems:
            imported = chatbots.import_script(document, None, clock.now())
            problems = imported.problems
    assert problems


def test_a_chatbot_whose_name_grows_in_plain_letters_is_found(app: Flask, desk: Desk) -> None:
    desk.chatbot(name="ﷺ" * 200)


@pytest.mark.parametrize("value", ["Car\0los", "Car\x01los\x0b"])
def test_a_cell_with_a_control_sign_still_makes_an_opening(app: Flask, desk: Desk, value: str) -> None:
    import io

    from smartchat.services.campaign import launching
    from smartchat.services.contact_file import importing

    chatbot_id = desk.chatbot()
    with app.app_context():
        file = io.BytesIO(f"CONTACT\tNOMBRE\n+525500998877\t{value}\n".encode())
        made: Any = importing.create_campaign("N", chatbot_id, file, "a.tsv", None, clock.now())
        if made.campaign_id is None:
            return  # refused in words
        assert launching.launch(made.campaign_id, None, clock.now()).done
    desk.work()
    with app.app_context():
        from smartchat.models import OutboundMessage

        assert any("Hola" in body for body in db.session.scalars(select(OutboundMessage.body)))
