"""A campaign's contacts: list, search and filter, on both databases."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web import scenes
from tests.web.scenes import At

CARLOS, ANA, JOSE = "+525500998877", "+525511223344", "+525533445566"
ROWS = [(CARLOS, "Carlos Núñez", "1200"), (ANA, "Ana (100%)", "1350.50"), (JOSE, "JOSÉ Ibáñez", "1480")]
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The searches are written for each engine."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgresql_url"))
    return f"sqlite:///{tmp_path / 'smartchat.db'}"


@pytest.fixture
def at(app: Flask) -> Iterator[At]:
    """Monday 10:00 at UTC−05:00."""
    yield from scenes.clock_of(app)


def shown_phones(html: str) -> list[str]:
    return ["+52" + found.replace(" ", "") for found in re.findall(r">\+52 ([\d ]+)</a>", html)]


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


def test_fifty_contacts_a_page_and_a_page_too_far_is_the_last(at: At, signed_in: FlaskClient) -> None:
    rows = [(f"+5255{n:08}", "Ana", "1") for n in range(10_000_000, 10_000_120)]
    campaign_id = scenes.draft(rows)
    address = f"/campaigns/{campaign_id}/contacts"
    pages = [signed_in.get(f"{address}?page={number}").text for number in (1, 2, 3, 99)]
    assert [page.count('scope="row"') for page in pages] == [50, 50, 20, 20]
    assert "Page 2 of 3" in pages[1]
    assert "?page=3" in pages[1]


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
