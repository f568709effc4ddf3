"""The one clock, and its shift in development and tests."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from smartchat import clock

MORNING = "2026-11-23T10:00:00-05:00"


@pytest.fixture(autouse=True)
def unshifted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test sets the clock for itself, and leaves it as it was."""
    yield
    monkeypatch.delenv("SMARTCHAT_NOW", raising=False)
    clock.read_setting()


def test_programs_that_start_one_after_the_other_agree_on_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    since = clock.machine_now() - timedelta(minutes=5)
    monkeypatch.setenv("SMARTCHAT_NOW", MORNING)
    monkeypatch.setenv("SMARTCHAT_NOW_SINCE", since.isoformat())
    clock.read_setting()
    assert clock.on_machine(clock.parse_instant(MORNING)) == since


def test_a_program_of_its_own_starts_at_the_instant_that_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    before = clock.machine_now()
    monkeypatch.setenv("SMARTCHAT_NOW", MORNING)
    clock.read_setting()
    assert before <= clock.on_machine(clock.parse_instant(MORNING)) <= clock.machine_now()


def test_production_goes_by_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMARTCHAT_NOW", MORNING)
    monkeypatch.setenv("SMARTCHAT_ENV", "production")
    clock.read_setting()
    assert clock.on_machine(clock.parse_instant(MORNING)) == clock.parse_instant(MORNING)
