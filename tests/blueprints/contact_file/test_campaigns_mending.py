"""What one click mends in a contact file: offered with before and after, done in the open, and taken back."""

import csv
import io
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from smartchat.db import db
from smartchat.models import Campaign, Contact
from tests.blueprints.desk import PARTIAL, Desk, words

HEADERS = "CONTACT\tNOMBRE\tMONTO\tFECHA"
STEPS = [
    {"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"},
    {"id": "MONTO", "type": "custom_data", "data_type": "NUMBER"},
    {"id": "FECHA", "type": "custom_data", "data_type": "DATE"},
    {"id": "SALUDO", "type": "message", "text": "Hola {{NOMBRE}}: {{MONTO}} {{FECHA}}."},
]
WRONG = [
    "+525512340001\tAna\t$1,200.50\t25/12/2026",
    "+525512340002\tEva\t1,350\t05/03/2026",
    "5512340003\tLeo\t7\t2026-03-05",
]
THREE_CLICKS = ["dates-dmy", "numbers-point"]


@pytest.fixture
def chatbot(desk: Desk) -> int:
    return desk.chatbot(steps=STEPS)


def form(chatbot: int, lines: list[str], **fields: Any) -> dict[str, Any]:
    content = "\n".join([HEADERS, *lines]).encode()
    return {"chatbot": chatbot, "file": (io.BytesIO(content), "contactos.tsv"), **fields}


def answered(desk: Desk, chatbot: int, lines: list[str], headers: Any = PARTIAL, **fields: Any) -> str:
    """The answer that htmx gets to a file of these lines."""
    return desk.client.post("/campaigns/check", data=form(chatbot, lines, **fields), headers=headers).text


def downloaded(desk: Desk, data: dict[str, Any]) -> list[list[str]]:
    """The rows of the repaired file."""
    with desk.client.post("/campaigns/repaired", data=data) as response:
        return list(csv.reader(io.StringIO(response.data.decode("utf-8-sig")), delimiter="\t"))


def buttons(answer: str, name: str = "mend") -> list[str]:
    return re.findall(rf'<button[^>]*name="{name}" value="([a-z0-9-]+)"', answer)


def chosen(answer: str) -> list[str]:
    return re.findall(r'<input type="hidden" name="mend" value="([a-z0-9-]+)">', answer)


def test_what_is_sure_is_offered_with_a_cell_before_and_after(desk: Desk, chatbot: int) -> None:
    answer = answered(desk, chatbot, WRONG)
    assert buttons(answer) == ["dates-dmy", "numbers-point"]
    said = words(answer)
    assert "25/12/2026 → 2026-12-25" in said
    assert "$1,200.50 → 1200.50" in said
    assert chosen(answer) == []


def test_a_click_mends_shows_what_it_did_and_can_be_taken_back(desk: Desk, chatbot: int) -> None:
    answer = answered(desk, chatbot, WRONG, mend=THREE_CLICKS, country_code="52")
    said = words(answer)
    assert "3 contacts in contactos.tsv. Everything is right." in said
    assert "2 dates have been rewritten: 25/12/2026 → 2026-12-25 , 05/03/2026 → 2026-03-05" in said
    assert chosen(answer) == THREE_CLICKS
    assert buttons(answer, "unmend") == THREE_CLICKS
    back = answered(desk, chatbot, WRONG, mend=THREE_CLICKS, country_code="52", unmend="dates-dmy")
    assert (chosen(back), buttons(back)) == (["numbers-point"], ["dates-dmy"])


def test_where_the_file_does_not_say_how_it_is_meant_there_are_two_buttons(desk: Desk, chatbot: int) -> None:
    answer = answered(desk, chatbot, ["+525512340001\tAna\t1,200\t05/03/2026"])
    assert buttons(answer) == ["dates-dmy", "dates-mdy", "numbers-point", "numbers-comma"]
    said = words(answer)
    assert "05/03/2026 → 2026-03-05" in said
    assert "05/03/2026 → 2026-05-03" in said


def test_another_file_is_looked_at_as_it_is(desk: Desk, chatbot: int) -> None:
    headers = {**PARTIAL, "HX-Source": "input#file"}
    assert chosen(answered(desk, chatbot, WRONG, headers, mend=THREE_CLICKS)) == []


def test_the_draft_holds_what_was_mended(desk: Desk, chatbot: int, app: Flask) -> None:
    data = form(chatbot, WRONG, name="Marzo", country_code="52", mend=THREE_CLICKS)
    assert desk.client.post("/campaigns", data=data).status_code == 303
    with app.app_context():
        kept = db.session.scalars(select(Contact).order_by(Contact.row)).all()
        assert [contact.custom_data["MONTO"] for contact in kept] == ["1200.50", "1350", "7"]
        assert [contact.custom_data["FECHA"] for contact in kept] == [
            "2026-12-25",
            "2026-03-05",
            "2026-03-05",
        ]


def test_the_repaired_file_holds_what_was_mended(desk: Desk, chatbot: int) -> None:
    data = form(chatbot, [*WRONG, "x\tJosÃ©\t1\t26/12/2026"], mend=[*THREE_CLICKS, "letters"])
    rows = downloaded(desk, data)
    assert [row[:4] for row in rows[1:]] == [
        ["+525512340001", "Ana", "1200.50", "2026-12-25"],
        ["+525512340002", "Eva", "1350", "2026-03-05"],
        ["5512340003", "Leo", "7", "2026-03-05"],
        ["x", "José", "1", "2026-12-26"],
    ]


def test_the_charset_of_a_repaired_file_is_said_once(desk: Desk, chatbot: int) -> None:
    with desk.client.post("/campaigns/repaired", data=form(chatbot, WRONG)) as response:
        assert response.headers.getlist("Content-Type") == ["text/tab-separated-values; charset=utf-8"]


def test_of_repeated_contacts_the_first_is_kept_and_the_others_stay_listed(
    desk: Desk, chatbot: int, app: Flask
) -> None:
    lines = [f"+525512340001\t{name}\t1\t2026-03-05" for name in ("Ana", "Eva", "Leo")]
    answer = answered(desk, chatbot, lines)
    assert buttons(answer) == ["first"]
    assert "+525512340001 is already in row 2." in words(answer)
    mended = answered(desk, chatbot, lines, mend="first")
    assert "2 rows that repeat a contact are left out." in words(mended)
    assert (
        desk.client.post("/campaigns", data=form(chatbot, lines, name="A", mend="first")).status_code == 303
    )
    with app.app_context():
        campaign = db.session.scalars(select(Campaign)).one()
        assert (campaign.contacts_count, campaign.left_out_count) == (1, 2)
    with desk.client.get(f"/campaigns/{campaign.id}/left-out.tsv") as listed:
        assert "Eva" in listed.text
        assert "Leo" in listed.text


def test_letters_that_were_broken_are_shown_though_the_file_is_right(desk: Desk, chatbot: int) -> None:
    lines = ["+525512340001\tJosÃ©\t1\t2026-03-05", "+525512340002\tNu&ntilde;o\t1\t2026-03-05"]
    said = words(answered(desk, chatbot, lines))
    assert "Everything is right." in said
    assert "Does this look right? 2 texts seem to have been broken before they came: JosÃ© → José" in said
    assert "2 texts have been repaired" in words(answered(desk, chatbot, lines, mend="letters"))


DISPUTED = [f"+5255123400{n:02}\tAna\t1\t2026-03-05" for n in range(3)] + ["15512349901\tEva\t1\t2026-03-05"]


def test_digits_of_another_country_are_asked_about_once_for_the_file(desk: Desk, chatbot: int) -> None:
    answer = answered(desk, chatbot, DISPUTED)
    assert buttons(answer) == ["others-52", "others-keep"]
    said = words(answer)
    assert "1 number without + looks like the United States, and most of the file is of Mexico" in said
    assert "15512349901 → +525512349901" in said
    assert "1 number has got the country code of the file" in words(
        answered(desk, chatbot, DISPUTED, mend="others-52")
    )
    kept = answered(desk, chatbot, DISPUTED, mend="others-keep")
    assert "Everything is right." in words(kept)
    assert chosen(kept) == ["others-keep"]


def test_a_disputed_number_stays_as_it_is_in_the_repaired_file(desk: Desk, chatbot: int) -> None:
    *_, last = downloaded(desk, form(chatbot, DISPUTED))
    assert last[0] == "15512349901"
    assert "+525512349901" in last[4]


def test_unusual_numbers_are_counted_and_no_list(desk: Desk, chatbot: int) -> None:
    lines = [f"+52155123456{n}\tAna\t1\t2026-03-05" for n in range(5)]
    said = words(answered(desk, chatbot, lines))
    assert "Everything is right." in said
    assert "5 unusual numbers" in said
    assert "+521551234561" not in said
