"""The main job in a real browser, on the product as `make run` starts it; each story also without JavaScript."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.stand import ROOT, Stand, wait_for

pytestmark = pytest.mark.browser
EXAMPLES = ROOT / "examples"
with_and_without_javascript = pytest.mark.parametrize(
    "javascript", [True, False], ids=["javascript", "plain html"]
)


def numbers_file(
    folder: Path, name: str, phones: list[str], headers: str = "CONTACT\tNOMBRE\tMONTO\tFECHA"
) -> Path:
    path = folder / name
    rows = "".join(f"{phone}\tCarlos\t1200\t2026-12-25\n" for phone in phones)
    path.write_text(f"{headers}\n{rows}", encoding="utf-8")
    return path


@with_and_without_javascript
def test_launch_reply_finish(stand: Stand, page: Page, tmp_path: Path, javascript: bool) -> None:
    phone = "+525500990001" if javascript else "+525500990002"
    contacts = numbers_file(tmp_path, "contactos.tsv", [phone])
    # The menu: search and select the chatbot, then a new campaign with it.
    page.get_by_role("searchbox").fill("recordatorio")
    if not javascript:
        page.get_by_role("button", name="Buscar").click()
    page.get_by_role("link", name="Recordatorio de pago").first.click()
    page.get_by_role("link", name="Nueva campaña").click()
    page.get_by_label("Nombre").fill("Cobranza de noviembre")
    page.get_by_label("Archivo").set_input_files(contacts)
    if javascript:
        expect(page.locator("#check")).to_contain_text("1 contacto")
    page.get_by_role("button", name="Crear").click()
    # The draft shows what the contact will get; launch.
    expect(page.get_by_role("heading", level=1)).to_contain_text("Cobranza de noviembre")
    expect(page.locator("main")).to_contain_text("Hola Carlos")
    page.get_by_role("button", name="Lanzar").click()
    opening = wait_for(lambda: (told := stand.told(phone)) and len(told) >= 2 and told)
    assert opening[0].startswith("Hola Carlos")
    stand.write(phone, "claro que sí")
    wait_for(lambda: len(stand.told(phone)) > len(opening))
    if not javascript:
        wait_for(lambda: page.reload() and "claro que sí" in page.content())
    expect(page.locator("main")).to_contain_text("claro que sí")
    # The transcript.
    page.get_by_role("link", name="Contactos").first.click()
    page.get_by_role("link", name=phone_as_shown(phone)).click()
    expect(page.locator(".bubble-in")).to_contain_text("claro que sí")
    page.go_back()
    page.go_back()
    # Finish, with a confirmation that says what it will do.
    page.get_by_role("link", name="Finalizar").or_(page.get_by_role("button", name="Finalizar")).first.click()
    expect(page.locator("main")).to_contain_text("1 conversación")
    page.get_by_role("button", name="Finalizar").last.click()
    expect(page.locator("main")).to_contain_text("Finalizada")
    answered = len(stand.told(phone))
    stand.write(phone, "¿sigue ahí?")
    page.goto(f"{stand.url}/inbox")
    expect(page.locator("main")).to_contain_text("¿sigue ahí?")
    assert len(stand.told(phone)) == answered


@with_and_without_javascript
def test_a_wrong_file_then_the_right_one(stand: Stand, page: Page, tmp_path: Path, javascript: bool) -> None:
    phone = "+525500990011" if javascript else "+525500990012"
    wrong_header = numbers_file(tmp_path, "mal.tsv", [phone], "CONTACT\tNOMBRES\tMONTO\tFECHA")
    wrong_cells = tmp_path / "celdas.tsv"
    wrong_cells.write_text(
        "CONTACT\tNOMBRE\tMONTO\tFECHA\n5512345678\tAna\tmil\t25/12/2026\n", encoding="utf-8"
    )
    right = numbers_file(tmp_path, "bien.tsv", [phone])
    page.goto(f"{stand.url}/campaigns/new?chatbot=1")
    page.get_by_label("Nombre").fill("Segundo intento")
    answer = page.locator("#check")

    def choose(path: Path) -> None:
        page.get_by_label("Archivo").set_input_files(path)
        if not javascript:
            page.get_by_role("button", name="Crear").click()

    choose(wrong_header)
    expect(answer).to_contain_text("NOMBRES")
    expect(answer).to_contain_text("NOMBRE")
    expect(page.get_by_label("Nombre")).to_have_value("Segundo intento")
    choose(wrong_cells)
    for word in ("5512345678", "mil", "25/12/2026", "Escriba 2026-12-25"):
        expect(answer).to_contain_text(word)
    expect(page.get_by_label("Nombre")).to_have_value("Segundo intento")
    choose(right)
    if javascript:
        expect(answer).to_contain_text("1 contacto")
        page.get_by_role("button", name="Crear").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Segundo intento")
    expect(page.get_by_role("button", name="Lanzar")).to_be_visible()


@with_and_without_javascript
def test_the_wrong_rows_are_filtered_and_a_country_code_mends_them(
    stand: Stand, page: Page, tmp_path: Path, javascript: bool
) -> None:
    path = numbers_file(tmp_path, "nacionales.tsv", [f"55123456{n}" for n in range(10, 40)])
    mixed = tmp_path / "mezcla.tsv"
    mixed.write_text(path.read_text() + "+525500990021\t\t1200\t2026-12-25\n", encoding="utf-8")
    page.goto(f"{stand.url}/campaigns/new?chatbot=1")
    page.get_by_label("Nombre").fill("Con clave")
    rows = page.locator(".to-correct tbody tr")

    def press(selector: str, chosen: Path) -> None:
        if not javascript:  # a browser does not keep the file from page to page
            page.get_by_label("Archivo").set_input_files(chosen)
        page.locator(selector).click()

    page.get_by_label("Archivo").set_input_files(mixed)
    if not javascript:
        page.get_by_role("button", name="Crear").click()
    expect(rows).to_have_count(21)
    press("#kind-missing_value", mixed)
    expect(rows).to_have_count(2)
    expect(rows.last).to_contain_text("32")
    expect(page.locator("#kind-missing_value")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("Archivo").set_input_files(path)
    if javascript:
        expect(rows).to_have_count(21)
    press("button[name=country_code]", path)
    expect(page.locator("button[name=as_written]")).to_be_visible()
    expect(page.locator("#check")).to_contain_text("30 contactos")
    expect(page.get_by_label("Nombre")).to_have_value("Con clave")
    if not javascript:
        page.get_by_label("Archivo").set_input_files(path)
    page.get_by_role("button", name="Crear").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Con clave")


def phone_as_shown(phone: str) -> str:
    return f"{phone[:3]} {phone[3:5]} {phone[5:9]} {phone[9:]}"
