import io
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from smartchat import clock
from smartchat.db import db
from smartchat.domain.contact_file.check import FileContact as FileContact
from smartchat.domain.contact_file.check import GoodRows
from smartchat.domain.contact_file.mending import Mending
from smartchat.models import Campaign, Contact
from smartchat.services.contact_file import contact_rows, importing
from smartchat.services.contact_file.contact_rows import ContactWriter
from smartchat.services.contact_file.watch import Stopped, Watch
from smartchat.services.operations import compacting
from tests.services.conftest import Stage, new_phone


def count(table: type[Campaign] | type[Contact]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def create(stage: Stage, content: str, **chosen: Any) -> importing.Created:
    stream = io.BytesIO(content.encode())
    return importing.create_campaign(
        "Nueva", stage.chatbot(), stream, "contactos.tsv", None, clock.now(), **chosen
    )


def test_contacts_keep_their_row_their_values_and_the_columns_that_nobody_asked_for(stage: Stage) -> None:
    phone = new_phone()
    created = create(stage, f'CONTACT\tSUCURSAL\tNOMBRE\n\n{phone}\tCentro "A"\tÑandú 👍\n')
    contact = db.session.scalars(select(Contact)).one()
    assert (contact.row, contact.phone) == (3, phone)
    assert contact.custom_data == {"NOMBRE": "Ñandú 👍"}
    assert contact.extra == {"SUCURSAL": 'Centro "A"'}
    campaign = stage.campaign(created.campaign_id or 0)
    assert (campaign.status, campaign.contacts_count, campaign.extra_columns) == ("draft", 1, ["SUCURSAL"])


@pytest.mark.parametrize(
    "content",
    [
        "CONTACT\tNOMBRES\n+525511223344\tAna\n",
        "CONTACT\tNOMBRE\n+525511223344\tAna\n5512345678\tLuis\n",
        "CONTACT\tNOMBRE\n+525511223344\tAna\n+525511223344\tAna\n",
        "",
    ],
)
def test_a_wrong_file_stores_nothing(stage: Stage, content: str) -> None:
    created = create(stage, content)
    assert created.campaign_id is None
    assert created.check.problems
    assert (count(Campaign), count(Contact)) == (0, 0)


def test_a_fault_in_the_middle_of_a_file_leaves_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    class FullDisk(ContactWriter):
        def add(self, contacts: GoodRows | Iterable[FileContact]) -> None:
            super().add(contacts)
            self._wait()
            assert count(Contact) == 1
            raise OSError("the disk is full")

    monkeypatch.setattr(contact_rows, "PORTION", 1)
    monkeypatch.setattr(importing, "ContactWriter", FullDisk)
    with pytest.raises(OSError, match="full"):
        create(stage, f"CONTACT\tNOMBRE\n{new_phone()}\tAna\n")
    assert (count(Campaign), count(Contact)) == (0, 0)


def test_what_a_killed_process_began_to_import_is_taken_away(stage: Stage) -> None:
    kept = create(stage, f"CONTACT\tNOMBRE\n{new_phone()}\tAna\n").campaign_id
    begun = create(stage, f"CONTACT\tNOMBRE\n{new_phone()}\tAna\n").campaign_id
    stage.campaign(begun or 0).status = "importing"
    db.session.commit()
    assert importing.discard_abandoned(clock.now()) == 0
    assert importing.discard_abandoned(clock.now() + importing.LONGEST_IMPORT + timedelta(seconds=1)) == 1
    assert list(db.session.scalars(select(Campaign.id))) == [kept]
    assert count(Contact) == 1


def test_texts_are_stored_as_they_are_whatever_they_hold(stage: Stage) -> None:
    campaign = create(stage, f"CONTACT\tNOMBRE\n{new_phone()}\tAna\n").campaign_id or 0
    odd = {"100%": "50 %s", 'a"b\\c': "tab\tline\nbreak", "é": "\u2028 ñ 😀 \x01"}
    with ContactWriter(campaign) as writer:
        writer.add([FileContact(9, "+525500000000", "+525500000000", odd, {})])
    assert db.session.scalars(select(Contact).where(Contact.row == 9)).one().custom_data == odd


def test_an_unknown_chatbot_is_named_as_such(stage: Stage) -> None:
    with pytest.raises(importing.NoSuchChatbot):
        importing.check_file(4711, io.BytesIO(b""), "x.tsv")


def rows_of(phones: Iterable[str]) -> str:
    return "CONTACT\tNOMBRE\n" + "".join(f"{phone}\tAna\n" for phone in phones)


def test_a_file_of_many_portions_is_imported_to_the_last_row(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contact_rows, "PORTION", 1_000)
    monkeypatch.setattr(contact_rows, "CHUNK", 300)
    phones = [f"+5255{number * 7_919 % 89_999_999 + 10_000_000}" for number in range(2_500)]
    created = create(stage, rows_of(phones))
    stored = db.session.execute(select(Contact.row, Contact.phone).order_by(Contact.row)).all()
    assert [tuple(row) for row in stored] == list(enumerate(phones, 2))
    assert stage.campaign(created.campaign_id or 0).contacts_count == 2_500


def test_what_a_stopped_import_has_written_can_be_taken_away(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contact_rows, "PORTION", 100)
    chatbot, watch = stage.chatbot(), Watch()
    campaign = importing.begin("Nueva", chatbot, "x.tsv", None, clock.now())

    class StopsAfterSome(ContactWriter):
        def add(self, contacts: GoodRows | Iterable[FileContact]) -> None:
            super().add(contacts)
            watch.stop.set()

    monkeypatch.setattr(importing, "ContactWriter", StopsAfterSome)
    content = rows_of(new_phone() for _ in range(1_000)).encode()
    with pytest.raises(Stopped):
        importing.fill(campaign, io.BytesIO(content), "x.tsv", watch)
    assert 0 < watch.rows < 1_000
    assert count(Contact) > 0
    importing.discard(campaign)
    assert (count(Campaign), count(Contact)) == (0, 0)


def test_contacts_are_taken_away_in_portions_and_the_watch_hears_how_far_it_is(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_DISCARDED_AT_ONCE", 100)
    others = create(stage, rows_of(new_phone() for _ in range(150))).campaign_id
    heard: list[tuple[str, float]] = []

    class Hears(Watch):
        def __setattr__(self, name: str, value: Any) -> None:
            super().__setattr__(name, value)
            if name == "share" and getattr(self, "phase", ""):
                heard.append((self.phase, value))

    campaign = importing.begin("Nueva", stage.chatbot(), "x.tsv", None, clock.now())
    db.session.commit()
    content = (rows_of(new_phone() for _ in range(950)) + "hola\tAna\n").encode()
    importing.fill(campaign, io.BytesIO(content), "x.tsv", Hears())
    assert db.session.scalars(select(Contact.campaign_id).distinct()).all() == [others]
    assert {phase for phase, _ in heard} == {"undoing"}
    assert [share for _, share in heard] == sorted(share for _, share in heard)
    assert len(heard) > 5


def test_a_file_whose_numbers_are_disputed_is_read_again_with_what_most_of_it_is(stage: Stage) -> None:
    numbers = ["15512349901", *(f"+5255123400{n:02}" for n in range(9)), "15512349902"]
    content = rows_of(numbers)
    refused = create(stage, content)
    assert refused.campaign_id is None
    assert [(p.row, p.code) for p in refused.check.problems] == [(2, "other_country"), (12, "other_country")]
    assert count(Contact) == 0
    made = create(stage, content, leave_out_wrong=True)
    assert (made.check.contacts, count(Contact)) == (9, 9)
    assert stage.campaign(made.campaign_id or 0).left_out_count == 2
    mended = create(stage, content, mending=Mending.of(["others-52"]))
    assert mended.check.contacts == 11


def test_space_that_contacts_have_left_is_given_back(stage: Stage) -> None:
    campaign = importing.begin("Nueva", stage.chatbot(), "x.tsv", None, clock.now())
    db.session.commit()
    content = (rows_of(new_phone() for _ in range(5_000)) + "hola\tAna\n").encode()
    importing.fill(campaign, io.BytesIO(content), "x.tsv", Watch())
    done = compacting.compact()
    if db.engine.dialect.name == "postgresql":
        assert done is None
    else:
        assert done is not None
        assert done.after < done.before - 200_000


def test_a_quick_look_says_that_it_saw_the_first_rows_only(stage: Stage) -> None:
    content = rows_of(new_phone() for _ in range(50)) + "5512345678\tAna\n"
    chatbot = stage.chatbot()
    quick = importing.check_file(chatbot, io.BytesIO(content.encode()), "x.tsv", first_rows=20)
    assert (quick.ok, quick.rows, quick.first_rows) == (True, 20, 20)
    whole = importing.check_file(chatbot, io.BytesIO(content.encode()), "x.tsv", first_rows=1_000)
    assert (whole.ok, whole.rows, whole.first_rows) == (False, 51, None)
