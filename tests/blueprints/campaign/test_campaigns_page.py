"""A launched campaign: progress, and Finish."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, update

from smartchat import clock
from smartchat.db import db
from smartchat.domain.operations.worker_roles import WorkerRole
from smartchat.domain.sending.delivery import Refused, Unknown
from smartchat.models import Campaign, Conversation, Heartbeat
from smartchat.services.conversation import opening
from smartchat.services.operations import clock_jumps, storage
from smartchat.services.sending import sending
from tests.blueprints.desk import CLOCKS, PARTIAL, Desk, words

PHONES = [f"+5255009900{n:02}" for n in range(30)]
POLL = re.compile(r'hx-trigger="every (\d+)s"')


def show(desk: Desk, campaign: int) -> str:
    return desk.page(f"/campaigns/{campaign}")


def spanish(desk: Desk, campaign: int) -> str:
    page = desk.client.get(f"/campaigns/{campaign}", headers={"Accept-Language": "es"})
    return words(page.text)


def polls_every(desk: Desk, campaign: int) -> int | None:
    found = POLL.search(desk.client.get(f"/campaigns/{campaign}").text)
    return int(found[1]) if found else None


def status(app: Flask, campaign: int) -> str:
    with app.app_context():
        return db.session.get_one(Campaign, campaign).status


# Progress


def test_numbers_add_up_to_all_at_every_stage(desk: Desk) -> None:
    """Sent, failed, cancelled and waiting are all; delivered is a part of sent."""
    campaign = desk.launch(desk.chatbot(), PHONES[:4])
    assert desk.tiles(campaign)["Waiting"] == 4  # an opening that is still to be made counts once
    desk.work()
    now = desk.tiles(campaign)
    assert (now["Sent"], now["Waiting"], now["Failed"], now["Cancelled"]) == (8, 0, 0, 0)
    desk.hear(PHONES[0], "sí")
    assert desk.tiles(campaign)["Waiting for an answer"] == 1
    desk.work()
    now = desk.tiles(campaign)
    assert (now["Received"], now["Answered"], now["Waiting for an answer"], now["Sent"]) == (1, 1, 0, 9)


def test_a_campaign_that_is_going_out_says_so_and_asks_every_few_seconds(desk: Desk) -> None:
    campaign = desk.launch(desk.chatbot(), PHONES[:3])
    desk.sweep()
    assert "Sending: 3 messages to go." in show(desk, campaign)
    every = polls_every(desk, campaign)
    assert every is not None
    assert every <= 3


def test_a_poll_gets_the_part_that_moves_and_nothing_else(desk: Desk) -> None:
    campaign = desk.launch(desk.chatbot())
    answer = desk.client.get(f"/campaigns/{campaign}", headers=PARTIAL)
    assert answer.text.strip().startswith('<div id="campaign"')
    assert "<html" not in answer.text
    assert "HX-Request-Type" in answer.headers["Vary"]


def test_at_night_it_says_how_much_waits_and_until_when(desk: Desk, at: Callable[[str], None]) -> None:
    at("2026-11-23T22:00")
    campaign = desk.launch(desk.chatbot(), PHONES[:3])
    desk.sweep()
    page = show(desk, campaign)
    assert "outside its active hours: 3 messages wait until 24 Nov 2026, 08:00 (UTC−05:00)." in page


def test_an_answer_that_came_at_night_waits_for_08_00(desk: Desk, at: Callable[[str], None]) -> None:
    campaign = desk.launch(desk.chatbot())
    desk.work()
    at("2026-11-23T22:00")
    desk.hear("+525500998877", "sí")
    desk.work()
    page = show(desk, campaign)
    assert "1 message waits until 24 Nov 2026, 08:00" in page
    assert "sí answered from 24 Nov 2026, 08:00 on" in page


def test_when_all_is_sent_the_chatbot_waits_for_its_contacts(desk: Desk) -> None:
    campaign = desk.launch(desk.chatbot(), PHONES[:2])
    desk.work()
    assert "Everything is sent. The chatbot waits for 2 contacts to write." in show(desk, campaign)
    assert polls_every(desk, campaign) is not None


def test_when_all_conversations_are_over_it_says_so_and_stops_asking(
    desk: Desk, at: Callable[[str], None]
) -> None:
    campaign = desk.launch(desk.chatbot())
    desk.work()
    desk.hear("+525500998877", "sí")
    desk.work()
    assert "All conversations are over." in show(desk, campaign)
    assert polls_every(desk, campaign) is not None  # delivery reports come within seconds
    at("2026-11-23T10:05")
    assert polls_every(desk, campaign) is None


def test_a_sender_that_twilio_refuses_is_told_with_what_to_switch_on(desk: Desk) -> None:
    campaign = desk.launch(desk.chatbot(), PHONES[:2])
    desk.line.answer = Refused(21606, 400, "The From phone number is not a valid sender for this account.")
    desk.work()
    page = show(desk, campaign)
    assert "This number cannot send messages from your Twilio account." in page
    assert "The next try is at 10:02:00 (UTC−05:00)." in page
    assert desk.tiles(campaign)["Waiting"] == 4


def test_a_worker_that_is_not_running_is_told(desk: Desk, at: Callable[[str], None]) -> None:
    campaign = desk.launch(desk.chatbot())
    assert "the worker is not running" in show(desk, campaign)
    desk.sweep()
    assert "the worker is not running" not in show(desk, campaign)
    at("2026-11-23T10:02")
    assert "the worker is not running" in show(desk, campaign)


def test_a_worker_that_stands_still_is_told_in_both_languages(desk: Desk) -> None:
    campaign = desk.launch(desk.chatbot(), PHONES[:1])
    desk.sweep(WorkerRole.WORK)
    assert "the worker is not running, or stands still (work)" in show(desk, campaign)
    assert "Sending" not in show(desk, campaign)
    assert "no está en marcha o está detenido (work)" in spanish(desk, campaign)
    desk.sweep()
    assert "Sending: 1 message to go." in show(desk, campaign)


def test_where_other_systems_are_not_asked_it_does_not_say_that_contacts_have_the_word(desk: Desk) -> None:
    asks = {
        "id": "C",
        "type": "external",
        "method": "GET",
        "url": "https://example.com/",
        "values": {"S": "s"},
    }
    steps = [
        {"id": "A", "type": "message", "text": "Hola"},
        asks,
        {"id": "B", "type": "text", "text": "¿Qué?"},
    ]
    campaign = desk.launch(desk.chatbot(steps=steps, name="Consulta"), PHONES[:1])
    desk.work()
    desk.sweep(WorkerRole.CALL)
    assert "The chatbot waits for 1 contact to write." in show(desk, campaign)
    with desk.app.app_context():
        db.session.execute(delete(Heartbeat).where(Heartbeat.name == WorkerRole.CALL))
        db.session.commit()
    assert "The chatbot cannot ask other systems" in show(desk, campaign)
    assert "El chatbot no puede consultar otros sistemas" in spanish(desk, campaign)


def test_a_clock_that_jumped_is_told_for_a_day_in_both_languages(
    desk: Desk, at: Callable[[str], None]
) -> None:
    campaign = desk.launch(desk.chatbot(), PHONES[:1])
    with desk.app.app_context():
        db.session.execute(update(Conversation).values(due_at=clock.now() + timedelta(days=40)))
        db.session.commit()
        clock_jumps.take_back(clock.now(), clock.machine_now())
    told = "The clock of a machine had jumped ahead, and came back"
    assert f"{told}: what had been put off until a time far ahead goes on since 23 Nov 2026, 10:00." in show(
        desk, campaign
    )
    assert "El reloj de una máquina se había adelantado" in spanish(desk, campaign)
    at("2026-11-24T10:01")
    assert told not in show(desk, campaign)


def test_refused_webhooks_are_told_as_long_as_they_come_in_both_languages(
    desk: Desk, at: Callable[[str], None]
) -> None:
    campaign = desk.launch(desk.chatbot(), PHONES[:1])
    post = desk.app.test_client().post
    post("/twilio/inbound", data={"Body": "x"})
    assert "Webhooks are being refused" not in show(desk, campaign)  # anybody can send that
    desk.app.extensions.pop("smartchat_refused")
    post("/twilio/inbound", data={"Body": "x"}, headers={"X-Twilio-Signature": "wrong"})
    assert "their signature does not fit PUBLIC_URL and TWILIO_AUTH_TOKEN" in show(desk, campaign)
    assert "Se están rechazando webhooks, el último el 23 nov 2026, 10:00" in spanish(desk, campaign)
    at("2026-11-23T10:16")
    assert "Webhooks are being refused" not in show(desk, campaign)


def test_a_full_disk_is_told_before_and_after_it_is_full_in_both_languages(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = desk.launch(desk.chatbot(), PHONES[:1])
    desk.sweep()
    found = [storage.Storage(47_900_000)]
    monkeypatch.setattr(storage, "look", lambda _machine: found[0])
    assert "Only 47 MB are left on the disk" in show(desk, campaign)
    assert "Quedan solo 47 MB" in spanish(desk, campaign)
    found[0] = storage.Storage(0, "database or disk is full")
    assert "Nothing can be stored, because the disk is full" in show(desk, campaign)
    assert "porque el disco está lleno" in spanish(desk, campaign)
    found[0] = storage.Storage(10**12, "read-only")
    assert "because the database takes no writes (“read-only”)" in show(desk, campaign)
    assert "la base de datos no acepta escrituras" in spanish(desk, campaign)


def test_messages_of_unknown_outcome_are_counted_apart_and_told(desk: Desk, app: Flask) -> None:
    campaign = desk.launch(desk.chatbot(steps=[{"id": "A", "type": "message", "text": "Hola"}], name="Aviso"))
    desk.line.answer = Unknown("the connection broke")
    with app.app_context(), ThreadPoolExecutor(1) as pool:
        opening.open_due(clock.now(), clock.machine_now())
        sending.send_due(desk.line, pool, 1, CLOCKS)
    desk.sweep()
    page = show(desk, campaign)
    assert "It is not known whether Twilio took 1 message" in page
    assert desk.tiles(campaign)["Being verified"] == 1


def test_contacts_are_counted_by_state(desk: Desk) -> None:
    campaign = desk.launch(desk.chatbot(), PHONES[:3])
    desk.work()
    desk.hear(PHONES[0], "sí")
    desk.hear(PHONES[1], "STOP")
    desk.work()
    assert "3 contacts Waiting 0 Open 1 Completed 1 Opted out 1" in show(desk, campaign)


def test_the_latest_answers_lead_to_their_conversations(desk: Desk) -> None:
    campaign = desk.launch(desk.chatbot(), PHONES[:2])
    desk.work()
    desk.hear(PHONES[0], "claro que <b>sí</b>")
    desk.hear(PHONES[1], "STOP")
    desk.work()
    page = desk.client.get(f"/campaigns/{campaign}").text
    for phone in PHONES[:2]:
        assert f'href="/conversations/{desk.conversation_id(campaign, phone)}"' in page
    said = words(page)
    assert "claro que <b>sí</b>" in said
    assert "<b>" not in page
    assert "STOP wants no more messages" in said
    assert said.index("STOP") < said.index("claro que")  # newest first


def test_it_leads_to_contacts_downloads_and_a_new_campaign_with_its_settings(desk: Desk) -> None:
    chatbot = desk.chatbot()
    campaign = desk.launch(chatbot, name="Cobranza de marzo")
    desk.client.post(f"/campaigns/{campaign}/finish")
    page = desk.client.get(f"/campaigns/{campaign}").text
    for path in ("contacts", "export.xlsx", "export.tsv"):
        assert f'href="/campaigns/{campaign}/{path}"' in page
    assert f'href="/campaigns/new?chatbot={chatbot}&amp;name=Cobranza+de+marzo"' in page


# Finish


def test_the_confirmation_says_in_numbers_what_finish_will_do(desk: Desk) -> None:
    campaign = desk.launch(desk.chatbot(), PHONES[:3])
    page = desk.page(f"/campaigns/{campaign}/finish")
    assert "Ends 3 open conversations." in page
    assert "Cancels 3 waiting messages." in page
    assert "Other campaigns: untouched." in page
    assert "cannot be made active again" in page
    assert "already with Twilio" not in page


def test_large_numbers_are_written_so_that_they_can_be_read(desk: Desk) -> None:
    phones = [f"+52550099{n:04}" for n in range(1243)]
    page = desk.page(f"/campaigns/{desk.launch(desk.chatbot(), phones)}/finish")
    assert "Ends 1,243 open conversations." in page


def test_finish_ends_it_and_leaves_a_receipt(desk: Desk, app: Flask) -> None:
    chatbot = desk.chatbot()
    other = desk.launch(chatbot, name="La otra")
    campaign = desk.launch(chatbot, PHONES[:3])
    answer = desk.client.post(f"/campaigns/{campaign}/finish")
    assert (answer.status_code, answer.location) == (303, f"/campaigns/{campaign}")
    page = show(desk, campaign)
    assert "Finished on 23 Nov 2026, 10:00 by operator@example.com." in page
    now = desk.tiles(campaign)
    assert (now["Conversations ended"], now["Messages cancelled"], now["Already with Twilio"]) == (3, 3, 0)
    assert now["Just being handed over"] == 0
    assert (now["Waiting"], now["Cancelled"]) == (0, 3)
    assert status(app, other) == "active"


def test_the_receipt_shows_what_twilio_has_and_the_numbers_before_and_after(desk: Desk) -> None:
    campaign = desk.launch(desk.chatbot(), PHONES[:3])
    desk.work()
    assert "6 messages are already with Twilio" in desk.page(f"/campaigns/{campaign}/finish")
    desk.client.post(f"/campaigns/{campaign}/finish")
    page = show(desk, campaign)
    assert desk.tiles(campaign)["Already with Twilio"] == 6
    assert "Open conversations 3 0 Conversations that are over 0 3" in page


def test_pressing_finish_twice_changes_nothing_more(desk: Desk, at: Callable[[str], None]) -> None:
    campaign = desk.launch(desk.chatbot(), PHONES[:3])
    desk.client.post(f"/campaigns/{campaign}/finish")
    receipt = show(desk, campaign)
    at("2026-11-23T11:00")
    assert desk.client.post(f"/campaigns/{campaign}/finish").status_code == 303
    after = show(desk, campaign)
    assert "Finished on 23 Nov 2026, 10:00" in receipt
    assert "Finished on 23 Nov 2026, 10:00" in after
    assert "11:00" not in after


def test_a_finished_campaign_asks_no_more_and_offers_no_finish(desk: Desk) -> None:
    campaign = desk.launch(desk.chatbot())
    desk.client.post(f"/campaigns/{campaign}/finish")
    page = desk.client.get(f"/campaigns/{campaign}").text
    assert POLL.search(page) is None
    assert "/finish" not in page
    assert desk.client.get(f"/campaigns/{campaign}/finish").location == f"/campaigns/{campaign}"


def test_what_comes_after_finish_is_shown_and_marked_as_not_answered(desk: Desk) -> None:
    campaign = desk.launch(desk.chatbot())
    desk.work()
    desk.client.post(f"/campaigns/{campaign}/finish")
    desk.hear("+525500998877", "¿sigue ahí?")
    desk.work()
    assert "¿sigue ahí? came after the end: not answered" in show(desk, campaign)


def test_times_are_those_of_the_chatbots_clock(desk: Desk) -> None:
    hours = {"opens": "00:00", "closes": "24:00", "utc_offset": "+01:00"}
    page = show(desk, desk.launch(desk.chatbot(active_hours=hours)))
    assert "launched on 23 Nov 2026, 16:00" in page
    assert "All times at UTC+01:00." in page


def test_the_page_speaks_spanish(desk: Desk) -> None:
    campaign = desk.launch(desk.chatbot(), PHONES[:2])
    desk.work()
    page = desk.page(f"/campaigns/{campaign}", headers={"Accept-Language": "es-MX"})
    assert "Todo está enviado. El chatbot espera a que escriban 2 contactos." in page
    assert "lanzada el 23 nov 2026, 10:00" in page
