"""The opt-out list by hand and by file, with its trace; HELP, which is Twilio's."""

import io

from sqlalchemy import select

from smartchat import clock
from smartchat.db import db
from smartchat.models import InboundMessage, OptOut, OptOutEvent
from smartchat.reading import opt_outs
from smartchat.services.conversation import replying
from smartchat.services.opt_outs import opt_out_list
from tests.services.conftest import SENDER, Stage, new_phone

OTHER = "+12025550123"


def trace(phone: str) -> list[tuple[str, str]]:
    query = select(OptOutEvent).where(OptOutEvent.contact_key == phone).order_by(OptOutEvent.id)
    return [(event.what, event.reason) for event in db.session.scalars(query)]


def on_the_list(phone: str) -> list[str]:
    query = select(OptOut.sender).where(OptOut.contact_key == phone, OptOut.opted_in_at.is_(None))
    return sorted(db.session.scalars(query))


def imported(text: str, *senders: str) -> opt_out_list.Imported:
    stream = io.BytesIO(text.encode())
    return opt_out_list.import_file(stream, "bajas.tsv", senders or (SENDER,), None, clock.now())


def test_every_change_leaves_a_trace(stage: Stage) -> None:
    phone = new_phone()
    stage.launch([phone])
    stage.work()
    stage.hear(phone, "BAJA")
    stage.hear(phone, "BAJA")  # it was on the list: nothing changed
    stage.hear(phone, "ALTA")
    assert opt_out_list.add([SENDER], phone, "by phone", None, clock.now())
    assert not opt_out_list.add([SENDER], phone, "by phone", None, clock.now())
    assert trace(phone) == [("out", "BAJA"), ("in", "ALTA"), ("out", "by phone")]


def test_undo_needs_a_reason_and_lets_new_campaigns_write_again(stage: Stage) -> None:
    phone = new_phone()
    first = stage.launch([phone])
    stage.work()
    stage.hear(phone, "STOP")
    entry = db.session.scalars(select(OptOut).where(OptOut.contact_key == phone)).one().id
    assert not opt_out_list.undo(entry, "  ", None, clock.now())
    assert opt_out_list.undo(entry, "asked by phone", None, clock.now())
    assert not opt_out_list.undo(entry, "asked by phone", None, clock.now())
    assert trace(phone)[-1] == ("undone", "asked by phone")
    before = len(stage.told(phone))
    stage.work()
    assert stage.conversation(first, phone).status == "opted_out"
    assert len(stage.told(phone)) == before
    stage.hear(phone, "hola")
    stage.launch([phone])
    stage.work()
    assert on_the_list(phone) == []


def test_a_file_of_numbers_goes_on_the_list_of_every_sender_named(stage: Stage) -> None:
    phones = [new_phone() for _ in range(3)]
    done = imported("CONTACT\n" + "\n".join(phones), SENDER, OTHER)
    assert (done.added, done.known, done.wrong) == (3, 0, 0)
    assert [on_the_list(phone) for phone in phones] == [sorted((SENDER, OTHER))] * 3
    assert trace(phones[0]) == [("imported", "bajas.tsv")] * 2


def test_rows_that_are_wrong_are_left_out_and_told(stage: Stage) -> None:
    phone = new_phone()
    done = imported(f"CONTACT\n{phone}\n55 1234\n{phone}\n")
    assert done.added == 1
    assert [(problem.row, problem.code) for problem in done.problems] == [(3, "invalid_phone")]


def test_a_file_that_cannot_be_read_changes_nothing(stage: Stage) -> None:
    done = imported("")
    assert (done.added, done.wrong, done.problems[0].code) == (0, 1, "empty_file")


def test_numbers_are_known_in_every_way_of_writing_them(stage: Stage) -> None:
    phone = new_phone()
    campaign = stage.launch([phone])
    done = imported(f"CONTACT\n+521{phone[3:]}\n")
    assert done.added == 1
    stage.work()
    assert stage.told(phone) == []
    assert stage.conversation(campaign, phone).status == "opted_out"


def test_an_import_ends_conversations_and_says_who_was_on_the_list_already(stage: Stage) -> None:
    phone, other = new_phone(), new_phone()
    campaign = stage.launch([phone])
    stage.work()
    opt_out_list.add([SENDER], other, "", None, clock.now())
    done = imported(f"CONTACT\n{phone}\n{other}\n")
    assert (done.added, done.known) == (1, 1)
    assert stage.conversation(campaign, phone).status == "opted_out"


def test_who_opts_out_anew_stands_on_top_of_the_list_again(stage: Stage) -> None:
    first, second = new_phone(), new_phone()
    opt_out_list.add([SENDER], first, "by phone", None, clock.now())
    opt_out_list.add([SENDER], second, "by phone", None, clock.now())
    stage.hear(first, "ALTA")
    stage.hear(first, "BAJA")
    listed = opt_outs.entries("", None).entries
    assert [entry.opt_out.contact_key for entry in listed[:2]] == [first, second]
    assert [event.what for event, _ in listed[0].trace] == ["out", "in", "out"]


def test_what_is_exported_can_be_imported(stage: Stage) -> None:
    phone = new_phone()
    opt_out_list.add([SENDER], phone, "=1+1", None, clock.now())
    for file_format in ("tsv", "xlsx"):
        stream = io.BytesIO()
        opt_out_list.export(file_format, stream)
        stream.seek(0)
        done = opt_out_list.import_file(stream, f"b.{file_format}", [OTHER], None, clock.now())
        assert (done.wrong, done.added + done.known >= 1) == (0, True)
    assert on_the_list(phone) == sorted((SENDER, OTHER))


def test_help_is_twilios_and_never_reaches_the_chatbot(stage: Stage) -> None:
    phone = new_phone()
    campaign = stage.launch([phone])
    stage.work()
    before = stage.told(phone)
    stage.hear(phone, "HELP")
    stage.hear(phone, "ayuda por favor", OptOutType="HELP")
    stage.work()
    assert stage.told(phone) == before
    query = select(InboundMessage.outcome).where(InboundMessage.campaign_id == campaign)
    assert set(db.session.scalars(query)) == {"help"}


def test_on_whatsapp_help_is_a_message_like_any_other(stage: Stage) -> None:
    sender, phone = "whatsapp:+15005550006", new_phone()
    chatbot = stage.chatbot(
        sender=sender,
        steps=[
            {"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"},
            {
                "id": "HOLA", "type": "message", "text": "Hola",
                "template": {"content_sid": "HX" + "0" * 32, "variables": {}},
            },
            {"id": "NOTA", "type": "text", "text": "¿Algo más?"},
        ],
    )  # fmt: skip
    campaign = stage.launch([phone], chatbot)
    stage.work()
    stage.hear(f"whatsapp:{phone}", "HELP", to=sender)
    stage.work()
    query = select(InboundMessage.outcome).where(InboundMessage.campaign_id == campaign)
    assert db.session.scalars(query).all() == ["answered"]


def test_an_operators_reply_is_not_sent_to_who_opted_out(stage: Stage) -> None:
    steps = [
        {"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"},
        {"id": "NOTA", "type": "text", "text": "¿Qué desea?"},
        {"id": "PERSONA", "type": "hand_over"},
    ]
    phone = new_phone()
    campaign = stage.launch([phone], stage.chatbot(steps=steps))
    stage.work()
    stage.hear(phone, "hablar con alguien")
    stage.work()
    conversation = stage.conversation(campaign, phone).id
    opt_out_list.add([SENDER], phone, "by phone", None, clock.now())
    before = len(stage.told(phone))
    assert not replying.reply(conversation, "Hola", clock.now())
    stage.work()
    assert len(stage.told(phone)) == before
