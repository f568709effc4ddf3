from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.sending.delivery import (
    LONGEST_PAUSE,
    RANKS,
    Verdict,
    group,
    later,
    pause,
    rank,
    verdict,
)
from smartchat.domain.statuses import OutboundStatus

STATUSES = st.sampled_from(sorted(RANKS))


@given(st.lists(STATUSES, min_size=1))
def test_a_status_never_goes_down_in_whatever_order_callbacks_come(statuses: list[str]) -> None:
    known: str | None = None
    for status in statuses:
        before = -1 if known is None else rank(known)
        known = later(known, status)
        assert rank(known) >= before
    assert rank(known or "") == max(map(rank, statuses))


@given(STATUSES, STATUSES)
def test_hearing_the_same_status_again_changes_nothing(first: str, second: str) -> None:
    known = later(first, second)
    assert later(known, first) == later(later(known, first), first)
    assert later(known, known) == known


def test_what_is_delivered_does_not_fail_later_and_what_is_read_is_read() -> None:
    assert later("delivered", "failed") == "delivered"
    assert later("failed", "delivered") == "delivered"
    assert later("delivered", "undelivered") == "delivered"
    assert later("delivered", "read") == "read"
    assert later("read", "delivered") == "read"


@pytest.mark.parametrize(
    "status, expected",
    [
        ("accepted", OutboundStatus.SENT),
        ("queued", OutboundStatus.SENT),
        ("sent", OutboundStatus.SENT),
        ("a new word of Twilio's", OutboundStatus.SENT),
        ("delivered", OutboundStatus.DELIVERED),
        ("read", OutboundStatus.DELIVERED),
        ("undelivered", OutboundStatus.FAILED),
        ("failed", OutboundStatus.FAILED),
        ("canceled", OutboundStatus.FAILED),
    ],
)
def test_twilios_statuses_in_our_words(status: str, expected: OutboundStatus) -> None:
    assert group(status) is expected


@pytest.mark.parametrize(
    "code, http_status, expected",
    [
        (21211, 400, Verdict.FAIL),
        (21614, 400, Verdict.FAIL),
        (21617, 400, Verdict.FAIL),
        (30007, 400, Verdict.FAIL),
        (None, 400, Verdict.FAIL),
        (21610, 400, Verdict.OPTED_OUT),
        (20429, 429, Verdict.LATER),
        (None, 429, Verdict.LATER),
        (21611, 400, Verdict.LATER),
        (30003, 400, Verdict.LATER_CAPPED),
        (20003, 401, Verdict.STOP_SENDER),
        (None, 401, Verdict.STOP_SENDER),
        (21408, 400, Verdict.FAIL),
        (21606, 400, Verdict.STOP_SENDER),
        (20500, 500, Verdict.UNKNOWN),
        (None, 502, Verdict.UNKNOWN),
        (20503, 503, Verdict.UNKNOWN),
    ],
)
def test_what_a_refusal_means(code: int | None, http_status: int, expected: Verdict) -> None:
    assert verdict(code, http_status) is expected


@given(st.integers(min_value=0, max_value=10_000))
def test_pauses_grow_and_stay_under_ten_minutes(attempts: int) -> None:
    assert timedelta(0) < pause(attempts) <= pause(attempts + 1) <= LONGEST_PAUSE
