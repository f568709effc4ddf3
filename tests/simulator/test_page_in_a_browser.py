"""The script of the phone page, in a real browser: it sends, it keeps itself up to date, it disturbs nobody."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from twilio.rest import Client

from tests.simulator.conftest import SENDER
from tests.simulator_server import RunningSimulator

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that fails the test if its script does."""
    context = browser.new_context(locale="es-MX", viewport={"width": 375, "height": 800})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    yield page
    context.close()
    assert errors == []


def test_what_is_sent_appears_without_leaving_the_page(
    client: Client, simulator: RunningSimulator, page: Page, phone: str
) -> None:
    client.messages.create(to=phone, from_=SENDER, body="¿Podrá pagar a tiempo?")
    page.goto(f"{simulator.url}/phones/{phone}")
    page.evaluate("window.stayed = true")
    page.get_by_label("Mensaje").fill("Sí, mañana")
    page.keyboard.press("Enter")
    expect(page.locator(".own .text").last).to_have_text("Sí, mañana")
    expect(page.locator(".own .state").last).to_have_text("SmartChat lo recibió")
    expect(page.get_by_label("Mensaje")).to_have_value("")
    page.get_by_role("button", name="Foto").click()
    expect(page.locator(".own img")).to_be_visible()
    page.get_by_role("button", name="STOP").click()
    expect(page.locator(".banner")).to_be_visible()
    assert page.evaluate("window.stayed") is True
    assert page.evaluate("document.documentElement.scrollWidth") == 375


def test_a_new_message_appears_and_a_half_written_one_stays(
    client: Client, simulator: RunningSimulator, page: Page, phone: str
) -> None:
    client.messages.create(to=phone, from_=SENDER, body="primero")
    page.goto(f"{simulator.url}/phones/{phone}")
    page.get_by_label("Mensaje").fill("a medio escrib")
    client.messages.create(to=phone, from_=SENDER, body="segundo")
    expect(page.locator(".theirs .text").last).to_have_text("segundo")
    expect(page.get_by_label("Mensaje")).to_have_value("a medio escrib")


def test_a_phone_that_nobody_wrote_to_can_begin(simulator: RunningSimulator, page: Page, phone: str) -> None:
    page.goto(f"{simulator.url}/phones/{phone}")
    page.get_by_label("¿A qué remitente escribe?").fill(SENDER)
    page.get_by_label("Mensaje").fill("Buenos días")
    page.get_by_role("button", name="Enviar").click()
    expect(page.locator(".own .text").last).to_have_text("Buenos días")
    expect(page.get_by_role("button", name="STOP")).to_be_visible()
