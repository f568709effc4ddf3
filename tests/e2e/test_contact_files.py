"""Contact files in a real browser: wrong file → errors → repaired file → launch; a large one beside the pages."""

import io
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Download, Page, expect

from tests.stand import Stand, wait_for

pytestmark = pytest.mark.browser
with_and_without_javascript = pytest.mark.parametrize(
    "javascript", [True, False], ids=["javascript", "plain html"]
)
HEADERS = ("CONTACT", "NOMBRE", "MONTO", "FECHA")


def workbook(path: Path, rows: list[tuple[object, ...]]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (HEADERS, *rows):
        sheet.append(row)
    book.save(path)
    return path


def corrected(download: Download, path: Path, corrections: dict[str, object]) -> Path:
    """The file that came back, with its marked cells (and no others) corrected."""
    book = openpyxl.load_workbook(io.BytesIO(Path(download.path()).read_bytes()))
    sheet = book.active
    assert sheet is not None
    marked = {
        cell.coordinate
        for row in sheet.iter_rows(min_row=2)
        for cell in row
        if cell.fill.fill_type == "solid"
    }
    assert marked == set(corrections)
    for place, value in corrections.items():
        sheet[place].value = value
    book.save(path)
    return path


@with_and_without_javascript
def test_a_wrong_workbook_comes_back_repaired_and_is_launched(
    stand: Stand, page: Page, tmp_path: Path, javascript: bool
) -> None:
    phone, second = ("+525500990101", "+525500990102") if javascript else ("+525500990103", "+525500990104")
    wrong = workbook(
        tmp_path / "contactos.xlsx",
        [(phone, "Carlos", 1200, "2026-12-25"), (second, "Ana", "mil", "25/12/2026")],
    )
    page.goto(f"{stand.url}/campaigns/new?chatbot=1")
    page.get_by_label("Nombre").fill("Archivo reparado")
    page.get_by_label("Archivo").set_input_files(wrong)
    if not javascript:
        page.get_by_role("button", name="Crear").click()
    answer = page.locator("#check")
    expect(answer.locator("td.bad")).to_have_count(2)
    expect(answer).to_contain_text("«mil»")
    if not javascript:  # a browser keeps no chosen file
        page.get_by_label("Archivo").set_input_files(wrong)
    with page.expect_download() as download:
        page.get_by_role("button", name="Descargar mi archivo").click()
    assert download.value.suggested_filename == "contactos-corregir.xlsx"
    right = corrected(download.value, tmp_path / "corregido.xlsx", {"C3": 1000, "D3": "2026-12-25"})
    page.get_by_label("Archivo").set_input_files(right)
    if javascript:
        expect(answer).to_contain_text("2 contactos")
    page.get_by_role("button", name="Crear").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Archivo reparado")
    page.get_by_role("button", name="Lanzar").click()
    assert wait_for(lambda: stand.told(second))[0].startswith("Hola Ana")


@with_and_without_javascript
def test_three_clicks_mend_dates_thousands_and_country_codes_and_the_campaign_is_launched(
    stand: Stand, page: Page, tmp_path: Path, javascript: bool
) -> None:
    last = "0121" if javascript else "0122"
    wrong = tmp_path / "contactos.tsv"
    rows = [f"550099{last}\tAna\t$1,200.50\t25/12/2026", f"+525500993{last[1:]}\tEva\t1,350\t05/03/2026"]
    wrong.write_text("\n".join(["\t".join(HEADERS), *rows]), encoding="utf-8")
    page.goto(f"{stand.url}/campaigns/new?chatbot=1")
    page.get_by_label("Nombre").fill("Tres clics")
    page.get_by_label("Archivo").set_input_files(wrong)
    if not javascript:
        page.get_by_role("button", name="Crear").click()
    answer = page.locator("#check")
    for click, told in (
        ("Escribirlas como año-mes-día", "Se reescribieron 2 fechas: 25/12/2026 → 2026-12-25"),
        ("Escribirlos como números simples", "Se reescribieron 2 números: $1,200.50 → 1200.50"),
        ("Anteponerles +52", "Todo está bien"),
    ):
        if not javascript:  # a browser keeps no chosen file
            page.get_by_label("Archivo").set_input_files(wrong)
        answer.get_by_role("button", name=click).click()
        expect(answer).to_contain_text(told)
    if not javascript:
        page.get_by_label("Archivo").set_input_files(wrong)
    page.get_by_role("button", name="Crear").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tres clics")
    expect(page.locator("main")).to_contain_text("1200.50")
    page.get_by_role("button", name="Lanzar").click()
    assert wait_for(lambda: stand.told(f"+52550099{last}"))[0].startswith("Hola Ana")


@with_and_without_javascript
def test_the_good_rows_of_a_wrong_file_are_launched_and_the_others_stay_listed(
    stand: Stand, page: Page, tmp_path: Path, javascript: bool
) -> None:
    phone = "+525500990111" if javascript else "+525500990112"
    wrong = workbook(
        tmp_path / "contactos.xlsx",
        [(phone, "Carlos", 1200, "2026-12-25"), ("5512345678", "Ana", 1, "2026-12-25")],
    )
    page.goto(f"{stand.url}/campaigns/new?chatbot=1")
    page.get_by_label("Nombre").fill("Solo las correctas")
    page.get_by_label("Archivo").set_input_files(wrong)
    if not javascript:
        page.get_by_role("button", name="Crear").click()
        page.get_by_label("Archivo").set_input_files(wrong)
    page.get_by_role("button", name="Continuar con la 1 fila correcta").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Solo las correctas")
    expect(page.locator("main")).to_contain_text("1 fila del archivo tenía errores y quedó fuera")
    page.get_by_role("button", name="Lanzar").click()
    wait_for(lambda: stand.told(phone))
    with page.expect_download() as download:
        page.get_by_role("link", name=".tsv", exact=True).click()
    listed = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert "5512345678\tAna\t1\t2026-12-25\t" in listed


@with_and_without_javascript
def test_a_large_file_is_read_beside_the_pages_and_its_errors_wait_for_the_operator(
    stand: Stand, page: Page, tmp_path: Path, javascript: bool
) -> None:
    large = tmp_path / "grande.tsv"
    rows = [f"+5255{n:08}\tCarlos Alberto\t1200\t2026-12-25" for n in range(75_000)]
    rows[70_000] = "5512345678\tAna\t1200\t2026-12-25"
    large.write_text("\n".join(["\t".join(HEADERS), *rows]), encoding="utf-8")
    page.goto(f"{stand.url}/campaigns/new?chatbot=1")
    page.get_by_label("Nombre").fill("Grande")
    page.get_by_label("Archivo").set_input_files(large)
    if javascript:
        expect(page.locator("#check")).to_contain_text("Las primeras 1,000 filas de grande.tsv están bien.")
    page.get_by_role("button", name="Crear").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Grande")
    expect(page.locator("td.bad")).to_contain_text("5512345678", timeout=60_000)
    page.get_by_role("button", name="Continuar con las 74,999 filas correctas").click()
    expect(page.get_by_role("button", name="Lanzar")).to_be_visible(timeout=60_000)
    expect(page.locator("main")).to_contain_text("74,999 contactos")
    expect(page.locator("main")).to_contain_text("1 fila del archivo tenía errores")


@with_and_without_javascript
def test_a_large_file_can_be_cancelled(stand: Stand, page: Page, tmp_path: Path, javascript: bool) -> None:
    large = tmp_path / "equivocado.tsv"
    rows = "\n".join(f"+5255{n:08}\tCarlos Alberto\t1200\tnunca jamás" for n in range(75_000))
    large.write_text("\t".join(HEADERS) + "\n" + rows, encoding="utf-8")
    page.goto(f"{stand.url}/campaigns/new?chatbot=1")
    page.get_by_label("Nombre").fill("Archivo equivocado")
    page.get_by_label("Archivo").set_input_files(large)
    page.get_by_role("button", name="Crear").click()
    page.get_by_role("button", name="quitar").or_(page.get_by_role("button", name="Quitar")).click()
    expect(page.locator("main")).to_contain_text("Se quitó el archivo equivocado.tsv.")
    expect(page.get_by_role("link", name="Archivo equivocado")).to_have_count(0)
