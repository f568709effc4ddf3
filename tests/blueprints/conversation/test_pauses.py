"""Where the chatbot has paused itself, the pages say so, and an operator decides."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from smartchat import clock
from smartchat.db import db
from smartchat.domain.statuses import InboundOutcome, PauseReason
from smartchat.models import Conversation, InboundMessage
from smartchat.services.campaign import finishing
from smartchat.services.conversation import pausing
from smartchat.services.operations import users
from tests.blueprints.desk import Desk

PHONE = "+525500998877"


@pytest.fixture
def campaign(desk: Desk) -> int:
    """Its only conversation is paused, and a message waits in it."""
    campaign_id = desk.launch(desk.chatbot())
    desk.work()
    pause(desk, campaign_id)
    desk.hear(PHONE, "sí")
    return campaign_id


def pause(desk: Desk, campaign_id: int, why: PauseReason = PauseReason.EQUAL_REPLIES) -> None:
    conversation_id = desk.conversation_id(campaign_id, PHONE)
    with desk.app.app_context():
        pausing.pause(db.session.get_one(Conversation, conversation_id), why, (), clock.now())
        db.session.commit()


def address(desk: Desk, campaign_id: int, what: str = "") -> str:
    return f"/conversations/{desk.conversation_id(campaign_id, PHONE)}{what}"


def outcomes(desk: Desk) -> list[str | None]:
    with desk.app.app_context():
        return list(db.session.scalars(db.select(InboundMessage.outcome)))


def test_the_campaign_page_counts_them_and_leads_to_them(desk: Desk, campaign: int) -> None:
    page = desk.page(f"/campaigns/{campaign}")
    assert (
        "In 1 conversation the chatbot is paused: the other side seems to be a machine, or a message took"
        in page
    )
    assert f"/campaigns/{campaign}/contacts?status=paused" in desk.client.get(f"/campaigns/{campaign}").text


def test_what_waits_for_an_operator_is_not_said_to_be_sent(desk: Desk, campaign: int) -> None:
    desk.sweep()
    page = desk.page(f"/campaigns/{campaign}")
    assert "Everything is sent." in page
    assert "message to go" not in page
    assert "waits: the chatbot is paused here" in page


def test_a_finished_campaign_has_no_paused_conversations(desk: Desk, campaign: int) -> None:
    with desk.app.app_context():
        finishing.finish(campaign, None, clock.now())
    assert "paused" not in desk.page(f"/campaigns/{campaign}")


def test_the_contacts_page_shows_the_paused_ones_alone(desk: Desk) -> None:
    campaign_id = desk.launch(desk.chatbot(), [PHONE, "+525511223344"])
    desk.work()
    pause(desk, campaign_id)
    page = desk.page(f"/campaigns/{campaign_id}/contacts?status=paused")
    assert "1 contact " in page
    assert "+52 55 0099 8877" in page
    assert "the chatbot is silent" in page
    assert "Paused 1" in desk.page(f"/campaigns/{campaign_id}/contacts")


def test_the_inbox_says_why_a_message_waits_and_leads_to_the_decision(desk: Desk, campaign: int) -> None:
    for path in ("/inbox", "/inbox?show=paused"):
        assert "Waiting: the chatbot is paused in this conversation · Decide how it goes on" in desk.page(
            path
        )
    assert address(desk, campaign, "#paused") in desk.client.get("/inbox").text


@pytest.mark.parametrize(
    ("why", "sentence"),
    [
        (PauseReason.EQUAL_REPLIES, "the same to this contact more than 20 times within 5 minutes"),
        (PauseReason.TOO_FAST, "more than 15 replies within 30 seconds"),
    ],
)
def test_the_transcript_says_why_the_chatbot_is_silent(desk: Desk, why: PauseReason, sentence: str) -> None:
    campaign_id = desk.launch(desk.chatbot())
    desk.work()
    pause(desk, campaign_id, why)
    page = desk.page(address(desk, campaign_id))
    assert "The chatbot is paused here since 10:00." in page
    assert sentence in page


def test_the_chatbot_is_let_go_on(desk: Desk, campaign: int) -> None:
    answer = desk.client.post(address(desk, campaign, "/resume"), follow_redirects=True)
    assert "The chatbot goes on with what has come in." in answer.text
    assert 'id="paused"' not in answer.text
    desk.work()
    assert outcomes(desk) == ["answered"]


def test_pressing_again_says_that_nothing_was_changed(desk: Desk, campaign: int) -> None:
    desk.client.post(address(desk, campaign, "/resume"))
    for what in ("/resume", "/take-over", "/end"):
        answer = desk.client.post(address(desk, campaign, what), follow_redirects=True)
        assert "Nothing was changed: the conversation is not paused any more." in answer.text


def test_an_operator_answers_by_hand(desk: Desk, campaign: int) -> None:
    answer = desk.client.post(address(desk, campaign, "/take-over"), follow_redirects=True)
    assert 'id="reply-text"' in answer.text
    assert outcomes(desk) == ["handed_over"]


def test_the_conversation_is_ended(desk: Desk, campaign: int) -> None:
    answer = desk.client.post(address(desk, campaign, "/end"), follow_redirects=True)
    assert "The conversation is ended." in answer.text
    assert outcomes(desk) == ["ended"]


def test_a_viewer_reads_why_and_decides_nothing(app: Flask, desk: Desk, campaign: int) -> None:
    with app.app_context():
        token = users.make_link(users.add("viewer@example.com", "viewer", None), clock.now())
    viewer = app.test_client()
    viewer.post(f"/login/{token}")
    page = viewer.get(address(desk, campaign)).text
    assert 'id="paused"' in page
    assert "/resume" not in page
    for what in ("/resume", "/take-over", "/end"):
        assert viewer.post(address(desk, campaign, what)).status_code == 403


def test_without_the_csrf_token_nothing_is_decided(app: Flask, desk: Desk, campaign: int) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert desk.client.post(address(desk, campaign, "/resume")).status_code == 400


def test_an_unknown_conversation_is_not_found(desk: Desk) -> None:
    assert desk.client.post("/conversations/999/resume").status_code == 404


def test_a_message_that_came_before_the_question_says_so(desk: Desk) -> None:
    campaign_id = desk.launch(desk.chatbot())
    desk.work()
    desk.hear(PHONE, "¿bueno?")
    with desk.app.app_context():
        message = db.session.scalars(db.select(InboundMessage)).one()
        message.received_at -= timedelta(seconds=5)
        db.session.commit()
    desk.work()
    assert "Came before the question: no answer to it" in desk.page(address(desk, campaign_id))
    assert "Came before the question: no answer to it" in desk.page("/inbox")
    assert "came before the question" in desk.page(f"/campaigns/{campaign_id}")


def test_a_turn_that_waits_a_moment_is_being_answered(desk: Desk) -> None:
    desk.app.config["TURN_WAIT"] = 3
    campaign_id = desk.launch(desk.chatbot())
    desk.work()
    desk.hear(PHONE, "sí")
    assert "Being answered" in desk.page(address(desk, campaign_id))


def test_with_two_conversations_each_message_says_why_it_went_here(
    desk: Desk, at: Callable[[str], None]
) -> None:
    chatbot = desk.chatbot()
    desk.launch(chatbot)
    desk.work()
    at("2026-11-23T10:05")
    second = desk.launch(chatbot, name="Diciembre")
    desk.work()
    desk.hear(PHONE, "sí")
    for path in (address(desk, second), "/inbox"):
        assert "went to this conversation: it wrote last" in desk.page(path)


def test_the_way_of_a_message_is_not_repeated_before_it_changes(
    desk: Desk, at: Callable[[str], None]
) -> None:
    chatbot = desk.chatbot()
    desk.launch(chatbot)
    desk.work()
    at("2026-11-23T10:05")
    second = desk.launch(chatbot, name="Diciembre")
    desk.work()
    desk.hear(PHONE, "tal vez")
    desk.hear(PHONE, "sí")
    assert desk.page(address(desk, second)).count("went to this conversation") == 1


def test_with_one_conversation_there_is_nothing_to_say_of_the_way(desk: Desk) -> None:
    campaign_id = desk.launch(desk.chatbot())
    desk.work()
    desk.hear(PHONE, "sí")
    for path in (address(desk, campaign_id), "/inbox"):
        assert "went to this conversation" not in desk.page(path)


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ("/resume", "operator@example.com let the chatbot go on"),
        ("/take-over", "operator@example.com answers by hand"),
        ("/end", "operator@example.com ended the conversation"),
    ],
)
def test_who_decided_what_stands_in_the_conversation(
    desk: Desk, campaign: int, order: str, said: str
) -> None:
    assert "Paused by itself: the same reply too often" in desk.page(address(desk, campaign))
    desk.client.post(address(desk, campaign, order))
    page = desk.page(address(desk, campaign))
    assert page.index("Paused by itself") < page.index(said)


def test_who_ends_a_conversation_answered_by_hand_is_written_down(desk: Desk, campaign: int) -> None:
    desk.client.post(address(desk, campaign, "/take-over"))
    desk.client.post(address(desk, campaign, "/reply"), data={"close": "1"})
    assert "operator@example.com ended the conversation" in desk.page(address(desk, campaign))


def test_a_message_that_was_put_aside_says_so_wherever_it_is_shown(desk: Desk, campaign: int) -> None:
    conversation_id = desk.conversation_id(campaign, PHONE)
    with desk.app.app_context():
        db.session.execute(db.update(Conversation).values(pause_reason=PauseReason.UNREAD))
        db.session.execute(db.update(InboundMessage).values(outcome=InboundOutcome.SET_ASIDE, due_at=None))
        db.session.commit()
    page = desk.page(f"/conversations/{conversation_id}")
    assert "Put aside: it took too long to read. Please read it yourself; it may ask for silence." in page
    assert "A message of this contact took too long to read." in page
    assert "Put aside: it took too long to read." in desk.page("/inbox?show=handed_over")
    assert "put aside: read it yourself" in desk.page(f"/campaigns/{campaign}")


def test_after_start_the_transcript_says_why_it_stands_still_and_an_operator_lets_it_go_on(
    desk: Desk, at: Callable[[str], None]
) -> None:
    campaign_id = desk.launch(desk.chatbot())
    desk.work()
    desk.hear(PHONE, "BAJA")
    assert "Go on with the conversation" not in desk.page(address(desk, campaign_id))
    at("2026-11-23T10:05")
    desk.hear(PHONE, "ALTA")
    page = desk.page(address(desk, campaign_id))
    assert (
        "The chatbot stands still here: on 23 Nov 2026, 10:00 the contact asked for silence, with “BAJA”."
        in page
    )
    assert "The contact may be written to again since 23 Nov 2026, 10:05." in page
    assert desk.client.post(address(desk, campaign_id, "/go-on")).status_code == 303
    page = desk.page(address(desk, campaign_id))
    assert "operator@example.com let the conversation go on after START" in page
    assert "Go on with the conversation" not in page
    desk.client.post(address(desk, campaign_id, "/go-on"))
    assert "Nothing was changed: this conversation cannot go on." in desk.page(address(desk, campaign_id))


def test_a_mark_of_a_wrong_number_is_taken_back_by_an_operator(desk: Desk) -> None:
    campaign_id = desk.launch(desk.chatbot())
    desk.work()
    desk.hear(PHONE, "Número equivocado")
    desk.work()
    page = desk.page(address(desk, campaign_id))
    assert "It is the right number The mark is taken back, and the chatbot asks its question again." in page
    assert desk.client.post(address(desk, campaign_id, "/right-number")).status_code == 303
    page = desk.page(address(desk, campaign_id))
    assert "The number is not marked as wrong any more." in page
    assert "operator@example.com said that the number is the right one" in page
    assert "It is the right number" not in page
    desk.client.post(address(desk, campaign_id, "/right-number"))
    assert "Nothing was changed: this number is not marked as wrong." in desk.page(address(desk, campaign_id))
