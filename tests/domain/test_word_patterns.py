"""Patterns of words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.word_patterns import WordPattern


@st.composite
def patterns(draw: st.DrawFn, depth: int = 3) -> str:
    """Any pattern of the words a, b and c."""
    items = []
    for _ in range(draw(st.integers(1, 3))):
        inner = draw(st.sampled_from("abc")) if depth == 0 else draw(st.sampled_from(["a", "b", "c", "("]))
        item = inner if inner != "(" else f"({draw(patterns(depth=depth - 1))})"
        items.append(item + draw(st.sampled_from(["", "", "?", "*", "+"])))
    text = " ".join(items)
    return text + ("|" + draw(patterns(depth=depth - 1)) if depth and draw(st.booleans()) else "")


@given(patterns(), st.lists(st.sampled_from("abcd"), max_size=6))
def test_a_pattern_of_words_takes_what_the_same_expression_of_letters_takes(
    pattern: str, words: list[str]
) -> None:
    expression = re.compile(pattern.replace(" ", ""))
    assert WordPattern(pattern).fullmatch(words) == (expression.fullmatch("".join(words)) is not None)


@pytest.mark.parametrize("pattern", ["(a", "a)", "* a", "a | ?"])
def test_what_is_no_pattern_is_refused_where_it_is_written(pattern: str) -> None:
    with pytest.raises(ValueError):
        WordPattern(pattern)


def test_a_word_that_a_pattern_does_not_know_ends_it_at_once() -> None:
    assert not WordPattern("a*").fullmatch(["a"] * 10 + ["x"])
    assert WordPattern("a*").fullmatch([])


def test_an_underscore_is_any_one_word() -> None:
    named = WordPattern("soy _ _? (adios|_ fin)")
    assert named.fullmatch(["soy", "ana", "perez", "adios"])
    assert named.fullmatch(["soy", "ana", "adios"])
    assert named.fullmatch(["soy", "adios", "x", "fin"])
    assert not named.fullmatch(["soy", "adios"])


def test_what_is_kept_of_a_pattern_does_not_grow_with_the_words_of_texts() -> None:
    any_two = WordPattern("_ _")
    for number in range(1000):
        assert any_two.fullmatch([f"a{number}", f"b{number}"])
    assert len(any_two._places) <= 3
