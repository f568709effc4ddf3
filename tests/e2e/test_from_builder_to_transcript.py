"""A chatbot built in the browser, tried with a row of the contact file, launched, and talked with as people write."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.stand import Stand, wait_for

pytestmark = pytest.mark.browser
PHONE = "+525500990201"
STEPS: list[tuple[str, dict[str, str]]] = [
    ("custom_data", {"id": "NOMBRE"}),
    ("message", {"text": "Hola {{NOMBRE}}.", "id": "SALUDO"}),
    ("multiple_choice", {"text": "¿Cómo pagará?", "options": "Banco\nTienda\nTransferencia", "id": "MEDIO"}),
    ("integer", {"text": "¿En cuántos pagos?", "id": "PAGOS"}),
    ("date", {"text": "¿Qué día?", "id": "DIA"}),
    ("end", {"text": "Anotado: {{MEDIO}}, {{PAGOS}}, {{DIA}}.", "id": "FIN"}),
]


@pytest.fixture(params=[True], ids=["javascript"])
def javascript(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def built(page: Page, stand: Stand) -> str:
    """The address of a chatbot that is built step by step, and saved."""
    page.goto(f"{stand.url}/chatbots")
    page.locator("#name").fill("Cobranza de principio a fin")
    page.locator("#name").press("Enter")
    expect(page.locator("h1")).to_have_text("Cobranza de principio a fin")
    for number, (step_type, fields) in enumerate(STEPS):
        if number:
            page.locator(".gap-last .add").click()
        # The focus moves when the page is whole: what is clicked or written before that may be swapped away.
        expect(page.locator(".add-menu button").first).to_be_focused()
        page.locator(f'button[value^="add {step_type}"]').click()
        expect(page.locator("#step-form [autofocus]")).to_be_focused()
        for name, value in fields.items():
            page.locator(f"#step-form #{name}").fill(value)
        page.locator("[data-done]").click()
        expect(page.locator(f"#step-{fields['id']} > .gap .add")).to_be_focused()
    page.locator('button[formaction$="/save"]').click()
    expect(page.locator("main")).to_contain_text("Versión 2")
    return page.url.split("?")[0]


def test_from_an_empty_chatbot_to_its_transcript(stand: Stand, page: Page, tmp_path: Path) -> None:
    chatbot = built(page, stand)
    contacts = tmp_path / "contactos.tsv"
    contacts.write_text(f"CONTACT\tNOMBRE\n{PHONE}\tCarlos\n", encoding="utf-8")
    page.goto(f"{stand.url}/campaigns/new?chatbot={chatbot.rsplit('/', 1)[1]}")
    page.get_by_label("Archivo").set_input_files(contacts)
    expect(page.locator("#check")).to_contain_text("1 contacto")
    page.get_by_role("button", name="Crear").click()
    expect(page.get_by_role("button", name="Lanzar")).to_be_visible()
    draft = page.url
    # Tried with row 2 of the file: nobody is written to.
    page.goto(f"{chatbot}/try")
    page.get_by_role("button", name="Iniciar con esta fila").click()
    expect(page.locator(".bubble-theirs").first).to_contain_text("Hola Carlos.")
    for text in ("con transferensia porfa", "quiero tres", "pasado mañana"):
        page.locator("#say").fill(text)
        page.locator("#say").press("Enter")
        expect(page.locator(".bubble-mine").last).to_contain_text(text)
    expect(page.locator(".bubble-theirs").last).to_contain_text("Anotado: Transferencia, 3, 2026-11-25.")
    assert stand.told(PHONE) == []
    # Launched and talked with: the transcript says the same.
    page.goto(draft)
    page.get_by_role("button", name="Lanzar").click()
    for answers, text in enumerate(("con transferensia porfa", "quiero tres", "pasado mañana"), 2):
        wait_for(lambda said=answers: len(stand.told(PHONE)) >= said)
        stand.write(PHONE, text)
    wait_for(lambda: stand.told(PHONE)[-1] == "Anotado: Transferencia, 3, 2026-11-25.")
    page.get_by_role("link", name="Contactos").first.click()
    page.locator("main table a").first.click()
    for value in ("Transferencia", "3", "2026-11-25"):
        expect(page.locator(".values")).to_contain_text(value)
