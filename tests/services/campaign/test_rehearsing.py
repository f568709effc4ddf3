"""The rehearsal of a draft: kept with the version it is of, read in chunks, and what else goes on with its contacts."""

import io
from typing import Any

import pytest
from sqlalchemy import func, select

from smartchat import clock
from smartchat.db import db
from smartchat.domain.campaign.preparation import PreparationStatus, Task
from smartchat.domain.conversation.dialogue import Dialogue, Opened, advance
from smartchat.models import Campaign, Preparation, Rehearsal
from smartchat.services.builder import building, chatbots
from smartchat.services.campaign import finishing, launching, overlap, rehearsing
from smartchat.services.campaign.overlap import OtherCampaign, Overlap
from smartchat.services.contact_file import importing
from smartchat.services.contact_file.watch import Stopped, Watch
from tests.services.conftest import SCRIPT, SENDER, Stage, new_phone


def draft(stage: Stage, names: list[str], **changes: Any) -> int:
    rows = "".join(f"{new_phone()}\t{name}\n" for name in names)
    stream = io.BytesIO(f"CONTACT\tNOMBRE\n{rows}".encode())
    made = importing.create_campaign(
        "Noviembre", stage.chatbot(**changes), stream, "contacts.tsv", None, clock.now()
    )
    assert made.campaign_id is not None
    return made.campaign_id


def campaign(campaign_id: int) -> Campaign:
    db.session.expire_all()
    return db.session.get_one(Campaign, campaign_id)


def asked_for(campaign_id: int) -> Preparation | None:
    return db.session.get(Preparation, campaign_id)


def test_a_rehearsal_counts_every_contact(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsing, "CHUNK", 2)
    summary = rehearsing.rehearse(draft(stage, ["Ana", "José", "x" * 160, "Eva", "Luz"]), clock.now())
    assert (summary.contacts, summary.messages, summary.segments) == (5, 10, 11)
    assert summary.parts == {2: 4, 3: 1}
    assert summary.longest is not None
    assert summary.longest.row == 4


def test_what_is_counted_is_what_is_sent(stage: Stage) -> None:
    made = draft(stage, ["Ana", "Íñigo" + "x" * 70])
    summary = rehearsing.rehearse(made, clock.now())
    launching.launch(made, None, clock.now())
    stage.work()
    sent = [message.body for message in stage.outbound(made)]
    assert summary.messages == len(sent)
    assert summary.longest is not None
    assert summary.longest.text == max(sent, key=len)


def test_a_rehearsal_is_kept_with_its_version(stage: Stage) -> None:
    made = draft(stage, ["Ana"])
    summary = rehearsing.rehearse(made, clock.now())
    found = rehearsing.rehearsal_of(campaign(made))
    assert found is not None
    assert (found.summary, found.made_at) == (summary, clock.now())


def test_a_rehearsal_of_an_older_version_does_not_count(stage: Stage) -> None:
    made = draft(stage, ["Ana"])
    rehearsing.rehearse(made, clock.now())
    chatbot_id, now = campaign(made).chatbot_id, clock.now()
    building.edit(chatbot_id, 0, lambda script: {**script, "sender": "whatsapp:+15005550006"}, None, now)
    assert building.save(chatbot_id, 1, None, now).done
    assert rehearsing.rehearsal_of(campaign(made)) is None
    assert not rehearsing.rehearse(made, clock.now()).in_segments
    assert rehearsing.rehearsal_of(campaign(made)) is not None


def test_a_rehearsal_for_another_sender_of_the_installation_does_not_count(stage: Stage) -> None:
    made = _without_own_sender(stage)
    rehearsing.rehearse(made, clock.now())
    assert rehearsing.rehearsal_of(campaign(made)) is not None
    stage.app.config["DEFAULT_SENDER"] = "whatsapp:+15005550009"
    assert rehearsing.rehearsal_of(campaign(made)) is None


def _without_own_sender(stage: Stage) -> int:
    stage.app.config["DEFAULT_SENDER"] = SENDER
    script = {key: value for key, value in SCRIPT.items() if key != "sender"}
    imported = chatbots.import_script(script, None, clock.now())
    assert imported.id is not None
    return stage.draft([new_phone()], imported.id)


def test_rehearsing_twice_keeps_one(stage: Stage) -> None:
    made = draft(stage, ["Ana"])
    for _ in range(2):
        rehearsing.rehearse(made, clock.now())
    assert db.session.scalar(select(func.count()).select_from(Rehearsal)) == 1


def test_a_watch_sees_how_far_it_is(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsing, "CHUNK", 2)
    watch = Watch()
    rehearsing.rehearse(draft(stage, ["Ana", "Eva", "Luz"]), clock.now(), watch)
    assert (watch.rows, watch.share) == (3, 1.0)


def test_a_watch_stops_it_and_nothing_is_kept(stage: Stage) -> None:
    made, watch = draft(stage, ["Ana"]), Watch()
    watch.stop.set()
    with pytest.raises(Stopped):
        rehearsing.rehearse(made, clock.now(), watch)
    assert rehearsing.rehearsal_of(campaign(made)) is None


def test_writers_need_not_wait_between_two_chunks(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another connection writes in the middle of the rehearsal, at once."""
    made, written = draft(stage, ["Ana", "Eva"]), []
    add = rehearsing.Rehearsing.add

    def add_and_write(self: Any, row: int, values: Any) -> None:
        with db.engine.begin() as connection:
            connection.execute(Campaign.__table__.update().values(name=f"Fila {row}"))
        written.append(row)
        add(self, row, values)

    monkeypatch.setattr(rehearsing.Rehearsing, "add", add_and_write)
    rehearsing.rehearse(made, clock.now())
    assert written == [2, 3]


def test_a_look_at_a_small_campaign_rehearses_it_at_once(stage: Stage) -> None:
    made = draft(stage, ["Ana", "Eva"])
    seen = rehearsing.look(campaign(made), clock.now())
    assert seen.summary is not None
    assert (seen.summary.contacts, seen.elsewhere, seen.as_of) == (2, Overlap(), None)
    assert asked_for(made) is None


def test_a_look_at_a_large_one_asks_a_worker_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsing, "IN_THE_REQUEST", 1)
    made = draft(stage, ["Ana", "Eva"])
    for _ in range(2):
        seen = rehearsing.look(campaign(made), clock.now())
        assert (seen.summary, seen.elsewhere, seen.failed) == (None, Overlap(), False)
    asked = asked_for(made)
    assert asked is not None
    assert (asked.task, asked.status) == (Task.REHEARSE, PreparationStatus.WAITING)
    assert rehearsing.rehearsal_of(campaign(made)) is None


def test_a_look_says_how_far_the_worker_is(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsing, "IN_THE_REQUEST", 1)
    made = draft(stage, ["Ana", "Eva"])
    rehearsing.ask_for(made, clock.now()).share = 0.25
    db.session.commit()
    assert rehearsing.look(campaign(made), clock.now()).share == 0.25


def test_of_a_very_large_one_the_worker_counts_who_is_elsewhere(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ("IN_THE_REQUEST", "COUNTED_FRESH", "CHUNK"):
        monkeypatch.setattr(rehearsing, limit, 1)
    phones = [new_phone() for _ in range(3)]
    other = stage.launch(phones[:2])
    made = stage.draft(phones)
    assert rehearsing.look(campaign(made), clock.now()).elsewhere is None
    rehearsing.rehearse(made, clock.now())
    seen = rehearsing.look(campaign(made), clock.now())
    assert seen.elsewhere == Overlap(0, 2, (OtherCampaign(other, "Noviembre", 2),))
    assert seen.as_of == clock.now()


def test_who_opted_out_of_this_sender_is_counted(stage: Stage) -> None:
    out, back, other = new_phone(), new_phone(), new_phone()
    stage.hear(out, "BAJA")
    stage.hear(back, "BAJA")
    stage.hear(back, "ALTA")
    stage.hear(other, "BAJA", to="+15005550001")
    made = stage.draft([out, back, other, new_phone()])
    assert overlap.count(made, SENDER).opted_out == 1


def test_who_talks_with_the_sender_in_active_campaigns_is_counted(stage: Stage) -> None:
    phones = [new_phone() for _ in range(4)]
    first, second = stage.launch(phones[:3]), stage.launch(phones[1:2])
    finishing.finish(stage.launch(phones[3:]), None, clock.now())
    stage.launch(phones[3:], stage.chatbot(sender="+15005550001"))
    found = overlap.count(stage.draft(phones), SENDER)
    assert found.live == 3
    assert found.campaigns == (OtherCampaign(first, "Noviembre", 3), OtherCampaign(second, "Noviembre", 1))


def test_as_many_are_left_out_as_were_announced(stage: Stage) -> None:
    phones = [new_phone() for _ in range(3)]
    stage.launch(phones[:2])
    made = stage.draft(phones)
    announced = overlap.count(made, SENDER).live
    launching.launch(made, None, clock.now(), leave_out_live=True)
    assert stage.numbers(made).conversations["ended"] == announced == 2


ON_WHATSAPP: dict[str, Any] = {
    "sender": f"whatsapp:{SENDER}",
    "steps": [
        {"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"},
        {
            "id": "HOLA",
            "type": "message",
            "text": "Hola {{NOMBRE}}.",
            "template": {"content_sid": "HX" + "0" * 32, "variables": {"1": "{{NOMBRE}}"}},
        },
    ],
}


@pytest.mark.parametrize("looked_at", [False, True])
def test_an_empty_value_of_a_template_is_refused_before_launch_by_name_and_row(
    stage: Stage, looked_at: bool
) -> None:
    made = draft(stage, ["Ana", "\u3164", "Eva", "\u2800\u2800"], **ON_WHATSAPP)
    if looked_at:
        rehearsing.look(campaign(made), clock.now())
        assert [obstacle.code for obstacle in launching.obstacles(campaign(made))] == ["empty_template_value"]
    launched = launching.launch(made, None, clock.now())
    assert not launched.done
    assert [obstacle.message("en") for obstacle in launched.obstacles] == [
        "NOMBRE is empty, and WhatsApp takes no template with an empty value (2 in the file; rows: 3, 5). "
        "Fill it in the file and upload it again, or take it out of the template's variables."
    ]
    assert campaign(made).status == "draft"


def test_values_leave_in_a_template_on_one_line_with_single_spaces(stage: Stage) -> None:
    made = draft(stage, ["Ana\u00a0\u2003 \u2003 María"], **ON_WHATSAPP)
    assert launching.launch(made, None, clock.now()).done
    stage.work()
    assert [row.template for row in stage.outbound(made)] == [
        {"content_sid": "HX" + "0" * 32, "variables": [["1", "Ana María"]], "buttons": []}
    ]


def test_an_opening_that_takes_too_long_to_make_is_named_and_the_others_are_counted(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(dialogue: Dialogue, event: Opened) -> Any:
        while dialogue.given["NOMBRE"] == "Eva":
            len("")
        return advance(dialogue, event)

    monkeypatch.setattr(rehearsing, "advance", make)
    monkeypatch.setattr(rehearsing, "TURN", 0.05)
    monkeypatch.setattr("smartchat.domain.campaign.rehearsal.plan_of", lambda _script: None)
    summary = rehearsing.rehearse(draft(stage, ["Ana", "Eva", "Luz"]), clock.now())
    assert (summary.contacts, summary.unmade, summary.unmade_rows) == (3, 1, (3,))
