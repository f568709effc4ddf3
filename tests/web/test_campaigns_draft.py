"""The draft of a campaign: what will be sent, when and to whom, and its launch."""

from collections.abc import Callable

import pytest
from flask import Flask

from smartchat.db import db
from smartchat.models import Campaign
from tests.web.desk import Desk

PHONES = [f"+5255009900{n:02}" for n in range(30)]


def show(desk: Desk, campaign: int) -> str:
    return desk.page(f"/campaigns/{campaign}")


def status(app: Flask, campaign: int) -> str:
    with app.app_context():
        return db.session.get_one(Campaign, campaign).status


def test_a_draft_shows_the_opening_as_the_first_contact_will_get_it(desk: Desk) -> None:
    page = show(desk, desk.draft(desk.chatbot(), PHONES[:3]))
    assert "Hola Carlos. 1 SMS part" in page
    assert "would take fewer" not in page  # one part each: nothing to save
    assert "{{" not in page


def test_a_draft_shows_its_first_contacts_with_their_rows(desk: Desk) -> None:
    page = show(desk, desk.draft(desk.chatbot(), PHONES[:7]))
    assert f"2 {PHONES[0]} Carlos 3 {PHONES[1]} Carlos" in page
    assert PHONES[5] not in page
    assert "and 2 contacts more" in page


def test_a_draft_says_to_how_many_and_from_which_number_it_would_write(desk: Desk) -> None:
    page = show(desk, desk.draft(desk.chatbot(), PHONES[:3]))
    assert "Sends the opening to 3 contacts from +1 500 555 0006." in page


@pytest.mark.parametrize(
    "moment, sentence",
    [
        ("2026-11-23T10:00", "begin to go out at once, until 21:00 (UTC−05:00)"),
        ("2026-11-23T22:00", "go out from 24 Nov 2026, 08:00 on (UTC−05:00)"),
        ("2026-11-24T07:59", "go out from 24 Nov 2026, 08:00 on (UTC−05:00)"),
    ],
)
def test_a_draft_says_when_the_openings_would_go_out(
    desk: Desk, at: Callable[[str], None], moment: str, sentence: str
) -> None:
    draft = desk.draft(desk.chatbot())
    at(moment)
    assert sentence in show(desk, draft)


def test_signs_that_make_a_message_longer_are_named(desk: Desk) -> None:
    steps = [{"id": "A", "type": "message", "text": "Estimado cliente, í " + "x" * 60}]
    chatbot = desk.chatbot(steps=steps)
    draft = desk.upload("/campaigns", "CONTACT\n+525500998877\n", chatbot).location
    assert "2 SMS parts · without “í” it would take fewer" in desk.page(draft)


def test_a_draft_without_a_sender_says_so_and_has_no_launch_button(desk: Desk, app: Flask) -> None:
    app.config["DEFAULT_SENDER"] = ""
    chatbot = desk.chatbot(steps=[{"id": "A", "type": "message", "text": "Hola"}], sender=None)
    draft = desk.upload("/campaigns", "CONTACT\n+525500998877\n", chatbot).location
    assert "has no sender" in desk.page(draft)
    assert f'action="{draft}/launch"' not in desk.client.get(draft).text


def test_launch_makes_it_active_and_leads_to_its_page(desk: Desk, app: Flask) -> None:
    draft = desk.draft(desk.chatbot())
    answer = desk.client.post(f"/campaigns/{draft}/launch")
    assert (answer.status_code, answer.location) == (303, f"/campaigns/{draft}")
    page = show(desk, draft)
    assert "The campaign is launched." in page
    assert "by operator@example.com" in page
    assert status(app, draft) == "active"


def test_launching_twice_sends_once(desk: Desk) -> None:
    draft = desk.draft(desk.chatbot(), PHONES[:2])
    for _ in range(2):
        assert desk.client.post(f"/campaigns/{draft}/launch").status_code == 303
    desk.work()
    assert desk.tiles(draft)["Sent"] == 4  # two contacts, two messages each


def test_a_launch_that_is_refused_says_why(desk: Desk, app: Flask) -> None:
    draft = desk.draft(desk.chatbot(sender=None))
    app.config["DEFAULT_SENDER"] = ""
    desk.client.post(f"/campaigns/{draft}/launch")
    assert "has no sender" in show(desk, draft)
    assert status(app, draft) == "draft"


def test_a_get_never_launches_or_finishes(desk: Desk, app: Flask) -> None:
    draft, active = desk.draft(desk.chatbot()), desk.launch(desk.chatbot(name="Otro"))
    assert desk.client.get(f"/campaigns/{draft}/launch").status_code == 405
    desk.page(f"/campaigns/{active}/finish")
    assert (status(app, draft), status(app, active)) == ("draft", "active")
