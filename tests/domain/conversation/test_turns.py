"""When a turn is taken, and what is part of it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.conversation.turns import split, turn_due
from smartchat.domain.hours import ActiveHours, is_open
from tests.effort import examples

HOURS = ActiveHours()
NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)  # 10:00 at UTC−05:00
WAIT = timedelta(seconds=3)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_a_message_is_answered_a_little_later() -> None:
    assert turn_due(HOURS, NOW, WAIT, None) == after(3)


def test_without_a_wait_it_is_answered_at_once() -> None:
    assert turn_due(HOURS, NOW, timedelta(0), after(-9)) == NOW


def test_a_second_message_moves_the_turn_on() -> None:
    assert turn_due(HOURS, after(2), WAIT, first_due=after(3)) == after(5)


def test_a_turn_waits_at_most_four_times_as_long() -> None:
    assert turn_due(HOURS, after(11), WAIT, first_due=after(3)) == after(12)
    assert turn_due(HOURS, after(13), WAIT, first_due=after(3)) == after(13)


def test_a_message_at_night_waits_for_08_00_alone() -> None:
    night = datetime(2026, 11, 24, 3, tzinfo=UTC)
    assert turn_due(HOURS, night, WAIT, None) == datetime(2026, 11, 24, 13, tzinfo=UTC)


def test_a_turn_that_21_00_would_overtake_is_answered_at_08_00() -> None:
    closing = datetime(2026, 11, 24, 1, 59, 59, tzinfo=UTC)
    assert turn_due(HOURS, closing, WAIT, None) == datetime(2026, 11, 24, 13, tzinfo=UTC)


@examples(80)
@given(st.lists(st.floats(0, 4), min_size=1, max_size=12), st.integers(0, 86_400), st.integers(0, 10))
def test_a_turn_is_due_in_active_hours_and_never_before_its_messages(
    gaps: list[float], start: int, wait: int
) -> None:
    now = first = NOW + timedelta(seconds=start)
    due: datetime | None = None
    for gap in gaps:
        now += timedelta(seconds=gap)
        due = turn_due(HOURS, now, timedelta(seconds=wait), due and min(due, first + timedelta(seconds=wait)))
        assert due >= now
        assert is_open(HOURS, due)


def test_what_came_before_the_question_answers_nothing() -> None:
    turn = split([after(-1), after(0), after(1)], lambda at: at, asked_at=after(0))
    assert (turn.early, turn.between, turn.answers) == ((after(-1),), (), (after(0), after(1)))


def test_what_came_between_two_askings_of_one_question_stands_apart() -> None:
    turn = split([after(-9), after(-1), after(1)], lambda at: at, after(0), first_asked_at=after(-5))
    assert (turn.early, turn.between, turn.answers) == ((after(-9),), (after(-1),), (after(1),))


def test_where_nothing_was_asked_all_are_answers() -> None:
    assert split([after(-1)], lambda at: at, asked_at=None).answers == (after(-1),)
