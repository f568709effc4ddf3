"""Who is not the contact: the conversation ends, the number is marked, and may be left out next time."""

import io

from smartchat import clock
from smartchat.db import db
from smartchat.services.campaign import exporting, finishing, launching, overlap, recounting
from smartchat.services.conversation import answering, right_numbers
from tests.services.conftest import SENDER, Stage, new_phone


def marked(stage: Stage) -> tuple[str, int]:
    """A contact whose number turned out to be somebody else's."""
    phone = new_phone()
    campaign = stage.launch([phone])
    stage.work()
    stage.hear(phone, "Disculpe, no soy Carlos")
    stage.work()
    return phone, campaign


def test_a_wrong_number_ends_the_conversation_and_is_counted(stage: Stage) -> None:
    phone, campaign = marked(stage)
    conversation = stage.conversation(campaign, phone)
    assert (conversation.status, conversation.state["given"].get("PAGA")) == ("wrong_number", None)
    assert stage.told(phone)[-1].startswith("Gracias por avisar")
    assert stage.numbers(campaign).conversations["wrong_number"] == 1
    message = stage.inbound()[-1]
    assert (message.outcome, message.understood) == ("answered", {"step": "PAGA", "why": "wrong_number"})
    stage.hear(phone, "sí")
    stage.work()
    assert len(stage.told(phone)) == 3
    assert stage.inbound()[-1].outcome == "unmatched"


def test_the_file_of_answers_says_so(stage: Stage) -> None:
    _, campaign = marked(stage)
    stream = io.BytesIO()
    exporting.write(stage.campaign(campaign), "tsv", stream, "es")
    assert "número equivocado" in stream.getvalue().decode("utf-8-sig")


def test_the_next_campaign_leaves_it_out_where_the_operator_says_so(stage: Stage) -> None:
    phone, _ = marked(stage)
    other = new_phone()
    draft = stage.draft([phone, other])
    assert overlap.count(draft, SENDER).wrong_numbers == 1
    assert launching.launch(draft, None, clock.now(), leave_out_wrong_number=True).done
    stage.work()
    left_out = stage.conversation(draft, phone)
    assert (left_out.status, left_out.end_reason) == ("ended", "known_wrong")
    assert len(stage.told(phone)) == 3
    assert stage.conversation(draft, other).status == "open"
    numbers = stage.numbers(draft)
    assert numbers.outbound["cancelled"] == 1
    assert sum(numbers.outbound.values()) == 3
    assert recounting.differences() == []


def test_otherwise_it_is_written_to_again(stage: Stage) -> None:
    phone, _ = marked(stage)
    campaign = stage.launch([phone])
    stage.work()
    assert stage.conversation(campaign, phone).status == "open"


def test_both_reasons_to_leave_a_contact_out_are_told_apart(stage: Stage) -> None:
    phone, _ = marked(stage)
    busy = new_phone()
    stage.launch([busy])
    draft = stage.draft([phone, busy])
    assert launching.launch(draft, None, clock.now(), leave_out_live=True, leave_out_wrong_number=True).done
    assert stage.conversation(draft, phone).end_reason == "known_wrong"
    assert stage.conversation(draft, busy).end_reason == "left_out"
    db.session.rollback()


def test_an_operator_takes_the_mark_back_and_the_question_is_asked_again(stage: Stage) -> None:
    phone, campaign = marked(stage)
    conversation = stage.conversation(campaign, phone)
    asked = stage.told(phone)[-2]
    assert right_numbers.take_back(conversation.id, clock.now())
    assert not right_numbers.take_back(conversation.id, clock.now())
    stage.work()
    assert stage.told(phone)[-1] == asked
    assert stage.numbers(campaign).conversations["wrong_number"] == 0
    assert overlap.count(stage.draft([phone]), SENDER).wrong_numbers == 0
    stage.hear(phone, "sí")
    stage.work()
    assert stage.conversation(campaign, phone).state["given"]["PAGA"] == "yes"
    assert recounting.differences() == []


def test_words_to_a_stranger_that_have_not_left_do_not_leave(stage: Stage) -> None:
    phone = new_phone()
    campaign = stage.launch([phone])
    stage.work()
    stage.hear(phone, "Disculpe, no soy Carlos")
    answering.answer_due(clock.now())
    assert right_numbers.take_back(stage.conversation(campaign, phone).id, clock.now())
    stage.work()
    assert not any(text.startswith("Gracias por avisar") for text in stage.told(phone))


def test_after_finish_the_mark_goes_and_nothing_is_said(stage: Stage) -> None:
    phone, campaign = marked(stage)
    finishing.finish(campaign, None, clock.now())
    conversation = stage.conversation(campaign, phone)
    told = stage.told(phone)
    assert right_numbers.take_back(conversation.id, clock.now())
    stage.work()
    assert (stage.conversation(campaign, phone).status, stage.told(phone)) == ("ended", told)


def test_who_asked_for_silence_is_not_asked_again(stage: Stage) -> None:
    phone, campaign = marked(stage)
    stage.hear(phone, "STOP")
    stage.work()
    told = stage.told(phone)
    assert right_numbers.take_back(stage.conversation(campaign, phone).id, clock.now())
    stage.work()
    assert (stage.conversation(campaign, phone).status, stage.told(phone)) == ("ended", told)
