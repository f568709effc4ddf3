"""Words of a wish that are an option of the question just asked."""

import pytest

from smartchat.domain.conversation.dialogue import Dialogue, Opened, advance
from smartchat.domain.conversation.opted_answers import chosen, is_doubtful
from tests.domain.builder.test_trial import OPEN
from tests.domain.script.scripts import question, script_of

CITA = ("Confirmar cita", "Reagendar cita", "Cancelar cita")


def asked(*options: str) -> Dialogue:
    script = script_of(question("multiple_choice", options=list(options)))
    return advance(Dialogue.begin(script, {}), Opened(OPEN))[0]


@pytest.mark.parametrize(
    ("options", "text", "option"),
    [
        (CITA, "Cancelar", "Cancelar cita"),
        (CITA, "cancelar por favor", "Cancelar cita"),
        (CITA, "cancelar.", "Cancelar cita"),
        (("Planta alta", "Planta baja"), "baja", "Planta baja"),
        (("Alto", "Medio", "Bajo"), "ALTO", "Alto"),
        (("Entrar", "Salir"), "salir", "Salir"),
        (("Seguir", "Darme de baja"), "darme de baja", "Darme de baja"),
        (("Seguir recibiendo", "Ya no me escriban"), "ya no me escriban", "Ya no me escriban"),
        (("Seguir", "Cancelar suscripción"), "cancelar mi suscripción", "Cancelar suscripción"),
    ],
)
def test_a_wish_in_the_words_of_an_option_is_that_option(
    options: tuple[str, ...], text: str, option: str
) -> None:
    assert chosen(asked(*options), text) == (option,)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (CITA, "STOP"), (CITA, "CANCEL"), (CITA, "baja"), (CITA, "ya no me escriban"),
        (("Pagar", "Luego"), "parar"), (("Sí", "No"), "no, ya no me manden mensajes"),
        (("Stop", "Go"), "stop"),
    ],
)  # fmt: skip
def test_what_the_question_does_not_offer_stays_a_wish(options: tuple[str, ...], text: str) -> None:
    assert chosen(asked(*options), text) == ()


@pytest.mark.parametrize(
    ("options", "text", "tapped", "doubtful"),
    [
        (CITA, "no me interesa, gracias", False, True),
        (CITA, "Cancelar", False, False),
        (CITA, "Cancelar cita", False, False),
        (CITA, "Cancelar", True, False),
        (CITA, "Ya no me escriban", True, True),
        (("Me interesa", "No me interesa"), "no me interesa", False, False),
        (("Sí", "No"), "no más", False, True),
    ],
)
def test_an_operator_decides_what_the_answer_leaves_open(
    options: tuple[str, ...], text: str, tapped: bool, doubtful: bool
) -> None:
    assert is_doubtful(asked(*options), text, tapped) is doubtful
