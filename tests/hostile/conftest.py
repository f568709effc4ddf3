"""Without Caddy its test is left out, and the last lines say so; with REQUIRE_BROWSER (CI) it fails instead."""

import os
import shutil

import pytest

_left_out = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "check: takes long, or needs a program that not every machine has")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if shutil.which("caddy") or os.environ.get("REQUIRE_BROWSER") or os.environ.get("CI"):
        return
    left_out = [item for item in items if "caddy" in item.name]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)
    config.stash[_left_out] = [item.nodeid for item in left_out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for nodeid in config.stash.get(_left_out, []):
        terminalreporter.section("a test that did NOT run: there is no Caddy here")
        terminalreporter.write_line(f"  {nodeid}\nInstall it and run again: apt-get install caddy (Debian).")
