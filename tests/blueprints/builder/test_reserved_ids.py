"""Chatbots that were stored with an ID that is reserved today: shown with the problem; conversations go on."""

from copy import deepcopy

import pytest
from flask import Flask

from smartchat import clock
from smartchat.db import db
from smartchat.models import Campaign
from smartchat.services.builder import chatbots
from smartchat.services.campaign import launching
from tests.blueprints.desk import SCRIPT, Desk

PHONE = "+525500998877"


@pytest.fixture
def campaign(desk: Desk) -> int:
    return desk.launch(desk.chatbot())


@pytest.fixture
def chatbot(app: Flask, campaign: int) -> int:
    """As an older version let it be saved and launched: a question called TODAY, with today as its limit."""
    script = deepcopy(SCRIPT)
    script["steps"][2] = {"id": "TODAY", "type": "date", "text": "¿Qué día?", "min": "TODAY", "retries": 1}
    with app.app_context():
        version = db.session.get_one(Campaign, campaign).version
        version.script = script
        db.session.commit()
        app.extensions["smartchat_scripts"].clear()  # as the start of a process does
        return version.chatbot_id


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        ("/chatbots/{id}", "“TODAY” is a reserved word"),
        ("/chatbots/{id}/steps/TODAY", "¿Qué día?"),
        ("/chatbots/{id}/try", "TODAY"),
    ],
)
def test_its_pages_open_and_say_what_is_wrong(desk: Desk, chatbot: int, page: str, sentence: str) -> None:
    assert sentence in desk.page(page.format(id=chatbot))


def test_its_contacts_are_talked_with_to_the_end(desk: Desk, chatbot: int, campaign: int) -> None:
    desk.work()
    desk.hear(PHONE, "mañana")
    desk.work()
    transcript = desk.page(f"/conversations/{desk.conversation_id(campaign, PHONE)}")
    assert "¡Gracias, Carlos!" in transcript


def test_it_is_exported_and_its_file_is_refused_with_the_sentence(
    app: Flask, desk: Desk, chatbot: int
) -> None:
    with app.app_context():
        file = chatbots.export(chatbot)
        again = chatbots.import_script(file, None, clock.now())
    assert again.id is None
    assert [(p.code, p.step, p.place) for p in again.problems] == [("reserved_id", "TODAY", "/steps/2/id")]


def test_it_is_launched_again_only_without_the_word(app: Flask, desk: Desk, chatbot: int) -> None:
    draft = desk.draft(chatbot)
    with app.app_context():
        launched = launching.launch(draft, None, clock.now())
    assert [obstacle.code for obstacle in launched.obstacles] == ["chatbot_problems"]
