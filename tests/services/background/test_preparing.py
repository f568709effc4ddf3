"""Large contact files beside the pages: asked for, read by a worker, stopped, taken up again, wrong, left out."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from smartchat import clock
from smartchat.db import db
from smartchat.domain.campaign.preparation import PreparationStatus
from smartchat.models import Campaign, Contact, FilePart, LeftOutRow, Preparation
from smartchat.services.background import lease_heartbeat, preparing
from smartchat.services.campaign import launching, rehearsing
from smartchat.services.contact_file import file_checks, importing, left_out
from smartchat.services.operations import sweeping
from tests.services.conftest import Stage, new_phone

HEADERS = "CONTACT\tNOMBRE\n"


def never() -> bool:
    return False


def work_once(machine: Callable[[], Any] = clock.machine_now, stopping: Callable[[], bool] = never) -> bool:
    return preparing.work_once(clock.now, machine, stopping)


def ask(stage: Stage, lines: str, **wanted: Any) -> int:
    wish = preparing.Wanted("Nueva", stage.chatbot(), "contactos.tsv", None, "en", **wanted)
    return preparing.ask_for_import(wish, io.BytesIO((HEADERS + lines).encode()), clock.now())


def count(table: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def kept() -> tuple[int, ...]:
    """What is there of campaigns, contacts, parts of files, preparations and left-out rows."""
    found = tuple(count(table) for table in (Campaign, Contact, FilePart, Preparation, LeftOutRow))
    db.session.rollback()
    return found


def answer_of(campaign_id: int) -> file_checks.FileCheck:
    preparation = db.session.get_one(Preparation, campaign_id, populate_existing=True)
    assert preparation.status == PreparationStatus.WRONG
    assert preparation.answer is not None
    return file_checks.from_json(preparation.answer)


def test_a_file_that_was_asked_for_becomes_a_draft_and_is_kept_no_longer(stage: Stage) -> None:
    phone = new_phone()
    campaign_id = ask(stage, f"{phone}\tCarlos\n")
    assert stage.campaign(campaign_id).status == "importing"
    assert work_once()
    campaign = stage.campaign(campaign_id)
    assert (campaign.status, campaign.contacts_count) == ("draft", 1)
    assert kept() == (1, 1, 0, 0, 0)
    assert not work_once()


def test_a_file_of_many_parts_is_read_as_it_was_sent(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smartchat.services.contact_file.stored_files.PART_BYTES", 7)
    phones = [new_phone() for _ in range(20)]
    campaign_id = ask(stage, "".join(f"{phone}\tÑandú\n" for phone in phones))
    work_once()
    contacts = db.session.scalars(select(Contact).where(Contact.campaign_id == campaign_id)).all()
    assert sorted(contact.phone for contact in contacts) == sorted(phones)
    assert {contact.custom_data["NOMBRE"] for contact in contacts} == {"Ñandú"}


def test_a_wrong_file_keeps_its_errors_for_the_page_and_no_contacts(stage: Stage) -> None:
    campaign_id = ask(stage, f"{new_phone()}\tCarlos\n5512345678\tAna\n")
    work_once()
    check = answer_of(campaign_id)
    assert (check.ok, check.rows, check.contacts, check.errors) == (False, 2, 1, 1)
    assert check.good_rows_usable
    assert [row.number for row in check.wrong_rows.first()] == [3]
    assert count(Contact) == 0
    assert not launching.launch(campaign_id, None, clock.now()).done


def test_the_answer_to_a_file_is_the_same_after_it_was_stored(stage: Stage) -> None:
    lines = f"CONTACT\tNOMBRE\tOTRO\n{new_phone()}\tCarlos\tx\n5512345678\tAna\ty\n\t\tz\n"
    check = importing.check_file(stage.chatbot(), io.BytesIO(lines.encode()), "contactos.tsv")
    restored = file_checks.from_json(file_checks.to_json(check))
    assert restored.wrong_rows.problems == check.wrong_rows.problems
    assert restored.wrong_rows.national == check.wrong_rows.national
    assert restored.wrong_rows.first("missing_value") == check.wrong_rows.first("missing_value")
    assert restored.wrong_rows.count() == check.wrong_rows.count()
    assert (restored.errors, restored.contacts, restored.good_rows_usable) == (3, 1, True)
    assert list(restored.problems) == [p for p in check.problems if p.severity == "warning"]


def test_the_good_rows_become_contacts_and_the_others_are_kept_with_their_reasons(stage: Stage) -> None:
    phone = new_phone()
    campaign_id = ask(stage, f"{phone}\tCarlos\n5512345678\tAna\n{phone}\tOtra vez\n")
    work_once()
    assert preparing.ask_again(campaign_id, "", leave_out_wrong=True)
    assert work_once()
    campaign = stage.campaign(campaign_id)
    assert (campaign.status, campaign.contacts_count, campaign.left_out_count) == ("draft", 1, 2)
    header, *rows = left_out.left_out(campaign_id)
    assert list(header.cells) == ["CONTACT", "NOMBRE"]
    assert [(row.row, list(row.cells)) for row in rows] == [
        (3, ["5512345678", "Ana"]),
        (4, [phone, "Otra vez"]),
    ]
    assert [row.problems[0].code for row in rows] == ["invalid_phone", "duplicate_contact"]


def test_a_country_code_is_put_before_the_numbers_of_a_stored_file(stage: Stage) -> None:
    national = new_phone().removeprefix("+52")
    campaign_id = ask(stage, f"{national}\tAna\n")
    work_once()
    assert preparing.ask_again(campaign_id, "52", leave_out_wrong=False)
    work_once()
    contact = db.session.scalars(select(Contact).where(Contact.campaign_id == campaign_id)).one()
    assert contact.phone == f"+52{national}"


def test_wrong_headers_cannot_be_left_out(stage: Stage) -> None:
    wish = preparing.Wanted("Nueva", stage.chatbot(), "contactos.tsv", None, "en", leave_out_wrong=True)
    stream = io.BytesIO(f"CONTACT\tNOMBRES\n{new_phone()}\tAna\n".encode())
    campaign_id = preparing.ask_for_import(wish, stream, clock.now())
    work_once()
    check = answer_of(campaign_id)
    assert not check.good_rows_usable
    assert [problem.code for problem in check.problems if problem.severity == "error"] == ["missing_column"]
    assert (count(Contact), count(LeftOutRow)) == (0, 0)


def test_a_file_that_is_stopped_before_it_is_read_leaves_nothing(stage: Stage) -> None:
    campaign_id = ask(stage, f"{new_phone()}\tCarlos\n")
    preparing.stop(campaign_id)
    assert work_once()
    assert kept() == (0, 0, 0, 0, 0)


def test_a_wrong_file_that_is_taken_away_leaves_nothing(stage: Stage) -> None:
    campaign_id = ask(stage, "5512345678\tAna\n")
    work_once()
    preparing.stop(campaign_id)
    assert work_once()
    assert kept() == (0, 0, 0, 0, 0)


def test_a_file_that_is_stopped_while_it_is_read_leaves_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign_id = ask(stage, "".join(f"{new_phone()}\tAna\n" for _ in range(300)))

    def reads_until_it_is_stopped(campaign: int, *rest: Any, **options: Any) -> Any:
        preparing.stop(campaign)
        watch = rest[2]
        assert watch.stop.wait(20)
        return fill(campaign, *rest, **options)

    fill = importing.fill
    monkeypatch.setattr(lease_heartbeat, "SECONDS", 0.01)
    monkeypatch.setattr(importing, "fill", reads_until_it_is_stopped)
    assert work_once()
    assert kept() == (0, 0, 0, 0, 0)
    assert db.session.get(Campaign, campaign_id) is None


def test_a_worker_that_ends_gives_its_work_back_at_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign_id = ask(stage, f"{new_phone()}\tCarlos\n")

    def waits(campaign: int, *rest: Any, **options: Any) -> Any:
        assert rest[2].stop.wait(20)
        return fill(campaign, *rest, **options)

    fill = importing.fill
    with monkeypatch.context() as patched:
        patched.setattr(lease_heartbeat, "SECONDS", 0.01)
        patched.setattr(importing, "fill", waits)
        assert work_once(stopping=lambda: True)
    assert stage.campaign(campaign_id).status == "importing"
    assert work_once()
    assert stage.campaign(campaign_id).status == "draft"


def test_what_a_killed_worker_had_read_is_read_once_more_when_its_lease_is_over(stage: Stage) -> None:
    phone = new_phone()
    campaign_id = ask(stage, f"{phone}\tCarlos\n")
    killed_at = clock.machine_now()
    assert preparing._claim(killed_at) is not None
    db.session.add(
        Contact(campaign_id=campaign_id, row=2, phone=phone, contact_key=phone, custom_data={}, extra={})
    )
    db.session.commit()
    assert not work_once(lambda: killed_at + timedelta(seconds=10))
    assert not sweeping.due_work(clock.now(), killed_at + timedelta(seconds=10)).files
    later = killed_at + lease_heartbeat.LEASE + timedelta(seconds=1)
    assert sweeping.due_work(clock.now(), later).files
    assert work_once(lambda: later)
    assert stage.campaign(campaign_id).contacts_count == 1
    assert count(Contact) == 1


def test_a_worker_that_lost_its_work_to_another_leaves_the_others_alone(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign_id = ask(stage, f"{new_phone()}\tCarlos\n")

    def stood_still(campaign: int, *rest: Any, **options: Any) -> Any:
        db.session.execute(update(Preparation).values(claim="another"))
        db.session.commit()
        assert rest[2].stop.wait(20)
        return fill(campaign, *rest, **options)

    fill = importing.fill
    monkeypatch.setattr(lease_heartbeat, "SECONDS", 0.01)
    monkeypatch.setattr(importing, "fill", stood_still)
    assert work_once()
    preparation = db.session.get_one(Preparation, campaign_id, populate_existing=True)
    assert (preparation.status, preparation.claim) == ("running", "another")


def test_a_file_that_brings_the_worker_down_is_given_up_in_the_end(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign_id = ask(stage, f"{new_phone()}\tCarlos\n")

    def breaks(*_: Any, **__: Any) -> Any:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(importing, "fill", breaks)
    moment = clock.machine_now()
    for attempt in range(1, preparing.MOST_ATTEMPTS + 1):
        assert work_once(lambda at=moment + attempt * timedelta(minutes=1): at)  # type: ignore[misc]
    assert [problem.code for problem in answer_of(campaign_id).problems] == ["unreadable_file"]
    assert not work_once()


def test_a_wrong_file_that_nobody_looks_at_goes_after_a_week(stage: Stage) -> None:
    ask(stage, "5512345678\tAna\n")
    work_once()
    preparing.stop_forgotten(clock.now() + timedelta(days=6))
    assert not work_once()
    preparing.stop_forgotten(clock.now() + timedelta(days=8))
    assert work_once()
    assert kept() == (0, 0, 0, 0, 0)


def test_an_upload_that_waits_for_its_worker_is_not_taken_for_an_abandoned_one(stage: Stage) -> None:
    ask(stage, f"{new_phone()}\tCarlos\n")
    assert importing.discard_abandoned(clock.now() + timedelta(days=1)) == 0


def test_parts_of_a_file_whose_request_was_killed_are_taken_away(stage: Stage) -> None:
    campaign_id = ask(stage, f"{new_phone()}\tCarlos\n")
    db.session.delete(db.session.get_one(Preparation, campaign_id))
    db.session.commit()
    assert importing.discard_abandoned(clock.now() + timedelta(days=1)) == 1
    assert kept() == (0, 0, 0, 0, 0)


def test_a_large_draft_is_rehearsed_by_the_worker_as_soon_as_it_is_read_in(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsing, "IN_THE_REQUEST", 1)
    campaign_id = ask(stage, "".join(f"{new_phone()}\tCarlos\n" for _ in range(3)))
    assert work_once()
    assert rehearsing.rehearsal_of(stage.campaign(campaign_id)) is None
    assert work_once()
    rehearsed = rehearsing.rehearsal_of(stage.campaign(campaign_id))
    assert rehearsed is not None
    assert rehearsed.summary.contacts == 3
    assert not work_once()


def test_a_draft_whose_chatbot_changed_is_rehearsed_anew(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsing, "IN_THE_REQUEST", 0)
    campaign_id = stage.draft([new_phone()])
    assert rehearsing.look(stage.campaign(campaign_id), clock.now()).summary is None
    work_once()
    looked = rehearsing.look(stage.campaign(campaign_id), clock.now())
    assert looked.summary is not None
    assert not work_once()
