"""Machines that talk to each other are noticed; people are not taken for machines."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.conversation.guards import (
    EQUAL_WITHIN,
    FAST_WITHIN,
    MOST_EQUAL,
    MOST_FAST,
    looped,
    slowed,
)
from smartchat.domain.statuses import PauseReason
from tests.effort import examples

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)


def ago(seconds: float, text: str = "¿Edad?") -> tuple[datetime, str]:
    return NOW - timedelta(seconds=seconds), text


def test_twenty_equal_replies_within_five_minutes_are_fine() -> None:
    assert looped([ago(14 * n + 1) for n in range(19)], ["¿Edad?"], NOW) is None


def test_the_twenty_first_equal_reply_is_not_written() -> None:
    assert looped([ago(14 * n + 1) for n in range(20)], ["¿Edad?"], NOW) is PauseReason.EQUAL_REPLIES


def test_equal_means_the_same_words() -> None:
    said = [ago(14 * n + 1, f"  ¿EDAD?{' ' * n}") for n in range(20)]
    assert looped(said, ["¿edad?"], NOW) is PauseReason.EQUAL_REPLIES


def test_replies_of_five_minutes_ago_do_not_count() -> None:
    assert looped([ago(300 + n) for n in range(100)], ["¿Edad?"], NOW) is None


def test_fifteen_replies_in_half_a_minute_are_fine() -> None:
    assert looped([ago(n, str(n)) for n in range(14)], ["x"], NOW) is None


def test_a_brisk_person_is_no_machine() -> None:
    said = [ago(n / 2, f"¿Pregunta {n}?") for n in range(40)]
    assert looped(said, ["otra", "más"], NOW) is None


def test_the_sixteenth_reply_in_half_a_minute_waits_until_the_first_is_half_a_minute_old() -> None:
    said = [ago(n, str(n)) for n in range(15)]
    assert slowed(said, ["x"], NOW) == NOW + timedelta(seconds=16)
    assert slowed(said, ["x", "y"], NOW) == NOW + timedelta(seconds=17)
    assert slowed(said[1:], ["x"], NOW) is None


def test_one_turn_alone_is_no_loop_however_much_it_says() -> None:
    assert looped([], ["x"] * 50, NOW) is None
    assert slowed([], ["x"] * 50, NOW) is None


def test_a_turn_that_says_nothing_is_never_stopped() -> None:
    assert looped([ago(n) for n in range(29)], [], NOW) is None


@examples(60)
@given(
    st.lists(st.tuples(st.floats(0, 600), st.sampled_from("abc")), max_size=60),
    st.lists(st.sampled_from("abc"), min_size=1, max_size=3),
)
def test_whoever_is_let_through_keeps_both_limits(said: list[tuple[float, str]], new: list[str]) -> None:
    before = [ago(seconds, text) for seconds, text in said]
    if looped(before, new, NOW) is not None:
        return
    for text in new:
        equal = sum(t == text and NOW - at < EQUAL_WITHIN for at, t in before)
        assert equal + new.count(text) <= MOST_EQUAL
    leaving = slowed(before, new, NOW) or NOW
    assert NOW <= leaving <= NOW + FAST_WITHIN
    assert sum(leaving - at < FAST_WITHIN for at, _ in before) + len(new) <= MOST_FAST


@examples(60)
@given(st.lists(st.floats(0, 600), max_size=14))
def test_fourteen_replies_never_stop_one_more(seconds: list[float]) -> None:
    assert looped([ago(s) for s in seconds], ["¿Edad?"], NOW) is None
    assert slowed([ago(s) for s in seconds], ["¿Edad?"], NOW) is None
