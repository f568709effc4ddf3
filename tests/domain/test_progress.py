"""Why nothing is being sent now, and when that changes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.hours import ActiveHours, is_open, next_opening
from smartchat.domain.progress import Load, Pace, Standing, look_again, standing

HOURS = ActiveHours()
MORNING = datetime(2026, 11, 23, 15, tzinfo=UTC)  # 10:00 at UTC−05:00
NIGHT = datetime(2026, 11, 24, 3, tzinfo=UTC)  # 22:00
JUST_SWEPT = timedelta(seconds=3)
NOTHING = Load(to_send=0, doubtful=0, talking=0)


def at(now: datetime, load: Load, swept_ago: timedelta | None = JUST_SWEPT) -> Standing:
    return standing(False, load, HOURS, now, swept_ago)


def test_due_messages_in_active_hours_are_being_sent() -> None:
    assert at(MORNING, Load(3, 0, 0, next_due=MORNING)) == Standing(Pace.SENDING)


def test_what_waits_at_22_00_waits_until_08_00() -> None:
    opening = datetime(2026, 11, 24, 13, tzinfo=UTC)
    assert at(NIGHT, Load(3, 0, 0, next_due=opening)) == Standing(Pace.CLOSED, opening)


@pytest.mark.parametrize("now", [MORNING, NIGHT])
def test_when_all_is_sent_the_contacts_have_the_word_by_day_and_by_night(now: datetime) -> None:
    assert at(now, Load(0, 0, 5)) == Standing(Pace.ANSWERS)


def test_with_nobody_left_to_answer_it_is_over() -> None:
    assert at(MORNING, NOTHING) == Standing(Pace.OVER)


@pytest.mark.parametrize("swept_ago", [None, timedelta(seconds=61)])
def test_a_silent_sweep_means_that_the_worker_is_not_running(swept_ago: timedelta | None) -> None:
    assert at(MORNING, Load(3, 0, 0, next_due=MORNING), swept_ago) == Standing(Pace.STOPPED)


def test_at_night_the_hours_are_the_reason_whatever_the_worker_does() -> None:
    assert at(NIGHT, Load(3, 0, 0), None).pace is Pace.CLOSED


def test_refused_messages_wait_for_the_next_try() -> None:
    retry = MORNING + timedelta(minutes=2)
    assert at(MORNING, Load(3, 0, 0, retry, refused=True)) == Standing(Pace.REFUSED, retry)


def test_a_refusal_of_one_is_no_reason_while_others_are_going_out() -> None:
    assert at(MORNING, Load(3, 0, 0, MORNING, refused=True)).pace is Pace.SENDING


def test_without_a_refusal_the_next_message_is_due_later() -> None:
    later = MORNING + timedelta(seconds=5)
    assert at(MORNING, Load(1, 0, 0, later)) == Standing(Pace.LATER, later)


def test_messages_of_unknown_outcome_are_being_compared() -> None:
    assert at(MORNING, Load(0, 2, 0)) == Standing(Pace.COMPARING)


week = st.timedeltas(timedelta(0), timedelta(days=7))
moments = week.map(lambda passed: MORNING + passed)
loads = st.builds(
    Load,
    to_send=st.integers(0, 3),
    doubtful=st.integers(0, 3),
    talking=st.integers(0, 3),
    next_due=st.none() | moments,
    refused=st.booleans(),
)


@given(loads, moments, st.none() | st.timedeltas(timedelta(0), timedelta(hours=1)))
def test_a_finished_campaign_is_finished_whatever_is_left(
    load: Load, now: datetime, swept_ago: timedelta | None
) -> None:
    assert standing(True, load, HOURS, now, swept_ago) == Standing(Pace.FINISHED)


@given(loads, moments, st.none() | st.timedeltas(timedelta(0), timedelta(hours=1)))
def test_it_never_says_sending_outside_active_hours_and_never_names_a_moment_that_has_passed(
    load: Load, now: datetime, swept_ago: timedelta | None
) -> None:
    stand = standing(False, load, HOURS, now, swept_ago)
    if not is_open(HOURS, now):
        assert stand.pace not in (Pace.SENDING, Pace.LATER, Pace.REFUSED)
    assert stand.until is None or stand.until > now
    assert (stand.pace is Pace.CLOSED) <= (stand.until == next_opening(HOURS, now))


def test_the_page_asks_often_while_it_moves_and_seldom_at_night() -> None:
    sending, closed = look_again(Pace.SENDING, 1, None), look_again(Pace.CLOSED, 1, None)
    assert sending is not None
    assert closed is not None
    assert sending <= 3 < closed


@pytest.mark.parametrize("pace", [Pace.FINISHED, Pace.OVER])
def test_the_page_stops_asking_when_all_is_settled(pace: Pace) -> None:
    assert look_again(pace, 0, None) is None
    assert look_again(pace, 0, timedelta(minutes=2)) is None


@pytest.mark.parametrize("pace", [Pace.FINISHED, Pace.OVER])
def test_the_page_asks_on_while_delivery_reports_may_come(pace: Pace) -> None:
    assert look_again(pace, 0, timedelta(seconds=5)) is not None
    assert look_again(pace, 1, None) is not None


def test_the_page_asks_while_contacts_may_answer() -> None:
    assert look_again(Pace.ANSWERS, 0, None) is not None
