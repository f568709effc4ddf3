"""Pacing: whatever is asked for, a sender stays at its rate, and replies find room beside openings."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.sending.pacing import LEAST_BURST, LEAST_SHARE, Pace, faster, slower

START = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
rates = st.sampled_from([0.5, 1.0, 3.0, 80.0, 100.0])
# How long after the message before it somebody wants to send, in seconds; its units; whether it is an opening.
wishes = st.lists(st.tuples(st.floats(0, 3), st.integers(1, 4), st.booleans()), min_size=1, max_size=60)


def fresh(per_second: float) -> Pace:
    return Pace(per_second, START, START)


def handed_over(pace: Pace, wanted: list[tuple[float, int, bool]]) -> list[tuple[datetime, int, bool]]:
    """What went out, when: each as soon as it may after it was wanted."""
    now, out = START, []
    for pause, units, opening in wanted:
        now = max(now + timedelta(seconds=pause), pace.ready_at(opening))
        pace = pace.take(units, opening, now)
        out.append((now, units, opening))
    return out


@given(rates, wishes)
def test_no_stretch_of_time_gets_more_than_the_rate_and_one_burst(
    per_second: float, wanted: list[tuple[float, int, bool]]
) -> None:
    out = handed_over(fresh(per_second), wanted)
    burst = max(per_second, LEAST_BURST)
    for first in range(len(out)):
        for last in range(first, len(out)):
            seconds = (out[last][0] - out[first][0]).total_seconds()
            # The last message may be longer than the room that was left.
            units = sum(units for _, units, _ in out[first:last])
            assert units <= seconds * per_second + burst + max(one[1] for one in out) + 0.01


@given(rates, st.integers(1, 60))
def test_openings_alone_leave_a_fifth_of_the_rate(per_second: float, number: int) -> None:
    out = handed_over(fresh(per_second), [(0.0, 1, True)] * number)
    seconds = (out[-1][0] - START).total_seconds()
    assert number <= seconds * per_second * 0.8 + 0.8 * max(per_second, LEAST_BURST) + 1.01


@given(rates, st.integers(1, 200))
def test_after_any_number_of_openings_a_reply_goes_at_once(per_second: float, number: int) -> None:
    pace, now = fresh(per_second), START
    for _ in range(number):
        now = max(now, pace.ready_at(True))
        pace = pace.take(1, True, now)
    assert pace.ready_at(False) <= now


def test_an_idle_sender_may_send_a_burst_and_then_goes_at_its_rate() -> None:
    out = handed_over(fresh(1.0), [(0.0, 1, False)] * 8)
    assert [(at - START).total_seconds() for at, _, _ in out] == [0, 0, 0, 0, 0, 1, 2, 3]


def test_rest_is_not_saved_up_beyond_one_burst() -> None:
    pace = fresh(1.0)
    later = START + timedelta(hours=1)
    assert pace.room(later) == LEAST_BURST


def test_room_shrinks_with_what_was_handed_over_and_comes_back() -> None:
    pace = fresh(1.0).take(3, False, START)
    assert (pace.room(START), pace.room(START + timedelta(seconds=2))) == (2, 4)


def test_what_is_handed_over_has_left_when_all_before_it_has() -> None:
    pace = fresh(2.0).take(6, False, START)
    assert pace.gone_at(4, START) == START + timedelta(seconds=5)


@given(st.integers(0, 20), st.integers(0, 20))
def test_complaints_slow_a_sender_down_and_rest_brings_it_back(complaints: int, rests: int) -> None:
    share = 1.0
    for _ in range(complaints):
        share = slower(share)
    assert LEAST_SHARE <= share <= 1
    for _ in range(max(rests, 6)):
        share = faster(share)
    assert share == 1
