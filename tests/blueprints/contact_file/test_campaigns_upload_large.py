"""A large contact file on the pages: its beginning is checked at once, the rest by a worker, with progress."""

import io
from typing import Any

import pytest
from sqlalchemy import select, update

from smartchat import clock
from smartchat.db import db
from smartchat.domain.operations.worker_roles import WorkerRole
from smartchat.models import Campaign, Contact, Preparation
from smartchat.services.background import preparing
from tests.blueprints.desk import PARTIAL, Desk, words

GOOD = "CONTACT\tNOMBRE\n+525500998877\tCarlos\n+525500998878\tAna\n"
WRONG = "CONTACT\tNOMBRE\n+525500998877\tCarlos\n5512345678\tAna\n"


@pytest.fixture(autouse=True)
def _every_file_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "BACKGROUND_BYTES", 1)


def create(desk: Desk, content: str, **fields: Any) -> int:
    """The campaign that a large file was uploaded for."""
    data = {"chatbot": str(desk.chatbot()), "name": "Noviembre", **fields}
    data["file"] = (io.BytesIO(content.encode()), "contactos.tsv")
    answer = desk.client.post("/campaigns", data=data)
    assert answer.status_code == 303, answer.text
    return int(answer.location.rsplit("/", 1)[1])


def read_in(desk: Desk) -> None:
    with desk.app.app_context():
        assert preparing.work_once(clock.now, clock.machine_now, lambda: False)


def test_the_check_looks_at_the_first_thousand_rows_and_says_so(desk: Desk) -> None:
    rows = "".join(f"+5255{n:08}\tAna\n" for n in range(1_200))
    answer = desk.upload("/campaigns/check", "CONTACT\tNOMBRE\n" + rows, desk.chatbot(), partial=True)
    assert "The first 1,000 rows of contactos.tsv are right." in words(answer.text)


def test_headers_that_are_wrong_are_said_at_once_and_nothing_is_kept(desk: Desk) -> None:
    answer = desk.upload("/campaigns", GOOD.replace("NOMBRE", "NOMBRES"), desk.chatbot())
    assert answer.status_code == 422
    with desk.app.app_context():
        assert db.session.scalars(select(Campaign)).all() == []


def test_a_worker_for_files_that_stands_still_is_told_in_both_languages(desk: Desk) -> None:
    desk.sweep(WorkerRole.FILES)
    campaign = create(desk, GOOD)
    assert "the worker for files is not running, or stands still (files)" in desk.page(
        f"/campaigns/{campaign}"
    )
    spanish = desk.client.get(f"/campaigns/{campaign}", headers={"Accept-Language": "es"}).text
    assert "el proceso que lee archivos no está en marcha o está detenido (files)" in spanish


def test_the_page_shows_how_far_it_is_and_how_long_it_takes(desk: Desk) -> None:
    campaign = create(desk, GOOD)
    desk.sweep()
    assert "It begins in a moment." in desk.page(f"/campaigns/{campaign}")
    with desk.app.app_context():
        db.session.execute(
            update(Preparation).values(
                status="running", rows=25_000, share=0.25, begun_at=clock.machine_now()
            )
        )
        db.session.commit()
    page = desk.client.get(f"/campaigns/{campaign}", headers=PARTIAL).text
    assert "25,000 rows read · 25 %" in words(page)
    assert '<progress max="1" value="0.25"' in page
    assert 'hx-trigger="every 1s"' in page


def test_the_poll_ends_with_the_page_of_the_draft(desk: Desk) -> None:
    campaign = create(desk, GOOD)
    read_in(desk)
    partial = desk.client.get(f"/campaigns/{campaign}", headers=PARTIAL).text
    assert 'hx-trigger="load"' in partial
    assert "every" not in partial
    assert "2 contacts" in desk.page(f"/campaigns/{campaign}")


def test_the_menu_shows_a_file_that_is_being_read_and_one_that_is_wrong(desk: Desk) -> None:
    create(desk, WRONG)
    assert "Being read in" in desk.page("/campaigns")
    read_in(desk)
    assert "To correct" in desk.page("/campaigns")


def test_a_wrong_file_shows_its_cells_and_the_ways_on(desk: Desk) -> None:
    campaign = create(desk, WRONG)
    read_in(desk)
    page = desk.page(f"/campaigns/{campaign}")
    assert "1 problem in contactos.tsv." in page
    assert "5512345678" in page
    assert "Go on with the 1 good row" in page
    assert "1 row is left out." in page


def test_the_kinds_of_errors_of_a_stored_file_can_be_chosen(desk: Desk) -> None:
    campaign = create(desk, WRONG + "+525500998879\t\n")
    read_in(desk)
    page = desk.page(f"/campaigns/{campaign}?kind=missing_value")
    assert "+525500998879" in page
    assert "5512345678" not in page


def test_the_stored_file_comes_back_with_its_errors_marked(desk: Desk) -> None:
    campaign = create(desk, WRONG)
    read_in(desk)
    answer = desk.client.get(f"/campaigns/{campaign}/repaired")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "REASON" in answer.text
    assert "5512345678" in answer.text


def test_going_on_with_the_good_rows_keeps_the_others_on_the_campaign(desk: Desk) -> None:
    campaign = create(desk, WRONG)
    read_in(desk)
    desk.client.post(f"/campaigns/{campaign}/again", data={"leave_out_wrong": "1"})
    read_in(desk)
    assert "1 row of the file had errors and was left out" in desk.page(f"/campaigns/{campaign}")
    with desk.client.get(f"/campaigns/{campaign}/left-out.tsv") as answer:
        listed = answer.text
    assert listed.splitlines()[0].endswith("CONTACT\tNOMBRE\tREASON")
    assert "5512345678\tAna\t" in listed
    desk.client.post(f"/campaigns/{campaign}/launch")
    assert "1 row of the file had errors and was left out" in desk.page(f"/campaigns/{campaign}")


def test_the_country_code_that_was_offered_is_taken(desk: Desk) -> None:
    campaign = create(desk, WRONG)
    read_in(desk)
    assert "Put +52 before them" in desk.page(f"/campaigns/{campaign}")
    desk.client.post(f"/campaigns/{campaign}/again", data={"country_code": "52"})
    read_in(desk)
    with desk.app.app_context():
        phones = sorted(db.session.scalars(select(Contact.phone)))
    assert phones == ["+525500998877", "+525512345678"]


def test_what_was_offered_to_be_mended_is_mended_in_the_stored_file_and_taken_back(desk: Desk) -> None:
    content = "CONTACT\tNOMBRE\n+525500998877\tCarlos\n+525500998877\tAna\ntel:+525500998878\tEva\n"
    campaign = create(desk, content)
    read_in(desk)
    page = desk.page(f"/campaigns/{campaign}")
    assert "1 row repeats a contact from above" in page
    for token in ("first", "phones"):
        assert f'name="mend" value="{token}"' in desk.client.get(f"/campaigns/{campaign}").text
    desk.client.post(f"/campaigns/{campaign}/again", data={"mend": "first"})
    read_in(desk)
    assert "1 row that repeats a contact is left out." in desk.page(f"/campaigns/{campaign}")
    desk.client.post(f"/campaigns/{campaign}/again", data={"unmend": "first"})
    read_in(desk)
    assert "1 row repeats a contact from above" in desk.page(f"/campaigns/{campaign}")
    for token in ("first", "phones"):
        desk.client.post(f"/campaigns/{campaign}/again", data={"mend": token})
        read_in(desk)
    with desk.app.app_context():
        assert sorted(db.session.scalars(select(Contact.phone))) == ["+525500998877", "+525500998878"]


@pytest.mark.parametrize(
    ("phase", "said"), [("undoing", "is being taken away again"), ("marking", "with the cells marked")]
)
def test_the_page_says_what_is_done_with_a_wrong_file_after_its_last_row(
    desk: Desk, phase: str, said: str
) -> None:
    campaign = create(desk, GOOD)
    desk.sweep()
    with desk.app.app_context():
        db.session.execute(update(Preparation).values(status="running", share=0.5, phase=phase))
        db.session.commit()
    page = desk.client.get(f"/campaigns/{campaign}", headers=PARTIAL).text
    assert said in words(page)
    assert '<progress max="1" value="0.5"' in page


def test_cancelling_takes_the_file_away(desk: Desk) -> None:
    campaign = create(desk, GOOD)
    answer = desk.client.post(f"/campaigns/{campaign}/stop", follow_redirects=True)
    assert "The file contactos.tsv was discarded." in words(answer.text)
    assert desk.client.get(f"/campaigns/{campaign}").status_code == 404
    assert "Being read in" not in desk.page("/campaigns")


def test_a_corrected_file_takes_the_place_of_the_wrong_one(desk: Desk) -> None:
    wrong = create(desk, WRONG)
    read_in(desk)
    page = desk.client.get(f"/campaigns/{wrong}").text
    assert f"replaces={wrong}" in page
    create(desk, GOOD, replaces=str(wrong))
    assert desk.client.get(f"/campaigns/{wrong}").status_code == 404


def test_a_draft_cannot_be_taken_for_a_wrong_file(desk: Desk) -> None:
    draft = desk.draft(desk.chatbot())
    for path in ("stop", "again"):
        assert desk.client.post(f"/campaigns/{draft}/{path}").status_code == 404
    assert desk.client.get(f"/campaigns/{draft}/repaired").status_code == 404
    create(desk, GOOD, replaces=str(draft))
    assert desk.client.get(f"/campaigns/{draft}").status_code == 200


def test_a_country_code_of_letters_is_no_request_of_ours(desk: Desk) -> None:
    campaign = create(desk, WRONG)
    read_in(desk)
    answer = desk.client.post(f"/campaigns/{campaign}/again", data={"country_code": "5a2"})
    assert answer.status_code == 400
