"""All that came in: complete, newest first, and what became of it."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.blueprints import scenes
from tests.blueprints.scenes import At

CARLOS, ANA, STRANGER = "+525500998877", "+525511223344", "+14155550123"
ROWS = [(CARLOS, "Carlos", "1200"), (ANA, "Ana", "1350.50")]
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def at(app: Flask) -> Iterator[At]:
    """Monday 10:00 at UTC−05:00."""
    yield from scenes.clock_of(app)


@pytest.fixture
def campaign_id(at: At) -> int:
    """Carlos answers, Ana opts out, a stranger writes, and at night Carlos writes again."""
    campaign_id = scenes.launch(ROWS)
    scenes.talk(CARLOS, "claro que sí")
    scenes.talk(ANA, "BAJA")
    scenes.hear(STRANGER, "Hello?")
    at("2026-11-23T22:00")
    scenes.hear(CARLOS, "tres")
    return campaign_id


def said(html: str) -> list[str]:
    return re.findall(r'<p class="said">(.*?)</p>', html, re.S)


def test_everything_that_came_in_is_there_newest_first(signed_in: FlaskClient, campaign_id: int) -> None:
    assert said(signed_in.get("/inbox").text) == ["tres", "Hello?", "BAJA", "claro que sí"]


def test_each_message_names_contact_campaign_time_and_what_became_of_it(
    signed_in: FlaskClient, campaign_id: int
) -> None:
    html = signed_in.get("/inbox").text
    carlos = scenes.conversation(campaign_id, CARLOS).id
    assert len(re.findall(rf'href="/conversations/{carlos}#in-\d+">\+52 55 0099 8877</a>', html)) == 2
    assert html.count(f'href="/campaigns/{campaign_id}"') == 3
    for shown in (
        "+1 415 555 0123",
        "to +1 500 555 0006",
        "23 Nov 2026, 22:00",
        "Times are UTC−05:00",
        "Waiting until 24 Nov at 08:00",
        "PAGA = <strong>Yes</strong>",
        "Unmatched: no conversation was open",
        "Opt-out: the contact is not written to any more",
    ):
        assert shown in html


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("waiting", ["tres"]),
        ("unmatched", ["Hello?"]),
        ("opt_out", ["BAJA"]),
        ("nonsense", ["tres", "Hello?", "BAJA", "claro que sí"]),
    ],
)
def test_the_filters_show_what_they_say(
    signed_in: FlaskClient, campaign_id: int, kind: str, found: list[str]
) -> None:
    assert said(signed_in.get(f"/inbox?show={kind}").text) == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("+52 55 0099 8877", ["tres", "claro que sí"]),
        ("8877", ["tres", "claro que sí"]),
        ("5215511223344", ["BAJA"]),
        ("(415) 555-0123", ["Hello?"]),
        ("999999", []),
        ("Carlos", []),
        ("%", []),
    ],
)
def test_search_goes_by_the_number_in_any_form(
    signed_in: FlaskClient, campaign_id: int, typed: str, found: list[str]
) -> None:
    assert said(signed_in.get("/inbox", query_string={"q": typed}).text) == found


def test_search_and_filter_hold_together(signed_in: FlaskClient, campaign_id: int) -> None:
    assert said(signed_in.get("/inbox?show=waiting&q=8877").text) == ["tres"]
    assert said(signed_in.get("/inbox?show=waiting&q=4155550123").text) == []


def test_fifty_messages_a_page(at: At, signed_in: FlaskClient) -> None:
    for number in range(60):
        scenes.hear(STRANGER, f"message {number}")
    first = signed_in.get("/inbox").text
    assert said(first) == [f"message {number}" for number in range(59, 9, -1)]
    on = re.search(r'rel="next" href="([^"]+)"', first)
    assert on is not None
    second = signed_in.get(on[1]).text
    assert said(second) == [f"message {number}" for number in range(9, -1, -1)]
    back = re.search(r'rel="prev" href="([^"]+)"', second)
    assert back is not None
    assert said(signed_in.get(back[1]).text) == said(first)


def test_a_list_of_two_outcomes_is_in_one_order(at: At, signed_in: FlaskClient) -> None:
    scenes.launch(ROWS)
    for body in ("BAJA", "ALTA", "BAJA"):
        scenes.hear(ANA, body)
    assert said(signed_in.get("/inbox?show=opt_out").text) == ["BAJA", "ALTA", "BAJA"]


def test_fewer_than_four_digits_ask_for_more(signed_in: FlaskClient, campaign_id: int) -> None:
    html = signed_in.get("/inbox?q=88").text
    assert said(html) == []
    assert "Type at least four digits" in html


def test_live_search_gets_only_the_messages(signed_in: FlaskClient, campaign_id: int) -> None:
    answer = signed_in.get("/inbox?q=4155550123", headers=PARTIAL)
    assert answer.text.lstrip().startswith('<section id="messages"')
    assert said(answer.text) == ["Hello?"]


def test_an_old_mexican_number_of_whatsapp_is_shown_as_it_is_dialled(at: At, signed_in: FlaskClient) -> None:
    scenes.hear("whatsapp:+5215512345678", "hola", to="whatsapp:+15005550006")
    html = signed_in.get("/inbox").text
    assert "<strong>+52 55 1234 5678</strong>" in html
    assert "to +1 500 555 0006 (WhatsApp)" in html


def test_an_empty_inbox_says_so(signed_in: FlaskClient) -> None:
    assert "Nobody has written yet." in signed_in.get("/inbox").text


def test_what_strangers_write_is_text_never_markup(at: At, signed_in: FlaskClient) -> None:
    scenes.hear(STRANGER, "<img src=x onerror=alert(1)>")
    html = signed_in.get("/inbox").text
    assert "<img src=x" not in html
    assert said(html) == ["&lt;img src=x onerror=alert(1)&gt;"]
