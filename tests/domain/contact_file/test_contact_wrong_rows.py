"""The rows with something to mend: few are kept, all are counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.contact_file.check import ContactFileCheck, Table
from smartchat.domain.contact_file.problems import Problem
from smartchat.domain.contact_file.wrong_rows import KEPT_OF_A_KIND, CountryOffer, WrongRows
from smartchat.domain.script.custom_data import DataColumn

KINDS = ("missing_value", "invalid_date", "extra_cell")


@given(st.lists(st.sets(st.sampled_from(KINDS), min_size=1), max_size=120))
def test_the_first_rows_of_every_kind_are_kept_and_all_are_counted(rows: list[set[str]]) -> None:
    found = WrongRows()
    for number, codes in enumerate(rows, 2):
        found.add(number, ["x"], [Problem(code, row=number) for code in sorted(codes)])
    assert [row.number for row in found.first()] == list(range(2, 2 + len(rows)))[:KEPT_OF_A_KIND]
    assert found.count() == len(rows)
    for kind in KINDS:
        having = [number for number, codes in enumerate(rows, 2) if kind in codes]
        assert [row.number for row in found.first(kind)] == having[:KEPT_OF_A_KIND]
        assert found.count(kind) == found.problems[kind] == len(having)


def checked(rows: list[list[str]], country_code: str = "") -> ContactFileCheck:
    table = Table(iter(enumerate([["CONTACT", "NOMBRE"], *rows], 1)), "tsv")
    checking = ContactFileCheck(table, [DataColumn("NOMBRE", "TEXT")], country_code)
    for _ in checking:
        pass
    return checking


def test_the_cells_of_a_wrong_row_are_kept_as_they_stand_and_cut_where_they_are_long() -> None:
    (row,) = checked([["+525500998877", "Ana"], ["x" * 5000, " Luis ", ""]]).wrong_rows.first()
    assert (row.number, row.cells) == (3, ("x" * 200, " Luis ", ""))


def test_when_thousands_of_rows_are_wrong_twenty_are_kept() -> None:
    found = checked([[f"55{n:08}", ""] for n in range(12_345_678, 12_347_678)]).wrong_rows
    assert found.count() == 2000
    assert len({row.number for kind in (None, *found.problems) for row in found.first(kind)}) == 20


@pytest.mark.parametrize(
    ("written", "times"), [("5512345678", 1), ("+525512345678", 0), ("525512345678", 0), ("hola", 0)]
)
def test_only_numbers_without_a_code_are_completed_with_it(written: str, times: int) -> None:
    assert checked([[written, "Ana"]], "52").completed == times


def test_a_file_with_wrong_headers_has_no_wrong_rows() -> None:
    table = Table(iter([(1, ["CONTACT"]), (2, ["hola"])]), "tsv")
    checking = ContactFileCheck(table, [DataColumn("NOMBRE", "TEXT")])
    assert list(checking) == []
    assert checking.header == (1, ["CONTACT"])
    assert checking.wrong_rows.count() == 0


def test_every_wrong_row_is_told_with_its_cells_and_its_errors() -> None:
    told: list[tuple[int, list[object], list[str]]] = []
    rows: list[list[str]] = [
        ["CONTACT", "NOMBRE"],
        ["5512345678", ""],
        ["+525500998877", "Ana"],
        ["x", "Eva"],
    ]
    checking = ContactFileCheck(
        Table(iter(enumerate(rows, 1)), "tsv"),
        [DataColumn("NOMBRE", "TEXT")],
        tell=lambda row, cells, problems: told.append((row, list(cells), [p.code for p in problems])),
    )
    assert [contact.row for contact in checking] == [3]
    assert told == [
        (2, ["5512345678", ""], ["invalid_phone", "missing_value"]),
        (4, ["x", "Eva"], ["invalid_phone"]),
    ]


def test_the_country_that_most_numbers_look_like_is_offered_once() -> None:
    checking = checked([["5512345678", "Ana"], ["5512345679", "Eva"], ["hola", "Leo"]])
    assert checking.wrong_rows.country_offer() == CountryOffer("52", "MX", 2)
    assert checked([["hola", "Ana"]]).wrong_rows.country_offer() is None


@pytest.mark.parametrize(
    ("rows", "limit", "only_cells"),
    [
        ([["CONTACT", "NOMBRE"], ["hola", ""], ["+525500998877", "Ana"]], 9, True),
        ([["CONTACT", "NOMBRE"], ["+525500998877", "Ana"]], 9, False),
        ([["CONTACT", "NAME"], ["hola", "Ana"]], 9, False),
        ([["CONTACT", "NOMBRE"], ["hola", "Ana"], ["hola", "Eva"]], 1, False),
        ([["CONTACT", "NOMBRE"]], 9, False),
    ],
)
def test_rows_may_be_left_out_only_where_all_that_is_wrong_is_in_cells(
    rows: list[list[str]], limit: int, only_cells: bool
) -> None:
    checking = ContactFileCheck(
        Table(iter(enumerate(rows, 1)), "tsv", row_limit=limit), [DataColumn("NOMBRE", "TEXT")]
    )
    assert [contact.row for contact in checking] == ([3] if only_cells else [2] if checking.ok else [])
    assert checking.only_cells_wrong is only_cells
