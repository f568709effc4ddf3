"""The first row: CONTACT, and one column for each Custom Data step."""

from collections.abc import Sequence

import pytest

from smartchat.domain.contact_file.check import Problem
from smartchat.domain.contact_file.headers import Headers, read_headers, reason_header
from smartchat.domain.contact_file.values import Value, column_letter
from smartchat.domain.script.custom_data import DataColumn

COLUMNS = (DataColumn("NOMBRE", "TEXT"), DataColumn("AÑO", "NUMBER"))


def headers(*cells: Value, columns: Sequence[DataColumn] = COLUMNS) -> Headers:
    return read_headers(1, cells, columns)


def only_error(found: Headers) -> Problem:
    (problem,) = [problem for problem in found.problems if problem.severity == "error"]
    return problem


@pytest.mark.parametrize(
    "dressed", [" CONTACT ", "\ufeffCONTACT", "CONTACT\u00a0", "\u200bCONTACT\u200e", "CONTACT\n"]
)
def test_what_cannot_be_seen_around_a_header_does_not_count(dressed: str) -> None:
    assert headers(dressed, "NOMBRE\u200b", "\tAÑO").ok


def test_headers_compare_in_composed_form() -> None:
    assert headers("CONTACT", "NOMBRE", "AN\u0303O").ok
    assert headers("CONTACT", "NOMBRE", "AÑO", columns=(COLUMNS[0], DataColumn("AN\u0303O", "TEXT"))).ok


@pytest.mark.parametrize(
    "word", ["Contact", "contact", "CONTACTO", "Contactos", "CONTCAT", "Teléfono", "Celular"]
)
def test_a_first_header_that_means_contact_is_corrected(word: str) -> None:
    problem = only_error(headers(word, "NOMBRE", "AÑO"))
    assert (problem.code, problem.row, problem.column) == ("no_contact_column", 1, word)
    assert problem.params["reason"] == "similar"
    assert "CONTACT" in problem.message("es")


def test_contact_in_another_column_is_found() -> None:
    problem = only_error(headers("NOMBRE", "AÑO", "CONTACT"))
    assert (problem.code, problem.column, problem.params["letter"]) == ("no_contact_column", "NOMBRE", "C")


def test_an_empty_first_column_is_named_by_its_letter() -> None:
    problem = only_error(headers(None, "CONTACT", "NOMBRE", "AÑO"))
    assert (problem.code, problem.column, problem.params["letter"]) == ("no_contact_column", "A", "B")


def test_a_file_without_headers_is_told_so() -> None:
    found = headers("+525500998877", "Ana", "2026")
    problem = next(problem for problem in found.problems if problem.code == "no_contact_column")
    assert problem.params["reason"] == "no_headers"


@pytest.mark.parametrize("written", ["NOMBRES", "Nombre", "nombre", "NOMBR", "NOMBRE_"])
def test_a_header_that_is_nearly_right_is_paired_with_the_right_word(written: str) -> None:
    found = headers("CONTACT", "AÑO", written)
    problem = only_error(found)
    assert (problem.code, problem.column, problem.params["letter"]) == ("missing_column", "NOMBRE", "C")
    assert "NOMBRE" in problem.message("en")
    (warning,) = [problem for problem in found.problems if problem.severity == "warning"]
    assert (warning.code, warning.params["similar"]) == ("unknown_column", "NOMBRE")


def test_an_accent_left_out_is_paired_too() -> None:
    assert only_error(headers("CONTACT", "NOMBRE", "ANO")).params["similar"] == "ANO"


def test_a_column_that_is_simply_missing_is_not_paired_with_just_any() -> None:
    problem = only_error(headers("CONTACT", "AÑO", "SUCURSAL"))
    assert (problem.column, problem.params) == ("NOMBRE", {})


def test_all_missing_columns_are_named() -> None:
    assert [(p.code, p.column) for p in headers("CONTACT").problems] == [
        ("missing_column", "NOMBRE"),
        ("missing_column", "AÑO"),
    ]


def test_a_repeated_column_is_an_error_known_or_not() -> None:
    assert only_error(headers("CONTACT", "NOMBRE", "AÑO", " NOMBRE ")).code == "duplicate_column"
    assert only_error(headers("CONTACT", "NOMBRE", "AÑO", "X", "X")).column == "X"
    assert only_error(headers("CONTACT", "NOMBRE", "AÑO", "CONTACT")).column == "CONTACT"


def test_empty_headers_on_the_right_are_no_columns() -> None:
    assert headers("CONTACT", "NOMBRE", "AÑO", "", None, " ").width == 3


@pytest.mark.parametrize(("index", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (16_383, "XFD")])
def test_columns_have_the_letters_of_the_sheet(index: int, letter: str) -> None:
    assert column_letter(index) == letter


@pytest.mark.parametrize("header", ["REASON", " REASON\u200b", "REASON: NOMBRE: there is no such column"])
def test_the_column_of_reasons_is_no_column_of_the_file(header: str) -> None:
    found = headers("CONTACT", header, "NOMBRE", "AÑO")
    assert (found.reason, found.extras, found.blanks, found.problems) == (1, [], [], [])
    assert headers("CONTACT", "NOMBRE", "AÑO", header).width == 3


def test_a_chatbot_may_ask_for_a_reason_of_its_own() -> None:
    columns = [DataColumn("REASON", "TEXT")]
    found = headers("CONTACT", "REASON", reason_header(columns), columns=columns)
    assert (found.ok, found.reason) == (True, 2)
    assert [column.id for _, column in found.fields] == ["REASON"]


def test_a_header_is_read_without_its_guard() -> None:
    assert headers("CONTACT", "NOMBRE", "AÑO", "'=1+1").extras == [(3, "=1+1")]
