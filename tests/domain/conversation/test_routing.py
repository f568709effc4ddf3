"""One phone in several campaigns: whose turn it is."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.conversation.routing import Candidate, Routed, routed
from smartchat.domain.statuses import Route
from tests.effort import examples

NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)


def talk(id_: int, minute: int, *, live: bool = True) -> Candidate:
    return Candidate(id_, live, NOON + timedelta(minutes=minute))


def test_of_two_that_are_live_the_one_that_wrote_last_gets_the_message() -> None:
    assert routed([talk(1, 5), talk(2, 3)]) == Routed(1, True, Route.LATEST)


def test_where_the_one_that_wrote_last_is_over_the_next_live_one_gets_it() -> None:
    assert routed([talk(1, 3), talk(2, 5, live=False)]) == Routed(1, True, Route.FALLBACK)


def test_the_only_live_one_gets_it() -> None:
    assert routed([talk(1, 5), talk(2, 3, live=False)]) == Routed(1, True, Route.ONLY)


def test_where_all_are_over_it_is_shown_with_the_last() -> None:
    assert routed([talk(1, 3, live=False), talk(2, 5, live=False)]) == Routed(2, False, Route.OVER)


def test_a_number_that_nobody_wrote_to_is_unknown() -> None:
    assert routed([]) == Routed(None, False, Route.UNKNOWN)


@examples(60)
@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=6))
def test_a_live_conversation_is_always_preferred_to_one_that_is_over(found: list[tuple[int, bool]]) -> None:
    candidates = [talk(id_, minute, live=live) for id_, (minute, live) in enumerate(found)]
    result = routed(candidates)
    assert result.live == any(candidate.live for candidate in candidates)
    chosen = next((c for c in candidates if c.id == result.id), None)
    assert (chosen is None) == (not candidates)
    rivals = [c.last_sent_at for c in candidates if c.live == result.live]
    assert chosen is None or chosen.last_sent_at == max(rivals)


def test_a_bare_courtesy_is_for_the_one_that_wrote_last_though_it_is_over() -> None:
    assert routed([talk(1, 3), talk(2, 5, live=False)], courtesy=True) == Routed(2, False, Route.COURTESY)


def test_a_bare_courtesy_answers_the_live_one_that_wrote_last() -> None:
    assert routed([talk(1, 5), talk(2, 3, live=False)], courtesy=True) == Routed(1, True, Route.ONLY)
    assert routed([talk(1, 3), talk(2, 5)], courtesy=True) == Routed(2, True, Route.LATEST)


def test_a_quote_decides_before_a_courtesy_does() -> None:
    talks = [talk(1, 3), talk(2, 5, live=False)]
    assert routed(talks, courtesy=True, quoted=1) == Routed(1, True, Route.QUOTED)
    assert routed(talks, courtesy=True, quoted=2) == Routed(2, False, Route.COURTESY)
    assert routed(talks, courtesy=True, quoted=7) == Routed(2, False, Route.COURTESY)
