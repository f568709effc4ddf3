"""What contacts send beside texts: fetched from Twilio's hosts alone, kept for a while, and taken as an answer."""

import os
from collections.abc import Callable
from hashlib import md5

import pytest

from smartchat.adapters import media_fetcher
from smartchat.domain.inbound.attachments import NotFetched
from smartchat.services.conversation import media
from tests.services.conftest import SENDER, Stage, new_phone
from tests.simulator_server import ACCOUNT_SID

NAME = {"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"}
DAMAGE = {
    "id": "DANO",
    "type": "text",
    "text": "¿Qué pasó? Una foto o unas palabras.",
    "min_length": 10,
    "media": True,
}
END = {"id": "FIN", "type": "end", "text": "Gracias."}
PNG = {"NumMedia": "1", "MediaContentType0": "image/png"}


def sent_to_twilio(stage: Stage, address: str) -> str:
    """The address under which Twilio would have a file that a contact has sent."""
    sid = stage.simulator.write(new_phone(), "", SENDER, address)["sid"]
    medium = "ME" + md5(f"{sid} 0".encode(), usedforsecurity=False).hexdigest()
    return f"{stage.simulator.url}/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{sid}/Media/{medium}"


def received(stage: Stage, url: str, type_: str = "image/png") -> int:
    """The message that names this file."""
    stage.hear(new_phone(), "", MediaUrl0=url, MediaContentType0=type_, NumMedia="1")
    return stage.inbound()[-1].id


def test_a_file_is_fetched_once_and_then_kept(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = received(stage, sent_to_twilio(stage, "/static/picture.png"))
    found = media.file_of(id_, 0)
    assert found is not None
    assert found.path.read_bytes().startswith(b"\x89PNG")
    monkeypatch.setitem(stage.app.config, "TWILIO_API_URL", "http://127.0.0.1:9")
    assert media.file_of(id_, 0) == found
    assert media.file_of(id_, 1) is None
    assert media.file_of(id_ + 1, 0) is None


def test_nobody_is_asked_but_twilio(stage: Stage) -> None:
    elsewhere = ("http://169.254.169.254/latest", "https://example.com/a.png", "http://127.0.0.1:6379/")
    for url in elsewhere:
        with pytest.raises(NotFetched, match="host"):
            media.file_of(received(stage, url), 0)
    # The simulator redirects to whatever the contact's phone named.
    redirected = sent_to_twilio(stage, "http://127.0.0.1:9/secret.png")
    with pytest.raises(NotFetched, match="host"):
        media.file_of(received(stage, redirected), 0)


def test_a_file_that_is_gone_or_too_large_is_not_kept(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotFetched, match="status_404"):
        media.file_of(received(stage, f"{stage.simulator.url}/2010-04-01/Accounts/x/Messages/y/Media/z"), 0)
    monkeypatch.setattr(media_fetcher, "LARGEST", 10)
    with pytest.raises(NotFetched, match="too_large"):
        media.file_of(received(stage, sent_to_twilio(stage, "/static/picture.png")), 0)


def test_what_was_not_looked_at_for_longest_makes_room(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [received(stage, sent_to_twilio(stage, "/static/voice.wav"), "audio/x-wav") for _ in range(3)]
    first, second = media.file_of(ids[0], 0), media.file_of(ids[1], 0)
    assert first is not None
    assert second is not None
    for found, at in ((first, 2_000_000_000), (second, 1_000_000_000)):
        os.utime(found.path, (at, at))
    monkeypatch.setattr(media, "MOST_BYTES", 2 * first.path.stat().st_size)
    third = media.file_of(ids[2], 0)
    assert third is not None
    assert [one.path.exists() for one in (first, second, third)] == [True, False, True]


def test_a_text_question_may_take_a_picture_or_a_description(stage: Stage, at: Callable[[str], None]) -> None:
    chatbot = stage.chatbot(steps=[NAME, DAMAGE, END])
    phones = [new_phone() for _ in range(3)]
    campaign = stage.launch(phones, chatbot)
    stage.work()
    at("2026-11-23T10:01")
    stage.hear(phones[0], "", MediaUrl0="https://api.twilio.com/x", **PNG)
    stage.hear(phones[1], "mire", MediaUrl0="https://api.twilio.com/x", **PNG)
    stage.hear(phones[2], "mire")
    stage.work()
    values = [(stage.conversation(campaign, phone).state or {})["given"].get("DANO") for phone in phones]
    assert values == ["[foto]", "mire\n[foto]", None]


def test_a_place_is_an_answer_too_where_files_are(stage: Stage, at: Callable[[str], None]) -> None:
    phone = new_phone()
    campaign = stage.launch([phone], stage.chatbot(steps=[NAME, DAMAGE, END]))
    stage.work()
    at("2026-11-23T10:01")
    stage.hear(phone, "", Latitude="19.4326", Longitude="-99.1332", Label="Casa")
    stage.work()
    given = (stage.conversation(campaign, phone).state or {})["given"]
    assert given["DANO"] == "[ubicación 19.43260, -99.13320 Casa]"
