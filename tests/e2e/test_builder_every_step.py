"""A chatbot with the steps that do something, built in the browser: by keyboard alone, and without JavaScript."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.hands import Keyboard, steps_of
from tests.stand import Stand

pytestmark = pytest.mark.browser
STATEMENT = "https://example.com/estado.pdf"
SYSTEM: dict[str, Any] = {
    "id": "CONSULTA",
    "type": "external",
    "method": "POST",
    "url": "https://example.com/clientes/{{NOMBRE}}",
    "headers": {"Authorization": "Bearer {{secret.CRM}}"},
    "body": '{"pagos": "{{PAGOS}}"}',
    "values": {"FOLIO": "promesa.folio", "ASESOR": "asesor.nombre"},
    "on_failure": "hand_over",
}
BUILT: list[dict[str, Any]] = [
    {"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"},
    {"id": "MONTO", "type": "custom_data", "data_type": "NUMBER"},
    {"id": "ESTADO_CUENTA", "type": "message", "text": "Su estado de cuenta:", "media_url": STATEMENT},
    {"id": "PAGAR_PLAZOS", "type": "binary", "kind": "yes_no", "text": "¿Quiere pagar a plazos?"},
    {"id": "PAGOS", "type": "integer", "text": "¿En cuántos pagos?", "min": 1, "max": 12},
    {"id": "CUOTA", "type": "math", "formula": "MONTO * 1.16 / PAGOS", "description": "con IVA"},
    {
        "id": "A_PLAZOS",
        "type": "flow",
        "display_if": {"step": "PAGAR_PLAZOS", "equals": "yes"},
        "steps": [{"id": "SERAN_PAGOS", "type": "message", "text": "Serán {{PAGOS}} pagos de ${{CUOTA}}."}],
    },
    SYSTEM,
    {
        "id": "SIN_FOLIO",
        "type": "flow",
        "display_if": "PAGAR_PLAZOS == 'no' && MONTO > 500",
        "steps": [{"id": "PERSONA", "type": "hand_over", "note": "No quiso plazos"}],
    },
    {"id": "FIN", "type": "end", "text": "Su folio es {{FOLIO}}."},
]
READ = {
    "ESTADO_CUENTA": "Archivo adjunto",
    "CUOTA": "CUOTA = MONTO * 1.16 / PAGOS con IVA",
    "A_PLAZOS": "Solo si PAGAR_PLAZOS es «sí»:",
    "CONSULTA": "POST https://example.com/clientes/{{NOMBRE}}",
    "SIN_FOLIO": "Solo si esto se cumple: PAGAR_PLAZOS == 'no' && MONTO > 500",
    "PERSONA": "No quiso plazos",
    "FIN": "Aquí termina la conversación.",
}


def reads_right(page: Page) -> None:
    """The list says what each step does, and shows no problem."""
    for step_id, words in READ.items():
        expect(page.locator(f"#step-{step_id}")).to_contain_text(words, use_inner_text=True)
    expect(page.locator("#step-A_PLAZOS .inside #step-SERAN_PAGOS")).to_be_visible()
    expect(page.locator("#step-SIN_FOLIO .inside #step-PERSONA")).to_be_visible()
    expect(page.locator(".step-problems")).to_have_count(0)


def comes_back(page: Page, chatbot: str, stand: Stand) -> None:
    """The exported file is what was built, and makes the same chatbot again."""
    assert steps_of(page, chatbot) == BUILT
    exported = stand.folder / "exported.json"
    exported.write_text(page.request.get(f"{chatbot}/script.json").text(), encoding="utf-8")
    again = stand.flask("chatbot", "import", str(exported))
    assert again["problems"] == []
    copy = page.request.get(f"{stand.url}/chatbots/{again['id']}/script.json").json()
    assert copy["steps"] == json.loads(exported.read_text(encoding="utf-8"))["steps"]


def fill(hands: Keyboard, step_type: str, fields: dict[str, str], step_id: str) -> None:
    """Adds a step from the open menu and fills it in; what is folded away is opened."""
    hands.add(step_type)
    for name, text in fields.items():
        if hands.page.locator(f"#step-form details:not([open]) #{name}").count():
            hands.tab_to(f"#step-form details:has(#{name}) summary")
            hands.press("Enter")
        hands.tab_to(f"#step-form #{name}")
        hands.write(text)
    hands.call_it(step_id)
    hands.done(step_id)


def test_every_step_that_does_something_is_built_by_keyboard_alone(
    sign_in: Callable[[bool], Page], stand: Stand
) -> None:
    page = sign_in(True)
    hands = Keyboard(page)
    hands.tab_to("#name")
    hands.type("Plazos a mano")
    hands.press("Enter")
    expect(page.locator(".add-menu button").first).to_be_focused()
    chatbot = page.url.split("?")[0]
    for step in BUILT:
        build(hands, step)
    reads_right(page)
    hands.tab_to('button[formaction$="/save"]')
    hands.press("Enter")
    expect(page.locator(f'a[href$="{chatbot.rsplit("/", 1)[1]}/try"]')).to_be_focused()
    comes_back(page, chatbot, stand)


def build(hands: Keyboard, step: dict[str, Any]) -> None:
    """One step, and what is inside it; the menu opens where the focus is."""
    if hands.page.locator(".add-menu").count() == 0:
        hands.next()
    if step["type"] == "flow":
        hands.add("flow")
        condition = step["display_if"]
        if isinstance(condition, str):
            hands.press("ArrowDown")
            hands.tab_to("#step-form #expression")
            hands.write(condition)
        else:
            hands.tab_to("#step-form #simple")
            hands.type(f"{condition['step']}: sí")
        hands.call_it(step["id"])
        hands.done(step["id"], inside=True)
        for inner in step["steps"]:
            build(hands, inner)
        hands.tab_to(f"#step-{step['id']} > .gap .add")
    else:
        fill(hands, step["type"], typed(step), step["id"])


def typed(step: dict[str, Any]) -> dict[str, str]:
    """What an operator types into the fields of a step's form, by field."""
    fields = {name: value for name, value in step.items() if name not in ("id", "type", "steps")}
    if "headers" in fields:
        fields["headers"] = "\n".join(f"{name}: {value}" for name, value in fields["headers"].items())
        fields["values"] = "\n".join(f"{name}={value}" for name, value in fields["values"].items())
    order = ("text", "method", "url", "values", "on_failure")  # as the form has them; the rest follows
    names = [*(name for name in order if name in fields), *(name for name in fields if name not in order)]
    return {name: str(fields[name]) for name in names}


def add_plainly(page: Page, step: dict[str, Any], place: str) -> None:
    """The same by links, buttons and whole pages."""
    if place:
        page.locator(f"{place} .add").click()
    page.locator(f'button[value^="add {step["type"]}"]').click()
    page.locator("#step-form").wait_for()  # a page of its own: nothing of it may be asked before it is there
    if step["type"] == "flow" and isinstance(step["display_if"], str):
        page.locator("input[name=when][value=complex]").check()
        page.locator("#expression").fill(step["display_if"])
    elif step["type"] == "flow":
        page.locator("#simple").select_option(label=f"{step['display_if']['step']}: sí")
    else:
        for name, text in typed(step).items():
            field = page.locator(f"#step-form #{name}")
            if not field.is_visible():
                page.locator(f"#step-form details:has(#{name}) summary").click()
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(text)
            else:
                field.fill(text)
    page.locator("#step-form #id").fill(step["id"])
    page.locator("[data-done]").click()
    expect(page.locator(f"#step-{step['id']}")).to_be_visible()
    for inner in step.get("steps", ()):
        add_plainly(page, inner, f"#step-{step['id']} > .inside > .gap")


def test_every_step_that_does_something_is_built_without_javascript(
    sign_in: Callable[[bool], Page], stand: Stand
) -> None:
    page = sign_in(False)
    page.locator("#name").fill("Plazos sin JavaScript")
    page.locator("#name").press("Enter")
    chatbot = page.url.split("?")[0]
    before = ""
    for step in BUILT:
        add_plainly(page, step, before and f"#step-{before} > .gap")
        before = step["id"]
    reads_right(page)
    page.locator('button[formaction$="/save"]').click()
    comes_back(page, chatbot, stand)


def test_a_value_that_is_chosen_in_a_formula_stands_there_as_it_is(sign_in: Callable[[bool], Page]) -> None:
    page = sign_in(True)
    hands = Keyboard(page)
    page.locator("#name").fill("Fórmula")
    page.locator("#name").press("Enter")
    build(hands, BUILT[1])
    hands.next()
    hands.add("math")
    hands.type("2 * {{mon")
    hands.press("Enter")
    expect(page.locator("#formula")).to_have_value("2 * MONTO")
