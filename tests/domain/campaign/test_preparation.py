"""How long work will still take, told from how far it has come."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.campaign.preparation import BEGINNING, time_left

BEGUN = datetime(2026, 11, 23, 15, tzinfo=UTC)


def test_at_a_quarter_after_ten_seconds_half_a_minute_is_left() -> None:
    assert time_left(BEGUN, 0.25, BEGUN + timedelta(seconds=10)) == timedelta(seconds=30)


def test_nothing_is_said_before_it_has_begun_or_too_early() -> None:
    assert time_left(None, 0.5, BEGUN) is None
    assert time_left(BEGUN, BEGINNING / 2, BEGUN + timedelta(seconds=10)) is None


@given(st.floats(BEGINNING, 2.0), st.timedeltas(timedelta(), timedelta(days=1)))
def test_what_is_left_is_never_negative(share: float, since: timedelta) -> None:
    left = time_left(BEGUN, share, BEGUN + since)
    assert left is not None
    assert left >= timedelta()
