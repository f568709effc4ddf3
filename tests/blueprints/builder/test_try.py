"""Try it: the form of the contact's data, the phone, the clock, the token that carries the trial."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from sqlalchemy import func, select

from smartchat import clock
from smartchat.db import db
from smartchat.domain.builder import playing
from smartchat.domain.conversation.dialogue import advance
from smartchat.models import Chatbot, Conversation, InboundMessage, OutboundMessage
from smartchat.services.builder import building, chatbots, trying
from smartchat.services.operations import users
from tests.blueprints.desk import PARTIAL, SENDER, Desk, words

ASKING = [
    {"id": "PAGOS", "type": "integer", "text": "¿En cuántos pagos?", "min": 1, "max": 4, "retries": 1},
    {"id": "FIN", "type": "end", "text": "¡Gracias!"},
]


class Handset:
    """A browser on the page: posts what its form holds."""

    def __init__(self, desk: Desk, chatbot_id: int) -> None:
        self.desk, self.path = desk, f"/chatbots/{chatbot_id}/try"
        self.html = desk.client.get(self.path).text

    def does(self, do: str, status: int = 200, **fields: Any) -> str:
        """The words of the page after one press of a button."""
        token = re.search(r'name="trial" value="([^"]*)"', self.html)
        sent = {"trial": unescape(token[1])} if token else {}
        answer = self.desk.client.post(self.path, data={**sent, "do": do, **fields})
        assert answer.status_code == status
        self.html = answer.text
        return words(self.html)

    def writes(self, text: str) -> str:
        return self.does("write", text=text)


@pytest.fixture
def tester(desk: Desk) -> Handset:
    """At a chatbot without Custom Data, Monday 10:00."""
    return Handset(desk, desk.chatbot(steps=ASKING))


def test_a_chatbot_without_custom_data_begins_at_once(tester: Handset) -> None:
    assert "¿En cuántos pagos?" in words(tester.html)


def test_custom_data_is_asked_for_first(desk: Desk) -> None:
    page = words(Handset(desk, desk.chatbot()).html)
    assert "Start the conversation" in page
    assert "¿Podrá pagar?" not in page


def test_typed_custom_data_fills_in_the_texts(desk: Desk) -> None:
    page = Handset(desk, desk.chatbot()).does("begin", **{"data-NOMBRE": "Lucía"})
    assert "Hola Lucía. " in page


def test_a_value_that_no_file_could_hold_is_refused_beside_its_field(desk: Desk) -> None:
    steps = [{"id": "MONTO", "type": "custom_data", "data_type": "NUMBER"}, *ASKING]
    tester = Handset(desk, desk.chatbot(steps=steps))
    tester.does("begin", 422, **{"data-MONTO": "1,350"})
    assert re.search(r'field-error" id="data-MONTO-error">[^<]*1,350', tester.html)
    assert 'value="1,350"' in tester.html


def test_the_form_is_filled_in_from_the_newest_campaign(desk: Desk) -> None:
    chatbot_id = desk.chatbot()
    desk.draft(chatbot_id)
    assert re.search(r'name="data-NOMBRE" value="Carlos"', Handset(desk, chatbot_id).html)


def test_a_row_of_a_campaign_gives_the_values(desk: Desk) -> None:
    chatbot_id = desk.chatbot()
    campaign_id = desk.draft(chatbot_id)
    assert "Hola Carlos." in Handset(desk, chatbot_id).does("row", campaign=campaign_id, row=2)


def test_a_row_that_is_not_there_is_refused(desk: Desk) -> None:
    chatbot_id = desk.chatbot()
    campaign_id = desk.draft(chatbot_id)
    page = Handset(desk, chatbot_id).does("row", 422, campaign=campaign_id, row=99)
    assert "That row is no contact of the campaign." in page


def test_a_row_of_another_chatbot_is_refused(desk: Desk) -> None:
    campaign_id = desk.draft(desk.chatbot())
    other = Handset(desk, desk.chatbot(name="Otro"))
    assert "That row is no contact of the campaign." in other.does("row", 422, campaign=campaign_id, row=2)


def test_an_answer_shows_what_was_understood(tester: Handset) -> None:
    assert "PAGOS = 3 (a number in words)" in tester.writes("quiero tres")


def test_an_answer_that_is_not_understood_says_why_and_counts_the_attempts(tester: Handset) -> None:
    page = tester.writes("nueve")
    assert "PAGOS: not understood (outside what is allowed) 1 attempt left" in page


def test_the_values_stand_beside_the_phone(tester: Handset) -> None:
    tester.writes("3")
    assert re.search(r"<code>PAGOS</code></dt>\s*<dd>3</dd>", tester.html)


def test_every_message_of_the_chatbot_says_its_segments(tester: Handset) -> None:
    # GSM-7 lacks the letter á.
    assert "1 SMS part (á)" in words(tester.html)


def test_whatsapp_has_no_segments(desk: Desk) -> None:
    tester = Handset(desk, desk.chatbot(steps=ASKING, sender=f"whatsapp:{SENDER}"))
    assert "SMS part" not in words(tester.html)


def test_a_message_at_night_waits_for_the_opening(tester: Handset) -> None:
    assert "Fri 27 Nov, 20:59" in tester.does("friday")
    tester.does("hour")
    page = tester.writes("tres")
    assert "Waiting until 28 Nov at 08:00: outside the active hours" in page
    assert "¡Gracias!" not in page


def test_the_jump_to_the_opening_answers_all_that_waits_as_one_turn(tester: Handset) -> None:
    for do, text in (("friday", ""), ("hour", ""), ("write", "pues"), ("write", "tres")):
        tester.does(do, text=text)
    page = tester.does("opening")
    assert "PAGOS = 3 (a number in words) 2 messages read as one turn" in page
    assert "08:00 · 1 SMS part" in page


def test_the_clock_is_set_to_a_date_and_time_of_the_chatbots_offset(tester: Handset) -> None:
    assert "Sun 29 Nov, 21:30" in tester.does("clock", date="2026-11-29", time="21:30")


def test_enter_in_the_clocks_fields_sets_the_clock(tester: Handset) -> None:
    assert "Sun 29 Nov, 21:30" in tester.does("write", text="", date="2026-11-29", time="21:30")


@pytest.mark.parametrize(
    ("date", "time", "sentence"),
    [
        ("2026-11-22", "10:00", "only goes forward"),
        ("2199-01-01", "10:00", "one year ahead at most"),
        ("9999-12-31", "23:59", "could not be read"),
        ("tomorrow", "noon", "could not be read"),
    ],
)
def test_a_time_that_cannot_be_set_says_why(tester: Handset, date: str, time: str, sentence: str) -> None:
    page = tester.does("clock", date=date, time=time)
    assert sentence in page
    assert "Mon 23 Nov, 10:00" in page


def test_the_last_move_can_be_taken_back(tester: Handset) -> None:
    tester.writes("nueve")
    assert "nueve" not in tester.does("back")


def test_start_again_forgets_what_was_said(tester: Handset) -> None:
    tester.writes("nueve")
    tester.writes("3")
    page = tester.does("again")
    assert "nueve" not in page
    assert "¿En cuántos pagos?" in page


@pytest.mark.parametrize("token", ["", "nonsense", "e30.AAAA", "x" * 60_000])
def test_a_trial_that_was_tampered_with_starts_again_and_says_so(tester: Handset, token: str) -> None:
    tester.writes("nueve")
    page = tester.does("write", trial=token, text="3")
    assert "This trial could not be read any more: it starts again." in page
    assert "nueve" not in page


def test_a_trial_of_an_older_version_starts_again_and_says_so(desk: Desk, tester: Handset) -> None:
    chatbot_id = int(tester.path.split("/")[2])
    with desk.app.app_context():
        script = chatbots.script_of(chatbot_id)
        chatbot = db.session.get(Chatbot, chatbot_id)
        assert script
        assert chatbot
        chatbots.save_version(chatbot, script, None, clock.now())
        db.session.commit()
    page = tester.writes("nueve")
    assert "The chatbot has been saved since: the trial starts again with its newest version." in page
    assert "nueve" not in page


def test_a_trial_of_another_chatbot_is_not_taken_over(desk: Desk, tester: Handset) -> None:
    tester.path = f"/chatbots/{desk.chatbot(name='Otro', steps=ASKING)}/try"
    assert "nueve" not in tester.writes("nueve")


def test_a_trial_has_an_end(tester: Handset) -> None:
    for _ in range(200):
        tester.does("hour")
    assert "A trial has room for 200 moves." in tester.writes("hola")


def test_a_trial_never_outgrows_the_page(tester: Handset) -> None:
    for turn in range(60):
        page = tester.writes("".join(chr(0x4E00 + (turn * 7919 + at * 104729) % 20000) for at in range(1600)))
        if "This is more text than a trial has room for." in page:
            break
    else:
        raise AssertionError("the token grows and grows")


def test_another_system_is_answered_by_the_tester(desk: Desk) -> None:
    steps = [
        {"id": "C", "type": "external", "url": "https://example.com/", "values": {"SALDO": "saldo"}},
        {"id": "M", "type": "message", "text": "Debe ${{SALDO}}."},
    ]
    tester = Handset(desk, desk.chatbot(steps=steps))
    assert "Asks another system: GET https://example.com/" in words(tester.html)
    assert "Debe $120." in tester.does("system", **{"value-SALDO": "120"})


def test_the_trial_names_what_is_missing_and_where_it_should_have_been(desk: Desk) -> None:
    inside = [{"id": "M", "type": "message", "text": "Bien."}]
    values = {"SALDO": "data.saldo", "CUOTA": "data.cuota"}
    steps = [
        {"id": "C", "type": "external", "url": "https://example.com/", "values": values},
        {"id": "TOTAL", "type": "math", "formula": "SALDO + 1"},
        {"id": "SI", "type": "flow", "display_if": "SALDO > 1 || CUOTA > 1", "steps": inside},
        {"id": "FIN", "type": "end", "text": "Adiós."},
    ]
    page = Handset(desk, desk.chatbot(steps=steps)).does("system")
    absent = "SALDO has no value: the other system's answer had no field data.saldo with a single value"
    assert absent in page
    assert "TOTAL has no value: SALDO has none" in page
    assert "SI : skipped, because SALDO and CUOTA have no value" in page


def test_another_system_can_be_made_to_fail(desk: Desk) -> None:
    steps = [
        {"id": "C", "type": "external", "url": "https://example.com/", "on_failure": "hand_over"},
        {"id": "M", "type": "message", "text": "Bien."},
    ]
    page = Handset(desk, desk.chatbot(steps=steps)).does("fail")
    assert "C has no value: the other system failed" in page
    assert "Handed over to a person" in page


def test_what_is_not_saved_is_not_tried_and_the_page_says_so(desk: Desk, tester: Handset) -> None:
    assert "changes that are not saved yet" not in words(tester.html)
    chatbot_id = int(tester.path.split("/")[2])
    desk.client.post(f"/chatbots/{chatbot_id}/edit", data={"revision": "0", "do": "delete FIN"})
    with desk.app.app_context():
        draft = building.draft_of(chatbot_id)
        assert draft
        assert draft.unsaved
    assert "changes that are not saved yet" in desk.page(tester.path)


def test_htmx_gets_the_trial_alone(desk: Desk, tester: Handset) -> None:
    answer = desk.client.post(tester.path, data={"do": "again"}, headers=PARTIAL)
    assert answer.text.lstrip().startswith('<div id="trial"')


def test_nothing_is_stored_and_nothing_is_sent(desk: Desk, tester: Handset) -> None:
    tester.writes("3")
    with desk.app.app_context():
        for table in (Conversation, InboundMessage, OutboundMessage):
            assert db.session.scalar(select(func.count()).select_from(table)) == 0


def test_a_viewer_may_try_too(desk: Desk, tester: Handset) -> None:
    with desk.app.app_context():
        link = users.make_link(users.add("viewer@example.com", "viewer", None), clock.now())
    desk.client = desk.app.test_client()
    desk.client.post(f"/login/{link}")
    assert "PAGOS = 3" in tester.writes("3")


def test_what_a_contact_writes_is_shown_as_text(tester: Handset) -> None:
    tester.writes("<script>alert(1)</script>")
    assert "<script>alert" not in tester.html


def test_there_is_nothing_to_try_without_a_chatbot(desk: Desk) -> None:
    assert desk.client.get("/chatbots/99/try").status_code == 404


def test_an_unknown_wish_is_refused(desk: Desk, tester: Handset) -> None:
    tester.does("dance", 400)


def test_the_form_asks_again_after_other_contact_data(desk: Desk, at: Callable[[str], None]) -> None:
    tester = Handset(desk, desk.chatbot())
    tester.does("begin", **{"data-NOMBRE": "Lucía"})
    tester.does("values")
    assert 'value="Lucía"' in tester.html


def test_a_conversation_begins_at_the_time_that_was_typed(tester: Handset) -> None:
    page = tester.does("begin", at="2026-11-22T23:15")
    assert "Sun 22 Nov, 23:15" in page
    assert "Outside the active hours until 23 Nov at 08:00: then the opening goes out." in page


def test_a_beginning_that_is_no_time_is_refused(tester: Handset) -> None:
    assert "could not be read" in tester.does("begin", 422, at="yesterday")


def test_a_chatbot_that_cannot_be_launched_says_what_to_correct(desk: Desk, tester: Handset) -> None:
    with desk.app.app_context():
        chatbot_id = building.create("Vacío", "es", 1, clock.now())
    page = desk.page(f"/chatbots/{chatbot_id}/try")
    assert "It cannot be tried yet:" in page


def test_what_takes_too_long_to_be_understood_is_left_out_and_said(
    tester: Handset, monkeypatch: pytest.MonkeyPatch
) -> None:
    def understand(dialogue: Any, event: Any) -> Any:
        while "for ever" in str(event):
            len("")
        return advance(dialogue, event)

    monkeypatch.setattr(playing, "advance", understand)
    monkeypatch.setattr(trying, "TURN", 0.05)
    page = tester.writes("this one takes for ever")
    assert "takes too long to be understood" in page
    assert "this one takes" not in page
    assert "¡Gracias!" in tester.writes("3")
