"""The transcript of one conversation: its order, its words, and what is still to come."""

import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from smartchat import clock
from smartchat.db import db
from smartchat.domain.hours import ActiveHours
from smartchat.domain.sending.delivery import NotReached, Refused, Unknown
from smartchat.domain.sending.fetched import ListedInbound, as_webhook
from smartchat.models import Campaign
from smartchat.reading.transcripts import transcript
from smartchat.services.campaign import finishing, launching
from smartchat.services.conversation import receiving
from smartchat.services.sending import tracking
from tests.blueprints import scenes
from tests.blueprints.scenes import At, text_of

CARLOS, ANA, JOSE = "+525500998877", "+525511223344", "+525533445566"
ROWS = [(CARLOS, "Carlos Núñez", "1200"), (ANA, "Ana (100%)", "1350.50"), (JOSE, "JOSÉ Ibáñez", "1480")]
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def at(app: Flask) -> Iterator[At]:
    """Monday 10:00 at UTC−05:00."""
    yield from scenes.clock_of(app)


def page_of(client: FlaskClient, campaign_id: int, phone: str, **more: object) -> str:
    address = f"/conversations/{scenes.conversation(campaign_id, phone).id}"
    return client.get(address, **more).text  # type: ignore[arg-type]


def bodies(html: str) -> list[str]:
    """The bubbles' texts, in order."""
    found = re.findall(r'<li class="bubble [^>]*>.*?</span>(.*?)\s*<(?:a|em|small)', html, re.S)
    return [text.strip() for text in found]


def test_a_transcript_reads_in_the_order_of_the_conversation(at: At, signed_in: FlaskClient) -> None:
    campaign_id = scenes.launch(ROWS)
    scenes.talk(CARLOS, "claro que sí", "dos")
    html = page_of(signed_in, campaign_id, CARLOS)
    assert bodies(html) == [
        *("Hola Carlos Núñez.", "¿Podrá pagar?", "claro que sí", "¿En cuántos pagos?", "dos"),
        "¿Dónde?\n1. Banco\n2. Tienda\n3. Transferencia",
    ]
    assert [kind == "in" for kind in re.findall(r"bubble-(in|out)", html)] == [
        *(False, False, True, False, True, False)
    ]


def test_what_the_chatbot_understood_stands_beside_the_answer(at: At, signed_in: FlaskClient) -> None:
    campaign_id = scenes.launch(ROWS)
    scenes.talk(CARLOS, "tal vez", "claro que sí")
    text = text_of(page_of(signed_in, campaign_id, CARLOS))
    assert "tal vez 10:00 · ✓ Answered PAGA: not understood (the contact is not sure)" in text
    assert "PAGA = Yes (by its meaning)" in text


def test_the_values_so_far_name_their_steps(at: At, signed_in: FlaskClient) -> None:
    campaign_id = scenes.launch(ROWS)
    scenes.talk(CARLOS, "no", "dos")
    html = page_of(signed_in, campaign_id, CARLOS)
    values = re.findall(r"<dt><code>(\w+)</code>.*?<dd>\s*(.*?)\s*</dd>", html, re.S)
    shown = {name: text_of(value).strip() for name, value in values}
    assert shown == {
        "NOMBRE": "Carlos Núñez",
        "MONTO": "1200",
        "PAGA": "No",
        "PAGOS": "2",
        "MEDIO": "being asked",
        "NOTA": "–",
    }


def test_a_message_at_night_says_that_it_waits_until_08_00(at: At, signed_in: FlaskClient) -> None:
    campaign_id = scenes.launch(ROWS)
    at("2026-11-23T22:00")
    scenes.talk(CARLOS, "sí")
    text = text_of(page_of(signed_in, campaign_id, CARLOS))
    assert "Waiting until 24 Nov at 08:00: outside the active hours" in text
    at("2026-11-24T07:59")
    assert "Waiting until 08:00: outside the active hours" in text_of(page_of(signed_in, campaign_id, CARLOS))


def test_each_day_is_told_apart_at_the_chatbots_offset(at: At, signed_in: FlaskClient) -> None:
    campaign_id = scenes.launch(ROWS)
    at("2026-11-23T22:30")  # already the 24th in UTC
    scenes.talk(CARLOS, "sí")
    at("2026-11-24T08:00")
    scenes.work()
    html = page_of(signed_in, campaign_id, CARLOS)
    assert re.findall(r'id="day-([\d-]+)"', html) == ["2026-11-23", "2026-11-24"]
    assert "Times are UTC−05:00" in html
    assert bodies(html)[-1] == "¿En cuántos pagos?"


def test_a_reply_that_waits_stands_last_and_says_so(at: At, signed_in: FlaskClient) -> None:
    campaign_id = scenes.launch(ROWS)
    scenes.hear(CARLOS, "sí")
    scenes.work(NotReached("connection refused"))
    scenes.hear(CARLOS, "¿hola?")
    html = page_of(signed_in, campaign_id, CARLOS)
    assert bodies(html)[-1] == "¿En cuántos pagos?"
    assert 'id="day-later"' in html
    assert "not sent so far: connection refused" in text_of(html)


def test_a_failed_message_gives_the_reason_in_words_and_twilios_number(
    at: At, signed_in: FlaskClient
) -> None:
    campaign_id = scenes.draft(ROWS[:1])
    launching.launch(campaign_id, None, clock.now())
    scenes.work(Refused(21211, 400, "The 'To' number is not a valid phone number."))
    text = text_of(page_of(signed_in, campaign_id, CARLOS))
    assert (
        "✕ Failed · The number does not exist. (Twilio 21211: The 'To' number is not a valid"
        in text.replace("&#39;", "'")
    )
    assert "Cancelled, not sent" in text


@pytest.mark.parametrize(
    ("status", "word"),
    [("sent", "✓ Sent"), ("delivered", "✓✓ Delivered"), ("read", "✓✓ Read"), ("failed", "✕ Failed")],
)
def test_the_state_of_delivery_is_told_in_a_word(
    at: At, signed_in: FlaskClient, status: str, word: str
) -> None:
    campaign_id = scenes.launch(ROWS)
    last = scenes.outbound(scenes.conversation(campaign_id, CARLOS).id)[-1]
    tracking.record_status(
        {"MessageSid": last.provider_sid or "", "MessageStatus": status}, last.id, clock.now()
    )
    html = page_of(signed_in, campaign_id, CARLOS)
    bubble = html[html.index(f'id="out-{last.id}"') :]
    assert f">{word}</span>" in bubble[: bubble.index("</li>")]


def test_a_send_of_unknown_outcome_is_being_verified(at: At, signed_in: FlaskClient) -> None:
    campaign_id = scenes.launch(ROWS)
    scenes.hear(CARLOS, "sí")
    scenes.work(Unknown("timeout"))
    assert "Being verified with Twilio" in page_of(signed_in, campaign_id, CARLOS)


def test_a_message_after_finish_is_shown_as_unmatched(at: At, signed_in: FlaskClient) -> None:
    campaign_id = scenes.launch(ROWS)
    finishing.finish(campaign_id, None, clock.now())
    scenes.talk(CARLOS, "¿sigue ahí?")
    html = page_of(signed_in, campaign_id, CARLOS)
    assert bodies(html)[-1] == "¿sigue ahí?"
    assert "Unmatched: no conversation was open, nobody answered" in html


def test_an_opt_out_is_told_with_its_words_and_time(at: At, signed_in: FlaskClient) -> None:
    campaign_id = scenes.launch(ROWS)
    scenes.talk(CARLOS, "ya no me escriban")
    text = text_of(page_of(signed_in, campaign_id, CARLOS))
    assert "being asked" not in text
    assert "This contact asked on 23 Nov 2026, 10:00 not to be written to, with “ya no me escriban”" in text
    scenes.talk(CARLOS, "ALTA")
    assert "This contact asked" not in page_of(signed_in, campaign_id, CARLOS)


def test_the_page_polls_while_the_conversation_lives_and_stops_with_it(
    at: At, signed_in: FlaskClient
) -> None:
    campaign_id = scenes.launch(ROWS)
    for message in scenes.outbound(scenes.conversation(campaign_id, CARLOS).id):
        assert message.status == "sent"
    assert 'hx-trigger="every 3s"' in page_of(signed_in, campaign_id, CARLOS)
    partial = page_of(signed_in, campaign_id, CARLOS, headers=PARTIAL)
    assert partial.lstrip().startswith('<div id="conversation" hx-get=')
    finishing.finish(campaign_id, None, clock.now())
    assert "hx-trigger" not in page_of(signed_in, campaign_id, CARLOS)


def test_a_conversation_whose_farewell_is_still_to_be_sent_keeps_polling(
    at: At, signed_in: FlaskClient
) -> None:
    campaign_id = scenes.launch(ROWS)
    scenes.talk(CARLOS, "sí", "2", "banco")
    scenes.hear(CARLOS, "nada")
    scenes.work(NotReached("away"))
    assert scenes.conversation(campaign_id, CARLOS).status == "completed"
    assert 'hx-trigger="every 3s"' in page_of(signed_in, campaign_id, CARLOS)


def test_a_picture_comes_from_our_own_address_and_nothing_but_http_becomes_one(
    at: At, signed_in: FlaskClient
) -> None:
    campaign_id = scenes.launch(ROWS)
    scenes.hear(
        CARLOS,
        "",
        NumMedia="2",
        MediaUrl0="https://api.twilio.com/picture",
        MediaContentType0="image/png",
        MediaUrl1="javascript:alert(1)",
        MediaContentType1="text/html",
    )
    html = page_of(signed_in, campaign_id, CARLOS)
    assert len(re.findall(r'<img src="/messages/[0-9]+/media/0"', html)) == 1
    assert "api.twilio.com" not in html
    assert "javascript:" not in html


def test_what_a_contact_writes_is_text_never_markup(at: At, signed_in: FlaskClient) -> None:
    campaign_id = scenes.launch(ROWS)
    scenes.talk(CARLOS, "<script>alert(1)</script>")
    html = page_of(signed_in, campaign_id, CARLOS)
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_the_same_contacts_other_conversations_are_linked(at: At, signed_in: FlaskClient) -> None:
    first = scenes.launch(ROWS, name="Primera")
    second = scenes.launch(
        ROWS[:1], chatbot_id=db.session.get_one(Campaign, first).chatbot_id, name="Segunda"
    )
    html = page_of(signed_in, second, CARLOS)
    assert f"/conversations/{scenes.conversation(first, CARLOS).id}" in html
    assert "Primera" in html


def test_before_the_opening_the_page_says_when_it_goes_out(at: At, signed_in: FlaskClient) -> None:
    at("2026-11-23T22:00")
    campaign_id = scenes.launch(ROWS)
    text = text_of(page_of(signed_in, campaign_id, CARLOS))
    assert "Outside the active hours until 24 Nov at 08:00: then the opening goes out." in text


def test_an_answer_received_while_its_batch_was_written_down_still_follows_the_question(at: At) -> None:
    """The batch is recorded at its end: by then the first of its contacts may have answered."""
    campaign_id = scenes.launch(ROWS[:1])
    conversation_id = scenes.conversation(campaign_id, CARLOS).id
    at("2026-11-23T10:00:02")
    scenes.hear(CARLOS, "sí")
    for message in scenes.outbound(conversation_id):
        message.sent_at = datetime.fromisoformat("2026-11-23T10:00:05-05:00")
    db.session.commit()
    days = transcript(conversation_id, ActiveHours()).days
    assert [entry.inbound for day in days for entry in day.entries] == [False, False, True]


def test_a_message_sent_after_a_long_queue_stands_where_the_contact_got_it(at: At) -> None:
    campaign_id = scenes.launch(ROWS[:1])
    conversation_id = scenes.conversation(campaign_id, CARLOS).id
    at("2026-11-23T10:30")
    scenes.hear(CARLOS, "¿hola?")
    question = scenes.outbound(conversation_id)[-1]
    question.sent_at = datetime.fromisoformat("2026-11-23T11:00-05:00")
    db.session.commit()
    entries = [entry for day in transcript(conversation_id, ActiveHours()).days for entry in day.entries]
    assert [entry.message.body for entry in entries] == ["Hola Carlos Núñez.", "¿hola?", "¿Podrá pagar?"]


def test_a_conversation_that_does_not_exist_is_404(signed_in: FlaskClient) -> None:
    assert signed_in.get("/conversations/999").status_code == 404


def test_a_message_that_was_fetched_late_says_so_and_that_it_is_only_shown(
    at: At, signed_in: FlaskClient
) -> None:
    campaign = scenes.launch(ROWS[:1])
    at("2026-11-23T10:20")
    scenes.talk(CARLOS, "sí")
    at("2026-11-23T10:30")
    lost = ListedInbound(
        "SM" + "9" * 32, CARLOS, scenes.SENDER, "tal vez", at=datetime.fromisoformat("2026-11-23T15:10:00Z")
    )
    receiving.store(as_webhook(lost, clock.now()), clock.now(), lost.at)
    db.session.commit()
    page = text_of(page_of(signed_in, campaign, CARLOS))
    assert "tal vez 10:10" in page
    assert "Reached us late, after a later message was answered: shown only · fetched later" in page
    assert "reached us late: not answered" in text_of(signed_in.get(f"/campaigns/{campaign}").text)


@pytest.mark.parametrize(
    ("why", "expected"),
    [
        ("skipped:MONTO", "skipped, because MONTO has no value"),
        ("skipped:MONTO,PAGOS", "skipped, because MONTO and PAGOS have no value"),
        ("missing:MONTO", "no value: MONTO is unknown"),
        ("missing:MONTO,PAGOS,PAGA", "no value: MONTO, PAGOS, and PAGA are unknown"),
        (
            "absent:data.ns:total",
            "no value: the other system's answer had no field data.ns:total with a single value",
        ),
        ("absent", "no value: the other system's answer had none"),
        ("timeout", "no value: the other system took too long"),
    ],
)
def test_a_value_that_is_not_there_says_for_want_of_what(
    why: str, expected: str, at: At, signed_in: FlaskClient
) -> None:
    campaign_id = scenes.launch(ROWS)
    found = scenes.conversation(campaign_id, CARLOS)
    found.state = {**(found.state or {}), "lacking": {"PAGOS": why}}
    db.session.commit()
    html = page_of(signed_in, campaign_id, CARLOS)
    value = re.search(r"<dt><code>PAGOS</code>.*?<dd>\s*(.*?)\s*</dd>", html, re.S)
    assert value is not None
    assert text_of(value[1]).strip() == expected
