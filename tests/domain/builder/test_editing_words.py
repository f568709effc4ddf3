"""IDs from texts, how hard options are to tell apart, and what changed between two versions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.builder.editing import Complexity, complexity, difference, follows_its_text, proposed_id
from smartchat.domain.builder.editing.edits import Place, change, delete, move
from smartchat.domain.builder.wording_changes import change_sentence
from smartchat.domain.script.texts import is_id
from smartchat.domain.script_file.check import RESERVED_IDS
from tests.domain.builder.editing_documents import documents, flow
from tests.domain.script.scripts import custom, data_of, message, question


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("¿Cuál es su nombre?", "NOMBRE"),
        ("¿Cuántos años tiene?", "AÑOS"),
        ("Hola {{NOMBRE}}, ¿podrá pagar a tiempo?", "PAGAR_TIEMPO"),
        ("¿Cuál es su número de teléfono?", "NUMERO_TELEFONO"),
        ("What is your e-mail address?", "E_MAIL"),
        ("¿Qué día le conviene?", "DIA_CONVIENE"),
        ("Otorrinolaringólogo especialista", "OTORRINOLARINGOLOGO"),
        ("👍", "STEP"),
        ("", "STEP"),
        ("Contact", "CONTACT_2"),
        ("Today", "TODAY_2"),
    ],
)
def test_an_id_is_made_of_the_words_that_tell(text: str, expected: str) -> None:
    assert proposed_id(text, set()) == expected


def test_a_taken_id_gets_a_number() -> None:
    assert proposed_id("¿Su nombre?", {"NOMBRE", "NOMBRE_2"}) == "NOMBRE_3"


@given(st.text(), st.sets(st.sampled_from(["STEP", "A", "STEP_2"])))
def test_a_proposed_id_is_always_a_free_id(text: str, taken: set[str]) -> None:
    proposed = proposed_id(text, taken)
    assert is_id(proposed)
    assert proposed not in taken | RESERVED_IDS


@pytest.mark.parametrize(
    ("id_", "follows"), [("NOMBRE", True), ("PREGUNTA", True), ("PREGUNTA_3", True), ("APODO", False)]
)
def test_an_id_follows_its_text_until_somebody_chooses_another(id_: str, follows: bool) -> None:
    assert follows_its_text(question("text", id_, "¿Su nombre?"), set()) is follows


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["Banco", "Tienda", "Transferencia"], ["easy", "easy", "easy"]),
        (["Lunes", "Martes"], ["easy", "easy"]),
        (["Tienda", "Tienda en línea"], ["hard", "hard"]),
        (["Sí", "SI"], ["hard", "hard"]),
        (["Plan básico", "Plan completo", "Nada"], ["medium", "medium", "easy"]),
        (["Carmen", "Karmen"], ["hard", "hard"]),
        (["1", "2"], ["easy", "easy"]),
        (["👍", "👎"], ["easy", "easy"]),
        (["Banco"], ["easy"]),
    ],
)
def test_options_that_look_alike_are_hard_to_tell(options: list[str], expected: list[str]) -> None:
    assert [found.level for found in complexity(options)] == expected


def test_a_hard_option_names_the_one_it_is_taken_for() -> None:
    assert complexity(["Tienda", "Banco", "Tienda en línea"])[0] == Complexity("hard", "Tienda en línea")


@given(st.lists(st.text(max_size=12), max_size=6))
def test_every_option_has_a_level(options: list[str]) -> None:
    assert len(complexity(options)) == len(options)


OLD = data_of(
    custom("NOMBRE"), message("SALUDO", "Hola {{NOMBRE}}"), question("integer", "EDAD"), message("FIN")
)


def told(new: object) -> list[tuple[str, str | None]]:
    assert isinstance(new, dict)
    return [(found.kind, found.step) for found in difference(OLD, new)]


def test_nothing_changed_is_no_difference() -> None:
    assert difference(OLD, OLD) == []


def test_a_change_names_its_fields_with_old_and_new() -> None:
    found = difference(OLD, change(OLD, "EDAD", question("integer", "EDAD", min=15)))
    assert [(f.field, f.old, f.new) for f in found[0].fields] == [("min", None, 15)]
    assert change_sentence(found[0], "es") == "Se cambió EDAD: mínimo: «15» (antes no tenía)."
    assert change_sentence(found[0], "en") == "EDAD was changed: minimum: “15” (it had none before)."


def test_one_step_that_moved_is_the_only_one_told() -> None:
    assert told(move(OLD, "FIN", Place("before", "NOMBRE"))) == [("moved", "FIN")]


def test_a_step_that_went_into_a_flow_has_moved() -> None:
    old = data_of(message("A"), flow("F"))
    assert [(c.kind, c.step) for c in difference(old, move(old, "A", "down"))] == [("moved", "A")]


def test_a_step_that_is_gone_is_told() -> None:
    assert told(delete(OLD, "EDAD")) == [("removed", "EDAD")]


def test_a_renamed_step_is_one_change_although_texts_followed_it() -> None:
    found = difference(OLD, change(OLD, "NOMBRE", custom("CLIENTE")))
    assert [(c.kind, c.old_id, c.step) for c in found] == [("renamed", "NOMBRE", "CLIENTE")]
    assert change_sentence(found[0], "es") == "NOMBRE ahora se llama CLIENTE."


def test_settings_are_a_change_of_their_own() -> None:
    found = difference(OLD, {**OLD, "name": "Otro"})
    assert change_sentence(found[0], "es") == "Ajustes: nombre: «Otro» (antes «Prueba»)."


@given(documents(), documents())
def test_every_difference_has_a_sentence_in_both_languages(
    old: dict[str, object], new: dict[str, object]
) -> None:
    for found in difference(old, new):
        assert change_sentence(found, "es") != change_sentence(found, "en")


@given(documents(), documents())
def test_two_documents_are_the_same_only_without_a_difference(
    old: dict[str, object], new: dict[str, object]
) -> None:
    assert (difference(old, new) == []) == (old == new)


def test_a_difference_late_in_a_long_text_is_shown() -> None:
    before = "Hola {{NOMBRE}}, le escribe Crédito del Norte por su saldo, que vence el lunes sin falta."
    old = data_of(message("M", before))
    [one] = difference(old, data_of(message("M", before.replace("lunes", "martes"))))
    assert change_sentence(one, "en") == (
        "M was changed: text: “…saldo, que vence el martes sin falta.” (it was “…saldo, que vence el lunes sin "
        "falta.”)."
    )


@given(st.text(alphabet="ab ", max_size=200), st.text(alphabet="ab ", max_size=200))
def test_what_two_values_differ_in_is_seen_in_their_change(old: str, new: str) -> None:
    old, new = f"x {' '.join(old.split())}", f"x {' '.join(new.split())}"
    changes = difference(data_of(message("M", old)), data_of(message("M", new)))
    for one in changes:
        was, became = change_sentence(one, "en").split("” (it was “")
        assert was.split("text: “")[1] != became.removesuffix("”).")
