"""Problems: kept small, told in two languages."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.contact_file.first_rows import FirstRows
from smartchat.domain.contact_file.problems import Problem, ProblemLog
from smartchat.domain.contact_file.wording_contacts_en import ENGLISH, WORDS_ENGLISH
from smartchat.domain.contact_file.wording_contacts_es import SPANISH, WORDS_SPANISH

PUBLIC_CODES = {
    *("unreadable_file", "encrypted_file", "empty_file", "wrong_delimiter", "too_large", "no_contact_column"),
    *("missing_column", "duplicate_column", "unknown_column", "no_rows", "missing_value", "invalid_phone"),
    *(
        "digits_lost",
        "duplicate_contact",
        "invalid_date",
        "invalid_number",
        "precision_lost",
        "formula_error",
    ),
    *("extra_cell", "unclosed_quote", "bad_encoding", "other_sheets", "unusual_phone", "other_country"),
}
PROBLEMS = st.builds(
    Problem,
    code=st.sampled_from(sorted(PUBLIC_CODES)),
    severity=st.sampled_from(["error", "warning"]),
    row=st.one_of(st.none(), st.integers(1, 1_048_576)),
    column=st.one_of(st.none(), st.sampled_from(["CONTACT", "NOMBRE", "AÑO"])),
    value=st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"]), max_size=200)),
    params=st.dictionaries(
        st.sampled_from(["reason", "digits", "first_row"]), st.integers(1, 1_000_000), max_size=3
    ),
)


@given(st.lists(PROBLEMS, max_size=30))
def test_the_log_gives_back_what_was_put_in(problems: list[Problem]) -> None:
    log = ProblemLog()
    for problem in problems:
        log.add(problem)
    assert list(log) == problems
    assert log[:5] == problems[:5]
    assert [log[index] for index in range(len(log))] == problems
    assert sum(log.counts().values()) + sum(log.counts("warning").values()) == len(problems)


def test_a_million_problems_take_little_memory() -> None:
    log = ProblemLog()
    for row in range(20_000):
        log.add(
            Problem("duplicate_contact", "error", row + 3, "CONTACT", "+525511223344", {"first_row": row + 2})
        )
    kept = sum(
        part.itemsize * len(part) for part in (log._kind_of, log._rows, log._first_rows, log._ends)
    ) + len(log._texts)
    assert kept / 20_000 < 50
    assert log[19_999].params["first_row"] == 20_001


def test_a_value_that_is_very_long_is_cut() -> None:
    log = ProblemLog()
    log.add(Problem("invalid_phone", value="x" * 10_000))
    assert len(log[0].value or "") == 200


def test_every_public_code_has_a_sentence_in_both_languages() -> None:
    for sentences in (ENGLISH, SPANISH):
        assert {key.partition(".")[0] for key in sentences} == PUBLIC_CODES
    assert set(ENGLISH) == set(SPANISH)
    assert {name: set(words) for name, words in WORDS_ENGLISH.items()} == {
        name: set(words) for name, words in WORDS_SPANISH.items()
    }


@pytest.mark.parametrize("key", sorted(ENGLISH))
def test_both_languages_tell_the_same_facts(key: str) -> None:
    def places(sentence: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}

    assert places(ENGLISH[key]) == places(SPANISH[key])


def test_a_message_says_where_what_why_and_what_now() -> None:
    problem = Problem(
        "invalid_phone",
        row=14,
        column="CONTACT",
        value="+52 55",
        params={
            "reason": "wrong_length",
            "digits": 4,
            "country_code": "52",
            "region": "MX",
            "expected": "12",
        },
    )
    assert problem.message("en") == (
        "Row 14, CONTACT: +52 55 has 4 digits; a number in Mexico has 12 with its country code. Check the number."
    )
    assert problem.message("es") == (
        "Fila 14, CONTACT: +52 55 tiene 4 dígitos; un número de México tiene 12 con su código de país. "
        "Revise el número."
    )


def test_a_country_without_a_name_here_is_named_by_its_code() -> None:
    params: dict[str, str | int] = {
        "reason": "not_in_use",
        "country_code": "672",
        "region": "NF",
        "digits": 9,
    }
    assert "+672" in Problem("invalid_phone", row=2, column="CONTACT", params=params).message("en")


def test_the_public_form_has_the_six_fields() -> None:
    assert Problem("no_rows").to_json("en") == {
        "code": "no_rows",
        "severity": "error",
        "row": None,
        "column": None,
        "value": None,
        "message": "There are headers and no contacts below them. Add one row for each contact.",
    }


@given(st.lists(st.lists(st.integers(1, 2**50) | st.integers(1, 50), max_size=700), max_size=6))
def test_the_first_row_of_a_key_is_remembered(batches: list[list[int]]) -> None:
    rows = FirstRows()
    first: dict[int, int] = {}
    number = 1
    for keys in batches:
        numbers = list(range(number + 1, number + 1 + len(keys)))
        number += len(keys)
        expected = {
            row: first[key]
            for key, row in zip(keys, numbers, strict=True)
            if first.setdefault(key, row) != row
        }
        assert rows.add(keys, numbers) == expected


def test_a_reason_says_the_same_without_the_row() -> None:
    problem = Problem("invalid_number", "error", 7, "MONTO", "1,350", {"reason": "thousands"})
    assert problem.message("es") == f"Fila 7, {problem.reason('es')}"
    assert problem.reason("es").startswith("MONTO: «1,350»")
    stray = Problem("extra_cell", "error", 7, "F", "1350")
    assert stray.reason("es").startswith("Columna F: ")
    assert stray.reason("en").startswith("Column F: ")
