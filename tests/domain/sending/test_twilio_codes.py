"""Every code of Twilio's is sorted once, with words in both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.sending.twilio_codes import (
    CODES,
    WINDOW,
    About,
    Then,
    counts,
    failed_of_last,
    heard,
    is_senders_trouble,
    may_have_arrived,
    reported,
    sentence,
)

STOPS = (20003, 20005, 21606, 21703, 21705, 30002, 30010, 30032, 63040, 63041, 63042, 63051, 63112)


def test_every_code_has_a_sentence_in_both_languages() -> None:
    for code in CODES.values():
        for text in (code.en, code.es):
            assert text[0].isupper()
            assert text.endswith(".")
        assert code.en != code.es


def test_what_is_said_of_a_stopped_sender_says_what_to_do() -> None:
    for code in CODES.values():
        if code.then is Then.STOP:
            assert code.en.count(". ") + code.en.count(": ") >= 1, code.code


@pytest.mark.parametrize("code", STOPS)
def test_account_sender_and_template_stop(code: int) -> None:
    assert CODES[code].then is Then.STOP
    assert CODES[code].about in (About.ACCOUNT, About.SENDER, About.TEMPLATE)


def test_only_what_concerns_more_than_a_contact_stops_and_what_is_the_contacts_own_does_not_count() -> None:
    for code in CODES.values():
        wide = code.about in (About.ACCOUNT, About.SENDER, About.TEMPLATE)
        assert wide == (code.then is Then.STOP), code.code
        if code.about is About.CONTACT:
            assert not counts(code.code)


@pytest.mark.parametrize("code", [21408, 21608, 30034, 99999, None])
def test_destinations_and_unknown_codes_go_by_the_share(code: int | None) -> None:
    assert counts(code)


@pytest.mark.parametrize(
    "code, expected", [(30003, True), (30008, True), (99999, True), (30036, False), (63041, False)]
)
def test_which_reports_may_be_wrong(code: int, expected: bool) -> None:
    assert may_have_arrived(code) is expected


def test_the_unknown_has_no_sentence_of_ours() -> None:
    assert sentence(99999, "es") == sentence(None, "en") == ""
    assert sentence(30003, "es") == "El teléfono está apagado o fuera de alcance."


def test_twenty_of_the_last_twenty_five_are_the_senders_trouble_and_nineteen_are_not() -> None:
    assert not is_senders_trouble(heard("", failed=19))
    assert is_senders_trouble(heard("", failed=20))
    assert is_senders_trouble(heard(heard("", failed=20), taken=5))
    assert not is_senders_trouble(heard(heard("", failed=20), taken=6))


def test_nothing_is_kept_while_all_is_well() -> None:
    assert heard("", taken=100) == ""
    assert heard(heard("", failed=1), taken=WINDOW) == ""


@given(st.lists(st.sampled_from(["taken", "failed", "reported"]), max_size=80))
def test_no_more_than_the_last_messages_are_kept_and_each_counts_once(events: list[str]) -> None:
    history = ""
    for event in events:
        before = failed_of_last(history)
        match event:
            case "taken":
                history = heard(history, taken=1)
                assert failed_of_last(history) <= before
            case "failed":
                history = heard(history, failed=1)
            case _:
                history = reported(history)
        assert len(history) <= WINDOW
    if events and set(events) == {"reported"}:
        assert failed_of_last(history) == min(len(events), WINDOW)
