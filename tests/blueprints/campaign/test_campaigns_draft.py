"""The draft of a campaign: what will be sent, when and to whom, and its launch."""

from collections.abc import Callable

import pytest
from flask import Flask

from smartchat import clock
from smartchat.db import db
from smartchat.models import Campaign
from smartchat.services.campaign import rehearsing
from tests.blueprints.desk import PARTIAL, Desk, words

PHONES = [f"+5255009900{n:02}" for n in range(30)]


def show(desk: Desk, campaign: int) -> str:
    return desk.page(f"/campaigns/{campaign}")


def status(app: Flask, campaign: int) -> str:
    with app.app_context():
        return db.session.get_one(Campaign, campaign).status


def test_a_draft_shows_the_opening_as_the_first_contact_will_get_it(desk: Desk) -> None:
    page = show(desk, desk.draft(desk.chatbot(), PHONES[:3]))
    assert "Hola Carlos. 1 SMS part" in page
    assert "it would take" not in page  # one part each: nothing to save
    assert "{{" not in page


def test_a_draft_shows_its_first_contacts_with_their_rows(desk: Desk) -> None:
    page = show(desk, desk.draft(desk.chatbot(), PHONES[:7]))
    assert f"2 {PHONES[0]} Carlos 3 {PHONES[1]} Carlos" in page
    assert PHONES[5] not in page
    assert "and 2 contacts more" in page


def test_a_draft_says_to_how_many_and_from_which_number_it_would_write(desk: Desk) -> None:
    page = show(desk, desk.draft(desk.chatbot(), PHONES[:3]))
    assert "Sends the opening to 3 contacts from +1 500 555 0006." in page


@pytest.mark.parametrize(
    "moment, sentence",
    [
        ("2026-11-23T10:00", "begin to go out at once, until 21:00 (UTC−05:00)"),
        ("2026-11-23T22:00", "go out from 24 Nov 2026, 08:00 on (UTC−05:00)"),
        ("2026-11-24T07:59", "go out from 24 Nov 2026, 08:00 on (UTC−05:00)"),
    ],
)
def test_a_draft_says_when_the_openings_would_go_out(
    desk: Desk, at: Callable[[str], None], moment: str, sentence: str
) -> None:
    draft = desk.draft(desk.chatbot())
    at(moment)
    assert sentence in show(desk, draft)


def test_signs_that_make_a_message_longer_are_named(desk: Desk) -> None:
    steps = [{"id": "A", "type": "message", "text": "Estimado cliente, í " + "x" * 60}]
    chatbot = desk.chatbot(steps=steps)
    draft = desk.upload("/campaigns", "CONTACT\n+525500998877\n", chatbot).location
    assert "2 SMS parts · without “í” it would take 1" in desk.page(draft)


def test_a_draft_without_a_sender_says_so_and_has_no_launch_button(desk: Desk, app: Flask) -> None:
    app.config["DEFAULT_SENDER"] = ""
    chatbot = desk.chatbot(steps=[{"id": "A", "type": "message", "text": "Hola"}], sender=None)
    draft = desk.upload("/campaigns", "CONTACT\n+525500998877\n", chatbot).location
    assert "has no sender" in desk.page(draft)
    assert f'action="{draft}/launch"' not in desk.client.get(draft).text


def test_launch_makes_it_active_and_leads_to_its_page(desk: Desk, app: Flask) -> None:
    draft = desk.draft(desk.chatbot())
    answer = desk.client.post(f"/campaigns/{draft}/launch")
    assert (answer.status_code, answer.location) == (303, f"/campaigns/{draft}")
    page = show(desk, draft)
    assert "The campaign is launched." in page
    assert "by operator@example.com" in page
    assert status(app, draft) == "active"


def test_launching_twice_sends_once(desk: Desk) -> None:
    draft = desk.draft(desk.chatbot(), PHONES[:2])
    for _ in range(2):
        assert desk.client.post(f"/campaigns/{draft}/launch").status_code == 303
    desk.work()
    assert desk.tiles(draft)["Sent"] == 4  # two contacts, two messages each


def test_a_launch_that_is_refused_says_why(desk: Desk, app: Flask) -> None:
    draft = desk.draft(desk.chatbot(sender=None))
    app.config["DEFAULT_SENDER"] = ""
    desk.client.post(f"/campaigns/{draft}/launch")
    assert "has no sender" in show(desk, draft)
    assert status(app, draft) == "draft"


def test_a_get_never_launches_or_finishes(desk: Desk, app: Flask) -> None:
    draft, active = desk.draft(desk.chatbot()), desk.launch(desk.chatbot(name="Otro"))
    assert desk.client.get(f"/campaigns/{draft}/launch").status_code == 405
    desk.page(f"/campaigns/{active}/finish")
    assert (status(app, draft), status(app, active)) == ("draft", "active")


def greeted(desk: Desk, *names: str, text: str = "Hola {{NOMBRE}}.", **changes: object) -> int:
    """A draft whose contacts have these names, in rows from 2 on."""
    message: dict[str, object] = {"id": "A", "type": "message", "text": text}
    if str(changes.get("sender", "")).startswith("whatsapp:"):
        message["template"] = {"content_sid": "HX" + "0" * 32, "variables": {}}
    steps = [{"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"}, message]
    rows = "".join(f"{phone}\t{name}\n" for phone, name in zip(PHONES, names, strict=False))
    answer = desk.upload("/campaigns", f"CONTACT\tNOMBRE\n{rows}", desk.chatbot(steps=steps, **changes))
    assert answer.status_code == 303
    return int(answer.location.rsplit("/", 1)[1])


def opening(desk: Desk, campaign: int, row: object) -> str:
    answer = desk.client.get(f"/campaigns/{campaign}/opening?row={row}", headers=PARTIAL)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize(
    ("row", "name"),
    [("2", "Ana"), ("3", "Eva"), ("4", "Luz"), ("1", "Ana"), ("-7", "Ana"), ("9" * 30, "Luz"), ("x", "Ana")],
)
def test_any_row_can_be_walked_to_also_without_javascript(desk: Desk, row: str, name: str) -> None:
    draft = greeted(desk, "Ana", "Eva", "Luz")
    page = desk.page(f"/campaigns/{draft}?row={row}")
    assert f"Hola {name}." in page
    assert f"Row {['Ana', 'Eva', 'Luz'].index(name) + 2} of contactos.tsv" in page


def test_htmx_gets_only_the_opening_and_the_address_of_its_row(desk: Desk) -> None:
    draft = greeted(desk, "Ana", "Eva", "Luz")
    answer = desk.client.get(f"/campaigns/{draft}/opening?row=3", headers=PARTIAL)
    assert "Hola Eva." in answer.text
    assert "<html" not in answer.text
    assert answer.headers["HX-Replace-Url"] == f"/campaigns/{draft}?row=3"


def test_the_address_of_the_part_leads_others_to_the_page(desk: Desk) -> None:
    draft = greeted(desk, "Ana")
    for part in ("opening?row=2", "rehearsal"):
        answer = desk.client.get(f"/campaigns/{draft}/{part}")
        assert (answer.status_code, answer.location.split("?")[0]) == (303, f"/campaigns/{draft}")


def test_there_are_ways_on_to_both_sides_and_to_both_ends(desk: Desk) -> None:
    draft = greeted(desk, "Ana", "Eva", "Luz", "Mar")
    middle = opening(desk, draft, 3)
    for name, row in (("first", 2), ("previous", 2), ("next", 4), ("last", 5)):
        assert f'id="row-{name}" class="button" href="/campaigns/{draft}?row={row}#opening"' in middle
    assert 'id="row-previous" class="button" aria-disabled="true"' in opening(desk, draft, 2)
    assert 'id="row-next" class="button" aria-disabled="true"' in opening(desk, draft, 5)


def test_the_figures_are_of_all_contacts(desk: Desk) -> None:
    page = show(desk, greeted(desk, *["Ana"] * 6, "x" * 160))
    assert "All 7 contacts, in figures" in page
    assert "Messages 7" in page
    assert "SMS parts 8" in page
    assert "The longest message takes 2 parts: row 8 ." in page


def test_it_says_what_would_be_saved_without_accents(desk: Desk) -> None:
    page = show(desk, greeted(desk, "Íñigo " + "x" * 130, "María"))
    assert "Without accents: 1 part instead of 3." in page
    assert "2 contacts get messages with letters or signs that leave room for only 70 characters" in page
    assert "all the messages would take 2 parts instead of 4." in page


def test_it_says_when_the_last_opening_will_have_gone_out(desk: Desk, at: Callable[[str], None]) -> None:
    draft = greeted(desk, *["Ana"] * 10, sender="+12025550123")
    assert "today at 10:00 (UTC−05:00), at about 1 part a second (an ordinary number)" in show(desk, draft)
    at("2026-11-23T20:59:55")
    assert "gone out on Tuesday, 24 November at 08:00 (UTC−05:00)" in show(desk, draft)


def test_whatsapp_is_counted_in_messages(desk: Desk) -> None:
    page = show(desk, greeted(desk, "José", sender="whatsapp:+15005550006"))
    assert "80 messages a second (WhatsApp)" in page
    assert "The longest message has 10 characters: row 2 ." in page
    assert "part" not in page


def test_a_gap_is_named_with_links_to_its_rows(desk: Desk) -> None:
    draft = greeted(desk, "Ana", "Eva")
    with desk.app.app_context():
        db.session.execute(db.text('UPDATE contacts SET custom_data = \'{"NOMBRE": ""}\' WHERE row = 3'))
        db.session.commit()
    html = desk.client.get(f"/campaigns/{draft}").text
    assert "NOMBRE is empty for 1 contact, and leaves a gap in the message." in words(html)
    assert f'<a href="/campaigns/{draft}?row=3#opening">3</a>' in html
    assert "NOMBRE has no value for this contact" in words(opening(desk, draft, 3))
    assert "NOMBRE has no value" not in words(opening(desk, draft, 2))


def test_who_opted_out_and_who_talks_already_is_counted_and_the_campaign_named(desk: Desk) -> None:
    chatbot = desk.chatbot()
    other = desk.launch(chatbot, PHONES[:2], name="Octubre")
    desk.hear(PHONES[5], "BAJA")
    html = desk.client.get(f"/campaigns/{desk.draft(chatbot, PHONES[:6])}").text
    page = words(html)
    assert "1 contact asked not to be written to, and gets nothing." in page
    assert "2 contacts are in another conversation with this sender: Octubre (2)" in page
    assert f'<a href="/campaigns/{other}">Octubre</a>' in html
    assert "Leave out the 2 contacts who are in another conversation with this sender" in page


def test_where_nobody_is_in_another_conversation_there_is_nothing_to_choose(desk: Desk) -> None:
    html = desk.client.get(f"/campaigns/{desk.draft(desk.chatbot())}").text
    assert "leave_out_live" not in html
    assert "No contact is in another conversation with this sender." in html


def test_who_talks_already_is_left_out_when_the_operator_wants_it(desk: Desk) -> None:
    chatbot = desk.chatbot()
    desk.launch(chatbot, PHONES[:2])
    draft = desk.draft(chatbot, PHONES[:3])
    desk.client.post(f"/campaigns/{draft}/launch", data={"leave_out_live": "1"})
    desk.work()
    page = show(desk, draft)
    assert "2 contacts were left out at launch: they were in another conversation with this sender." in page
    tiles = desk.tiles(draft)
    assert (tiles["Sent"], tiles["Cancelled"]) == (2, 2)
    assert desk.page(f"/campaigns/{draft}/contacts").count("Left out") == 2
    talk = desk.page(f"/conversations/{desk.conversation_id(draft, PHONES[0])}")
    assert "Left out at launch: this contact was in another conversation with the same sender." in talk


def test_unless_the_operator_wants_it_nobody_is_left_out(desk: Desk) -> None:
    chatbot = desk.chatbot()
    desk.launch(chatbot, PHONES[:2])
    draft = desk.draft(chatbot, PHONES[:3])
    desk.client.post(f"/campaigns/{draft}/launch")
    assert desk.tiles(draft)["Cancelled"] == 0


def test_a_large_campaign_polls_until_its_figures_are_there(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsing, "IN_THE_REQUEST", 1)
    draft = greeted(desk, "Ana", "Eva")
    polling = f'hx-get="/campaigns/{draft}/rehearsal" hx-trigger="every 2s"'
    page = desk.client.get(f"/campaigns/{draft}").text
    assert "The message of every contact is being made and counted." in page
    assert polling in page
    with desk.app.app_context():
        rehearsing.rehearse(draft, clock.now())
    part = desk.client.get(f"/campaigns/{draft}/rehearsal", headers=PARTIAL).text
    assert "SMS parts 2" in words(part)
    assert polling not in part


def test_a_draft_can_be_launched_before_its_figures_are_there(
    desk: Desk, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsing, "IN_THE_REQUEST", 1)
    draft = greeted(desk, "Ana", "Eva")
    show(desk, draft)
    desk.client.post(f"/campaigns/{draft}/launch")
    assert status(app, draft) == "active"


def test_who_had_a_wrong_number_is_shown_counted_and_left_out_when_the_operator_wants_it(desk: Desk) -> None:
    chatbot = desk.chatbot()
    first = desk.launch(chatbot, PHONES[:1])
    desk.work()
    desk.hear(PHONES[0], "No soy Carlos")
    desk.work()
    assert "Wrong number" in show(desk, first)
    assert "Wrong number" in desk.page(f"/campaigns/{first}/contacts?status=wrong_number")
    draft = desk.draft(chatbot, PHONES[:2])
    assert "Leave out the 1 contact at whose number somebody else answered" in show(desk, draft)
    desk.client.post(f"/campaigns/{draft}/launch", data={"leave_out_wrong_number": "1"})
    desk.work()
    assert "1 contact was left out at launch: somebody else had answered at its number." in show(desk, draft)
    assert desk.page(f"/campaigns/{draft}/contacts").count("Left out") == 1
    conversation = desk.conversation_id(first, PHONES[0])
    assert "says that it is a wrong number" in words(desk.client.get(f"/conversations/{conversation}").text)
