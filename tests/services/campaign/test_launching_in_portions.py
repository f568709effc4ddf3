"""A large launch: its conversations are made in portions, while the first openings leave already."""

import pytest

from smartchat import clock
from smartchat.db import db
from smartchat.services.campaign import finishing, launching
from smartchat.services.opt_outs import opting
from tests.services.conftest import SENDER, Stage, new_phone


@pytest.fixture(autouse=True)
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launching, "FIRST_PORTION", 4)
    monkeypatch.setattr(launching, "PORTION", 3)


def total(stage: Stage, campaign: int) -> int:
    return sum(stage.numbers(campaign).conversations.values())


def test_the_first_openings_leave_before_all_conversations_are_made(stage: Stage) -> None:
    phones = [new_phone() for _ in range(12)]
    campaign = stage.launch(phones)
    from smartchat import jobs
    from smartchat.services.conversation import opening
    from smartchat.services.sending import sending

    opening.open_due(clock.now(), clock.machine_now())
    assert sending.send_due(stage.channel, stage.pool, 8, jobs.CLOCKS) == 4
    assert stage.numbers(campaign).conversations["waiting"] == 8


def test_every_contact_gets_its_opening_once(stage: Stage) -> None:
    phones = [new_phone() for _ in range(12)]
    stage.launch(phones)
    stage.work()
    assert [stage.told(phone) for phone in phones] == [["Hola Carlos.", "¿Podrá pagar?"]] * 12
    assert launching.make_more(clock.now()) == 0


@pytest.mark.parametrize("contacts", [3, 4, 5, 7, 8])
def test_the_last_portion_takes_the_launch_away(stage: Stage, contacts: int) -> None:
    campaign = stage.launch([new_phone() for _ in range(contacts)])
    assert total(stage, campaign) == contacts
    stage.work()
    assert total(stage, campaign) == contacts
    assert launching.make_more(clock.now()) == 0


def test_numbers_are_whole_while_it_is_being_made(stage: Stage) -> None:
    campaign = stage.launch([new_phone() for _ in range(12)])
    assert stage.numbers(campaign).outbound["waiting"] == 12
    launching.make_more(clock.now())
    assert stage.numbers(campaign).outbound["waiting"] == 12


def test_finish_in_the_middle_makes_the_rest_as_over(stage: Stage) -> None:
    campaign = stage.launch([new_phone() for _ in range(12)])
    assert finishing.forecast(campaign).conversations == 12
    assert finishing.finish(campaign, None, clock.now())
    assert stage.campaign(campaign).receipt["conversations"] == 12  # type: ignore[index]
    before = stage.numbers(campaign)
    stage.work()
    after = stage.numbers(campaign)
    assert before == after
    assert (after.conversations["ended"], after.outbound["cancelled"]) == (12, 12)
    assert stage.outbound(campaign) == []


def test_who_opts_out_before_the_conversation_is_made_gets_nothing(stage: Stage) -> None:
    phones = [new_phone() for _ in range(8)]
    campaign = stage.launch(phones)
    opting.opt_out(SENDER, phones[-1], "BAJA", clock.now())
    db.session.commit()
    stage.work()
    assert stage.told(phones[-1]) == []
    assert stage.conversation(campaign, phones[-1]).status == "opted_out"


def test_a_contact_that_another_launch_is_about_to_write_to_is_left_out(stage: Stage) -> None:
    phones = [new_phone() for _ in range(8)]
    stage.launch(phones)
    other = stage.draft([phones[-1]])
    assert launching.launch(other, None, clock.now(), leave_out_live=True).done
    stage.work()
    assert len(stage.told(phones[-1])) == 2
    assert stage.conversation(other, phones[-1]).end_reason == "left_out"


def test_of_two_launches_that_leave_out_each_others_contacts_one_writes(stage: Stage) -> None:
    phones = [new_phone() for _ in range(9)]
    first, second = stage.draft(phones), stage.draft(phones[::-1])
    for campaign in (first, second):
        assert launching.launch(campaign, None, clock.now(), leave_out_live=True).done
    stage.work()
    assert [len(stage.told(phone)) for phone in phones] == [2] * 9
