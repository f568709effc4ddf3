"""What no clock in order can have written: everything that is written counts as in order, and what is far ahead not."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.conversation.turns import turn_due
from smartchat.domain.hours import ActiveHours, due_at, next_open_time
from smartchat.domain.sending.clock_jumps import LARGEST_MESSAGE, latest_free, latest_turn, retry_gap
from smartchat.domain.sending.delivery import UNREACHABLE_PAUSE, pause
from smartchat.domain.sending.pacing import FASTEST, SLOWEST, Pace

HOURS = ActiveHours()
MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.timedeltas(timedelta(0), timedelta(days=365)).map(lambda passed: MIDNIGHT + passed)
waits = st.sampled_from([timedelta(seconds=seconds) for seconds in (0, 2, 30)])


@given(moments, waits, st.none() | st.timedeltas(timedelta(0), timedelta(seconds=30)))
def test_every_turn_that_is_written_lies_within_the_latest(
    now: datetime, wait: timedelta, first_due_in: timedelta | None
) -> None:
    first_due = None if first_due_in is None else now + first_due_in
    assert turn_due(HOURS, now, wait, first_due) <= latest_turn(HOURS, now)
    assert due_at(HOURS, now) <= latest_turn(HOURS, now)


@given(moments, st.integers(0, 40), st.timedeltas(timedelta(0), timedelta(days=1)))
def test_every_retry_that_is_written_lies_outside_the_gap_also_a_while_later(
    written: datetime, attempts: int, later: timedelta
) -> None:
    dues = (written + pause(attempts), written + UNREACHABLE_PAUSE, next_open_time(HOURS, written))
    now = written + later
    retry, opening = retry_gap(HOURS, now)
    for due in dues:
        assert due <= now or not (retry < due < opening or due > opening)


@given(moments, st.floats(SLOWEST, FASTEST), st.integers(1, LARGEST_MESSAGE), st.booleans())
def test_no_sender_uses_up_more_of_its_rate_than_the_latest(
    machine: datetime, per_second: float, units: int, opening: bool
) -> None:
    pace = Pace(per_second, machine, machine)
    for _ in range(20):
        if pace.ready_at(opening) > machine:
            break
        pace = pace.take(units, opening, machine)
    assert max(pace.free_at, pace.openings_free_at) <= latest_free(pace, machine)


def test_a_reply_of_a_jump_by_hours_is_too_late_while_the_hours_are_open() -> None:
    morning = datetime(2026, 11, 23, 15, tzinfo=UTC)
    assert morning + timedelta(hours=5) > latest_turn(HOURS, morning)
