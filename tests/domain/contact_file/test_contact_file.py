"""A sheet goes in; good contacts and named problems come out."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.contact_file.cells import read_text
from smartchat.domain.contact_file.check import (
    CheckedFile,
    ContactFileCheck,
    Problem,
    Table,
    Unreadable,
    check,
)
from smartchat.domain.contact_file.columns import read_texts
from smartchat.domain.contact_file.table import NOT_CALCULATED, Row
from smartchat.domain.contact_file.values import ErrorValue, Value
from smartchat.domain.script.custom_data import DataColumn

NOMBRE = DataColumn("NOMBRE", "TEXT")
MONTO = DataColumn("MONTO", "NUMBER")
FECHA = DataColumn("FECHA", "DATE")
COLUMNS = (NOMBRE, MONTO, FECHA)
HEADERS: Sequence[Value] = ("CONTACT", "NOMBRE", "MONTO", "FECHA")
ANA: Sequence[Value] = ("+525511223344", "Ana", "1350", "2016-10-25")

Where = tuple[int | None, str | None, str]


def table(*rows: Sequence[Value], first: int = 1, row_limit: int = 1000) -> Table:
    return Table(iter(list(enumerate(rows, first))), "tsv", row_limit=row_limit)


def check_rows(*rows: Sequence[Value], columns: Sequence[DataColumn] = COLUMNS) -> CheckedFile:
    return check(table(HEADERS, *rows), columns)


def errors(checked: CheckedFile) -> list[Where]:
    return [(p.row, p.column, p.code) for p in checked.problems if p.severity == "error"]


def warnings(checked: CheckedFile) -> list[Where]:
    return [(p.row, p.column, p.code) for p in checked.problems if p.severity == "warning"]


def cell(value: Value, column: DataColumn) -> str:
    """The canonical text of one cell, or the code of its problem and the reason."""
    checked = check(table(("CONTACT", column.id), ("+525511223344", value)), [column])
    if checked.ok:
        return checked.contacts[0].values[column.id]
    (problem,) = checked.problems
    return " ".join(filter(None, [problem.code, str(problem.params.get("reason", ""))]))


def test_the_owners_file_is_right() -> None:
    checked = check_rows(
        ("+525500998877", "Carlos", "1200", "2016-12-25"),
        ANA,
        ("+525533445566", "Alfredo", "1480", "2016-11-25"),
    )
    assert checked.ok
    assert (checked.rows, len(checked.contacts), checked.problems) == (3, 3, [])
    first = checked.contacts[0]
    assert (first.row, first.phone, first.contact_key) == (2, "+525500998877", "+525500998877")
    assert first.values == {"NOMBRE": "Carlos", "MONTO": "1200", "FECHA": "2016-12-25"}
    assert first.extra == {}


def test_columns_come_in_any_order() -> None:
    checked = check(
        table(("CONTACT", "FECHA", "NOMBRE"), ("+525511223344", "2016-10-25", "Ana")), (NOMBRE, FECHA)
    )
    assert checked.contacts[0].values == {"NOMBRE": "Ana", "FECHA": "2016-10-25"}


def test_a_chatbot_without_custom_data_needs_the_contacts_alone() -> None:
    checked = check(table(("CONTACT",), ("+525511223344",), ("525500998877",)), [])
    assert [contact.phone for contact in checked.contacts] == ["+525511223344", "+525500998877"]


def test_an_unknown_column_is_a_warning_and_is_kept() -> None:
    checked = check(table(("CONTACT", "NOMBRE", "SUCURSAL"), ("+525511223344", "Ana", 7.0)), [NOMBRE])
    assert checked.ok
    assert warnings(checked) == [(1, "SUCURSAL", "unknown_column")]
    assert checked.contacts[0].extra == {"SUCURSAL": "7"}


def test_empty_rows_do_not_count_and_numbers_stay_those_of_the_sheet() -> None:
    rows = [(), ("", "  "), HEADERS, (), ("", "\u00a0", None, ""), (*ANA[:2], "x", ANA[3]), ("",) * 9]
    checked = check(table(*rows), COLUMNS)
    assert checked.rows == 1
    assert errors(checked) == [(6, "MONTO", "invalid_number")]


def test_every_problem_of_every_row_is_named() -> None:
    checked = check_rows(("55 1122 3344", "", "1,350", "hoy"), ANA, (None, "Eva", None, "2026-02-30"))
    assert errors(checked) == [
        (2, "CONTACT", "invalid_phone"),
        (2, "NOMBRE", "missing_value"),
        (2, "MONTO", "invalid_number"),
        (2, "FECHA", "invalid_date"),
        (4, "CONTACT", "missing_value"),
        (4, "MONTO", "missing_value"),
        (4, "FECHA", "invalid_date"),
    ]
    assert [contact.row for contact in checked.contacts] == [3]


def test_a_short_row_misses_its_values() -> None:
    assert errors(check_rows(("+525511223344", "Ana"))) == [
        (2, "MONTO", "missing_value"),
        (2, "FECHA", "missing_value"),
    ]


def test_a_value_beyond_the_last_header_is_named_by_its_letter() -> None:
    checked = check_rows((*ANA, "", "sobra"), ("+525500998877", *ANA[1:], "", None, " "))
    assert errors(checked) == [(2, "F", "extra_cell")]
    assert checked.problems[0].value == "sobra"


def test_a_column_without_header_warns_once_where_it_has_values() -> None:
    rows = [("CONTACT", "", "NOMBRE"), ("+525511223344", "", "Ana"), ("+525500998877", "x", "Eva")]
    assert warnings(check(table(*rows), [NOMBRE])) == [(1, "B", "unknown_column")]
    assert warnings(check(table(*rows[:2]), [NOMBRE])) == []


@pytest.mark.parametrize(
    "again", ["525511223344", 525511223344, "+52 55 1122 3344", "+5215511223344", "5215511223344"]
)
def test_a_repeated_number_is_an_error_on_the_later_row_in_any_form(again: Value) -> None:
    checked = check_rows(ANA, (again, *ANA[1:]))
    assert errors(checked) == [(3, "CONTACT", "duplicate_contact")]
    assert checked.problems[0].params["first_row"] == 2


def test_a_number_repeats_also_where_its_first_row_is_wrong() -> None:
    checked = check_rows(("+525511223344", "", "x", ""), ANA)
    assert (3, "CONTACT", "duplicate_contact") in errors(checked)


def test_headers_come_before_cells() -> None:
    checked = check(table(("CONTACT", "NOMBRES"), ("no", "")), [NOMBRE])
    assert errors(checked) == [(1, "NOMBRE", "missing_column")]
    assert checked.rows == 0


def test_cells_come_before_limits() -> None:
    good, bad = ("+525511223344", "Ana"), ("x", "Ana")
    headers = ("CONTACT", "NOMBRE")
    assert errors(check(table(headers, good, ("+525500998877", "Eva"), row_limit=1), [NOMBRE])) == [
        (None, None, "too_large")
    ]
    assert errors(check(table(headers, bad, good, row_limit=1), [NOMBRE])) == [
        (2, "CONTACT", "invalid_phone")
    ]


def test_a_file_that_breaks_off_is_that_and_nothing_else() -> None:
    def rows() -> Iterator[Row]:
        yield 1, ("CONTACT", "OTRA")
        yield 2, ("no",)
        raise Unreadable(Problem("unreadable_file", params={"reason": "damaged"}))

    checked = check(Table(rows(), "xlsx"), [])
    assert errors(checked) == [(None, None, "unreadable_file")]
    assert warnings(checked) == [(1, "OTRA", "unknown_column")]


def test_warnings_of_the_table_are_reported_with_everything() -> None:
    other = Problem("other_sheets", "warning", params={"sheet": "A", "others": "B"})
    checked = check(Table(iter([(1, ("CONTACT",)), (2, ("x",))]), "xlsx", warnings=[other]), [])
    assert [problem.code for problem in checked.problems] == ["other_sheets", "invalid_phone"]


def test_a_hundred_columns_are_read_and_no_more() -> None:
    hundred = ("CONTACT", *(f"C{n}" for n in range(99)))
    assert check(table(hundred, ("+525511223344",)), []).ok
    assert errors(check(table((*hundred, "C99"), ("+525511223344",)), [])) == [(None, None, "too_large")]


@pytest.mark.parametrize("rows", [[], [()], [("", None, " ")], [("\ufeff",)]])
def test_nothing_at_all_is_an_empty_file(rows: list[Sequence[Value]]) -> None:
    assert errors(check(table(*rows), COLUMNS)) == [(None, None, "empty_file")]


def test_headers_alone_are_no_rows() -> None:
    assert errors(check(table(HEADERS, ("", "")), COLUMNS)) == [(None, None, "no_rows")]


def test_the_country_code_that_was_confirmed_mends_national_numbers() -> None:
    checking = ContactFileCheck(table(("CONTACT",), ("5511223344",), (5500998877,)), [], country_code="52")
    assert [contact.phone for contact in checking] == ["+525511223344", "+525500998877"]
    assert checking.ok


def test_national_numbers_are_counted_by_the_country_they_look_like() -> None:
    checking = ContactFileCheck(table(("CONTACT",), ("5511223344",), (5500998877,), ("1234567890",)), [])
    assert list(checking) == []
    assert checking.problems.counts_by("invalid_phone", "region") == {"MX": 2}
    assert checking.problems.counts() == {"invalid_phone": 3}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("Ana", "Ana"),
        ("  Ana\u00a0", "Ana"),
        ("\u200bAna\ufeff ", "Ana"),
        ("A\0na", "Ana"),
        ("Ana\nLuis", "Ana\nLuis"),
        ("👩‍👧 María", "👩‍👧 María"),
        (1350, "1350"),
        (1350.5, "1350.5"),
        (0.1 + 0.2, "0.3"),
        (Decimal("7.10"), "7.1"),
        (True, "TRUE"),
        (date(2026, 3, 5), "2026-03-05"),
        (datetime.fromisoformat("2026-03-05T14:30"), "2026-03-05 14:30"),
        (time(14, 30), "14:30"),
        (4111111111111111, "precision_lost"),
        (1e15, "precision_lost"),
        ("4111111111111111", "4111111111111111"),
        (999999999999999, "999999999999999"),
        (ErrorValue("#N/A"), "formula_error"),
        ("#N/A", "formula_error"),
        ("#¡DIV/0!", "formula_error"),
        ("#1", "#1"),
        (NOT_CALCULATED, "missing_value not_calculated"),
        (None, "missing_value"),
        (" \u200b\u00a0", "missing_value"),
        ("Jos\ufffd", "bad_encoding cell"),
    ],
)
def test_text_is_anything_that_shows(value: Value, said: str) -> None:
    assert cell(value, NOMBRE) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("1350", "1350"),
        ("1350.50", "1350.50"),
        ("-3", "-3"),
        ("\u22123", "-3"),
        (" 7\u00a0", "7"),
        ("007", "007"),
        (1350, "1350"),
        (-3.0, "-3"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "0.0000001"),
        (-0.0, "0"),
        ("1,350.50", "invalid_number thousands"),
        ("1.350,50", "invalid_number thousands"),
        ("1 350", "invalid_number thousands"),
        ("1350,50", "invalid_number decimal_comma"),
        ("$1350", "invalid_number dressed"),
        ("15%", "invalid_number dressed"),
        ("1350 pesos", "invalid_number dressed"),
        ("1.35E+03", "invalid_number scientific"),
        ("mil", "invalid_number other"),
        ("١٢", "invalid_number other"),
        ("1_000", "invalid_number other"),
        (".5", "invalid_number other"),
        ("nan", "invalid_number other"),
        ("--3", "invalid_number other"),
        (True, "invalid_number truth"),
        (date(2026, 3, 5), "invalid_number date"),
        (1e16, "precision_lost"),
        (float("inf"), "precision_lost"),
        (ErrorValue("#DIV/0!"), "formula_error"),
        ("#REF!", "formula_error"),
        ("", "missing_value"),
    ],
)
def test_numbers_are_digits_and_the_stored_value(value: Value, said: str) -> None:
    assert cell(value, MONTO) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2026-03-05", "2026-03-05"),
        (" 2026-03-05 ", "2026-03-05"),
        ("2028-02-29", "2028-02-29"),
        (date(2026, 3, 5), "2026-03-05"),
        (datetime.fromisoformat("2026-03-05T23:59"), "2026-03-05"),
        ("2026-02-29", "invalid_date no_such_day"),
        ("0000-01-01", "invalid_date no_such_day"),
        ("05/03/2026", "invalid_date two_days"),
        ("31/12/2026", "invalid_date other_order"),
        ("2026/03/05", "invalid_date other_order"),
        ("2026-3-5", "invalid_date other_order"),
        ("20260305", "invalid_date other_order"),
        ("2026-03-05T00:00:00", "invalid_date with_time"),
        ("2026-03-05 00:00", "invalid_date with_time"),
        ("46086", "invalid_date serial"),
        (46086, "invalid_date serial"),
        (46086.5, "invalid_date serial"),
        ("hoy", "invalid_date other"),
        ("２０２６-03-05", "invalid_date other"),
        (time(14, 30), "invalid_date other"),
        (True, "invalid_date other"),
        (ErrorValue("#VALUE!"), "formula_error"),
        ("#N/D", "formula_error"),
        (None, "missing_value"),
    ],
)
def test_dates_are_year_month_day_or_true_date_cells(value: Value, said: str) -> None:
    assert cell(value, FECHA) == said


VALUES = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.sampled_from(["+525511223344", "CONTACT", "NOMBRE", "2026-03-05", "1350", "", " "]),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.sampled_from(["#N/A", ""]).map(ErrorValue),
)


@given(st.lists(st.lists(VALUES, max_size=7), max_size=8), st.booleans())
def test_whatever_a_sheet_holds_the_numbers_add_up(rows: list[list[Value]], with_headers: bool) -> None:
    checking = ContactFileCheck(table(*([HEADERS] if with_headers else []), *rows), COLUMNS)
    contacts = list(checking)
    found = list(checking.problems)
    assert len(contacts) == checking.contact_count <= checking.row_count
    assert checking.error_count == sum(problem.severity == "error" for problem in found)
    assert checking.ok == (checking.error_count == 0)
    assert checking.ok or found
    wrong = {problem.row for problem in found if problem.severity == "error" and problem.row}
    assert not wrong & {contact.row for contact in contacts}
    for problem in found:
        for language in ("es", "en"):
            message = problem.message(language)
            assert message
            assert "{" not in message or any(
                "{" in str(told) for told in (problem.value, problem.column, *problem.params.values())
            )


@pytest.mark.parametrize(
    ("written", "column", "read"),
    [
        ("'=1+1", NOMBRE, "=1+1"),
        ("'@ana", NOMBRE, "@ana"),
        ("'＝1", NOMBRE, "＝1"),
        ("'\tAna", NOMBRE, "Ana"),
        ("'Óscar", NOMBRE, "'Óscar"),
        ("'", NOMBRE, "'"),
        ("O'-Neil", NOMBRE, "O'-Neil"),
        ("'-3", MONTO, "-3"),
        ("'-3", FECHA, "invalid_date other"),
    ],
)
def test_an_apostrophe_goes_where_it_guards_a_formula_and_stays_elsewhere(
    written: str, column: DataColumn, read: str
) -> None:
    assert cell(written, column) == read


@given(st.lists(st.text(alphabet="'=+-@a \t\u200b", min_size=1), min_size=1, max_size=20))
def test_many_cells_lose_their_guards_as_one_does(cells: list[str]) -> None:
    assert list(read_texts(cells)) == [read_text(one) for one in cells]


def test_nothing_in_the_column_of_reasons_counts() -> None:
    checked = check(
        table(
            ("CONTACT", "REASON", "NOMBRE"),
            ("+525511223344", "NOMBRE: this cell is empty", "Ana"),
            (None, "left over", None),
        ),
        [NOMBRE],
    )
    assert (checked.ok, checked.rows, checked.problems) == (True, 1, [])
    assert checked.contacts[0].extra == {}


def test_a_value_beyond_the_column_of_reasons_is_still_an_error() -> None:
    checked = check(
        table(
            ("CONTACT", "NOMBRE", "REASON"),
            ("+525511223344", "Ana", "", "1350"),
            ("+525511223345", "Eva", "x"),
        ),
        [NOMBRE],
    )
    assert errors(checked) == [(2, "D", "extra_cell")]
