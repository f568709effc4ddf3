"""The payment reminder built from an empty chatbot: by keyboard alone, and without JavaScript."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.hands import Keyboard, steps_of

pytestmark = pytest.mark.browser
COLUMNS = (("NOMBRE", "TEXT"), ("MONTO", "NUMBER"), ("FECHA", "DATE"))
SAID = "Hola {{NOMBRE}}, su saldo de ${{MONTO}} vence el {{FECHA}}."
REMINDER: list[dict[str, Any]] = [
    *({"id": name, "type": "custom_data", "data_type": kind} for name, kind in COLUMNS),
    {"id": "SALDO_VENCE", "type": "message", "text": SAID},
    {"id": "PAGAR_TIEMPO", "type": "binary", "kind": "yes_no", "text": "¿Podrá pagar a tiempo?"},
    {"id": "FIN", "type": "end", "text": "¡Gracias, {{NOMBRE}}!"},
]


def test_the_payment_reminder_is_built_by_keyboard_alone(sign_in: Callable[[bool], Page]) -> None:
    page = sign_in(True)
    hands = Keyboard(page)
    hands.tab_to("#name")
    hands.type("Recordatorio a mano")
    hands.press("Enter")
    expect(page.locator("h1")).to_have_text("Recordatorio a mano")
    expect(page.locator(".add-menu button").first).to_be_focused()
    chatbot = page.url.split("?")[0]
    for number, (name, _) in enumerate(COLUMNS):
        hands.add("custom_data")
        hands.type(name)
        hands.press("Tab")
        for _ in range(number):
            hands.press("ArrowDown")
        hands.done(name)
        hands.next()
    hands.add("message")
    hands.type("Hola {{NOM")
    hands.press("Enter")
    hands.type(", su saldo de ${{mo")
    hands.press("Tab")
    hands.type(" vence el {{")
    hands.press("ArrowUp")
    hands.press("Enter")
    hands.type(".")
    expect(page.locator("#text")).to_have_value(SAID)
    expect(page.locator("#id")).to_have_value("SALDO_VENCE")
    hands.done("SALDO_VENCE")
    hands.next()
    hands.add("binary")
    hands.type("¿Podrá pagar a tiempo?")
    hands.done("PAGAR_TIEMPO")
    hands.next()
    hands.add("end")
    hands.type("¡Gracias, {{n")
    hands.press("Enter")
    hands.type("!")
    hands.done("FIN")
    hands.tab_to('button[formaction$="/save"]')
    hands.press("Enter")
    expect(page.locator(f'a[href$="{chatbot.rsplit("/", 1)[1]}/try"]')).to_be_focused()
    assert steps_of(page, chatbot) == REMINDER


def test_the_payment_reminder_is_built_without_javascript(sign_in: Callable[[bool], Page]) -> None:
    page = sign_in(False)
    page.locator("#name").fill("Recordatorio sin JavaScript")
    page.locator("#name").press("Enter")
    chatbot = page.url.split("?")[0]
    for step in REMINDER:
        if page.locator(".gap-last .add").count():
            page.locator(".gap-last .add").click()
        page.locator(f'button[value^="add {step["type"]}"]').click()
        if step["type"] == "custom_data":
            page.locator("#id").fill(step["id"])
            page.locator("#data_type").select_option(step["data_type"])
        else:
            page.locator("#text").fill(step["text"])
        page.locator("[data-done]").click()
        expect(page.locator(f"#step-{step['id']}")).to_be_visible()
    page.locator('button[value="up FIN"]').click()
    page.locator('button[value="undo"]').click()
    page.locator('button[formaction$="/save"]').click()
    assert steps_of(page, chatbot) == REMINDER


def test_a_step_is_dragged_before_another(sign_in: Callable[[bool], Page]) -> None:
    page = sign_in(True)
    page.locator("#name").fill("Arrastrar")
    page.locator("#name").press("Enter")
    for step_type in ("message", "end"):
        if page.locator(".gap-last .add").count():
            page.locator(".gap-last .add").click()
        page.locator(f'button[value^="add {step_type}"]').click()
        page.locator("[data-done]").click()
        expect(page.locator("#step-form")).to_have_count(0)
    listed = page.locator(".steps > .step")
    first, second = (listed.nth(at).get_attribute("data-step") for at in (0, 1))
    page.locator(f"#step-{second} .grip").drag_to(page.locator(f"#step-{first} .step-head"))
    expect(listed.nth(0)).to_have_attribute("data-step", str(second))
