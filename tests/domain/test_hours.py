"""Active hours: by example at the edges of the day, and by rule for any window and offset."""

from datetime import UTC, datetime, time, timedelta, timezone

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from smartchat.domain.hours import (
    MIDNIGHT,
    ActiveHours,
    due_at,
    is_open,
    local_date,
    next_open_time,
    seconds_left,
)

DEFAULT = ActiveHours()
LIMA = timezone(timedelta(hours=-5))
ALL_DAY = ActiveHours(MIDNIGHT, MIDNIGHT, timedelta(0))

minutes = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minute: timedelta(minutes=minute))
FIRST, LAST = datetime(1990, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001 - hypothesis adds the zone
instants = st.datetimes(FIRST, LAST, timezones=offsets.map(timezone))


@st.composite
def windows(draw: st.DrawFn) -> ActiveHours:
    opens, closes = draw(minutes), draw(minutes)
    assume(closes == MIDNIGHT or opens < closes)
    return ActiveHours(opens, closes, draw(offsets))


def at(clock: str, day: int = 23) -> datetime:
    return datetime.fromisoformat(f"2026-11-{day}T{clock}-05:00")


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("07:59:59.999999", False),
        ("08:00:00", True),
        ("20:59:59.999999", True),
        ("21:00:00", False),
        ("03:00:00", False),
    ],
)
def test_the_window_includes_its_opening_and_not_its_closing(clock: str, expected: bool) -> None:
    assert is_open(DEFAULT, at(clock)) is expected


def test_a_reply_at_21_00_waits_for_08_00_of_the_next_day() -> None:
    assert due_at(DEFAULT, at("21:00")) == at("08:00", 24)


def test_a_reply_at_03_00_waits_for_08_00_of_the_same_day() -> None:
    assert due_at(DEFAULT, at("03:00")) == at("08:00")


def test_what_is_ready_in_the_open_window_is_due_at_once() -> None:
    assert due_at(DEFAULT, at("12:30")) == at("12:30")


def test_at_08_00_sharp_the_next_opening_is_tomorrows() -> None:
    assert next_open_time(DEFAULT, at("08:00")) == at("08:00", 24)


def test_the_day_is_the_contacts_and_not_that_of_utc() -> None:
    assert local_date(DEFAULT, datetime(2026, 11, 24, 3, tzinfo=UTC)).isoformat() == "2026-11-23"


@pytest.mark.parametrize(
    ("clock", "seconds"),
    [("08:00:00", 13 * 3600), ("20:59:59.5", 0), ("20:59:58.5", 1), ("21:00:00", 0), ("03:00:00", 0)],
)
def test_seconds_left_are_whole_and_rounded_down(clock: str, seconds: int) -> None:
    assert seconds_left(DEFAULT, at(clock)) == seconds


def test_closing_at_24_00_leaves_no_gap_at_midnight() -> None:
    assert is_open(ALL_DAY, datetime(2026, 11, 23, 23, 59, 59, 999999, tzinfo=UTC))
    assert seconds_left(ALL_DAY, datetime(2026, 11, 23, 0, 0, tzinfo=UTC)) == 86400


@pytest.mark.parametrize(("opens", "closes"), [(time(21), time(8)), (time(8), time(8))])
def test_a_window_that_is_turned_round_is_refused(opens: time, closes: time) -> None:
    with pytest.raises(ValueError, match="open at"):
        ActiveHours(opens, closes)


@pytest.mark.parametrize(
    "offset", [timedelta(hours=15), timedelta(hours=-14, minutes=-1), timedelta(seconds=30)]
)
def test_an_offset_that_no_place_has_is_refused(offset: timedelta) -> None:
    with pytest.raises(ValueError, match="no place on earth"):
        ActiveHours(utc_offset=offset)


def test_a_naive_time_is_refused() -> None:
    naive = at("12:00").replace(tzinfo=None)
    with pytest.raises(ValueError, match="offset"):
        is_open(DEFAULT, naive)


def test_the_default_window_is_written_as_in_a_script_file() -> None:
    assert DEFAULT.to_json() == {"opens": "08:00", "closes": "21:00", "utc_offset": "-05:00"}


@given(windows())
def test_hours_survive_the_script_file(hours: ActiveHours) -> None:
    assert ActiveHours.from_json(hours.to_json()) == hours


@given(windows(), instants)
def test_an_opening_is_open_and_the_moment_before_it_is_not(hours: ActiveHours, now: datetime) -> None:
    opening = next_open_time(hours, now)
    assert is_open(hours, opening)
    never_closed = hours.opens == MIDNIGHT and hours.closes == MIDNIGHT
    assert is_open(hours, opening - timedelta(microseconds=1)) is never_closed


@given(windows(), instants)
def test_an_opening_is_the_first_one_to_come(hours: ActiveHours, now: datetime) -> None:
    opening = next_open_time(hours, now)
    assert now < opening <= now + timedelta(days=1)
    if not is_open(hours, now):
        assert not is_open(hours, now + (opening - now) / 2)


@given(windows(), instants)
def test_what_is_due_may_be_sent(hours: ActiveHours, now: datetime) -> None:
    due = due_at(hours, now)
    assert is_open(hours, due)
    assert due >= now
    assert (due == now) is is_open(hours, now)


@given(windows(), instants)
def test_a_message_that_takes_all_the_seconds_left_arrives_before_closing(
    hours: ActiveHours, now: datetime
) -> None:
    left = seconds_left(hours, now)
    if not is_open(hours, now):
        assert left == 0
        return
    last = now + timedelta(seconds=left)
    # At a whole second left, closing itself is the end of validity; a moment before it the window is open.
    assert left == 0 or is_open(hours, last - timedelta(microseconds=1))
    never_closed = hours.opens == MIDNIGHT and hours.closes == MIDNIGHT
    assert never_closed or not is_open(hours, last + timedelta(seconds=1))


@given(windows(), instants, offsets)
def test_the_zone_in_which_a_time_is_written_does_not_matter(
    hours: ActiveHours, now: datetime, offset: timedelta
) -> None:
    other = now.astimezone(timezone(offset))
    assert is_open(hours, other) is is_open(hours, now)
    assert next_open_time(hours, other) == next_open_time(hours, now)
    assert seconds_left(hours, other) == seconds_left(hours, now)
    assert due_at(hours, now).tzinfo is UTC
