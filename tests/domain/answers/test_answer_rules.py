"""Rules that hold for every answer, whatever it says."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smartchat.domain.answers import Answer, NotUnderstood, Understood, understand
from smartchat.domain.script.steps import Language
from tests.answers.labelled import TODAY, Labelled, labelled, question

CASES = list(labelled())
KINDS = sorted({(case.question, case.language) for case in CASES})
CLEAR = [
    case for case in CASES if case.expected != "-" and case.kind != "text" and case.read() == case.expected
]
CHOICES = [case for case in CLEAR if case.kind == "choice"]
POLITE: dict[Language, list[str]] = {
    "es": ["{}, por favor", "{} gracias", "{}. Muchas gracias", "Hola, {}", "Buenas tardes. {}", "{} 🙏"],
    "en": ["{}, please", "{} thanks", "{}. Thank you", "Hi, {}", "Good afternoon. {}", "{} 🙏"],
}


def value(answer: Answer) -> object:
    return answer.value if isinstance(answer, Understood) else None


def read(case: Labelled, text: str, day: date = TODAY) -> object:
    return value(understand(question(case.question, case.language), text, day, case.language))


@given(st.sampled_from(KINDS), st.text(max_size=200), st.dates())
@example(("date", "es"), "²", TODAY)
@example(("date", "es"), "\U00010e60", TODAY)  # a digit that stands for no decimal number
def test_any_text_on_any_day_gives_an_answer(kind: tuple[str, Language], text: str, day: date) -> None:
    name, language = kind
    assert isinstance(understand(question(name, language), text, day, language), Understood | NotUnderstood)


@given(st.sampled_from(CASES), st.sampled_from(CASES), st.sampled_from(KINDS))
def test_any_two_answers_run_together_give_an_answer(
    one: Labelled, other: Labelled, kind: tuple[str, Language]
) -> None:
    name, language = kind
    text = f"{one.answer} {other.answer}"
    assert isinstance(understand(question(name, language), text, TODAY, language), Understood | NotUnderstood)


@given(st.sampled_from(CLEAR), st.data())
def test_politeness_never_makes_another_answer_of_it(case: Labelled, data: st.DataObject) -> None:
    polite = data.draw(st.sampled_from(POLITE[case.language])).format(case.answer)
    assert read(case, polite) in (read(case, case.answer), None)


@pytest.mark.parametrize("language", sorted(POLITE))
def test_politeness_hardly_ever_hides_an_answer(language: Language) -> None:
    cases = [case for case in CLEAR if case.language == language]
    for frame in POLITE[language]:
        hidden = [case for case in cases if read(case, frame.format(case.answer)) != read(case, case.answer)]
        assert len(hidden) <= len(cases) / 100, [(frame, case.answer) for case in hidden]


@given(st.sampled_from(CLEAR))
def test_capitals_and_spaces_around_do_not_matter(case: Labelled) -> None:
    said = read(case, case.answer)
    shouted = read(case, f"  {case.answer.upper()} \n")
    assert shouted == said or case.kind == "email"


@given(st.sampled_from(CHOICES), st.sampled_from(["o", "u"]))
def test_one_of_two_options_is_no_choice(case: Labelled, join: str) -> None:
    options = question(case.question, case.language).options  # type: ignore[union-attr]
    join = join if case.language == "es" else "or"
    assert read(case, f"{options[0]} {join} {options[1]}") is None


@given(st.integers(1, 28), st.integers(1, 12), st.sampled_from(["perdón", "digo", "no, mejor"]))
def test_a_number_taken_back_leaves_the_one_that_replaces_it(first: int, second: int, words: str) -> None:
    assert value(understand(question("integer", "es"), f"{first}, {words} {second}", TODAY)) == second


@given(st.sampled_from(["a lo mejor", "tal vez", "chance y", "quizá", "no sé, igual y"]), st.integers(1, 99))
def test_a_doubtful_number_is_none(doubt: str, number: int) -> None:
    assert value(understand(question("integer", "es"), f"{doubt} {number}", TODAY)) is None
