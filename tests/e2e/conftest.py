"""A browser on the product as `make run` starts it, signed in, in Spanish."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.stand import Stand


@pytest.fixture(scope="session")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    stand = Stand(tmp_path_factory.mktemp("e2e"))
    yield stand
    stand.stop()


@pytest.fixture
def context(stand: Stand, browser: Browser, javascript: bool) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="es-MX", java_script_enabled=javascript)
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def page(stand: Stand, context: BrowserContext) -> Iterator[Page]:
    """Signed in, in Spanish; fails the test on any error in the console, such as a breach of the content policy."""
    errors: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    link = stand.flask("user", "link", "admin@example.com")["link"]
    page.goto(link)
    page.get_by_role("button", name="Iniciar sesión").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Campañas")
    yield page
    assert [error for error in errors if "422" not in error] == []


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
        page.get_by_role("button", name="Iniciar sesión").click()
        page.goto(f"{stand.url}/chatbots")
        return page

    yield signed_in
    for context in contexts:
        context.close()
    assert errors == []
