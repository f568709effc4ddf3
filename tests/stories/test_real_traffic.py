"""What contacts, phones, carriers and Twilio really do, one small case after the other, on the real processes."""

import json
import re
import secrets
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from tests.real_texts import (
    APPOINTMENT,
    AUTOMATIC,
    DATE,
    DOUBTFUL,
    END,
    INVISIBLE,
    LEAVE_ME_ALONE,
    NAME,
    NOTE,
    NUMBER,
    OWN_OPTIONS,
    REACTIONS,
    RIGHT_NUMBER,
    STILL_ANSWERS,
    STILL_NO,
    TEMPLATE,
    WRITTEN_AT_NIGHT,
    WRONG_NUMBER,
    YES_NO,
    listed,
)
from tests.stand import Stand, wait_for
from tests.traffic import SERVICE, SMS, WHATSAPP, Traffic, new_phones

pytestmark = pytest.mark.xdist_group("one stand of traffic")


@pytest.fixture(scope="module")
def traffic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Traffic]:
    stand = Stand(tmp_path_factory.mktemp("traffic"), env={"TURN_WAIT": "0"})
    traffic = Traffic(stand)
    yield traffic
    traffic.end()
    stand.stop()


def wrong(talks: dict[str, Any], *right: dict[str, Any]) -> dict[str, Any]:
    """The conversations that are none of what would be right, by their texts, as far as it speaks of them."""
    seen = {text: [{name: talk[name] for name in kind} for kind in right] for text, talk in talks.items()}
    return {text: kinds[0] for text, kinds in seen.items() if not any(map(dict.__eq__, kinds, right))}


def test_a_day_that_was_named_at_night_counts_from_the_night(tmp_path: Path) -> None:
    hours = {"opens": "00:00", "closes": "23:00", "utc_offset": "-05:00"}
    stand = Stand(tmp_path, now="2026-11-30T22:00:00-05:00", env={"TURN_WAIT": "0"})
    traffic, phones = Traffic(stand), new_phones(len(WRITTEN_AT_NIGHT))
    try:
        campaign = traffic.launch([DATE, END], phones, active_hours=hours)
        traffic.settle(campaign)
        traffic.end()
        stand.stop()
        stand.start(now="2026-11-30T23:00:23-05:00")
        for phone, text in zip(phones, WRITTEN_AT_NIGHT, strict=True):
            assert traffic.hear(phone, text) == 200
        assert traffic.show(campaign)["inbound"]["waiting"] == len(phones)
        traffic.end()
        stand.stop()
        stand.start(now="2026-11-30T23:59:56-05:00")
        traffic.settle(campaign)
        answers = traffic.export(campaign)
        days = [answers[phone]["DIA"] for phone in phones]
        assert dict(zip(WRITTEN_AT_NIGHT, days, strict=True)) == WRITTEN_AT_NIGHT
    finally:
        traffic.end()
        stand.stop()


def test_a_reply_over_rcs_is_the_contacts_and_stop_there_counts_everywhere(traffic: Traffic) -> None:
    phones = new_phones(2)
    campaign = traffic.launch([YES_NO, NUMBER, END], phones, sender=SERVICE)
    traffic.settle(campaign)
    (pool,) = {message["From"] for message in traffic.stand.messages(phones[0])}
    agent, over_rcs = "rcs:clinica_agent", {"MessagingServiceSid": SERVICE}
    for phone in phones:
        traffic.hear("rcs:" + phone, "Sí", agent, **over_rcs)
    traffic.settle(campaign)
    assert [traffic.talk(campaign, phone)["given"] for phone in phones] == [{"VA": "yes"}] * 2
    traffic.hear("rcs:" + phones[0], "STOP", agent, **over_rcs)
    traffic.hear("rcs:" + phones[1], "ya no me escriban por favor", agent, **over_rcs)
    for phone in phones:
        traffic.hear(phone, "Sí", pool, **over_rcs)
    traffic.settle(campaign)
    for phone in phones:
        assert traffic.talk(campaign, phone)["status"] == "opted_out"
    assert len(traffic.outbound(campaign)) == 4


def test_a_reply_proves_that_the_opening_arrived_though_the_phone_was_reported_out_of_reach(
    traffic: Traffic,
) -> None:
    phones = ["+525555530003", "+525655530003"]
    campaign = traffic.launch([YES_NO, END], phones)
    wait_for(lambda: [row["retries"] for row in traffic.outbound(campaign)] == [1, 1])
    for phone, text in zip(phones, ("Sí, ahí estaré", "claro que sí voy"), strict=True):
        traffic.hear(phone, text)
    wait_for(lambda: [traffic.talk(campaign, phone)["given"] for phone in phones] == [{"VA": "yes"}] * 2)
    openings = [row for row in traffic.outbound(campaign) if row["kind"] == "opening"]
    assert [row["status"] for row in openings] == ["delivered"] * 2
    assert [traffic.stand.told(phone).count(YES_NO["text"]) for phone in phones] == [1, 1]


def test_a_conversation_goes_on_though_its_question_was_reported_undelivered(traffic: Traffic) -> None:
    phones = [f"+52{area}555300{code}" for area in (55, 56) for code in ("04", "05", "07", "08")]
    campaign = traffic.launch([YES_NO, NUMBER, END], phones)
    wait_for(lambda: {traffic.talk(campaign, phone)["status"] for phone in phones} == {"failed"})
    for phone in phones:
        traffic.hear(phone, "Sí, ahí estaré" if phone < "+5256" else "por supuesto")
    wait_for(lambda: all(NUMBER["text"] in traffic.stand.told(phone) for phone in phones))
    assert [traffic.talk(campaign, phone)["given"] for phone in phones] == [{"VA": "yes"}] * 8


def test_one_contact_in_a_country_that_is_not_enabled_fails_alone(traffic: Traffic) -> None:
    sender, phones = "+15005550010", new_phones(8)
    traffic.command("sender", "set", sender, "--rate", "100")
    bad = {"+15005550003": 21408, "+15005550002": 21612, "+15005550009": 21614}
    phones[2], phones[4], phones[7] = bad
    campaign = traffic.launch([YES_NO, END], phones, sender=sender)
    second = traffic.launch([YES_NO, END], new_phones(2), sender=sender)
    counts = {"sent": 0, "delivered": 5, "failed": 3, "waiting": 0, "doubtful": 0, "cancelled": 0}
    wait_for(lambda: traffic.show(campaign)["outbound"]["delivered"] == 5)
    wait_for(lambda: traffic.show(second)["outbound"]["delivered"] == 2)
    assert traffic.show(campaign)["outbound"] == counts
    failed = {row["to"]: row["error_code"] for row in traffic.outbound(campaign) if row["status"] == "failed"}
    assert failed == bad
    (state,) = [one for one in traffic.senders() if one["sender"] == sender]
    assert not state["stopped"]
    assert "21408" in traffic.page(f"/campaigns/{campaign}")


def test_an_opt_out_word_that_is_the_operators_own_option_answers_the_question(traffic: Traffic) -> None:
    found: dict[str, Any] = {}
    for step, texts, option in OWN_OPTIONS:
        talks = traffic.replies(texts, [step, END])
        right = {text: option or text.split()[0].capitalize() for text in texts}
        found |= {
            t: talk
            for t, talk in talks.items()
            if wrong({t: talk}, {"given": {"OP": right[t]}, "status": "completed"})
        }
    assert {text: (talk["given"], talk["status"]) for text, talk in found.items()} == {}
    out = traffic.replies(("STOP", "ya no me escriban", "no me manden mensajes"), [APPOINTMENT, END])
    assert wrong(out, {"given": {}, "status": "opted_out"}) == {}


def test_who_wants_to_be_left_alone_is_whatever_the_words(traffic: Traffic) -> None:
    talks = traffic.replies(listed(LEAVE_ME_ALONE), [YES_NO, END])
    assert wrong(talks, {"status": "opted_out", "given": {}, "outcomes": ["opt_out"]}) == {}
    campaign = next(iter(talks.values()))["campaign_id"]
    assert {row["kind"] for row in traffic.outbound(campaign)} == {"opening"}


def test_what_only_sounds_like_an_opt_out_stays_an_answer(traffic: Traffic) -> None:
    talks = traffic.replies(listed(STILL_ANSWERS), [NOTE, END])
    assert {text: talk["given"] for text, talk in talks.items()} == {text: {"NOTA": text} for text in talks}


def test_a_doubtful_wish_opts_nobody_out_and_waits_for_an_operator(traffic: Traffic) -> None:
    talks = traffic.replies(listed(DOUBTFUL), [NOTE, END])
    assert [text for text, talk in talks.items() if talk["status"] == "opted_out"] == []
    shown = traffic.page("/opt-outs")
    assert [text for text in talks if text not in shown] == []


def test_automatic_texts_are_no_answers(traffic: Traffic) -> None:
    right = {"given": {}, "failed": 0, "status": "open", "outcomes": ["automatic"]}
    talks = traffic.replies(AUTOMATIC["yes_no"].strip().split("\n"), [YES_NO, END])
    talks |= traffic.replies(AUTOMATIC["number"].strip().split("\n"), [NUMBER, END])
    assert wrong(talks, right) == {}
    talks = traffic.replies(STILL_NO, [YES_NO, END])
    assert wrong(talks, {"given": {"VA": "no"}, "status": "completed"}) == {}


def test_reactions_of_phones_are_no_answers(traffic: Traffic) -> None:
    talks: dict[str, Any] = {}
    for step, texts in REACTIONS:
        talks |= {f"{step['id']}: {text}": talk for text, talk in traffic.replies(texts, [step, END]).items()}
    assert wrong(talks, {"given": {}, "failed": 0, "status": "open", "outcomes": ["reaction"]}) == {}


def test_a_wrong_number_is_no_answer_and_the_operator_is_told(traffic: Traffic) -> None:
    talks = traffic.replies(listed(WRONG_NUMBER), [YES_NO, END])
    assert wrong(talks, {"given": {}, "status": "wrong_number"}) == {}
    talks = traffic.replies(tuple(RIGHT_NUMBER), [YES_NO, END])
    assert {text: talk["given"].get("VA") for text, talk in talks.items()} == RIGHT_NUMBER


def test_a_courtesy_after_another_campaign_answers_no_older_question(traffic: Traffic) -> None:
    courtesies, phones = ("Ok gracias", "Muchas gracias 🙏", "👍", "Enterada, gracias"), new_phones(4)
    asking = traffic.launch([YES_NO | {"id": "PAGA", "text": "Banco: ¿podrá pagar a tiempo?"}, END], phones)
    traffic.settle(asking)
    told = traffic.launch(
        [{"id": "AV", "type": "message", "text": "Su pedido ya salió. Llega mañana."}], phones
    )
    traffic.settle(told)
    for phone, text in zip(phones, courtesies, strict=True):
        traffic.hear(phone, text)
    wait_for(lambda: traffic.show(told)["inbound"]["received"] == 4)
    traffic.settle(asking)
    assert [traffic.talk(asking, phone)["given"] for phone in phones] == [{}] * 4
    traffic.hear(phones[0], "Sí pago")
    wait_for(lambda: traffic.talk(asking, phones[0])["given"] == {"PAGA": "yes"})


@pytest.mark.parametrize(
    "code, sender, told",
    [
        (63041, "whatsapp:+15005550005", "Meta has paused the template"),
        (30002, "+15005550025", "The Twilio account is suspended"),
    ],
)
def test_trouble_of_template_or_account_stops_the_sender_and_burns_no_list(
    traffic: Traffic, code: int, sender: str, told: str
) -> None:
    steps = [NAME, TEMPLATE, END] if sender.startswith("whatsapp:") else [NAME, YES_NO, END]
    traffic.command("sender", "set", sender, "--rate", "100")
    traffic.stand.faults(hold_deliveries=True)
    try:
        campaign = traffic.launch(steps, traffic.named(new_phones(6)), sender=sender)
        taken = lambda: [row for row in traffic.outbound(campaign) if row["provider_sid"]]  # noqa: E731
        wait_for(lambda: len(taken()) == 6)
        assert [traffic.report(row, "failed", code) for row in taken()] == [200] * 6
        (state,) = [one for one in traffic.senders() if one["sender"] == sender]
        assert (state["stopped"], state["stop_code"]) == (True, code)
        shown = traffic.show(campaign)
        assert (shown["outbound"]["failed"], shown["conversations"]["failed"]) == (0, 0)
        wait_for(lambda: f"Nothing is being sent. {told}" in traffic.page(f"/campaigns/{campaign}"))
    finally:
        traffic.stand.faults()  # what was held arrives then, which would prove the reports wrong


def test_values_of_templates_leave_on_one_line_with_single_spaces(traffic: Traffic) -> None:
    names = {
        "Ana\nMaría": "Ana María",
        "Ana\tMaría": "Ana María",
        "Abc" + " " * 15 + "bed": "Abc bed",
        "Ana\r\n\r\nMaría": "Ana María",
        "\u2003Ana \u00a0 María\u2028": "Ana María",
        "  Ana   de la\n O ": "Ana de la O",
    }
    book, phones = Workbook(), new_phones(len(names))
    assert book.active
    for row in (("CONTACT", "N"), *zip(phones, names, strict=True)):
        book.active.append(row)
    path = traffic.stand.folder / "names.xlsx"
    book.save(path)
    campaign = traffic.launch([NAME, TEMPLATE, END], path, sender=WHATSAPP)
    traffic.settle(campaign)
    sent = [traffic.stand.messages("whatsapp:" + phone)[0]["ContentVariables"] for phone in phones]
    assert [json.loads(values)["1"] for values in sent] == list(names.values())


@pytest.mark.parametrize("user", ["MX.13491208655302741918", "MX.anamaria9"])
def test_a_whatsapp_username_is_the_contact_whose_number_came_with_it_once(
    traffic: Traffic, user: str
) -> None:
    (phone,) = new_phones(1)
    campaign = traffic.launch([NAME, TEMPLATE, YES_NO, NUMBER, END], traffic.named([phone]), sender=WHATSAPP)
    told = lambda text: text in traffic.stand.told("whatsapp:" + phone)  # noqa: E731
    traffic.settle(campaign)
    traffic.write("whatsapp:" + phone, "Hola", WHATSAPP)
    wait_for(lambda: told(YES_NO["text"]))
    traffic.write("whatsapp:" + phone, "Sí", WHATSAPP, WaId=phone[1:], ExternalUserId=user)
    wait_for(lambda: told(NUMBER["text"]))
    traffic.write("whatsapp:" + user, "somos 3", WHATSAPP, ExternalUserId=user)
    wait_for(lambda: traffic.talk(campaign, phone)["status"] == "completed")
    assert traffic.talk(campaign, phone)["given"] == {"N": "Ana", "VA": "yes", "C": 3}


def test_the_longest_username_is_stored(traffic: Traffic) -> None:
    for letter, text in (("1", "hola"), ("x", "¿quién es?")):
        user = "whatsapp:MX." + letter * 128
        assert traffic.hear(user, text, WHATSAPP) == 200
        assert traffic.rows("SELECT body FROM inbound_messages WHERE from_address = ?", user) == [
            {"body": text}
        ]


def test_what_cannot_be_seen_is_no_text(traffic: Traffic) -> None:
    talks = traffic.replies(INVISIBLE, [NOTE, END])
    assert wrong(talks, {"given": {}, "status": "open"}) == {}


def test_webhooks_that_are_refused_are_told(traffic: Traffic) -> None:
    def refused() -> int:
        """Counts are written once a second at most, so Twilio goes on until they are."""
        params = {
            "From": "+525513999999",
            "To": SMS,
            "Body": "Sí",
            "MessageSid": "SM" + secrets.token_hex(16),
        }
        assert traffic.webhook("/twilio/inbound", "AAAA", **params) == 403
        with urllib.request.urlopen(traffic.stand.url + "/metrics", timeout=30) as answer:
            found = re.search(r'webhooks_refused\{why="signature"\} (\d+)', answer.read().decode())
        return int(found[1]) if found else 0

    wait_for(lambda: refused() >= 5)
    page = traffic.page("/senders")
    assert re.search(r"signature was wrong \d+ times, last on .*: PUBLIC_URL is " + traffic.stand.url, page)
    assert "webhooks are being refused" in traffic.stand.log.read_text(encoding="utf-8")


@pytest.mark.parametrize("sender", ["26262", "898989"])
def test_a_short_code_is_a_sender(traffic: Traffic, sender: str) -> None:
    (phone,) = new_phones(1)
    campaign = traffic.launch([YES_NO, END], [phone], sender=sender)
    traffic.settle(campaign)
    traffic.hear(phone, "Sí", sender)
    traffic.settle(campaign)
    assert {message["From"] for message in traffic.stand.messages(phone)} == {sender}
    assert traffic.talk(campaign, phone)["given"] == {"VA": "yes"}


def test_a_number_of_the_pool_is_known_from_the_reports(traffic: Traffic) -> None:
    phones = new_phones(2)
    campaign = traffic.launch([YES_NO, NUMBER, END], phones, sender="MG" + "b2" * 16)
    wait_for(lambda: traffic.show(campaign)["outbound"]["delivered"] == 2)
    for phone in phones:
        (message,) = traffic.stand.messages(phone)
        traffic.hear(phone, "Sí", message["From"])
    traffic.settle(campaign)
    assert [traffic.talk(campaign, phone)["given"] for phone in phones] == [{"VA": "yes"}] * 2
    traffic.hear(phones[0], "STOP", message["From"])
    wait_for(lambda: traffic.talk(campaign, phones[0])["status"] == "opted_out")
