"""Reads the labelled answers: NAME.LANGUAGE.tsv with the columns question, answer, expected.

A question is a name of QUESTIONS or is written out: "integer 1..20", "date TODAY..", "text 3..60",
"choice Banco;Tienda", "several Pizza;Tacos", "yes_no", "gender", "good_bad", "email".
Expected: the value, several options with | between, and "-" where no careful person would be sure.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, cast

from smartchat.domain.answers import Understood, understand
from smartchat.domain.script.steps import (
    AnyQuestion,
    BinaryQuestion,
    DateQuestion,
    EmailQuestion,
    IntegerQuestion,
    Language,
    MultipleChoiceQuestion,
    TextQuestion,
)

FOLDER = Path(__file__).parent
KNOWN_MISSES = FOLDER / "known_misses.txt"  # set, language, question, answer: read as nothing so far
TODAY = date(2026, 11, 23)  # a Monday

Outcome = Literal["right", "wrong", "missed"]

QUESTIONS: dict[Language, dict[str, str]] = {
    "es": {
        "age": "integer 15..100",
        "pay": "choice Banco;Tienda;Transferencia",
        "days": "choice Lunes;Martes;Miércoles;Jueves;Viernes",
        "size": "choice Tarjeta de crédito;Tarjeta de débito;Efectivo",
        "people": "choice 2 personas;4 personas;6 personas o más",
        "interest": "choice Sí, me interesa;No;Más información",
        "several": "several Correo;Teléfono;WhatsApp",
        "future": "date TODAY..2026-12-31",
        "short": "text 3..10",
    },
    "en": {"pay": "choice Bank;Store;Transfer"},
}


@dataclass(frozen=True, slots=True)
class Labelled:
    """One answer and its label; `set`: the name of its file without the language."""

    set: str
    language: Language
    question: str
    answer: str
    expected: str

    @property
    def kind(self) -> str:
        """The type of its question."""
        return QUESTIONS[self.language].get(self.question, self.question).split()[0]

    def read(self) -> str:
        """What the chatbot reads, written like the label."""
        result = understand(question(self.question, self.language), self.answer, TODAY, self.language)
        if not isinstance(result, Understood):
            return "-"
        return "|".join(result.value) if isinstance(result.value, tuple) else str(result.value)

    def outcome(self) -> Outcome:
        """Wrong: a value where none or another was meant. Missed: no value where one was."""
        read = self.read()
        if read == self.expected:
            return "right"
        return "missed" if read == "-" else "wrong"


def labelled() -> Iterator[Labelled]:
    """Every labelled answer of every file, in the order of the files' names."""
    for path in sorted(FOLDER.glob("*.tsv")):
        name, language = path.stem.rsplit(".", 1)
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                yield Labelled(
                    name, cast(Language, language), row["question"], row["answer"], row["expected"]
                )


@cache
def question(name: str, language: Language) -> AnyQuestion:
    """The question of a name or of a written-out form. Raises ValueError for what is neither."""
    kind, _, detail = QUESTIONS[language].get(name, name).partition(" ")
    low, _, high = detail.partition("..")
    match kind:
        case "integer":
            return IntegerQuestion(
                id="Q", text="?", min=int(low) if low else None, max=int(high) if high else None
            )
        case "date":
            return DateQuestion(id="Q", text="?", min=low or None, max=high or None)
        case "text":
            return TextQuestion(
                id="Q",
                text="?",
                min_length=int(low) if low else None,
                max_length=int(high) if high else None,
            )
        case "choice" | "several":
            options = tuple(detail.split(";"))
            return MultipleChoiceQuestion(id="Q", text="?", options=options, multiple=kind == "several")
        case "yes_no" | "gender" | "good_bad":
            return BinaryQuestion(id="Q", text="?", kind=kind)
        case "email":
            return EmailQuestion(id="Q", text="?")
        case _:
            raise ValueError(f"{name!r} is no question")
