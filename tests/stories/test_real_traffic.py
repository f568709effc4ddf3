"""What contacts, phones, carriers and Twilio really do, one small case after the other, on the real processes."""

import json
import re
import secrets
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
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

ASKED = 9
"""Questions for a brisk person, each behind a message: more than fifteen replies."""
pytestmark = pytest.mark.xdist_group("one stand of traffic")


@dataclass
class Brisk:
    """A person who answers as soon as a question is out; many of them, and what has been answered so far."""

    traffic: Traffic
    campaign: int
    phone: str
    answered: int = 0

    def answer_while_asked(self) -> None:
        """Answers until nothing more comes at once."""
        for number in range(self.answered, ASKED):
            question = f"¿Está bien {number}?"
            try:
                wait_for(lambda: question in self.traffic.stand.told(self.phone), 5)  # noqa: B023
            except AssertionError:
                return
            assert self.traffic.hear(self.phone, "sí") == 200
            self.answered += 1


@pytest.fixture(scope="module")
def brisk(traffic: Traffic) -> Brisk:
    """The first rush of it: half a minute later, while other tests run, the rest may leave."""
    (phone,) = new_phones(1)
    steps: list[dict[str, Any]] = []
    for number in range(ASKED):
        steps.append({"id": f"M{number}", "type": "message", "text": f"Parte {number}."})
        steps.append({**YES_NO, "id": f"P{number}", "text": f"¿Está bien {number}?"})
    brisk = Brisk(traffic, traffic.launch([*steps, END], [phone]), phone)
    brisk.answer_while_asked()
    return brisk


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


def test_a_brisk_person_is_slowed_and_not_paused_as_a_machine(traffic: Traffic, brisk: Brisk) -> None:
    talk = traffic.talk(brisk.campaign, brisk.phone)
    assert (talk["status"], talk["paused_at"]) == ("open", None)
    assert 7 <= brisk.answered < ASKED
    assert talk["given"] == {f"P{number}": "yes" for number in range(brisk.answered)}
    assert [row["kind"] for row in traffic.outbound(brisk.campaign) if row["status"] == "waiting"] == [
        "reply",
        "reply",
    ]


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


def test_a_tap_on_the_template_of_a_message_answers_the_question_behind_it(traffic: Traffic) -> None:
    shown = "Hola {{N}}, ¿asistirá a su cita? [Sí asistiré] [Cancelar]"
    phones, taps = new_phones(3), (("Sí asistiré", "yes"), ("Cancelar", "no"), ("Sí asistiré", "yes"))
    steps = [NAME, {**TEMPLATE, "text": shown}, YES_NO, END]
    campaign = traffic.launch(steps, traffic.named(phones), sender=WHATSAPP)
    traffic.settle(campaign)
    for phone, (text, _) in zip(phones, taps, strict=True):
        (opening,) = traffic.stand.messages("whatsapp:" + phone)
        # The last phone tells no more than the text.
        beside = {
            "ButtonText": text,
            "ButtonPayload": "p",
            "OriginalRepliedMessageSid": opening["sid"],
        }
        traffic.write("whatsapp:" + phone, text, WHATSAPP, **({} if phone == phones[2] else beside))
    traffic.settle(campaign)
    for phone, (_, meant) in zip(phones, taps, strict=True):
        talk = traffic.talk(campaign, phone)
        assert (talk["given"], talk["status"]) == ({"N": "Ana", "VA": meant}, "completed")
        assert YES_NO["text"] not in traffic.stand.told("whatsapp:" + phone)


def test_a_quoted_reply_to_an_earlier_question_answers_no_later_one(traffic: Traffic) -> None:
    (phone,) = new_phones(1)
    user, later = "whatsapp:" + phone, {**YES_NO, "id": "COMO", "text": "¿Viene en auto?"}
    campaign = traffic.launch(
        [NAME, TEMPLATE, YES_NO, NUMBER, later, END], traffic.named([phone]), sender=WHATSAPP
    )
    traffic.settle(campaign)
    traffic.write(user, "Hola", WHATSAPP)
    for text, asked in (("Sí", YES_NO), ("3", NUMBER), ("", later)):
        wait_for(lambda: asked["text"] in traffic.stand.told(user))  # noqa: B023
        if text:
            traffic.write(user, text, WHATSAPP)
    sid = {message["Body"]: message["sid"] for message in traffic.stand.messages(user)}
    traffic.write(user, "No", WHATSAPP, OriginalRepliedMessageSid=sid[YES_NO["text"]])
    traffic.settle(campaign)
    talk = traffic.talk(campaign, phone)
    assert (talk["given"], talk["outcomes"][-1]) == ({"N": "Ana", "VA": "yes", "C": 3}, "passed")
    traffic.write(user, "No", WHATSAPP, OriginalRepliedMessageSid=sid[later["text"]])
    wait_for(lambda: traffic.talk(campaign, phone)["status"] == "completed")
    assert traffic.talk(campaign, phone)["given"]["COMO"] == "no"


def test_a_place_is_shown_as_a_place(traffic: Traffic) -> None:
    (phone,) = new_phones(1)
    campaign = traffic.launch([NAME, TEMPLATE, NOTE, END], traffic.named([phone]), sender=WHATSAPP)
    traffic.settle(campaign)
    place = {"Latitude": "19.4326", "Longitude": "-99.1332", "Address": "Zócalo", "Label": "Casa"}
    traffic.write("whatsapp:" + phone, "", WHATSAPP, **place)
    traffic.settle(campaign)
    page = traffic.html(f"/conversations/{traffic.talk(campaign, phone)['id']}")
    assert re.search(r'href="[^"]*19\.4326[^"]*-99\.1332[^"]*"[^>]*>📍 Place: Casa', page)
    assert "no text" not in page


def test_hours_that_are_changed_leave_the_running_campaign_as_it_was_and_say_so(traffic: Traffic) -> None:
    (phone,) = new_phones(1)
    campaign = traffic.launch([YES_NO, END], [phone])
    traffic.settle(campaign)
    (chatbot,) = traffic.rows(
        "SELECT v.chatbot_id AS id FROM campaigns c JOIN chatbot_versions v ON v.id = c.version_id WHERE c.id = ?",
        campaign,
    )
    page = f"/chatbots/{chatbot['id']}"
    traffic.submit(page, f"{page}/settings", opens="04:00", closes="05:00")
    traffic.submit(page, f"{page}/save")
    assert "1 running campaign keeps the steps and the hours that it was launched with" in traffic.page(page)
    traffic.hear(phone, "Sí")
    wait_for(lambda: traffic.talk(campaign, phone)["status"] == "completed")


def test_a_brisk_person_is_asked_to_the_end(traffic: Traffic, brisk: Brisk) -> None:
    wait_for(lambda: f"¿Está bien {brisk.answered}?" in traffic.stand.told(brisk.phone), 60)
    brisk.answer_while_asked()
    wait_for(lambda: traffic.talk(brisk.campaign, brisk.phone)["status"] == "completed")
    assert traffic.talk(brisk.campaign, brisk.phone)["given"] == {f"P{n}": "yes" for n in range(ASKED)}


def test_a_day_that_was_named_at_night_counts_from_the_night(traffic: Traffic) -> None:
    """The last one: it moves the clock of the stand. The message comes while nothing but the web runs."""
    hours, phones = (
        {"opens": "00:00", "closes": "23:00", "utc_offset": "-05:00"},
        new_phones(len(WRITTEN_AT_NIGHT)),
    )
    campaign = traffic.launch([DATE, END], phones, active_hours=hours)
    traffic.settle(campaign)
    traffic.stop()
    web = traffic.stand.web_alone(now="2026-11-30T23:00:23-05:00")
    try:
        for phone, text in zip(phones, WRITTEN_AT_NIGHT, strict=True):
            assert traffic.hear(phone, text) == 200
    finally:
        web.terminate()
        web.wait(30)
    waiting = "SELECT COUNT(*) AS n FROM inbound_messages WHERE campaign_id = ? AND outcome IS NULL"
    assert traffic.rows(waiting, campaign) == [{"n": len(phones)}]
    traffic.stand.start(now="2026-11-30T23:59:56-05:00")
    traffic.settle(campaign)
    answers = traffic.export(campaign)
    days = [answers[phone]["DIA"] for phone in phones]
    assert dict(zip(WRITTEN_AT_NIGHT, days, strict=True)) == WRITTEN_AT_NIGHT
