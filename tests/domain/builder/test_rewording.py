"""Options in other words: the conditions that wait for them follow, and nothing else does."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.builder.editing import Document, change, find
from smartchat.domain.script.formulas import Name, Operation, Text, as_literal, literal_at, parse_expression
from smartchat.domain.script_file.reading import read_script
from tests.domain.builder.editing_documents import flow
from tests.domain.script.scripts import custom, data_of, message, question

OLD = ["Banco", "Tienda", "Otro"]
LITERALS = st.text(st.sampled_from("ab '\"“”‘’\\{}=&|1ñ"), max_size=12)


def asked(*options: str, **fields: Any) -> dict[str, Any]:
    return question("multiple_choice", "MEDIO", options=list(options), **fields)


def waiting(*conditions: Any, options: list[str] | None = None) -> Document:
    """A question and a flow with each condition, called F0, F1 …"""
    flows = [flow(f"F{n}", message(f"M{n}"), display_if=found) for n, found in enumerate(conditions)]
    return data_of(custom("CIUDAD"), asked(*(options or OLD)), *flows)


def after(condition: Any, *options: str, before: list[str] | None = None) -> Any:
    """What a condition is once the question has these options."""
    document = change(waiting(condition, options=before), "MEDIO", asked(*options))
    return find(document, "F0")["display_if"]


def simple(equals: str | int, step: str = "MEDIO") -> dict[str, Any]:
    return {"step": step, "equals": equals}


def test_a_simple_condition_follows_its_option() -> None:
    assert after(simple("Tienda"), "Banco", "Tienda de la esquina", "Otro") == simple("Tienda de la esquina")


def test_a_followed_condition_is_no_problem_of_the_script() -> None:
    document = change(
        waiting(simple("Tienda"), "MEDIO == 'Tienda'"), "MEDIO", asked("Banco", "Súper", "Otro")
    )
    assert read_script(document)[1] == ()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["Banco BBVA", "Tienda", "Otro medio"], ["Banco BBVA", "Tienda", "Otro medio"]),
        (["Uno", "Dos", "Tres"], ["Uno", "Dos", "Tres"]),
        (["Nuevo", "Banco", "Súper", "Otro"], ["Banco", "Súper", "Otro"]),
        (["Banco", "Otro"], OLD),
        (["Tienda", "Banco", "Otro"], OLD),
        (["Otro", "Tienda", "Banco"], OLD),
        (["Banco", "Otro", "Tienda", "Más"], OLD),
        (["Efectivo", "Otro"], OLD),
    ],
)
def test_only_an_option_in_the_place_of_another_is_that_one_reworded(
    options: list[str], expected: list[str]
) -> None:
    document = change(waiting(*map(simple, OLD)), "MEDIO", asked(*options))
    followed = [find(document, f"F{n}")["display_if"]["equals"] for n in range(3)]
    assert followed == expected


def test_the_condition_on_another_step_stays() -> None:
    assert after(simple("Tienda", step="CIUDAD"), "Banco", "Súper", "Otro") == simple("Tienda", step="CIUDAD")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("MEDIO == 'Tienda'", "MEDIO == 'Súper'"),
        ('"Tienda"!=MEDIO', '"Súper"!=MEDIO'),
        ("MEDIO == “Tienda”", "MEDIO == “Súper”"),
        ("MEDIO == 'Tienda' || MEDIO == 'Tienda'", "MEDIO == 'Súper' || MEDIO == 'Súper'"),
        (
            "(MEDIO != 'Tienda' && 1 > 0) || MEDIO == 'Banco'",
            "(MEDIO != 'Súper' && 1 > 0) || MEDIO == 'Banco'",
        ),
        ("CIUDAD == 'Tienda' && MEDIO == 'Tienda'", "CIUDAD == 'Tienda' && MEDIO == 'Súper'"),
        ("MEDIO > 'Tienda'", "MEDIO > 'Tienda'"),
        ("MEDIO == 'La Tienda'", "MEDIO == 'La Tienda'"),
        ("MEDIO == 'Tienda' &&", "MEDIO == 'Tienda' &&"),
    ],
)
def test_an_expression_follows_where_it_compares_that_step_with_that_option(
    expression: str, expected: str
) -> None:
    assert after(expression, "Banco", "Súper", "Otro") == expected


def test_two_reworded_options_are_followed_at_their_places() -> None:
    expression = "MEDIO == 'Banco' || MEDIO == 'Tienda' || MEDIO == 'Banco'"
    expected = "MEDIO == 'Cualquier banco' || MEDIO == 'X' || MEDIO == 'Cualquier banco'"
    assert after(expression, "Cualquier banco", "X", "Otro") == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("MEDIO == 2 && CIUDAD == 2", "MEDIO == '2 personas' && CIUDAD == 2"),
        (simple(2), simple("2 personas")),
    ],
)
def test_an_option_that_a_condition_names_as_a_number_is_followed_too(condition: Any, expected: Any) -> None:
    assert after(condition, "1", "2 personas", before=["1", "2"]) == expected


def test_quotes_in_the_new_text_do_not_break_an_expression() -> None:
    assert after("MEDIO == 'Tienda'", "Banco", "D'Angelo", "Otro") == 'MEDIO == "D\'Angelo"'
    assert after("MEDIO == “Tienda”", "Banco", "La “T”", "Otro") == "MEDIO == 'La “T”'"
    assert after("MEDIO == 'Tienda'", "Banco", 'D\'A "x"', "Otro") == "MEDIO == 'D\\'A \"x\"'"


def test_a_text_with_escaped_quotes_keeps_its_words_when_an_id_in_it_is_renamed() -> None:
    document = waiting("MEDIO == 'D\\'A CIUDAD' && CIUDAD == “CIUDAD”")
    renamed = change(document, "CIUDAD", custom("LUGAR"))
    assert find(renamed, "F0")["display_if"] == "MEDIO == 'D\\'A CIUDAD' && LUGAR == “CIUDAD”"


def test_conditions_inside_flows_follow() -> None:
    inner = flow("DENTRO", message(), display_if=simple("Tienda"))
    document = data_of(asked(*OLD), flow("FUERA", inner, display_if="MEDIO != 'Tienda'"))
    document = change(document, "MEDIO", asked("Banco", "Súper", "Otro"))
    assert find(document, "DENTRO")["display_if"] == simple("Súper")
    assert find(document, "FUERA")["display_if"] == "MEDIO != 'Súper'"


def test_a_new_id_and_new_words_are_followed_at_once() -> None:
    document = waiting(simple("Tienda"), "MEDIO == 'Tienda'")
    document = change(document, "MEDIO", asked("Banco", "Súper", "Otro") | {"id": "PAGO"})
    assert find(document, "F0")["display_if"] == simple("Súper", step="PAGO")
    assert find(document, "F1")["display_if"] == "PAGO == 'Súper'"


def test_rewording_leaves_the_old_document_as_it_was() -> None:
    document = waiting(simple("Tienda"), "MEDIO == 'Tienda'")
    before = deepcopy(document)
    change(document, "MEDIO", asked("Banco", "Súper", "Otro"))
    assert document == before


@given(LITERALS, LITERALS, st.sampled_from(["'", '"', "“", "‘", ""]))
def test_any_text_written_as_a_literal_is_read_the_same(old: str, new: str, quote: str) -> None:
    source = f"MEDIO == {as_literal(old, quote)} && 1 == 1"
    literal = as_literal(new, literal_at(source, len("MEDIO == ")))
    node = parse_expression(f"MEDIO == {literal}")
    assert node == Operation("==", Name("MEDIO", 0), Text(new, 9), 6)


@given(st.permutations(OLD))
def test_moving_options_rewords_none(order: list[str]) -> None:
    document = waiting(*map(simple, OLD))
    assert change(document, "MEDIO", asked(*order)) == data_of(
        document["steps"][0], asked(*order), *document["steps"][2:]
    )
