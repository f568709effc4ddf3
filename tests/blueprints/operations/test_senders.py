"""The senders' page: rates, and what is wrong with a sender."""

import re
from collections.abc import Callable

import pytest

from smartchat import clock
from smartchat.db import db
from smartchat.domain.sending.delivery import Refused
from smartchat.services.operations import refusing
from smartchat.services.sending import pacing
from tests.blueprints.builder.test_builder import sign_in
from tests.blueprints.desk import Desk, words

NUMBER = "+12025550123"


def page(desk: Desk) -> str:
    return words(desk.client.get("/senders").text)


def test_every_sender_of_a_chatbot_is_listed_with_its_usual_rate(desk: Desk) -> None:
    desk.chatbot(sender=NUMBER, name="Aviso")
    shown = page(desk)
    assert "1 part a second usual for an ordinary number" in shown
    assert "Aviso" in shown


def test_an_operator_sets_a_rate_and_sees_who_did(desk: Desk) -> None:
    desk.chatbot(sender=NUMBER)
    answer = desk.client.post("/senders", data={"address": NUMBER, "per_second": "2,5"})
    assert answer.status_code == 303
    assert "2.5 parts a second set by operator@example.com, usual: 1 part a second" in page(desk)
    desk.client.post("/senders", data={"address": NUMBER, "per_second": ""})
    assert "1 part a second usual for" in page(desk)


def test_a_rate_that_is_none_is_told_beside_the_field_and_kept_in_it(desk: Desk) -> None:
    desk.chatbot(sender=NUMBER)
    answer = desk.client.post("/senders", data={"address": NUMBER, "per_second": "fast"})
    assert answer.status_code == 422
    assert "Write a number from 0.01 to 10,000" in answer.text
    assert 'value="fast"' in answer.text


def test_a_sender_that_nobody_uses_cannot_be_set(desk: Desk) -> None:
    assert desk.client.post("/senders", data={"address": "+1999", "per_second": "3"}).status_code == 404


def test_a_stopped_sender_says_what_to_switch_on_and_can_be_tried_at_once(
    desk: Desk, at: Callable[[str], None]
) -> None:
    campaign = desk.launch(desk.chatbot(sender=NUMBER))
    desk.line.answer = Refused(21703, 400, "The Messaging Service contains no phone numbers")
    desk.work()
    assert "Sender pool" in page(desk)
    assert re.search(r"Nothing is sent from it since 23 Nov 2026, \d\d:\d\d\.", page(desk))
    desk.line.answer = None
    at("2026-11-23T10:00:20")
    assert desk.client.post("/senders", data={"address": NUMBER, "again": "1"}).status_code == 303
    desk.work()
    assert "Nothing is sent from it" not in page(desk)
    assert desk.tiles(campaign)["Sent"] >= 1


def test_a_sender_that_was_too_fast_says_so(desk: Desk) -> None:
    desk.chatbot(sender=NUMBER)
    with desk.app.app_context():
        pacing.slow_down(NUMBER, 20429, clock.machine_now())
        db.session.commit()
    assert "Twilio answered that it was too fast (20429): 0.5 parts a second" in page(desk)


def test_a_viewer_sees_the_senders_and_cannot_change_them(desk: Desk) -> None:
    desk.chatbot(sender=NUMBER)
    viewer = sign_in(desk, "viewer@example.com", "viewer")
    assert "Set another rate" not in viewer.get("/senders").text
    assert viewer.post("/senders", data={"address": NUMBER, "per_second": "3"}).status_code == 403


def test_the_address_for_twilio_asks_it_to_try_again(desk: Desk) -> None:
    desk.app.config["PUBLIC_URL"] = "https://chat.example.com"
    address = "https://chat.example.com/twilio/inbound#ct=2000&amp;rt=3500&amp;rc=3&amp;rp=5xx,ct,rt"
    assert address in desk.client.get("/senders").text


def test_refused_webhooks_are_told_with_what_is_set(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusing, "WRITE_SECONDS", 0)
    desk.app.config["PUBLIC_URL"] = "http://wrong.example.com"
    for _ in range(5):
        desk.client.post(
            "/twilio/inbound", data={"MessageSid": "SM1"}, headers={"X-Twilio-Signature": "AAAA"}
        )
    assert "Twilio's signature was wrong 5 times" in page(desk)
    assert "PUBLIC_URL is http://wrong.example.com" in page(desk)
    desk.client.get("/twilio/inbound?MessageSid=SM1")
    assert "1 webhook had no form of Twilio's" in page(desk)
    desk.client.post("/twilio/inbound", data={"MessageSid": "SM1"})
    assert page(desk).count("webhook") == 1, "what bears no signature is not Twilio's"
