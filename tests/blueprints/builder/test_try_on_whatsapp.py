"""The page that tries a chatbot on WhatsApp: messages that are held, and an opening without a template."""

from typing import Any

import pytest

from tests.blueprints.builder.test_try import Handset
from tests.blueprints.desk import SCRIPT, SENDER, Desk, words

HELD = "Held: WhatsApp allows this message only within 24 hours of the contact's last message."
TEMPLATE = {"content_sid": f"HX{'0' * 32}", "variables": {}}
STEPS: list[dict[str, Any]] = [
    {"id": "SALUDO", "type": "message", "text": "Hola.", "template": TEMPLATE},
    {"id": "PAGOS", "type": "integer", "text": "¿En cuántos pagos?", "min": 1, "max": 4},
]
NO_TEMPLATE = (
    "WhatsApp lets a business begin only with an approved template, and step PAGOS would be sent first"
)


@pytest.fixture
def tester(desk: Desk) -> Handset:
    return Handset(desk, desk.chatbot(steps=STEPS, sender=f"whatsapp:{SENDER}"))


def test_what_whatsapp_does_not_let_leave_is_shown_as_held(tester: Handset) -> None:
    assert f"¿En cuántos pagos? {HELD} It leaves when the contact writes." in words(tester.html)


def test_what_was_held_leaves_when_the_contact_writes(tester: Handset) -> None:
    page = tester.writes("Hola")
    assert HELD not in page
    assert "Came before the question: no answer to it" in page
    assert "PAGOS = 3" in tester.writes("3")


def test_what_is_released_at_night_says_when_it_leaves(tester: Handset) -> None:
    tester.does("clock", date="2026-11-23", time="22:00")
    page = tester.writes("Hola")
    assert "¿En cuántos pagos? Waiting until 24 Nov at 08:00: outside the active hours" in page


def test_an_opening_without_a_template_is_said_beside_the_trial(desk: Desk) -> None:
    tester = Handset(desk, desk.chatbot(steps=STEPS[1:], sender=f"whatsapp:{SENDER}"))
    assert NO_TEMPLATE in words(tester.html)


def test_a_chatbot_without_a_sender_is_tried_from_the_installations(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(SCRIPT, "sender")
    desk.app.config["DEFAULT_SENDER"] = f"whatsapp:{SENDER}"
    assert HELD in words(Handset(desk, desk.chatbot(steps=STEPS)).html)


def test_on_sms_nothing_is_held_and_no_template_is_missed(desk: Desk) -> None:
    page = words(Handset(desk, desk.chatbot(steps=STEPS[1:])).html)
    assert HELD not in page
    assert NO_TEMPLATE not in page


def test_the_missing_template_is_said_before_the_trial_begins(desk: Desk) -> None:
    steps = [{"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"}, *STEPS[1:]]
    tester = Handset(desk, desk.chatbot(steps=steps, sender=f"whatsapp:{SENDER}"))
    assert "Start the conversation" in words(tester.html)
    assert NO_TEMPLATE in words(tester.html)


def test_the_buttons_of_a_template_can_be_tapped(desk: Desk) -> None:
    asked = {
        "id": "VA",
        "type": "binary",
        "text": "¿Irá?",
        "template": {**TEMPLATE, "buttons": ["Sí iré", "Cancelar"]},
    }
    tester = Handset(desk, desk.chatbot(steps=[asked], sender=f"whatsapp:{SENDER}"))
    assert 'value="tap:Cancelar"' in tester.html
    assert "VA = No (by a button)" in words(tester.does("tap:Cancelar"))
