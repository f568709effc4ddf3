"""What is bare politeness, and what says something."""

import pytest

from smartchat.domain.inbound.courtesies import is_courtesy


@pytest.mark.parametrize(
    "text",
    [
        "Ok gracias", "muy buena", "👍", "🙏🙏", "gracias", "muchas gracias!!", "Ok", "okis", "va", "sale, gracias",
        "Perfecto, muchas gracias", "de acuerdo", "enterado", "Muy amable, buen día", "Gracias por avisar",
        "excelente", "Thanks!", "thank you so much", "Got it, thanks", "great", "graaacias", "buenas tardes, gracias",
        "muchas gracias señorita", "Dios los bendiga", "qué bueno", "todo bien, gracias",
    ],
)  # fmt: skip
def test_politeness_alone_is_a_courtesy(text: str) -> None:
    assert is_courtesy(text)


@pytest.mark.parametrize(
    "text",
    [
        "sí", "no", "no gracias", "sí gracias", "gracias, sí voy", "ok, mañana", "3", "ok 3", "¿gracias?", "Banco", "",
        "gracias pero no puedo", "claro que sí", "bueno, el lunes", "muy mala", "\u200b", "yes", "ok no",
        "mañana gracias",
    ],
)  # fmt: skip
def test_what_says_anything_is_none(text: str) -> None:
    assert not is_courtesy(text)
