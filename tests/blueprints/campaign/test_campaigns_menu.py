"""The campaigns menu: search and select a chatbot, its campaigns, Finish."""

import re

import pytest
from flask import Flask
from sqlalchemy import event

from smartchat import clock
from smartchat.db import db
from smartchat.services.operations import users
from tests.blueprints.desk import PARTIAL, Desk, words

PHONES = [f"+5255009900{n:02}" for n in range(10)]


def test_the_start_page_leads_to_the_menu(desk: Desk) -> None:
    answer = desk.client.get("/")
    assert (answer.status_code, answer.location) == (303, "/campaigns")


@pytest.mark.parametrize("typed", ["cobranza", "COBRANZA", "ágil", "agil cobr", "  Cobranza   Ágil "])
def test_search_finds_a_chatbot_whatever_the_case_the_accents_and_the_order(desk: Desk, typed: str) -> None:
    desk.chatbot(name="Cobranza Ágil")
    desk.chatbot(name="Encuesta")
    found = desk.client.get("/campaigns", query_string={"q": typed}).text
    assert "Cobranza Ágil" in found
    assert "Encuesta" not in found


@pytest.mark.parametrize("typed", ["%", "_", "\\", "no such thing"])
def test_search_takes_signs_as_signs(desk: Desk, typed: str) -> None:
    desk.chatbot(name="Cobranza")
    page = desk.page("/campaigns", query_string={"q": typed})
    assert "Cobranza" not in page
    assert f"No chatbot has “{typed}” in its name." in page


def test_typing_gets_only_the_list_of_chatbots(desk: Desk) -> None:
    desk.chatbot(name="Cobranza")
    answer = desk.client.get("/campaigns?q=cobr", headers=PARTIAL)
    assert answer.text.strip().startswith('<div id="chatbots">')
    assert "Cobranza" in answer.text
    assert "<html" not in answer.text
    assert "HX-Request-Type" in answer.headers["Vary"]


def test_more_chatbots_than_fit_are_counted(desk: Desk) -> None:
    for n in range(15):
        desk.chatbot(name=f"Encuesta {n:02}")
    page = desk.page("/campaigns")
    assert "Encuesta 11" in page
    assert "Encuesta 12" not in page
    assert "3 more: search by name." in page
    assert "Encuesta 12" in desk.page("/campaigns?q=encuesta+12")


def test_a_chosen_chatbot_shows_its_campaigns_alone_and_leads_to_a_new_one(desk: Desk) -> None:
    one, other = desk.chatbot(name="Uno"), desk.chatbot(name="Dos")
    desk.draft(one, name="De uno")
    desk.draft(other, name="De dos")
    page = desk.client.get(f"/campaigns?chatbot={one}").text
    assert "De uno" in page
    assert "De dos" not in page
    assert f'href="/campaigns/new?chatbot={one}"' in page
    assert re.search(rf'href="/campaigns\?chatbot={one}" aria-current="true"', page)


def test_the_links_to_chatbots_keep_what_was_typed(desk: Desk) -> None:
    chatbot = desk.chatbot(name="Uno")
    assert f'href="/campaigns?chatbot={chatbot}&amp;q=un"' in desk.client.get("/campaigns?q=un").text


def test_without_a_chosen_chatbot_all_campaigns_are_there_newest_first(desk: Desk) -> None:
    desk.draft(desk.chatbot(name="Uno"), name="Primera")
    desk.draft(desk.chatbot(name="Dos"), name="Segunda")
    page = desk.page("/campaigns")
    assert page.index("Segunda") < page.index("Primera")


def test_an_unknown_chatbot_is_a_page_that_says_so(desk: Desk) -> None:
    assert desk.client.get("/campaigns?chatbot=77").status_code == 404


def test_numbers_of_a_row_add_up(desk: Desk) -> None:
    """Three contacts, two messages each: six sent, one of the contacts answered and was answered."""
    campaign = desk.launch(desk.chatbot(), PHONES[:3])
    desk.work()
    desk.hear(PHONES[0], "sí")
    desk.work()
    desk.launch(desk.chatbot(name="Otro"), PHONES[3:5], name="Sin enviar")
    rows = re.findall(r"<tr>.*?</tr>", desk.client.get("/campaigns").text, re.DOTALL)
    sent = words(next(row for row in rows if f"/campaigns/{campaign}" in row))
    waiting = words(next(row for row in rows if "Sin enviar" in row))
    # Contacts, sent, delivered, failed, answered, waiting.
    assert "Active 3 7 2 0 1 0 Finish" in sent
    assert "Active 2 0 0 0 0 2 Finish" in waiting


def test_a_page_of_campaigns_costs_the_same_however_many_they_are(desk: Desk, app: Flask) -> None:
    chatbot = desk.chatbot()
    statements: list[str] = []

    def queries() -> int:
        statements.clear()
        desk.page("/campaigns")
        return len(statements)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    desk.launch(chatbot, PHONES[:1])
    few = queries()
    for n in range(8):
        desk.launch(desk.chatbot(name=f"Otro {n}"), PHONES[:1])
    assert queries() == few


def test_more_campaigns_than_fit_have_pages(desk: Desk) -> None:
    chatbot = desk.chatbot()
    for n in range(22):
        desk.draft(chatbot, name=f"Campaña {n:02}")
    first, second = desk.page("/campaigns"), desk.page(f"/campaigns?chatbot={chatbot}&page=2")
    assert "Campaña 21" in first
    assert "Campaña 01" not in first
    assert "Page 1 of 2" in first
    assert "Campaña 01" in second
    assert "Page 2 of 2" in desk.page("/campaigns?page=99")
    assert "Page 1 of 2" in desk.page("/campaigns?page=-1")


def test_only_active_campaigns_can_be_finished(desk: Desk) -> None:
    chatbot = desk.chatbot()
    draft, active = desk.draft(chatbot), desk.launch(chatbot)
    page = desk.client.get("/campaigns").text
    assert f"/campaigns/{active}/finish" in page
    assert f"/campaigns/{draft}/finish" not in page


def test_a_viewer_sees_campaigns_and_no_buttons_that_change_something(desk: Desk, app: Flask) -> None:
    active = desk.launch(desk.chatbot())
    with app.app_context():
        token = users.make_link(users.add("viewer@example.com", "viewer", None), clock.now())
    viewer = app.test_client()
    viewer.post(f"/login/{token}")
    menu, campaign = viewer.get("/campaigns").text, viewer.get(f"/campaigns/{active}").text
    assert "Noviembre" in menu
    for page in (menu, campaign):
        assert "/finish" not in page
        assert "/campaigns/new" not in page
    assert viewer.get(f"/campaigns/{active}/finish").status_code == 403
    assert viewer.get("/campaigns/new").status_code == 403


def test_names_are_shown_as_written_never_as_markup(desk: Desk) -> None:
    desk.draft(desk.chatbot(name="<b>Negrita</b>"), name="<script>alert(1)</script>")
    page = desk.client.get("/campaigns").text
    assert "<script>alert" not in page
    assert "<b>Negrita" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_menu_speaks_spanish_when_the_browser_does(desk: Desk) -> None:
    desk.launch(desk.chatbot())
    page = desk.page("/campaigns", headers={"Accept-Language": "es-MX"})
    for word in ("Campañas", "Nueva campaña", "Activa", "Finalizar", "Enviados"):
        assert word in page
