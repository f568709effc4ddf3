"""Understanding, by the labelled answers of tests/answers and by rules."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.answers import Understood, understand, understand_turn
from smartchat.domain.script.steps import (
    AnyQuestion,
    BinaryQuestion,
    DateQuestion,
    EmailQuestion,
    IntegerQuestion,
    Language,
    MultipleChoiceQuestion,
)
from tests.answers.labelled import KNOWN_MISSES as KNOWN_MISSES_FILE
from tests.answers.labelled import QUESTIONS as NAMED
from tests.answers.labelled import TODAY, Labelled, labelled
from tests.answers.labelled import question as asked_as

MONDAY = TODAY


def choice(*options: str, multiple: bool = False) -> MultipleChoiceQuestion:
    return MultipleChoiceQuestion(id="Q", text="?", options=options, multiple=multiple)


_PLAIN = ("yes_no", "gender", "good_bad", "integer", "date", "email", "text")
QUESTIONS: dict[Language, dict[str, AnyQuestion]] = {
    language: {name: asked_as(name, language) for name in (*_PLAIN, *named)}
    for language, named in NAMED.items()
}
CASES = list(labelled())
# What is known to be read otherwise than labelled, as it is read: mostly as nothing.
KNOWN_MISSES = {
    tuple(fields[:4]): fields[4] if len(fields) > 4 else "-"
    for line in KNOWN_MISSES_FILE.read_text(encoding="utf-8").splitlines()[1:]
    if (fields := line.split("\t"))
}


def key(case: Labelled) -> tuple[str, ...]:
    return case.set, case.language, case.question, case.answer


@pytest.mark.parametrize("name, language", sorted({(case.set, case.language) for case in CASES}))
def test_an_answer_means_what_a_careful_person_reads(name: str, language: Language) -> None:
    """Known misses are read as their list says. A failure lists question, answer, what was read, and the label."""
    cases = [case for case in CASES if (case.set, case.language) == (name, language)]
    read = {case: case.read() for case in cases}
    assert cases
    assert [
        (case.question, case.answer, read[case], case.expected)
        for case in cases
        if read[case] != KNOWN_MISSES.get(key(case), case.expected)
    ] == []


def test_every_known_miss_is_a_labelled_answer_and_one_in_five_hundred_at_most_is_wrong() -> None:
    assert {key(case) for case in CASES} >= KNOWN_MISSES.keys()
    assert sum(read != "-" for read in KNOWN_MISSES.values()) * 500 <= len(CASES)


def words(text: str) -> list[str]:
    return text.split()


UNITS = words("cero uno dos tres cuatro cinco seis siete ocho nueve")
TEENS = words("diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve")
TWENTIES = words(
    "veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve"
)
TENS = words("_ _ _ treinta cuarenta cincuenta sesenta setenta ochenta noventa")
HUNDREDS = words(
    "_ ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos"
)


def below_a_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    if number == 100:
        return "cien"
    words = [HUNDREDS[hundreds]] if hundreds else []
    if 0 < rest < 10 or number == 0:
        words.append(UNITS[rest])
    elif 10 <= rest < 30:
        words.append((TEENS + TWENTIES)[rest - 10])
    elif rest:
        words.append(TENS[rest // 10] + (f" y {UNITS[rest % 10]}" if rest % 10 else ""))
    return " ".join(words)


def in_spanish(number: int) -> str:
    """A number below two million in words, as a Mexican writes it."""
    millions, rest = divmod(number, 1_000_000)
    thousands, units = divmod(rest, 1000)
    words = ["un millón"] if millions else []
    if thousands:
        words.append("mil" if thousands == 1 else f"{below_a_thousand(thousands)} mil")
    if units or not words:
        words.append(below_a_thousand(units))
    return " ".join(words)


def meaning(question: AnyQuestion, text: str, language: Language = "es") -> object:
    result = understand(question, text, MONDAY, language)
    return result.value if isinstance(result, Understood) else None


@given(st.integers(0, 1_999_999))
def test_every_number_is_read_from_its_words(number: int) -> None:
    question = QUESTIONS["es"]["integer"]
    assert meaning(question, in_spanish(number)) == number
    assert meaning(question, f"Quiero {in_spanish(number).upper()}, por favor") == number


@given(st.integers(-(10**12), 10**12))
def test_every_number_is_read_from_its_digits(number: int) -> None:
    question = QUESTIONS["es"]["integer"]
    assert meaning(question, str(number)) == number
    assert meaning(question, f"{number:,}") == number


@given(st.integers(), st.integers(), st.text(max_size=20) | st.integers().map(str))
def test_a_number_out_of_range_is_never_taken(low: int, high: int, text: str) -> None:
    value = meaning(IntegerQuestion(id="Q", text="?", min=low, max=high), text)
    assert value is None or (isinstance(value, int) and low <= value <= high)


@given(st.dates(date(1950, 1, 1), date(2049, 12, 31)))
def test_every_date_is_read_in_the_order_of_its_language(day: date) -> None:
    months = words("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre")
    spanish, english = QUESTIONS["es"]["date"], QUESTIONS["en"]["date"]
    for text in (
        day.isoformat(),
        f"{day.day}/{day.month}/{day.year}",
        f"{day:%d/%m/%y}",
        f"{day:%d-%m-%Y}",
        f"el {day.day} de {months[day.month - 1]} de {day.year}",
        f"{day.day} de {months[day.month - 1][:3]} del {day.year}",
    ):
        assert meaning(spanish, text) == day.isoformat()
    for text in (day.isoformat(), f"{day.month}/{day.day}/{day.year}", f"{day:%B} {day.day}, {day.year}"):
        assert meaning(english, text, "en") == day.isoformat()


OPTIONS = [
    "Banco",
    "Tienda",
    "Transferencia",
    "Tarjeta de crédito",
    "Tarjeta de débito",
    "¿Otro?",
    "Cancelar",
    "No",
]


@given(st.lists(st.sampled_from(OPTIONS), min_size=2, unique=True), st.data())
def test_every_option_is_understood_by_its_text_and_by_its_number(
    options: list[str], data: st.DataObject
) -> None:
    question = choice(*options)
    index = data.draw(st.integers(0, len(options) - 1))
    assert meaning(question, options[index].strip("¿?").upper()) == options[index]
    assert meaning(question, str(index + 1)) == options[index]
    assert meaning(question, str(len(options) + 1)) is None


@given(
    st.sampled_from(["¿{}?", "no sé si {}", "tal vez {}", "depende, {}"]),
    st.sampled_from(["Banco", "Tienda"]),
)
def test_a_doubt_or_a_question_is_no_choice(frame: str, option: str) -> None:
    assert meaning(QUESTIONS["es"]["pay"], frame.format(option)) is None


LETTERS = st.text(
    st.sampled_from("aeinoslrdtu siíó,.¿?!¡-/:@'0123456789 \n👍") | st.characters(), max_size=60
) | st.lists(
    st.sampled_from(words(
            "sí no si nel mil dos 3 1,200 y o pero mejor banco tienda mañana hoy 20/09/1990 de septiembre "
            "¿ ? , . a@b.mx la segunda tal vez todas menos un una ninguno"
        )),
    max_size=12,
).map(" ".join)  # fmt: skip


@given(st.sampled_from(sorted(QUESTIONS["es"])), LETTERS, st.sampled_from(["es", "en"]))
def test_any_words_give_an_answer_of_the_right_kind(name: str, text: str, language: Language) -> None:
    question = QUESTIONS["es"][name]
    value = meaning(question, text, language)
    match question:
        case _ if value is None:
            pass
        case BinaryQuestion(kind=kind):
            assert (
                value
                in {"yes_no": ("yes", "no"), "gender": ("female", "male"), "good_bad": ("good", "bad")}[kind]
            )
        case MultipleChoiceQuestion(multiple=True):
            assert isinstance(value, tuple)
            assert value
            assert list(value) == [option for option in question.options if option in value]
        case MultipleChoiceQuestion():
            assert value in question.options
        case DateQuestion():
            assert date.fromisoformat(str(value)).isoformat() == value
        case EmailQuestion():
            assert isinstance(value, str)
            assert value.count("@") == 1
        case _:
            assert isinstance(value, str | int)


@pytest.mark.parametrize(
    "text", ["a@" * 2000, " " * 4000 + "@", "1," * 2000, "y " * 2000, "¿" * 4000, "sí no " * 700]
)
@pytest.mark.parametrize("name", sorted(QUESTIONS["es"]))
def test_a_long_answer_is_read_to_its_end_in_one_go(name: str, text: str) -> None:
    """No pattern that takes ages: hypothesis would not find these; the suite's time limit does."""
    assert understand(QUESTIONS["es"][name], text, MONDAY) is not None


@given(st.sampled_from(sorted(QUESTIONS["es"])), st.lists(LETTERS, max_size=3))
def test_a_turn_means_nothing_that_none_of_its_readings_means(name: str, texts: list[str]) -> None:
    question = QUESTIONS["es"][name]
    turn = understand_turn(question, texts, MONDAY)
    if isinstance(turn, Understood) and name not in ("text", "short"):
        readings = [*texts, "\n".join(text for text in texts if text.strip())]
        assert turn.value in [meaning(question, text) for text in readings]
