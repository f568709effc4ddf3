"""The chatbots' pages: list, import and export, templates, the sender."""

import io
import json
import re
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from smartchat import clock
from smartchat.db import db
from smartchat.models import Campaign, Chatbot
from smartchat.services.builder import chatbots
from smartchat.services.operations import users
from tests.blueprints import scenes


@pytest.fixture
def chatbot_id(app: Flask) -> int:
    with app.app_context():
        return scenes.chatbot()


def upload(client: FlaskClient, content: object, name: str = "chatbot.json") -> Any:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return client.post("/chatbots/import", data={"file": (io.BytesIO(data), name)})


def save_sender(client: FlaskClient, chatbot_id: int, sender: str) -> None:
    """Changes the sender in the builder's settings, and saves."""
    hours = {"opens": "08:00", "closes": "21:00", "utc_offset": "-05:00"}
    settings = {"name": "Recordatorio", "language": "es", "sender": sender, "revision": "0", **hours}
    assert client.post(f"/chatbots/{chatbot_id}/settings", data=settings).status_code == 303
    assert client.post(f"/chatbots/{chatbot_id}/save", data={"revision": "1"}).status_code == 303


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html[html.index("<main") :]))


def count(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Chatbot)) or 0


def test_the_list_names_sender_language_columns_and_campaigns(
    app: Flask, signed_in: FlaskClient, chatbot_id: int
) -> None:
    with app.app_context():
        scenes.draft([("+525500998877", "Carlos", "1")], chatbot_id=chatbot_id)
    html = signed_in.get("/chatbots").text
    for shown in ("Recordatorio", "+1 500 555 0006", "Spanish", "CONTACT", "NOMBRE", "MONTO"):
        assert shown in text_of(html)
    assert f'<a href="/campaigns?chatbot={chatbot_id}">1</a>' in html


def test_a_script_file_is_imported_and_shown(app: Flask, signed_in: FlaskClient) -> None:
    answer = upload(signed_in, scenes.SCRIPT)
    assert answer.status_code == 303
    assert answer.location == "/chatbots/1"
    assert "The chatbot was imported." in signed_in.get(answer.location).text


def test_the_problems_of_a_script_are_shown_with_step_and_remedy(app: Flask, signed_in: FlaskClient) -> None:
    steps = [*scenes.SCRIPT["steps"][:2], {"id": "HOLA", "type": "message", "text": "Hola {{NOMBREE}}"}]
    answer = upload(signed_in, {**scenes.SCRIPT, "steps": steps})
    assert answer.status_code == 422
    text = text_of(answer.text)
    assert "The chatbot was not imported." in text
    assert re.search(r"HOLA.*NOMBREE.*NOMBRE.*Correct", text)
    assert count(app) == 0


def test_the_problems_are_told_in_the_operators_language(signed_in: FlaskClient) -> None:
    data = {"file": (io.BytesIO(b"{"), "roto.json")}
    answer = signed_in.post("/chatbots/import", data=data, headers={"Accept-Language": "es-MX"})
    assert answer.status_code == 422
    assert "El archivo no es JSON" in answer.text


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"PK\x03\x04", b"[]", b"null", b'{"name": 1}', b"[" * 5000]
)
def test_what_is_no_script_is_refused_in_words(app: Flask, signed_in: FlaskClient, content: bytes) -> None:
    answer = upload(signed_in, content)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert count(app) == 0


def test_no_file_is_an_error_beside_the_field(signed_in: FlaskClient) -> None:
    answer = signed_in.post("/chatbots/import", data={})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_what_is_exported_imports_as_the_same_chatbot(
    app: Flask, signed_in: FlaskClient, chatbot_id: int
) -> None:
    answer = signed_in.get(f"/chatbots/{chatbot_id}/script.json")
    assert answer.headers["Content-Disposition"] == "attachment; filename=recordatorio.json"
    again = upload(signed_in, answer.data)
    with app.app_context():
        assert chatbots.export(int(again.location.rsplit("/", 1)[1])) == chatbots.export(chatbot_id)


def test_the_page_reads_like_the_conversation(signed_in: FlaskClient, chatbot_id: int) -> None:
    html = signed_in.get(f"/chatbots/{chatbot_id}").text
    said = re.findall(r'<p class="bubble bubble-out">(.*?)</p>', html, re.S)
    assert said[0] == 'Hola <span class="data">NOMBRE</span>.'
    assert said[1:4] == ["¿Podrá pagar?", "¿En cuántos pagos?", "¿Dónde?"]
    assert re.findall(r"<li>(Banco|Tienda|Transferencia)</li>", html) == ["Banco", "Tienda", "Transferencia"]
    text = text_of(html)
    assert "A whole number from 1 to 4 If it is not understood, it is asked once more" in text
    assert "Every day from 08:00 to 21:00 (UTC−05:00)" in text


def test_active_hours_of_its_own_are_shown(app: Flask, signed_in: FlaskClient) -> None:
    hours = {"opens": "09:30", "closes": "24:00", "utc_offset": "+05:30"}
    with app.app_context():
        chatbot_id = scenes.chatbot(active_hours=hours)
    text = text_of(signed_in.get(f"/chatbots/{chatbot_id}").text)
    assert "Every day from 09:30 to 24:00 (UTC+05:30)" in text


def test_texts_of_a_script_are_text_never_markup(app: Flask, signed_in: FlaskClient) -> None:
    steps = [{"id": "HOLA", "type": "message", "text": "<b>Hola</b> & co"}]
    with app.app_context():
        chatbot_id = scenes.chatbot(steps=steps)
    assert "&lt;b&gt;Hola&lt;/b&gt; &amp; co" in signed_in.get(f"/chatbots/{chatbot_id}").text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("+15005550009", "+15005550009"),
        (" +1 (500) 555-0009 ", "+15005550009"),
        ("whatsapp:+15005550009", "whatsapp:+15005550009"),
        ("MG0123456789abcdef0123456789abcdef", "MG0123456789abcdef0123456789abcdef"),
    ],
)
def test_a_changed_sender_is_part_of_the_next_version(
    app: Flask, signed_in: FlaskClient, chatbot_id: int, typed: str, kept: str
) -> None:
    save_sender(signed_in, chatbot_id, typed)
    with app.app_context():
        version = chatbots.newest_version(chatbot_id)
        assert version is not None
        assert (version.number, version.script["sender"], version.chatbot.sender) == (2, kept, kept)


def test_campaigns_that_exist_keep_their_sender(app: Flask, signed_in: FlaskClient, chatbot_id: int) -> None:
    with app.app_context():
        campaign_id = scenes.draft([("+525500998877", "Carlos", "1")], chatbot_id=chatbot_id)
    save_sender(signed_in, chatbot_id, "+15005550009")
    with app.app_context():
        assert db.session.get_one(Campaign, campaign_id).sender == scenes.SENDER


def test_the_template_has_this_chatbots_columns(signed_in: FlaskClient, chatbot_id: int) -> None:
    answer = signed_in.get(f"/chatbots/{chatbot_id}/template.xlsx")
    assert "contacts-recordatorio.xlsx" in answer.headers["Content-Disposition"]
    rows = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0].values
    assert next(iter(rows)) == ("CONTACT", "NOMBRE", "MONTO")
    answer = signed_in.get(f"/chatbots/{chatbot_id}/template.tsv")
    assert answer.data.decode("utf-8-sig") == "CONTACT\tNOMBRE\tMONTO\r\n"


@pytest.mark.parametrize(
    "path",
    ["/chatbots/99", "/chatbots/99/template.xlsx", "/chatbots/99/script.json", "/chatbots/1/template.pdf"],
)
def test_what_does_not_exist_is_404(signed_in: FlaskClient, chatbot_id: int, path: str) -> None:
    assert signed_in.get(path).status_code == 404


def test_a_viewer_looks_and_does_not_change(app: Flask, chatbot_id: int) -> None:
    with app.app_context():
        token = users.make_link(users.add("viewer@example.com", "viewer", None), clock.now())
    viewer = app.test_client()
    viewer.post(f"/login/{token}")
    page = viewer.get(f"/chatbots/{chatbot_id}")
    assert page.status_code == 200
    assert "<form" not in page.text[page.text.index("<main") :]
    assert "<form" not in (index := viewer.get("/chatbots").text)[index.index("<main") :]
    assert viewer.post("/chatbots", data={"name": "Otro", "language": "es"}).status_code == 403
    assert upload(viewer, scenes.SCRIPT).status_code == 403
    assert count(app) == 1
