"""Editing a script: what each edit does, and what holds after any of them."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.builder.editing import (
    Document,
    IdTaken,
    NoSuchStep,
    Place,
    ValueNamedLikeStep,
    add,
    all_steps,
    change,
    copy,
    delete,
    find,
    move,
    rename,
    taken_ids,
)
from smartchat.domain.builder.editing.document import earlier_values
from tests.domain.builder.editing_documents import documents, external, flow, math, reminder
from tests.domain.script.scripts import custom, data_of, message, question
from tests.effort import examples

TYPES = [
    "message", "text", "integer", "date", "multiple_choice", "binary", "email", "custom_data", "math", "flow",
    "external", "hand_over", "end",
]  # fmt: skip


def order(document: Document) -> str:
    """The IDs as the page reads, flows with theirs in brackets: "A F[B C] D"."""

    def told(steps: list[dict[str, Any]]) -> str:
        return " ".join(s["id"] + (f"[{told(s['steps'])}]" if s["type"] == "flow" else "") for s in steps)

    return told(document["steps"])


def doc(*steps: dict[str, Any]) -> Document:
    return data_of(*steps)


ABC = doc(message("A"), message("B"), message("C"))
AROUND = doc(message("A"), flow("F", message("B"), message("C")), message("D"))


def test_a_new_step_stands_after_the_one_it_was_added_to() -> None:
    document, new = add(ABC, "integer", Place("after", "A"), "es")
    assert order(document) == f"A {new} B C"


def test_a_new_step_can_stand_inside_a_flow() -> None:
    document, new = add(AROUND, "email", Place("inside", "F"), "es")
    assert order(document) == f"A F[B C {new}] D"


def test_a_new_step_without_a_place_comes_first() -> None:
    document, new = add(ABC, "message", None, "en")
    assert order(document) == f"{new} A B C"


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("step_type", TYPES)
def test_every_new_step_has_a_free_id_and_a_type(step_type: str, language: str) -> None:
    once, first = add(ABC, step_type, None, language)
    twice, second = add(once, step_type, None, language)
    assert find(twice, first)["type"] == step_type
    assert first != second


def test_moving_up_goes_into_a_flow_and_out_of_it() -> None:
    seen = []
    document = AROUND
    for _ in range(5):
        document = move(document, "D", "up")
        seen.append(order(document))
    assert seen == ["A F[B C D]", "A F[B D C]", "A F[D B C]", "A D F[B C]", "D A F[B C]"]


def test_moving_down_undoes_moving_up() -> None:
    document = AROUND
    for _ in range(5):
        document = move(document, "D", "up")
    for _ in range(5):
        document = move(document, "D", "down")
    assert document == AROUND


def test_the_first_step_cannot_go_up_nor_the_last_one_down() -> None:
    assert move(ABC, "A", "up") == ABC
    assert move(ABC, "C", "down") == ABC


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (Place("before", "A"), "D A F[B C]"),
        (Place("after", "B"), "A F[B D C]"),
        (Place("inside", "F"), "A F[B C D]"),
        (Place("inside", "A"), "A F[B C] D"),
    ],
)
def test_a_step_moves_to_a_place(place: Place, expected: str) -> None:
    assert order(move(AROUND, "D", place)) == expected


def test_a_flow_never_goes_into_itself() -> None:
    document = doc(flow("F", flow("G", message("A"))))
    for place in (Place("inside", "F"), Place("inside", "G"), Place("before", "A")):
        assert move(document, "F", place) == document


def test_flows_do_not_go_deeper_than_six() -> None:
    deep = message("A")
    for level in range(6):
        deep = flow(f"F{level}", deep)
    document = doc(deep, flow("G"))
    assert move(document, "G", Place("before", "A")) == document


def test_deleting_a_flow_deletes_what_is_inside() -> None:
    assert order(delete(AROUND, "F")) == "A D"


def test_a_copy_stands_behind_with_new_ids_that_its_own_texts_follow() -> None:
    document = doc(custom("X"), flow("F", question("text", "B"), message("C", "{{B}} {{X}}")))
    copied, new = copy(document, "F")
    assert order(copied) == "X F[B C] F_2[B_2 C_2]"
    assert new == "F_2"
    assert find(copied, "C_2")["text"] == "{{B_2}} {{X}}"


def test_a_copy_of_an_external_system_brings_values_of_its_own() -> None:
    copied, new = copy(doc(external("E", values={"SALDO": "a"})), "E")
    assert find(copied, new)["values"] == {"SALDO_2": "a"}


def test_a_change_keeps_what_is_inside_a_flow() -> None:
    document = change(AROUND, "F", {"id": "F", "type": "flow", "display_if": "A == 1"})
    assert order(document) == "A F[B C] D"
    assert find(document, "F")["display_if"] == "A == 1"


def test_an_id_that_another_step_has_is_refused() -> None:
    with pytest.raises(IdTaken):
        change(ABC, "A", message("B"))


def test_a_value_named_like_its_own_step_is_a_refusal_of_its_own() -> None:
    with pytest.raises(ValueNamedLikeStep, match="E"):
        change(doc(external()), "E", external(values={"E": "a.b"}))


def test_a_value_of_an_external_system_takes_its_id() -> None:
    with pytest.raises(IdTaken):
        change(doc(external(values={"SALDO": "a"}), message("A")), "A", message("SALDO"))


@pytest.mark.parametrize(
    "edit", [delete, copy, lambda d, i: move(d, i, "up"), lambda d, i: change(d, i, message())]
)
def test_a_step_that_is_not_there_is_named(edit: Any) -> None:
    with pytest.raises(NoSuchStep, match="GONE"):
        edit(ABC, "GONE")


def test_renaming_reaches_every_place_that_names_an_id() -> None:
    document = change(reminder(), "MONTO", custom("SALDO", "NUMBER"))
    by_id = {step["id"]: step for step in all_steps(document["steps"])}
    assert by_id["SALUDO"]["text"] == "Debe {{ SALDO }}."
    assert by_id["SALUDO"]["template"]["variables"] == {"1": "{{SALDO}}"}
    assert (by_id["DIA"]["min"], by_id["DIA"]["max"], by_id["DIA"]["retry_message"]) == (
        "SALDO",
        "TODAY",
        "{{SALDO}}",
    )
    assert by_id["MEDIO"]["options"] == ["Banco {{SALDO}}", "Tienda"]
    assert by_id["OTRO"]["text"] == "{{SALDO}}"
    assert by_id["E"]["url"] == "https://example.com/{{SALDO}}"
    assert by_id["E"]["headers"] == {"X": "{{SALDO}}"}
    assert by_id["E"]["body"] == '{"a": "{{SALDO}}"}'
    assert by_id["FIN"]["text"] == "Adiós {{SALDO}}"


def test_a_simple_condition_follows_the_step_and_not_its_value() -> None:
    document = change(reminder(), "MONTO", custom("SALDO"))
    assert find(document, "SI")["display_if"] == {"step": "SALDO", "equals": "MONTO"}


def test_an_option_with_a_value_inside_is_renamed_in_the_condition_that_waits_for_it() -> None:
    choice = question("multiple_choice", "PLAN", options=["Pagar ${{ MONTO }}", "Otro día"])
    waiting = flow("SI", message(), display_if={"step": "PLAN", "equals": "Pagar ${{ MONTO }}"})
    document = change(doc(custom("MONTO"), choice, waiting), "MONTO", custom("SALDO"))
    assert find(document, "SI")["display_if"]["equals"] == find(document, "PLAN")["options"][0]
    assert find(document, "SI")["display_if"] == {"step": "PLAN", "equals": "Pagar ${{ SALDO }}"}


def test_formulas_and_expressions_are_renamed_by_whole_words_outside_quotes() -> None:
    document = change(reminder(), "MONTO", custom("SALDO"))
    assert find(document, "TOTAL")["formula"] == "SALDO * 2 + MONTO_2"
    assert find(document, "NO")["display_if"] == "SALDO > 5 && MEDIO == 'MONTO' || \"MONTO\" == MEDIO"


def test_a_value_of_an_external_system_is_renamed_where_its_path_stays() -> None:
    document = doc(external(values={"SALDO": "a.b"}), message("M", "{{SALDO}}"))
    assert find(change(document, "E", external(values={"DEBE": "a.b"})), "M")["text"] == "{{DEBE}}"


def test_what_may_be_named_comes_earlier_and_has_a_value() -> None:
    document = doc(
        custom("A"), message("B"), external("E", values={"V": "x"}), flow("F", math("T"), message("M"))
    )
    assert [name for name, _ in earlier_values(document, "M")] == ["A", "V", "T"]


@given(documents(), st.data())
def test_renaming_there_and_back_is_nothing(document: Document, data: st.DataObject) -> None:
    old = data.draw(st.sampled_from(sorted(taken_ids(document))))
    assert rename(rename(document, {old: "ZZ"}), {"ZZ": old}) == document


@given(documents(), st.data())
def test_copying_and_deleting_the_copy_is_nothing(document: Document, data: st.DataObject) -> None:
    step_id = data.draw(st.sampled_from([step["id"] for step in all_steps(document["steps"])]))
    copied, new = copy(document, step_id)
    assert delete(copied, new) == document


@examples(60)
@given(documents(), st.data())
def test_any_edits_keep_ids_unique_and_lose_only_what_was_deleted(
    document: Document, data: st.DataObject
) -> None:
    for turn in range(data.draw(st.integers(1, 8))):
        before = deepcopy(document)
        ids = [step["id"] for step in all_steps(document["steps"])]
        if not ids:
            break
        step_id = data.draw(st.sampled_from(ids))
        place = Place(
            data.draw(st.sampled_from(["before", "after", "inside"])), data.draw(st.sampled_from(ids))
        )
        expected = set(ids)
        match data.draw(st.sampled_from(["add", "up", "down", "place", "copy", "rename", "delete"])):
            case "add":
                inside_a_step = place.relation == "inside" and find(document, place.id)["type"] != "flow"
                where = Place("after", place.id) if inside_a_step else place
                changed, new = add(document, data.draw(st.sampled_from(TYPES)), where, "es")
                expected |= {new}
            case "up":
                changed = move(document, step_id, "up")
            case "down":
                changed = move(document, step_id, "down")
            case "place":
                changed = move(document, step_id, place)
            case "copy":
                changed, _ = copy(document, step_id)
            case "rename":
                # A copy of N0_A is N0_A_2, which A_2 may not be called too: each turn has names of its own.
                new = f"N{turn}_{step_id}"
                changed = change(document, step_id, find(document, step_id) | {"id": new})
                expected = expected - {step_id} | {new}
            case _:
                changed = delete(document, step_id)
                expected -= {step["id"] for step in all_steps([find(document, step_id)])}
        assert document == before, "an edit changed the document that it was given"
        document = changed
        after = [step["id"] for step in all_steps(document["steps"])]
        assert len(after) == len(set(after))
        assert expected <= set(after)
