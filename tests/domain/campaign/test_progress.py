"""Why nothing is being sent now, and when that changes."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.campaign.progress import CampaignProgress, Load, SendingState, look_again, progress_of
from smartchat.domain.hours import ActiveHours, is_open, next_open_time
from smartchat.domain.operations.worker_roles import SILENCE, WorkerRole, still

HOURS = ActiveHours()
MORNING = datetime(2026, 11, 23, 15, tzinfo=UTC)  # 10:00 at UTC−05:00
NIGHT = datetime(2026, 11, 24, 3, tzinfo=UTC)  # 22:00
NOBODY: frozenset[WorkerRole] = frozenset()
NOTHING = Load(to_send=0, doubtful=0, talking=0)


def at(now: datetime, load: Load, still: Collection[WorkerRole] = NOBODY) -> CampaignProgress:
    return progress_of(False, load, HOURS, now, still)


def test_due_messages_in_active_hours_are_being_sent() -> None:
    assert at(MORNING, Load(3, 0, 0, next_due=MORNING)) == CampaignProgress(SendingState.SENDING)


def test_what_waits_at_22_00_waits_until_08_00() -> None:
    opening = datetime(2026, 11, 24, 13, tzinfo=UTC)
    assert at(NIGHT, Load(3, 0, 0, next_due=opening)) == CampaignProgress(SendingState.CLOSED, opening)


@pytest.mark.parametrize("now", [MORNING, NIGHT])
def test_when_all_is_sent_the_contacts_have_the_word_by_day_and_by_night(now: datetime) -> None:
    assert at(now, Load(0, 0, 5)) == CampaignProgress(SendingState.ANSWERS)


def test_with_nobody_left_to_answer_it_is_over() -> None:
    assert at(MORNING, NOTHING) == CampaignProgress(SendingState.OVER)


@pytest.mark.parametrize("role", [WorkerRole.SWEEP, WorkerRole.WORK])
def test_without_sweep_or_work_nothing_is_sent_and_it_says_which_of_them_stands_still(
    role: WorkerRole,
) -> None:
    stand = at(MORNING, Load(3, 0, 0, next_due=MORNING), {role, WorkerRole.FILES, WorkerRole.SCHEDULE})
    assert stand == CampaignProgress(SendingState.STOPPED, roles=(role,))


def test_roles_that_it_does_not_need_may_stand_still() -> None:
    others = {WorkerRole.FILES, WorkerRole.SCHEDULE, WorkerRole.CALL}
    assert at(MORNING, Load(3, 0, 0, next_due=MORNING), others).pace is SendingState.SENDING


def test_where_another_system_is_to_be_asked_nobody_is_said_to_have_the_word() -> None:
    assert at(MORNING, Load(0, 0, 2, calling=True), {WorkerRole.CALL}).roles == (WorkerRole.CALL,)
    assert at(MORNING, Load(0, 0, 2, calling=True)).pace is SendingState.ANSWERS


def test_where_nothing_can_be_stored_that_is_the_reason_by_day_and_by_night() -> None:
    for now in (MORNING, NIGHT):
        assert (
            progress_of(False, Load(3, 0, 2), HOURS, now, NOBODY, takes_writes=False).pace
            is SendingState.FULL
        )


def test_at_night_the_hours_are_the_reason_whatever_the_worker_does() -> None:
    assert at(NIGHT, Load(3, 0, 0), set(WorkerRole)).pace is SendingState.CLOSED


def test_refused_messages_wait_for_the_next_try() -> None:
    retry = MORNING + timedelta(minutes=2)
    assert at(MORNING, Load(3, 0, 0, retry, refused=True)) == CampaignProgress(SendingState.REFUSED, retry)


def test_a_refusal_of_one_is_no_reason_while_others_are_going_out() -> None:
    assert at(MORNING, Load(3, 0, 0, MORNING, refused=True)).pace is SendingState.SENDING


def test_without_a_refusal_the_next_message_is_due_later() -> None:
    later = MORNING + timedelta(seconds=5)
    assert at(MORNING, Load(1, 0, 0, later)) == CampaignProgress(SendingState.LATER, later)


def test_messages_of_unknown_outcome_are_being_compared() -> None:
    assert at(MORNING, Load(0, 2, 0)) == CampaignProgress(SendingState.COMPARING)


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


@given(loads, moments, st.frozensets(st.sampled_from(WorkerRole)))
def test_a_finished_campaign_is_finished_whatever_is_left(
    load: Load, now: datetime, still: frozenset[WorkerRole]
) -> None:
    assert progress_of(True, load, HOURS, now, still) == CampaignProgress(SendingState.FINISHED)


@given(loads, moments, st.frozensets(st.sampled_from(WorkerRole)))
def test_it_never_says_sending_outside_active_hours_and_never_names_a_moment_that_has_passed(
    load: Load, now: datetime, still: frozenset[WorkerRole]
) -> None:
    stand = progress_of(False, load, HOURS, now, still)
    if not is_open(HOURS, now):
        assert stand.pace not in (SendingState.SENDING, SendingState.LATER, SendingState.REFUSED)
    assert stand.until is None or stand.until > now
    assert (stand.pace is SendingState.CLOSED) <= (stand.until == next_open_time(HOURS, now))


def test_the_page_asks_often_while_it_moves_and_seldom_at_night() -> None:
    sending, closed = look_again(SendingState.SENDING, 1, None), look_again(SendingState.CLOSED, 1, None)
    assert sending is not None
    assert closed is not None
    assert sending <= 3 < closed


@pytest.mark.parametrize("pace", [SendingState.FINISHED, SendingState.OVER])
def test_the_page_stops_asking_when_all_is_settled(pace: SendingState) -> None:
    assert look_again(pace, 0, None) is None
    assert look_again(pace, 0, timedelta(minutes=2)) is None


@pytest.mark.parametrize("pace", [SendingState.FINISHED, SendingState.OVER])
def test_the_page_asks_on_while_delivery_reports_may_come(pace: SendingState) -> None:
    assert look_again(pace, 0, timedelta(seconds=5)) is not None
    assert look_again(pace, 1, None) is not None


def test_the_page_asks_while_contacts_may_answer() -> None:
    assert look_again(SendingState.ANSWERS, 0, None) is not None


@given(st.timedeltas(timedelta(days=-50), timedelta(days=50)))
def test_a_role_stands_still_without_a_sign_of_life_for_a_minute_or_with_one_of_the_time_to_come(
    ago: timedelta,
) -> None:
    beats = {str(role): MORNING for role in WorkerRole if role is not WorkerRole.WORK}
    found = still({**beats, "work": MORNING - ago}, MORNING)
    assert found == ({WorkerRole.WORK} if abs(ago) > SILENCE else set())


def test_a_role_that_never_gave_a_sign_of_life_stands_still() -> None:
    assert still({}, MORNING) == set(WorkerRole)
