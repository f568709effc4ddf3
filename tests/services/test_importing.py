import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from smartchat import clock
from smartchat.db import db
from smartchat.domain.contact_file import Contact as FileContact
from smartchat.models import Campaign, Contact
from smartchat.services import importing
from smartchat.services.contact_rows import insert_contacts
from tests.services.conftest import Stage, new_phone


def count(table: type[Campaign] | type[Contact]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def create(stage: Stage, content: str) -> importing.Created:
    stream = io.BytesIO(content.encode())
    return importing.create_campaign("Nueva", stage.chatbot(), stream, "contactos.tsv", None, clock.now())


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
    def broken(campaign_id: int, contacts: list[FileContact]) -> None:
        insert_contacts(campaign_id, contacts)
        db.session.commit()
        raise OSError("the disk is full")

    monkeypatch.setattr(importing, "insert_contacts", broken)
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
    insert_contacts(campaign, [FileContact(9, "+525500000000", "+525500000000", odd, {})])
    db.session.commit()
    assert db.session.scalars(select(Contact).where(Contact.row == 9)).one().custom_data == odd


def test_an_unknown_chatbot_is_named_as_such(stage: Stage) -> None:
    with pytest.raises(importing.NoSuchChatbot):
        importing.check_file(4711, io.BytesIO(b""), "x.tsv")
