"""Sender rates: by example for each kind; the last opening against a second-by-second simulation."""

from datetime import datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.hours import ActiveHours, is_open, next_open_time
from smartchat.domain.sending.sender_rates import SenderRate, last_opening_at, rate_of
from tests.effort import examples

HOURS = ActiveHours()
LONG_CODE = rate_of("+12025550123")
MEXICO = timezone(timedelta(hours=-5))
DAY = datetime(2026, 11, 23, tzinfo=MEXICO)

starts = st.integers(0, 2 * 86_400).map(lambda seconds: DAY + timedelta(seconds=seconds))
short_hours = st.tuples(st.integers(0, 1438), st.integers(1, 3)).map(
    lambda of: ActiveHours(
        time(of[0] // 60, of[0] % 60),
        time((of[0] + of[1]) // 60, (of[0] + of[1]) % 60) if of[0] + of[1] < 1440 else time(0),
    )
)
rates = st.builds(
    SenderRate, st.just("long_code"), st.sampled_from([1, 3, 80]), st.sampled_from(["segments", "messages"])
)


def at(clock: str, day: int = 23) -> datetime:
    return datetime.fromisoformat(f"2026-11-{day}T{clock}-05:00")


@pytest.mark.parametrize(
    ("sender", "kind", "per_second", "counted"),
    [
        ("+15005550006", "test", 100, "segments"),
        ("+12025550123", "long_code", 1, "segments"),
        ("+525512345678", "long_code", 1, "segments"),
        ("+18005550123", "toll_free", 3, "segments"),
        ("+18335550123", "toll_free", 3, "segments"),
        ("+18905550123", "long_code", 1, "segments"),
        ("12345", "short_code", 100, "segments"),
        ("whatsapp:+15005550006", "whatsapp", 80, "messages"),
        ("MG" + "0" * 32, "messaging_service", 1, "segments"),
        ("ACME", "unknown", 1, "segments"),
        ("", "unknown", 1, "segments"),
    ],
)
def test_a_sender_has_the_rate_of_its_kind(sender: str, kind: str, per_second: float, counted: str) -> None:
    rate = rate_of(sender)
    assert (rate.kind, rate.per_second, rate.counted) == (kind, per_second, counted)


def test_a_thousand_parts_at_one_a_second_take_a_quarter_of_an_hour() -> None:
    assert last_opening_at(1000, 500, LONG_CODE, HOURS, at("10:00:00")) == at("10:16:39")


def test_what_does_not_fit_before_21_00_goes_on_at_08_00() -> None:
    assert last_opening_at(3601, 1, LONG_CODE, HOURS, at("20:00:00")) == at("08:00:00", 24)


def test_a_start_at_night_counts_from_the_opening() -> None:
    assert last_opening_at(61, 1, LONG_CODE, HOURS, at("23:00:00")) == at("08:01:00", 24)


def test_whatsapp_goes_by_messages() -> None:
    assert last_opening_at(0, 8001, rate_of("whatsapp:+1500"), HOURS, at("10:00:00")) == at("10:01:40")


def test_without_openings_it_is_the_moment_of_the_start() -> None:
    assert last_opening_at(0, 0, LONG_CODE, HOURS, at("10:00:00")) == at("10:00:00")


def simulated(units: int, per_second: int, hours: ActiveHours, start: datetime) -> datetime:
    """Second by second: in each open one so many leave."""
    now, left, last = start, units, start if is_open(hours, start) else next_open_time(hours, start)
    while left > 0:
        if is_open(hours, now):
            left, last = left - per_second, now
            now += timedelta(seconds=1)
        else:
            now = next_open_time(hours, now)
    return last


@given(st.integers(0, 800), rates, short_hours, starts)
@examples(60)
def test_it_is_what_a_simulation_second_by_second_gives(
    units: int, rate: SenderRate, hours: ActiveHours, start: datetime
) -> None:
    found = last_opening_at(units, units, rate, hours, start)
    assert found == simulated(units, rate.per_second, hours, start)


@given(st.integers(0, 10**7), st.integers(0, 10**6), rates, short_hours, starts)
def test_more_never_ends_sooner(
    units: int, more: int, rate: SenderRate, hours: ActiveHours, start: datetime
) -> None:
    first = last_opening_at(units, units, rate, hours, start)
    assert first <= last_opening_at(units + more, units + more, rate, hours, start)


@given(st.integers(0, 10**6), rates, short_hours, starts, st.integers(0, 86_400))
def test_a_later_start_never_ends_sooner(
    units: int, rate: SenderRate, hours: ActiveHours, start: datetime, wait: int
) -> None:
    later = last_opening_at(units, units, rate, hours, start + timedelta(seconds=wait))
    assert last_opening_at(units, units, rate, hours, start) <= later


@given(st.integers(0, 10**7), rates, short_hours, starts)
def test_the_last_opening_leaves_within_the_hours(
    units: int, rate: SenderRate, hours: ActiveHours, start: datetime
) -> None:
    assert is_open(hours, last_opening_at(units, units, rate, hours, start))


def test_what_an_operator_set_counts_instead_of_what_is_usual() -> None:
    assert rate_of("+12025550123", 40) == SenderRate("long_code", 40, "segments")


def test_a_fifth_of_the_rate_is_not_for_openings() -> None:
    assert rate_of("whatsapp:+12025550123").for_openings.per_second == 64


def test_a_long_message_uses_up_its_segments_but_on_whatsapp_one() -> None:
    assert (LONG_CODE.units(3), LONG_CODE.units(0), rate_of("whatsapp:+1202").units(3)) == (3, 1, 1)
