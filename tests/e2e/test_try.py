"""A trial over night: what is written after closing is answered at the opening, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.stand import Stand

pytestmark = pytest.mark.browser


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def javascript(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def beginning(page: Page, stand: Stand) -> Page:
    """The page of the example chatbot, on Monday morning."""
    page.goto(f"{stand.url}/chatbots")
    page.locator("a", has_text="Recordatorio de pago").first.click()
    page.locator("a[href$='/try']").click()
    return page


@pytest.fixture
def trial(beginning: Page) -> Page:
    """The trial, begun with typed values."""
    page = beginning
    for name, value in (("NOMBRE", "Lucía"), ("MONTO", "1350.50"), ("FECHA", "2026-11-30")):
        page.fill(f"#data-{name}", value)
    page.keyboard.press("Enter")
    expect(page.locator(".bubble-theirs").first).to_contain_text("Hola Lucía")
    return page


def write(page: Page, text: str) -> None:
    """As a contact does: the cursor is in the field already."""
    before = page.locator(".bubble-mine").count()
    expect(page.locator("#say")).to_be_focused()
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.locator(".bubble-mine")).to_have_count(before + 1)


def test_what_waits_over_night_is_answered_as_one_turn_at_the_opening(trial: Page) -> None:
    write(trial, "claro que sí")
    expect(trial.locator(".verdict strong")).to_have_text("Sí")
    write(trial, "la segunda")
    trial.click("button[value=friday]")
    expect(trial.locator(".clock strong")).to_have_text("20:59")
    trial.click("button[value=hour]")
    expect(trial.locator(".clock strong")).to_have_text("21:59")
    answers = trial.locator(".bubble-theirs").count()
    write(trial, "pues mire")
    write(trial, "tres")
    expect(trial.locator(".bubble-mine .state-wait")).to_have_count(2)
    expect(trial.locator(".bubble-theirs")).to_have_count(answers)
    trial.click("button[value=opening]")
    expect(trial.locator(".clock strong")).to_have_text("08:00")
    expect(trial.locator(".bubble-theirs")).to_have_count(answers + 1)
    expect(trial.locator(".verdict").last).to_contain_text(re.compile("PAGOS = 3.*2 "))
    expect(trial.locator(".bubble-theirs").last).to_be_in_viewport()


def test_a_wrong_value_is_said_beside_its_field_and_nowhere_else(beginning: Page) -> None:
    beginning.fill("#data-NOMBRE", "Lucía")
    beginning.fill("#data-MONTO", "1,350")
    beginning.fill("#data-FECHA", "2026-11-30")
    beginning.keyboard.press("Enter")
    expect(beginning.locator("#data-MONTO-error")).to_contain_text("1,350")
    expect(beginning.locator("#data-MONTO")).to_be_focused()
    expect(beginning.locator("#request-failed")).to_be_hidden()
