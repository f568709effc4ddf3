"""Without Caddy its tests are left out, and the last lines say so; with REQUIRE_BROWSER (CI) they fail instead."""

import os
import shutil

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if shutil.which("caddy") or os.environ.get("REQUIRE_BROWSER") or os.environ.get("CI"):
        return
    items[:] = [item for item in items if "caddy" not in item.name]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not (shutil.which("caddy") or os.environ.get("REQUIRE_BROWSER") or os.environ.get("CI")):
        terminalreporter.section("the tests behind Caddy did NOT run: there is no Caddy here")
        terminalreporter.write_line("Install it and run again: apt-get install caddy (Debian).")
