"""The bound on understanding."""

import gc
import re
import signal
import threading
from collections.abc import Callable
from contextlib import suppress

import pytest

from smartchat.time_budget import TimeUp, within

ENDLESS = re.compile(r"(?:a|aa)*b")


def spin() -> None:
    while True:
        len("")


def match_for_ever() -> None:
    ENDLESS.match("a" * 100)


def swallow_everything() -> None:
    while True:
        try:
            spin()
        except Exception:  # noqa: BLE001 - what the code under test might do
            continue


def throw_generators_away() -> None:
    while True:
        any(number >= 0 for number in range(3))


def stop_where_nobody_hears() -> None:
    """As Python swallows what a finalizer raises."""
    while True:
        with suppress(BaseException):
            spin()
        spin()


def in_a_thread(work: Callable[[], None]) -> list[str]:
    told: list[str] = []

    def run() -> None:
        try:
            within(0.05, work)
            told.append("done")
        except TimeUp:
            told.append("time is up")

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(30)
    return told


@pytest.mark.parametrize(
    "work", [spin, match_for_ever, swallow_everything, throw_generators_away, stop_where_nobody_hears]
)
def test_work_without_an_end_is_ended_in_the_main_thread(work: Callable[[], None]) -> None:
    with pytest.raises(TimeUp):
        within(0.05, work)


@pytest.mark.parametrize("work", [spin, swallow_everything, throw_generators_away])
def test_work_without_an_end_is_ended_in_any_other_thread(work: Callable[[], None]) -> None:
    assert in_a_thread(work) == ["time is up"]


def test_work_that_is_done_in_time_gives_what_it_gives() -> None:
    assert within(5, lambda: "done") == "done"
    assert in_a_thread(lambda: None) == ["done"]


def test_a_fault_of_the_work_is_its_own() -> None:
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 // 0)


def test_nothing_is_stopped_after_the_work() -> None:
    """Neither by a timer that runs on, nor by a signal that comes late."""
    with pytest.raises(TimeUp):
        within(0.02, spin)
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)
    signal.raise_signal(signal.SIGVTALRM)
    assert within(0.05, lambda: "again") == "again"


def test_of_two_bounds_the_outer_one_counts() -> None:
    with pytest.raises(TimeUp):
        within(0.05, lambda: within(60, spin))


@pytest.mark.parametrize("seconds", [0.0005 * step for step in range(1, 20)])
def test_it_either_gives_a_result_or_says_that_time_is_up(seconds: float) -> None:
    """Also where the time is up at the very moment at which the work ends."""
    for rounds in range(200, 6_000, 200):
        try:
            assert within(seconds, lambda rounds=rounds: sum(range(rounds))) == sum(range(rounds))
        except TimeUp:
            continue


class _Ring:
    """Garbage that only a collection finds; its end is told."""

    def __init__(self, told: list[str]) -> None:
        self.me, self.told = self, told

    def __del__(self) -> None:
        self.told.append("collected")


def make_garbage(told: list[str]) -> int:
    for _ in range(50_000):
        _Ring(told)
    return len(told)


def test_no_garbage_is_collected_within_and_it_is_afterwards() -> None:
    assert within(30, lambda: make_garbage([])) == 0
    assert gc.isenabled()
    with pytest.raises(TimeUp):
        within(0.05, spin)
    assert gc.isenabled()
