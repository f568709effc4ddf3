"""What one click mends: only what is sure, as the file itself says; else it is a question."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.contact_file.check import ContactFileCheck, Table
from smartchat.domain.contact_file.dates_as_written import days_by_order
from smartchat.domain.contact_file.mending import Findings, Mending, Offer, Seen
from smartchat.domain.contact_file.numbers_as_written import possible_numbers
from smartchat.domain.script.custom_data import DataColumn

COLUMNS = [DataColumn("NOMBRE", "TEXT"), DataColumn("MONTO", "NUMBER"), DataColumn("FECHA", "DATE")]


def checked(
    rows: Sequence[Sequence[object]], *tokens: str, home: str = "", country_code: str = ""
) -> ContactFileCheck:
    table = Table(iter(enumerate([["CONTACT", "NOMBRE", "MONTO", "FECHA"], *rows], 1)), "tsv")  # type: ignore[arg-type]
    checking = ContactFileCheck(table, COLUMNS, country_code, mending=Mending.of(tokens), seen=Seen(home))
    checking.contacts = list(checking)  # type: ignore[attr-defined]
    return checking


def row(at: int, *, amount: str = "1", day: str = "2026-03-05", name: str = "Ana") -> list[object]:
    return [f"+52551234{at:04}", name, amount, day]


def offer(checking: ContactFileCheck, kind: str) -> Offer | None:
    return next((offer for offer in checking.findings.offers() if offer.kind == kind), None)


def tokens(checking: ContactFileCheck, kind: str) -> list[str]:
    found = offer(checking, kind)
    return [choice.token for choice in found.choices] if found else []


def values(checking: ContactFileCheck, id_: str) -> list[str]:
    assert checking.ok, list(checking.problems)
    return [contact.values[id_] for contact in checking.contacts]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("days", "offered"),
    [
        (["25/12/2026", "05/03/2026"], ["dates-dmy"]),
        (["12/25/2026", "05/03/2026"], ["dates-mdy"]),
        (["05/03/2026", "06/04/2026"], ["dates-dmy", "dates-mdy"]),
        (["25/12/2026", "12/25/2026"], ["dates-dmy", "dates-mdy"]),
        (["05/05/2026", "2026/3/5", "20260305", "2026-03-05 14:30"], ["dates-dmy"]),
        (["31.12.2026", "25-12-2026", "25/12/2026 00:00:00"], ["dates-dmy"]),
        (["mañana", "25/13/2026"], []),
    ],
)
def test_the_order_of_dates_is_what_all_rows_say_and_else_a_question(
    days: list[str], offered: list[str]
) -> None:
    assert tokens(checked([row(at, day=day) for at, day in enumerate(days)]), "dates") == offered


@pytest.mark.parametrize(
    ("amounts", "offered"),
    [
        (["1,200.50", "1,200"], ["numbers-point"]),
        (["1.200,50", "1,200"], ["numbers-comma"]),
        (["1,200", "3,400"], ["numbers-point", "numbers-comma"]),
        (["1,200", "3.5"], ["numbers-point"]),
        (["1350,5"], ["numbers-comma"]),
        (["$ 1350", "1 350", "MXN 7", "7 pesos"], ["numbers-point"]),
        (["$1,200.50", "$1.200,50"], ["numbers-point", "numbers-comma"]),
        (["3.5", "1350,5"], ["numbers-comma"]),
        (["3.5", "1350,5", "1,200"], ["numbers-point", "numbers-comma"]),
        (["50%", "mil", "1,2,3"], []),
    ],
)
def test_how_thousands_are_parted_is_what_all_rows_say_and_else_a_question(
    amounts: list[str], offered: list[str]
) -> None:
    assert (
        tokens(checked([row(at, amount=amount) for at, amount in enumerate(amounts)]), "numbers") == offered
    )


def test_a_question_shows_a_cell_that_tells_the_answers_apart() -> None:
    days = ["2026/3/5", "05/05/2026", "05/03/2026"]
    found = offer(checked([row(at, day=day) for at, day in enumerate(days)]), "dates")
    assert found is not None
    assert [choice.samples[0] for choice in found.choices] == [
        ("05/03/2026", "2026-03-05"),
        ("05/03/2026", "2026-05-03"),
    ]


def test_nothing_is_mended_unasked_and_the_offer_shows_before_and_after() -> None:
    checking = checked([row(1, day="25/12/2026"), row(2, day="31/12/2026")])
    assert checking.error_count == 2
    found = offer(checking, "dates")
    assert found is not None
    assert (found.cells, found.choices[0].samples[0]) == (2, ("25/12/2026", "2026-12-25"))


def test_what_was_chosen_is_mended_and_told_cell_by_cell() -> None:
    told: list[tuple[int, int, str]] = []
    rows = [
        ["CONTACT", "NOMBRE", "MONTO", "FECHA"],
        row(1, day="05/03/2026"),
        ["tel:+525512340002", "Ana", "$1,200.50", "2026-03-05"],
    ]
    mending = Mending.of(["dates-mdy", "numbers-point", "phones"])
    checking = ContactFileCheck(
        Table(iter(enumerate(rows, 1)), "tsv"),
        COLUMNS,
        mending=mending,
        changed=lambda *change: told.append(change),  # type: ignore[arg-type]
    )
    assert [dict(contact.values) for contact in checking] == [
        {"NOMBRE": "Ana", "MONTO": "1", "FECHA": "2026-05-03"},
        {"NOMBRE": "Ana", "MONTO": "1200.50", "FECHA": "2026-03-05"},
    ]
    assert sorted(told) == [(2, 3, "2026-05-03"), (3, 0, "+525512340002"), (3, 2, "1200.50")]
    assert {kind: made.count for kind, made in checking.findings.made.items()} == {
        "dates": 1,
        "numbers": 1,
        "phones": 1,
    }
    assert checking.findings.offers() == []


def test_points_part_thousands_in_a_file_that_has_commas_before_its_decimals() -> None:
    rows = [row(1, amount="1.200,50"), row(2, amount="1.200"), row(3, amount="7.5"), row(4, amount="12")]
    assert values(checked(rows, "numbers-comma"), "MONTO") == ["1200.50", "1200", "7.5", "12"]


def test_points_in_thousands_are_no_decimals_where_other_numbers_have_commas() -> None:
    rows = [row(1, amount="1.200"), row(2, amount="1.200,50"), row(3, amount="12")]
    first = checked(rows)
    assert [problem.row for problem in first.problems] == [3]
    assert first.seen == Seen(commas=True)
    again = ContactFileCheck(
        Table(iter(enumerate([["CONTACT", "NOMBRE", "MONTO", "FECHA"], *rows], 1)), "tsv"),  # type: ignore[arg-type]
        COLUMNS,
        seen=first.seen,
    )
    assert [contact.row for contact in again] == [4]
    assert again.seen == first.seen
    assert tokens(again, "numbers") == ["numbers-comma"]
    assert checked([row(1, amount="1.200"), row(2, amount="1,200.50")]).seen == Seen()


def test_a_chosen_order_leaves_what_it_does_not_fit_an_error() -> None:
    checking = checked([row(1, day="25/12/2026"), row(2, day="12/25/2026")], "dates-dmy")
    assert [(problem.row, problem.code) for problem in checking.problems] == [(3, "invalid_date")]


def test_repeated_contacts_are_left_out_where_the_first_of_each_is_to_be_kept() -> None:
    rows = [row(1), row(2), row(1, name="Eva"), row(1, name="Leo")]
    assert tokens(checked(rows), "first") == ["first"]
    kept = checked(rows, "first")
    assert (kept.ok, kept.contact_count, kept.left_out) == (True, 2, 2)
    assert values(kept, "NOMBRE") == ["Ana", "Ana"]


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("JosÃ©", "José"),
        ("Jos&eacute; Nu&ntilde;ez", "José Nuñez"),
        ("MarÃ\u00ada", "María"),
        ("NÃºÃ±ez &amp; Co", "Núñez & Co"),
        ("&#193;ngel", "Ángel"),
    ],
)
def test_letters_that_were_broken_before_are_shown_and_mended_on_a_click(broken: str, whole: str) -> None:
    shown = checked([row(1, name=broken), row(2)])
    assert (shown.ok, values(shown, "NOMBRE")) == (True, [broken, "Ana"])
    found = offer(shown, "letters")
    assert found is not None
    assert found.choices[0].samples == [(broken, whole)]
    assert values(checked([row(1, name=broken), row(2)], "letters"), "NOMBRE") == [whole, "Ana"]


@pytest.mark.parametrize("name", ["José", "AT&T; S.A.", "R&D", "Ñandú ©", "ÂNGELA", "100 €", "Ã"])
def test_names_that_are_as_they_should_be_are_left_alone(name: str) -> None:
    assert offer(checked([row(1, name=name)]), "letters") is None


MEXICAN = [f"+5255123400{at:02}" for at in range(5)]


def numbers(written: Sequence[object], *chosen: str, home: str = "") -> ContactFileCheck:
    return checked([[number, "Ana", "1", "2026-03-05"] for number in written], *chosen, home=home)


def test_digits_that_read_as_another_country_and_make_a_number_of_the_files_own_are_disputed() -> None:
    assert numbers([*MEXICAN, "15512349901", 15512349902]).seen.home == "52"
    found = numbers([*MEXICAN, "15512349901", 15512349902], home="52")
    assert [(problem.row, problem.code) for problem in found.problems] == [
        (7, "other_country"),
        (8, "other_country"),
    ]
    message = found.problems[0].message("en")
    assert "+525512349901" in message
    assert "the United States" in message
    assert "Mexico" in message
    assert found.findings.other_regions == {("US", "52", "MX"): 2}


def test_a_file_of_mexican_numbers_written_as_one_and_ten_digits_is_mexican() -> None:
    written = [f"1{area}{n:07}" for area in ("55", "33", "81") for n in range(12_345_67, 12_345_77)]
    written += [f"1{area}{n:07}" for area in ("552", "335", "818", "999") for n in (1234567, 7654321)]
    assert numbers(written).seen.home == "52"


def test_numbers_of_the_united_states_without_plus_are_what_they_are() -> None:
    written = [f"1212555{n:04}" for n in range(100, 110)] + ["15512349901"]
    checking = numbers(written)
    assert (checking.seen.home, checking.contact_count) == ("", 11)


def test_digits_of_another_country_that_make_no_number_of_the_files_own_are_no_question() -> None:
    assert numbers([*MEXICAN, "12125550123", "34612345678"]).seen.home == ""
    assert numbers([*MEXICAN, "12125550123", "34612345678"], home="52").ok


@pytest.mark.parametrize(
    ("token", "phone"), [("others-keep", "+15512349901"), ("others-52", "+525512349901")]
)
def test_one_answer_says_for_the_file_what_such_digits_are(token: str, phone: str) -> None:
    checking = numbers([*MEXICAN, "15512349901"], token)
    assert checking.ok
    assert checking.seen.home == ""
    assert checking.contacts[-1].phone == phone  # type: ignore[attr-defined]


def test_unusual_numbers_are_kept_named_and_counted() -> None:
    checking = numbers(["+521551234567", *MEXICAN, "+521551234568"])
    assert (checking.ok, checking.contact_count, checking.unusual) == (True, 7, 2)
    assert [(problem.row, problem.code, problem.severity) for problem in checking.problems] == [
        (2, "unusual_phone", "warning"),
        (8, "unusual_phone", "warning"),
    ]


def test_choices_are_told_as_words_and_unknown_words_are_nothing() -> None:
    mending = Mending.of(
        ["dates-dmy", "numbers-comma", "first", "letters", "phones", "others-52", "x", "dates-x", "first-1"]
    )
    assert Mending.of(mending.tokens()) == mending
    assert mending.country_code == "52"
    assert Mending.of(["dates-dmy", "dates-mdy"]).dates == "mdy"
    assert Mending.of(["others-0", "others-x", "others-1234"]) == Mending()


def test_findings_survive_being_kept() -> None:
    checking = checked(
        [row(1, day="05/03/2026", amount="$1,200"), row(1), ["tel:+525512340002", "JosÃ©", "1", "2026-03-05"]]
    )
    kept = Findings.from_json(checking.findings.to_json())
    assert kept.offers() == checking.findings.offers()
    assert len(kept.offers()) == 5
    assert Findings.from_json({}).offers() == []


@given(st.text("0123456789.,$ '-", max_size=14))
def test_a_mended_number_is_a_number_and_keeps_its_digits(text: str) -> None:
    for value in possible_numbers(text):
        if value is not None:
            float(value)
            assert [d for d in value if d.isdecimal()] == [d for d in text if d.isdecimal()]


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_day_is_found_in_the_order_it_was_written_in(day: date) -> None:
    assert days_by_order(f"{day:%d/%m/%Y}")[0] == day.isoformat()
    assert days_by_order(f"{day:%m-%d-%Y}")[1] == day.isoformat()
    assert days_by_order(f"{day:%Y/%m/%d}") == (day.isoformat(),) * 2
