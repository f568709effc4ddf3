"""A campaign's contacts: list, search and filter, on both databases."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from smartchat import clock
from smartchat.db import db
from smartchat.models import Conversation
from smartchat.services.campaign import launching
from tests.blueprints import scenes
from tests.blueprints.scenes import At, text_of

CARLOS, ANA, JOSE = "+525500998877", "+525511223344", "+525533445566"
ROWS = [(CARLOS, "Carlos Núñez", "1200"), (ANA, "Ana (100%)", "1350.50"), (JOSE, "JOSÉ Ibáñez", "1480")]
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The searches are written for each engine."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgresql_tables"))
    return f"sqlite:///{tmp_path / 'smartchat.db'}"


@pytest.fixture
def at(app: Flask) -> Iterator[At]:
    """Monday 10:00 at UTC−05:00."""
    yield from scenes.clock_of(app)


def shown_phones(html: str) -> list[str]:
    return ["+52" + found.replace(" ", "") for found in re.findall(r">\+52 ([\d ]+)</(?:a|th)>", html)]


def test_all_contacts_are_listed_in_file_order_with_their_data(at: At, signed_in: FlaskClient) -> None:
    campaign_id = scenes.launch(ROWS)
    scenes.talk(ANA, "sí")
    html = signed_in.get(f"/campaigns/{campaign_id}/contacts").text
    assert shown_phones(html) == [CARLOS, ANA, JOSE]
    text = scenes.text_of(html)
    for shown in ("Carlos Núñez", "1350.50", "1 of 4", "0 of 4", "Open", "23 Nov 2026, 10:00", "UTC−05:00"):
        assert shown in text


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("+52 55 0099 8877", [CARLOS]),
        ("0099-88", [CARLOS]),
        ("(55) 1122.3344", [ANA]),
        ("5215511223344", [ANA]),
        ("whatsapp:+5215511223344", [ANA]),
        ("carlos", [CARLOS]),
        ("NUNEZ", [CARLOS]),
        ("núñez", [CARLOS]),
        ("jose ibanez", [JOSE]),
        ("ibáñez josé", [JOSE]),
        ("1350.5", [ANA]),
        ("(100%)", [ANA]),
        ("ana", [ANA]),
        ("a", [CARLOS, ANA, JOSE]),
        ("nombre", []),
        ("100_", []),
        ("*", []),
        ("[a-z]", []),
        ("carlos ana", []),
        ("99999", []),
        ("'; DROP TABLE contacts; --", []),
        ("\\", []),
    ],
)
def test_search_finds_numbers_in_any_form_and_names_without_accents(
    at: At, signed_in: FlaskClient, typed: str, found: list[str]
) -> None:
    campaign_id = scenes.launch(ROWS)
    html = signed_in.get(f"/campaigns/{campaign_id}/contacts", query_string={"q": typed}).text
    assert shown_phones(html) == found


def test_search_looks_into_the_files_extra_columns(at: At, signed_in: FlaskClient) -> None:
    rows = [(*ROWS[0], "Mérida"), (*ROWS[1], "Puebla"), (*ROWS[2], "")]
    campaign_id = scenes.launch(rows, headers="CONTACT\tNOMBRE\tMONTO\tCIUDAD")
    assert shown_phones(signed_in.get(f"/campaigns/{campaign_id}/contacts?q=merida").text) == [CARLOS]


def test_contacts_are_filtered_by_the_state_of_the_conversation(at: At, signed_in: FlaskClient) -> None:
    campaign_id = scenes.launch(ROWS)
    scenes.talk(ANA, "BAJA")
    scenes.talk(CARLOS, "sí", "3", "banco", "nada")
    for status, found in (("opted_out", [ANA]), ("completed", [CARLOS]), ("open", [JOSE]), ("failed", [])):
        html = signed_in.get(f"/campaigns/{campaign_id}/contacts?status={status}").text
        assert shown_phones(html) == found
    assert shown_phones(signed_in.get(f"/campaigns/{campaign_id}/contacts?status=open&q=ana").text) == []


def hundred_and_twenty() -> int:
    return scenes.draft([(f"+5255{n:08}", "Ana", "1") for n in range(10_000_000, 10_000_120)])


def rows_on(client: FlaskClient, address: str) -> tuple[list[int], dict[str, str]]:
    """The last three digits of the contacts of a page, and where its links lead."""
    html = client.get(address).text
    links = re.findall(r'href="([^"]+)">(?:⇤ |← )?(First|Previous|Next|Last)', html)
    return [int(phone[-3:]) for phone in shown_phones(html)], {name: unescape(url) for url, name in links}


def test_fifty_contacts_a_page_forwards_and_backwards(at: At, signed_in: FlaskClient) -> None:
    address = f"/campaigns/{hundred_and_twenty()}/contacts"
    first, ways = rows_on(signed_in, address)
    assert first == list(range(50))
    assert set(ways) == {"Next", "Last"}
    second, ways = rows_on(signed_in, ways["Next"])
    assert second == list(range(50, 100))
    third, ways = rows_on(signed_in, ways["Next"])
    assert third == list(range(100, 120))
    assert set(ways) == {"First", "Previous"}
    back, ways = rows_on(signed_in, ways["Previous"])
    assert back == second
    assert rows_on(signed_in, ways["Previous"])[0] == first
    assert rows_on(signed_in, ways["Last"])[0] == list(range(70, 120))


def test_a_page_begins_at_any_row_of_the_file(at: At, signed_in: FlaskClient) -> None:
    address = f"/campaigns/{hundred_and_twenty()}/contacts"
    shown, ways = rows_on(signed_in, f"{address}?row=60")
    assert shown == list(range(58, 108))
    assert "Rows 60 to 109 of the file" in text_of(signed_in.get(f"{address}?row=60").text)
    assert rows_on(signed_in, ways["Previous"])[0] == list(range(8, 58))


@pytest.mark.parametrize("place", ["after=99999", "before=0", "row=-5", "after=x", "page=3"])
def test_a_place_that_is_not_there_is_the_beginning(at: At, signed_in: FlaskClient, place: str) -> None:
    address = f"/campaigns/{hundred_and_twenty()}/contacts"
    assert rows_on(signed_in, f"{address}?{place}")[0] == list(range(50))


def test_a_filtered_list_goes_on_where_it_stopped(at: At, signed_in: FlaskClient) -> None:
    campaign_id = hundred_and_twenty()
    launching.launch(campaign_id, None, clock.now())
    while launching.make_more(clock.now()):
        pass
    odd = Conversation.id.in_(select(Conversation.id).where(Conversation.id % 2 == 1))
    db.session.execute(update(Conversation).where(odd).values(status="failed"))
    db.session.commit()
    address = f"/campaigns/{campaign_id}/contacts?status=failed"
    first, ways = rows_on(signed_in, address)
    rest, back = rows_on(signed_in, ways["Next"])
    assert first + rest == list(range(0, 120, 2))
    assert rows_on(signed_in, back["Previous"])[0] == first
    assert rows_on(signed_in, f"{address}&row=60")[0][0] == 58


def test_a_number_is_found_by_its_end_and_other_data_on_request(at: At, signed_in: FlaskClient) -> None:
    campaign_id = scenes.draft([(CARLOS, "Carlos", "3344"), (ANA, "Ana", "1")])
    address = f"/campaigns/{campaign_id}/contacts?q=3344"
    html = signed_in.get(address).text
    assert shown_phones(html) == [ANA]
    everywhere = re.search(r'href="([^"]+)">Look for 3344 in all the data', html)
    assert everywhere is not None
    assert shown_phones(signed_in.get(unescape(everywhere[1])).text) == [CARLOS, ANA]


def test_live_search_gets_only_the_list(at: At, signed_in: FlaskClient) -> None:
    campaign_id = scenes.launch(ROWS)
    answer = signed_in.get(f"/campaigns/{campaign_id}/contacts?q=ana", headers=PARTIAL)
    assert answer.text.lstrip().startswith('<section id="contacts"')
    assert "HX-Request-Type" in answer.headers["Vary"]
    assert shown_phones(answer.text) == [ANA]


def test_a_draft_shows_its_contacts_without_conversations(at: At, signed_in: FlaskClient) -> None:
    html = signed_in.get(f"/campaigns/{scenes.draft(ROWS)}/contacts").text
    assert "/conversations/" not in html
    assert html.count("badge-draft") == 3


def test_values_of_the_file_are_text_never_markup(at: At, signed_in: FlaskClient) -> None:
    campaign_id = scenes.launch([(CARLOS, "<b>Carlos</b>", "1")])
    html = signed_in.get(f"/campaigns/{campaign_id}/contacts").text
    assert "<b>Carlos" not in html
    assert "&lt;b&gt;Carlos" in html


def test_a_campaign_that_does_not_exist_is_404(at: At, signed_in: FlaskClient) -> None:
    assert signed_in.get("/campaigns/999/contacts").status_code == 404
