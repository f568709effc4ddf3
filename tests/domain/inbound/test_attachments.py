"""What contacts send that is no text, and where it may be fetched from."""

import pytest

from smartchat.domain.inbound.attachments import attachments_of, in_words, may_fetch, spot_of

SIMULATOR = "http://127.0.0.1:5001"
HERE = {"Latitude": "19.4326", "Longitude": "-99.1332", "Address": "Zócalo", "Label": "Casa"}


def test_a_place_is_shown_with_its_words_and_a_link() -> None:
    spot = spot_of(HERE)
    assert spot is not None
    assert spot.words == "Casa, Zócalo"
    assert "mlat=19.43260&mlon=-99.13320" in spot.url


@pytest.mark.parametrize("latitude", ["", "norte", "nan", "inf", "91", "1e999"])
def test_what_is_no_place_is_none(latitude: str) -> None:
    assert spot_of({**HERE, "Latitude": latitude}) is None


@pytest.mark.parametrize(
    ("type_", "kind", "shown"),
    [
        ("image/jpeg", "image", True),
        ("IMAGE/PNG; charset=x", "image", True),
        ("image/svg+xml", "image", False),
        ("text/html", "document", False),
        ("text/vcard", "card", False),
        ("audio/ogg; codecs=opus", "audio", True),
        ("application/pdf", "document", False),
        ("", "document", False),
    ],
)
def test_a_file_is_what_its_type_says_and_shown_only_where_nothing_in_it_runs(
    type_: str, kind: str, shown: bool
) -> None:
    params = {"NumMedia": "1", "MediaUrl0": "https://api.twilio.com/x", "MediaContentType0": type_}
    (found,) = attachments_of(params)
    assert (found.kind, found.shown) == (kind, shown)


def test_only_web_addresses_and_no_more_than_ten_files() -> None:
    params = {f"MediaUrl{n}": "https://api.twilio.com/x" for n in range(50)} | {"NumMedia": "50"}
    assert len(attachments_of(params)) == 10
    assert attachments_of({"NumMedia": "1", "MediaUrl0": "javascript:alert(1)"}) == ()


@pytest.mark.parametrize(
    ("url", "redirected", "may"),
    [
        ("https://api.twilio.com/2010-04-01/x", False, True),
        ("http://api.twilio.com/x", False, False),
        ("https://api.twilio.com:8443/x", False, False),
        ("https://api.twilio.com.evil.example/x", False, False),
        ("https://user:pw@api.twilio.com/x", False, False),
        ("https://api.twilio.com@evil.example/x", False, False),
        ("https://media.twiliocdn.com/x", False, False),
        ("https://media.twiliocdn.com/x", True, True),
        ("http://media.twiliocdn.com/x", True, False),
        ("https://eviltwiliocdn.com/x", True, False),
        ("http://169.254.169.254/latest", True, False),
        ("https://[::1/x", True, False),
        ("https://api.twilio.com:abc/x", False, False),
    ],
)
def test_files_come_from_twilio_alone(url: str, redirected: bool, may: bool) -> None:
    assert may_fetch(url, "", redirected) is may


def test_what_stands_in_for_twilio_gives_files_and_twilio_does_not_then() -> None:
    assert may_fetch(f"{SIMULATOR}/x", SIMULATOR, False)
    assert may_fetch(f"{SIMULATOR}/static/picture.png", SIMULATOR, True)
    assert not may_fetch("http://127.0.0.1:6379/x", SIMULATOR, False)
    assert not may_fetch("https://api.twilio.com/x", SIMULATOR, False)


def test_what_was_sent_in_words() -> None:
    params = {**HERE, "NumMedia": "1", "MediaUrl0": "https://x", "MediaContentType0": "image/jpeg"}
    assert in_words(params, "es") == ("ubicación 19.43260, -99.13320 Casa, Zócalo", "foto")
    assert in_words({"Body": "hola"}, "en") == ()
