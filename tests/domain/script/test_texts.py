"""{{ID}} in texts, and texts cut to what Twilio takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.script.texts import (
    LONGEST_BODY,
    Reference,
    bodies,
    broken_references,
    in_address,
    is_id,
    references,
    substitute,
    template_value,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hola {{NOMBRE}}.", "Hola Ana."),
        ("Hola {{ NOMBRE }}.", "Hola Ana."),
        ("{{NOMBRE}}{{NOMBRE}}", "AnaAna"),
        ("${{MONTO}}", "$1200"),
        ("[{{NADA}}]", "[]"),
        ("[{{DESCONOCIDO}}]", "[]"),
        ("{{LISTA}}", "Banco, Tienda"),
        ("{{nombre}}", ""),
        ("{NOMBRE}", "{NOMBRE}"),
        ("{{AÑO_1}}", "2026"),
        ("{{1A}}", "{{1A}}"),
    ],
)
def test_a_reference_becomes_the_value_of_its_id(text: str, expected: str) -> None:
    values = {"NOMBRE": "Ana", "MONTO": 1200, "NADA": None, "LISTA": ("Banco", "Tienda"), "AÑO_1": 2026}
    assert substitute(text, values) == expected


def test_a_value_that_looks_like_a_reference_stays_as_it_is() -> None:
    assert substitute("{{A}}", {"A": "{{B}}", "B": "secret"}) == "{{B}}"


def test_values_cannot_build_a_reference_together() -> None:
    assert substitute("{{A}}B}}", {"A": "{{", "B": "secret"}) == "{{B}}"


@given(st.dictionaries(st.sampled_from("ABCDE"), st.text()), st.lists(st.sampled_from("ABCDE")))
def test_every_value_stands_in_the_text_letter_by_letter(values: dict[str, str], ids: list[str]) -> None:
    text = "|".join(f"{{{{{id_}}}}}" for id_ in ids)
    assert substitute(text, values) == "|".join(values.get(id_, "") for id_ in ids)


@given(st.text())
def test_a_text_without_two_braces_is_left_alone(text: str) -> None:
    plain = text.replace("{{", "")
    assert substitute(plain, {}) == plain or "{{" in plain


def test_references_come_with_their_places() -> None:
    assert references("a {{B}} {{ C }}") == (Reference("B", 2), Reference("C", 8))


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("{{A}}", ()),
        ("{{A", (0,)),
        ("a {{}} b", (2,)),
        ("{{A b}}", (0,)),
        ("{{1}} {{A}} {{", (0, 12)),
        ("{A} }} {", ()),
    ],
)
def test_braces_that_begin_no_reference_are_found(text: str, places: tuple[int, ...]) -> None:
    assert broken_references(text) == places


@pytest.mark.parametrize("text", ["A", "NOMBRE", "año", "Ñ1", "a_b", "日本", "É2"])
def test_an_id_is_letters_digits_and_underscores_after_a_letter(text: str) -> None:
    assert is_id(text)


@pytest.mark.parametrize("text", ["", "1A", "_A", "A B", "A-B", "A.B", "A\n", "{{A}}", "²", "²A"])
def test_anything_else_is_no_id(text: str) -> None:
    assert not is_id(text)


def test_a_long_text_is_cut_at_a_space() -> None:
    parts = bodies("palabra " * 400)
    assert [len(part) <= LONGEST_BODY for part in parts] == [True, True]
    assert all(part.split() == ["palabra"] * len(part.split()) for part in parts)


@given(st.text(st.sampled_from("ab \nñ👍"), max_size=5000))
def test_cutting_loses_nothing_but_space(text: str) -> None:
    parts = bodies(text)
    assert all(0 < len(part) <= LONGEST_BODY for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_a_text_of_spaces_is_nothing_to_send() -> None:
    assert bodies(" \n ") == ()


def test_a_value_in_an_address_is_encoded_and_never_a_step_up_in_its_path() -> None:
    assert [in_address(text) for text in ("a/b ñ", "..", ".", "...")] == ["a%2Fb%20%C3%B1", "", "", "..."]


@pytest.mark.parametrize(
    "value, sent",
    [
        ("Ana\nMaría", "Ana María"),
        ("Ana\tMaría", "Ana María"),
        ("Abc" + " " * 15 + "bed", "Abc bed"),
        ("  Ana\r\n", "Ana"),
        ("Ana\u00a0\u2003María", "Ana María"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("\u200b\u2060", ""),
        ("\u3164", ""),
        (" \n ", ""),
    ],
)
def test_a_value_leaves_in_a_template_as_meta_takes_it(value: str, sent: str) -> None:
    assert template_value(value) == sent
