"""The payment reminder built from an empty chatbot: by keyboard alone, and without JavaScript."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.stand import Stand

pytestmark = pytest.mark.browser
COLUMNS = (("NOMBRE", "TEXT"), ("MONTO", "NUMBER"), ("FECHA", "DATE"))
SAID = "Hola {{NOMBRE}}, su saldo de ${{MONTO}} vence el {{FECHA}}."
REMINDER: list[dict[str, Any]] = [
    *({"id": name, "type": "custom_data", "data_type": kind} for name, kind in COLUMNS),
    {"id": "SALDO_VENCE", "type": "message", "text": SAID},
    {"id": "PAGAR_TIEMPO", "type": "binary", "kind": "yes_no", "text": "¿Podrá pagar a tiempo?"},
    {"id": "FIN", "type": "end", "text": "¡Gracias, {{NOMBRE}}!"},
]


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    stand = Stand(tmp_path_factory.mktemp("builder"))
    yield stand
    stand.stop()


@pytest.fixture
def sign_in(stand: Stand, browser: Browser) -> Iterator[Callable[[bool], Page]]:
    """Gives a page with the operator signed in; any error in its console fails the test."""
    errors: list[str] = []
    contexts = []

    def signed_in(javascript: bool) -> Page:
        context = browser.new_context(locale="es-MX", java_script_enabled=javascript)
        contexts.append(context)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        page.goto(stand.flask("user", "link", "admin@example.com")["link"])
        page.goto(f"{stand.url}/chatbots")
        return page

    yield signed_in
    for context in contexts:
        context.close()
    assert errors == []


def steps_of(page: Page, chatbot: str) -> list[dict[str, Any]]:
    """The saved script's steps, without what every question has by itself."""
    script = page.request.get(f"{chatbot}/script.json").json()
    return [
        {key: value for key, value in step.items() if not key.startswith("retr")} for step in script["steps"]
    ]


class Keyboard:
    """Hands on the keyboard: nothing is clicked, and nothing is focused but by Tab."""

    def __init__(self, page: Page) -> None:
        self.page, self.press, self.type = page, page.keyboard.press, page.keyboard.type

    def tab_to(self, selector: str) -> None:
        for _ in range(60):
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            self.press("Tab")
        raise AssertionError(f"{selector} was not reached by Tab")

    def add(self, step_type: str) -> None:
        """From the open menu of steps to the first field of a new step."""
        self.tab_to(f'button[value^="add {step_type}"]')
        self.press("Enter")
        expect(
            self.page.locator(f".step-{step_type.replace('_', '-')} #step-form [autofocus]")
        ).to_be_focused()
        self.press("Control+A")

    def done(self, step_id: str) -> None:
        """Ends the form; the focus is where the next step is added."""
        self.press("Control+Enter")
        expect(self.page.locator(f"#step-{step_id} > .gap .add")).to_be_focused()

    def next(self) -> None:
        self.press("Enter")
        expect(self.page.locator(".add-menu button").first).to_be_focused()


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
