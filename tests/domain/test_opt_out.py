import pytest

from smartchat.domain.opt_out import Wish, may_be_an_answer, wish_of


@pytest.mark.parametrize(
    "text",
    [
        "STOP", "stop", " Stop. ", "STOPALL", "unsubscribe", "CANCEL", "End", "quit", "OPTOUT", "revoke",
        "ALTO", "baja", "¡Baja!", "PARAR", "detener", "Cancelar", "no más", "NO MAS", "darme de baja",
        "ya no me escriban", "Ya no me manden mensajes", "no me escriban más", "por favor no me envíen nada",
        "stop texting me", "please don't text me",
    ],
)  # fmt: skip
def test_who_asks_for_silence_gets_it(text: str) -> None:
    assert wish_of(text, opted_out=False) is Wish.OUT


@pytest.mark.parametrize(
    "text",
    [
        "CANCEL my appointment", "quiero cancelar mi cita", "no", "no puedo", "alto ahí le contesto luego", "",
        "baja la temperatura", "¿cuándo me escriben?", "no me escribieron la fecha", "👍", "the end of the month",
        "no más de 500 pesos", "no me manden el lunes, mejor el martes",
    ],
)  # fmt: skip
def test_a_word_inside_a_message_is_no_opt_out(text: str) -> None:
    assert wish_of(text, opted_out=False) is None


@pytest.mark.parametrize("text", ["START", "unstop", "ALTA", "Yes"])
def test_a_word_for_coming_back_counts_only_for_who_left(text: str) -> None:
    assert wish_of(text, opted_out=True) is Wish.IN
    assert wish_of(text, opted_out=False) is None


def test_twilios_own_finding_counts_whatever_the_words() -> None:
    assert wish_of("adiós", False, "STOP") is Wish.OUT
    assert wish_of("hola de nuevo", True, "START") is Wish.IN
    assert wish_of("ayuda", False, "HELP") is None


def test_only_a_spanish_word_may_be_an_answer() -> None:
    assert may_be_an_answer("Cancelar")
    assert not may_be_an_answer("CANCEL")
