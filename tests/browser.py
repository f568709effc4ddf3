"""Chromium for the tests that open a browser.

A machine without it runs all the rest, and the last lines say which tests did not run and how to get it. With
REQUIRE_BROWSER (CI) a missing browser is a failure.
"""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """Where Chromium is, if it is."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def is_left_out() -> bool:
    """Whether the browser tests do not run here."""
    return chromium() is None and not os.environ.get("REQUIRE_BROWSER")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if is_left_out():
        browser_tests = [item for item in items if item.get_closest_marker("browser")]
        items[:] = [item for item in items if item not in browser_tests]
        config.hook.pytest_deselected(items=browser_tests)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if is_left_out():
        terminalreporter.section("browser tests did NOT run: there is no Chromium here")
        terminalreporter.write_line(
            "Install it and run again: apt-get install chromium (Debian), brew install chromium (macOS)."
        )


@pytest.fixture(scope="session")
def chromium_path() -> str:
    path = chromium()
    if path is None:
        pytest.fail("There is no Chromium: apt-get install chromium")
    return path


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    """One headless Chromium for the tests of a file."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
        yield browser
        browser.close()
