"""Understanding, by the labelled answers of tests/answers and by rules."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from smartchat.domain.answers import NotUnderstood, understand
from smartchat.domain.steps import (
    AnyQuestion,
    BinaryQuestion,
    DateQuestion,
    EmailQuestion,
    IntegerQuestion,
    Language,
    MultipleChoiceQuestion,
    TextQuestion,
)

FOLDER = Path(__file__).parent.parent / "answers"
MONDAY = date(2026, 11, 23)


def choice(*options: str, multiple: bool = False) -> MultipleChoiceQuestion:
    return MultipleChoiceQuestion(id="Q", text="?", options=options, multiple=multiple)


QUESTIONS: dict[Language, dict[str, AnyQuestion]] = {
    "es": {
        "yes_no": BinaryQuestion(id="Q", text="?"),
        "gender": BinaryQuestion(id="Q", text="?", kind="gender"),
        "good_bad": BinaryQuestion(id="Q", text="?", kind="good_bad"),
        "integer": IntegerQuestion(id="Q", text="?"),
        "age": IntegerQuestion(id="Q", text="?", min=15, max=100),
        "pay": choice("Banco", "Tienda", "Transferencia"),
        "days": choice("Lunes", "Martes", "Miércoles", "Jueves", "Viernes"),
        "size": choice("Tarjeta de crédito", "Tarjeta de débito", "Efectivo"),
        "people": choice("2 personas", "4 personas", "6 personas o más"),
        "interest": choice("Sí, me interesa", "No", "Más información"),
        "several": choice("Correo", "Teléfono", "WhatsApp", multiple=True),
        "date": DateQuestion(id="Q", text="?"),
        "future": DateQuestion(id="Q", text="?", min="TODAY", max="2026-12-31"),
        "email": EmailQuestion(id="Q", text="?"),
        "text": TextQuestion(id="Q", text="?"),
        "short": TextQuestion(id="Q", text="?", min_length=3, max_length=10),
    },
    "en": {
        "yes_no": BinaryQuestion(id="Q", text="?"),
        "gender": BinaryQuestion(id="Q", text="?", kind="gender"),
        "good_bad": BinaryQuestion(id="Q", text="?", kind="good_bad"),
        "integer": IntegerQuestion(id="Q", text="?"),
        "pay": choice("Bank", "Store", "Transfer"),
        "date": DateQuestion(id="Q", text="?"),
        "email": EmailQuestion(id="Q", text="?"),
    },
}


def labelled() -> list[Any]:
    cases = []
    for language in ("es", "en"):
        with (FOLDER / f"{language}.tsv").open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                name = f"{language}-{row['question']}-{row['answer']}"
                cases.append(pytest.param(language, row["question"], row["answer"], row["expected"], id=name))
    return cases


@pytest.mark.parametrize(("language", "question", "answer", "expected"), labelled())
def test_an_answer_means_what_a_careful_person_reads(
    language: Language, question: str, answer: str, expected: str
) -> None:
    """Expected "-": not understood; several options with | between."""
    result = understand(QUESTIONS[language][question], answer, MONDAY, language)
    if isinstance(result, NotUnderstood):
        assert expected == "-", result.why
        return
    value = "|".join(result.value) if isinstance(result.value, tuple) else str(result.value)
    assert value == expected
