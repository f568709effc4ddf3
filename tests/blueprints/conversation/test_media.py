"""What contacts send is shown for what it is, and nothing in it can run."""

import re
from pathlib import Path

import pytest

from smartchat.adapters import media_fetcher
from smartchat.services.conversation import media as kept
from tests.blueprints.desk import Desk

PHONE = "+525500998877"
PLACE = {"Latitude": "19.4326", "Longitude": "-99.1332", "Address": "Zócalo", "Label": "Casa"}


@pytest.fixture
def campaign(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> int:
    """Twilio gives the same bytes for everything: a page with a script."""
    page = b"<script>alert(1)</script>"
    monkeypatch.setattr(kept, "fetch", lambda url, settings: page)
    campaign_id = desk.launch(desk.chatbot())
    desk.work()
    return campaign_id


def sent(desk: Desk, campaign: int, **params: str) -> str:
    """The transcript after the contact has sent this."""
    desk.hear(PHONE, "", **params)
    return desk.client.get(f"/conversations/{desk.conversation_id(campaign, PHONE)}").text


def file(type_: str) -> dict[str, str]:
    return {"NumMedia": "1", "MediaUrl0": "https://api.twilio.com/x", "MediaContentType0": type_}


def address(html: str) -> str:
    found = re.search(r'"(/messages/\d+/media/0)"', html)
    assert found, html
    return found[1]


def test_a_place_is_shown_with_a_link_to_the_map(desk: Desk, campaign: int) -> None:
    html = sent(desk, campaign, **PLACE, MessageType="location")
    assert "📍 Place: Casa, Zócalo" in html
    assert "https://www.openstreetmap.org/?mlat=19.43260&amp;mlon=-99.13320" in html
    assert "no text" not in html
    assert "📍 Place: Casa, Zócalo" in desk.page("/inbox")


@pytest.mark.parametrize(
    ("type_", "shown"),
    [
        ("image/jpeg", '<img src="/messages/'),
        ("audio/ogg", "<audio"),
        ("text/vcard", "👤 Contact card"),
        ("application/pdf", "📄 Document"),
        ("video/mp4", "🎞 Video"),
        ("image/svg+xml", "🖼 Photo or picture"),
    ],
)
def test_a_file_is_shown_for_what_it_is_through_our_own_address(
    desk: Desk, campaign: int, type_: str, shown: str
) -> None:
    html = sent(desk, campaign, **file(type_))
    assert shown in html
    assert "api.twilio.com" not in html
    assert "📎" not in desk.page("/inbox")


@pytest.mark.parametrize("type_", ["text/html", "image/svg+xml", "application/pdf", "text/vcard", "", "x"])
def test_what_a_browser_might_run_is_only_saved(desk: Desk, campaign: int, type_: str) -> None:
    with desk.client.get(address(sent(desk, campaign, **file(type_)))) as answer:
        assert answer.mimetype == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment")


def test_nothing_in_a_file_can_run_whatever_it_says_it_is(desk: Desk, campaign: int) -> None:
    with desk.client.get(address(sent(desk, campaign, **file("image/jpeg")))) as answer:
        assert answer.mimetype == "image/jpeg"
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"].startswith("private")


def test_files_are_for_who_is_signed_in(desk: Desk, campaign: int) -> None:
    path = address(sent(desk, campaign, **file("image/jpeg")))
    assert desk.app.test_client().get(path).status_code == 303
    assert not list(Path(desk.app.config["INSTANCE"]).glob("media/*"))


def test_a_file_that_cannot_be_had_says_so(
    desk: Desk, campaign: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "fetch", media_fetcher.fetch)
    desk.app.config["TWILIO_API_URL"] = "http://127.0.0.1:9"
    answer = desk.client.get(address(sent(desk, campaign, **file("image/jpeg"))))
    assert answer.status_code == 502
    assert "could not be fetched" in answer.text
    assert desk.client.get("/messages/99999/media/0").status_code == 404
