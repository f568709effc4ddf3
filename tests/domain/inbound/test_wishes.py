"""Wishes to be left alone, by the labelled texts of tests/wishes (label, text) and by the rules around them.

`out`: a clear wish; `doubtful`: somebody has to decide; `none`: an answer or a statement. Each set was written before
the matcher saw it (docs/benchmarks.md has what it found then).
"""

import csv
from pathlib import Path

import pytest

from smartchat.domain.inbound.opt_out import Silence, silence_of

FOLDER = Path(__file__).parents[2] / "wishes"
_CLEAR = (Silence.TWILIO, Silence.CLEAR, Silence.WORD)
MISSES = {tuple(line.split("\t")) for line in (FOLDER / "known_misses.txt").read_text("utf-8").splitlines()}


def labelled() -> list[tuple[str, str, str]]:
    rows = []
    for path in sorted(FOLDER.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                rows.append((path.stem, row["label"], row["text"]))
    return rows


def read(text: str) -> str:
    found = silence_of(text)
    return "none" if found is None else "out" if found in _CLEAR else "doubtful"


@pytest.mark.parametrize("name", sorted({name for name, _, _ in labelled()}))
def test_who_asks_to_be_left_alone_is_told_from_who_answers(name: str) -> None:
    """A failure lists the text, what was read, and the label."""
    wrong = [(text, read(text), label) for set_, label, text in labelled() if set_ == name]
    wrong = [case for case in wrong if case[1] != case[2] and (name, case[0]) not in MISSES]
    assert wrong == []


def test_what_is_missed_is_known_and_never_a_wish_that_nobody_had() -> None:
    labels = {(name, text): label for name, label, text in labelled()}
    assert [case for case in MISSES if labels[case] != "out" or read(case[1]) != "none"] == []


@pytest.mark.parametrize(
    "text",
    [
        "Hola, no me manden más mensajes", "Buenas tardes, ya no me escriban", "No, ya no me escriban",
        "No gracias, no me manden nada", "Por favor ya no me manden mensajes a este número", "Déjame en paz",
        "deja de escribirme", "Deja de mandarme mensajes", "bórrame de tu lista", "me quiero dar de baja", "SALIR",
        "stop stop", "Stop, wrong number", "Número equivocado, no me escriban", "no quiero recibir sus mensajes",
        "quiero que me des de baja", "REMOVE", "Stop promotions", "baja x favor", "ALTO ya", "STOP!!! who is this",
        "S.T.O.P", "no me escribás más", "Ya no me mandéis mensajes", "no me escrivan", "nooo me escriban",
    ],
)  # fmt: skip
def test_a_wish_is_heard_with_what_stands_around_it(text: str) -> None:
    assert read(text) == "out"


@pytest.mark.parametrize(
    "text",
    [
        "Cancelar la cita", "Quiero cancelar mi pedido", "Baja California", "en la planta baja",
        "me di de baja en el IMSS", "no quiero", "no gracias", "Nomás dos", "fin de semana", "Soy alto", "ya no",
        "no me molesta", "no me llama", "no dejen de escribirme", "no quiero que me den de baja",
    ],
)  # fmt: skip
def test_a_statement_is_no_wish(text: str) -> None:
    assert read(text) == "none"


@pytest.mark.parametrize(
    "text",
    [
        "no me interesa", "no me interesa, gracias", "🛑", "esto es spam", "Los reporto como spam", "basta",
        "no quiero nada", "ya no más", "Ya no me escriban, mejor llámenme",
        "ya no me escriban " + "porque estoy muy ocupada con los niños y la casa " * 3,
    ],
)  # fmt: skip
def test_what_may_be_a_wish_is_for_somebody_to_decide(text: str) -> None:
    assert read(text) == "doubtful"


@pytest.mark.parametrize("text", ["no me " * 3000, "stop " * 900, "ya no " * 700, "soy a b c " * 450])
def test_a_text_of_nothing_but_wishes_is_read_in_one_pass(text: str) -> None:
    assert read(text) in ("none", "out", "doubtful")


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("STOP", Silence.TWILIO), ("cancel", Silence.TWILIO), ("Cancelar por favor", Silence.WORD),
        ("baja", Silence.WORD), ("ya no me escriban", Silence.CLEAR), ("stop please", Silence.CLEAR),
    ],
)  # fmt: skip
def test_twilios_own_words_single_words_and_clear_wishes_are_told_apart(text: str, how: Silence) -> None:
    assert silence_of(text) is how
