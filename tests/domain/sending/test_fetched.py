"""Twilio's list read from its end: in the order of arrival, by Twilio's clock, as the webhook would have said it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.sending.fetched import (
    ListedInbound,
    StoredMessages,
    as_webhook,
    came_at,
    in_the_order_of_arrival,
)

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
SECONDS = st.lists(st.integers(min_value=-30, max_value=5) | st.none(), max_size=20)


def listed(seconds: list[int | None]) -> list[ListedInbound]:
    """Newest first, as Twilio lists them: with so many seconds before or after now, or no date at all."""
    times = [None if s is None else NOW + timedelta(seconds=s) for s in seconds]
    return [ListedInbound(f"SM{n}", "+525512345678", "+15005550006", "", at=at) for n, at in enumerate(times)]


@given(SECONDS)
def test_nothing_is_lost_and_times_only_go_up(seconds: list[int | None]) -> None:
    messages = listed(seconds)
    ordered = in_the_order_of_arrival(messages, NOW)
    times = [came_at(message, NOW) for message in ordered]
    assert sorted(m.sid for m in ordered) == sorted(m.sid for m in messages)
    assert times == sorted(times)


@given(st.integers(min_value=2, max_value=10))
def test_messages_of_one_second_keep_the_order_in_which_twilio_got_them(count: int) -> None:
    ordered = in_the_order_of_arrival(listed([-7] * count), NOW)
    assert [m.sid for m in ordered] == [f"SM{n}" for n in reversed(range(count))]


@given(SECONDS)
def test_a_message_is_of_its_second_by_twilios_clock_whatever_ours_says(seconds: list[int | None]) -> None:
    for message in listed(seconds):
        at = came_at(message, NOW)
        assert at == NOW if message.at is None else at.replace(microsecond=0) == message.at


@given(st.lists(st.tuples(st.sampled_from(["+525511111111", "+525522222222"]), st.booleans()), max_size=15))
def test_those_before_a_missing_one_are_those_of_its_contact_that_the_list_has_after_it(
    rows: list[tuple[str, bool]],
) -> None:
    heard = StoredMessages()
    messages = [ListedInbound(f"SM{n}", phone, "+15005550006", "") for n, (phone, _) in enumerate(rows)]
    for message, (_, is_here) in zip(messages, rows, strict=True):
        heard.read_on(message, is_here)
    for n, (phone, is_here) in enumerate(rows):
        if not is_here:
            before = [f"SM{m}" for m, row in enumerate(rows) if m > n and row == (phone, True)]
            assert heard.before(messages[n]) == before


def test_the_webhook_that_was_lost_is_made_again_with_the_time_of_its_finding() -> None:
    message = ListedInbound(
        "MM1", "whatsapp:+5215512345678", "whatsapp:+15005550006", "mire", 1, (("https://a/1", "image/png"),)
    )
    made = as_webhook(message, NOW)
    assert (made["MessageSid"], made["From"], made["Body"]) == ("MM1", "whatsapp:+5215512345678", "mire")
    assert (made["NumMedia"], made["MediaUrl0"], made["MediaContentType0"]) == (
        "1",
        "https://a/1",
        "image/png",
    )
    assert made["FetchedAt"] == "2026-11-23T15:00:00+00:00"
    assert "MessagingServiceSid" not in made
