"""Formulas and conditions: what they give, where they break, and that they are bounded."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.script.evaluation import Known, NoNumber, calculate, holds, written
from smartchat.domain.script.formulas import FormulaFault, parse_expression, parse_formula

KNOWN: dict[str, Known] = {
    "MONTO": Decimal("1350.50"),
    "PAGA": "no",
    "DIA": "2026-12-01",
    "EDAD": Decimal(30),
    "MEDIOS": ("Banco", "Tienda"),
    "NADA": None,
}
NUMBERS = st.decimals(-(10**6), 10**6, places=4, allow_nan=False)


def number(text: str, **known: Known) -> Decimal | NoNumber:
    node = parse_formula(text)
    assert not isinstance(node, FormulaFault), node
    return calculate(node, KNOWN | known)


def true(text: str, **known: Known) -> bool:
    node = parse_expression(text)
    assert not isinstance(node, FormulaFault), node
    return holds(node, KNOWN | known)


def fault(parse: Any, text: str) -> tuple[str, int]:
    node = parse(text)
    assert isinstance(node, FormulaFault), node
    return node.code, node.position


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("MONTO * 1.16", "1566.58"),
        ("2 + 3 * 4", "14"),
        ("(2 + 3) * 4", "20"),
        ("10 - 4 - 3", "3"),
        ("100 / 10 / 2", "5"),
        ("-EDAD + 40", "10"),
        ("2 * -3", "-6"),
        ("1 / 3", "0.3333333333"),
        ("0.1 + 0.2", "0.3"),
        ("100 * 100", "10000"),
        ("0 * -1", "0"),
    ],
)
def test_formulas_calculate_as_on_paper(text: str, result: str) -> None:
    found = number(text)
    assert isinstance(found, Decimal)
    assert written(found) == result


def test_what_cannot_be_calculated_says_why() -> None:
    assert number("MONTO / (EDAD - 30)") == NoNumber("division_by_zero")
    assert number("MONTO + NADA") == NoNumber("missing", "NADA")
    assert number("MONTO + PAGA") == NoNumber("not_a_number", "PAGA")
    assert number("999999999 * 999999999") == NoNumber("too_large")


@pytest.mark.parametrize(
    ("text", "position", "code"),
    [
        ("", 0, "formula_empty"),
        ("MONTO * ", 7, "formula_ends"),
        ("(MONTO + 1", 0, "formula_unclosed"),
        ("MONTO + 1)", 9, "formula_unopened"),
        ("MONTO 2", 6, "formula_no_operator"),
        ("* 2", 0, "formula_no_value"),
        ("MONTO % 2", 6, "formula_strange"),
        ("MONTO > 2", 6, "formula_is_condition"),
        ("MONTO + 'dos'", 8, "formula_has_text"),
        ("(" * 60 + "1" + ")" * 60, 40, "formula_too_deep"),
        ("1+" * 600 + "1", 1000, "formula_too_long"),
    ],
)
def test_a_formula_that_breaks_says_where(text: str, position: int, code: str) -> None:
    assert fault(parse_formula, text) == (code, position)


@pytest.mark.parametrize(
    ("text", "position", "code"),
    [
        ("PAGA = 'no'", 5, "formula_half_operator"),
        ("PAGA == 'no' & EDAD > 3", 13, "formula_half_operator"),
        ("PAGA == 'no", 8, "formula_open_quote"),
        ("MONTO + 1", 6, "condition_is_number"),
        ("MONTO", 0, "condition_is_number"),
        ("PAGA == 'no' && EDAD", 16, "condition_is_number"),
        ("PAGA == 'no' && 5", 16, "condition_is_number"),
        ("PAGA == 'no' || -EDAD", 16, "condition_is_number"),
        ("1 < EDAD < 5", 2, "formula_is_condition"),
        ("EDAD > 3 + 'tres'", 11, "formula_has_text"),
    ],
)
def test_a_condition_that_breaks_says_where(text: str, position: int, code: str) -> None:
    assert fault(parse_expression, text) == (code, position)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("PAGA == 'no' && MONTO > 500", True),
        ("PAGA == 'yes' || EDAD >= 30", True),
        ("PAGA == 'yes' || EDAD < 30 && MONTO > 1", False),
        ("(PAGA == 'yes' || EDAD <= 30) && MONTO != 1", True),
        ('PAGA == "no"', True),
        ("PAGA == “no”", True),
        ("PAGA != 'no'", False),
        ("DIA < '2026-12-02'", True),
        ("DIA >= '2026-12-02'", False),
        ("MONTO == '1350.5'", True),
        ("MEDIOS == 'Tienda'", True),
        ("'Tienda' == MEDIOS", True),
        ("MEDIOS != 'Transferencia'", True),
        ("MONTO * 2 > EDAD + 100", True),
        ("PAGA > 5", False),
        ("'no' == 'no'", True),
    ],
)
def test_conditions_compare_numbers_texts_dates_and_options(text: str, result: bool) -> None:
    assert true(text) is result


@pytest.mark.parametrize("text", ["NADA == 'x'", "NADA != 'x'", "PAGA == 'no' || NADA == 'x'", "OTRA > 1"])
def test_a_condition_that_names_a_value_never_given_is_false_as_a_whole(text: str) -> None:
    assert not true(text)


def test_a_quote_inside_a_text_is_escaped() -> None:
    assert true(r"NOMBRE == 'D\'Artagnan'", NOMBRE="D'Artagnan")


@pytest.mark.parametrize("formula", ["A", "-A", "A + 1", "A * A", "1 / A", "-A - A"])
@pytest.mark.parametrize(
    "value", ["1e999999999", "1e-999999999", "Infinity", "NaN", "1_0", "0x10", " 1", "9" * 900]
)
def test_a_text_that_is_no_plain_number_is_not_calculated_with(formula: str, value: str) -> None:
    assert number(formula, A=value) == NoNumber("not_a_number", "A")


@pytest.mark.parametrize("value", [Decimal("1e999999999"), Decimal("-9e900"), Decimal("9" * 900)])
def test_a_number_too_large_gives_no_value_whatever_is_done_with_it(value: Decimal) -> None:
    for formula in ("A", "-A", "A * A", "A + 1"):
        assert number(formula, A=value) == NoNumber("too_large")


def test_a_sign_costs_no_digit() -> None:
    assert number("-A + A", A=Decimal("123456789012345.1234567890" + "1" * 15)) == 0


@given(NUMBERS, NUMBERS)
def test_addition_is_exact(left: Decimal, right: Decimal) -> None:
    assert number("A + B", A=left, B=right) == left + right


@given(NUMBERS)
def test_a_number_is_written_without_exponent_and_reads_back(value: Decimal) -> None:
    assert "E" not in written(value)
    assert Decimal(written(value)) == value


@given(st.dates(date(1950, 1, 1), date(2090, 1, 1)), st.integers(-400, 400))
def test_dates_are_in_the_order_of_the_calendar(day: date, days: int) -> None:
    other = day + timedelta(days=days)
    assert true("A < B", A=day.isoformat(), B=other.isoformat()) == (day < other)


@given(st.text("AB1.5 '\"+-*/()<>=!&|xé\\", max_size=40))
def test_no_text_makes_it_raise(text: str) -> None:
    for parse in (parse_formula, parse_expression):
        node = parse(text)
        if isinstance(node, FormulaFault):
            assert 0 <= node.position <= len(text)
        else:
            known: dict[str, Known] = {"A": Decimal(3), "B": "x", "AB": None}
            calculate(node, known)
            holds(node, known)
