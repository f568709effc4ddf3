import pytest

from smartchat.domain.inbound.opt_out import OptOutIntent, intent_of


@pytest.mark.parametrize(
    "text",
    [
        "STOP", "stop", " Stop. ", "STOPALL", "unsubscribe", "CANCEL", "End", "quit", "OPTOUT", "revoke",
        "ALTO", "baja", "¡Baja!", "PARAR", "detener", "Cancelar", "no más", "NO MAS", "darme de baja",
        "ya no me escriban", "Ya no me manden mensajes", "no me escriban más", "por favor no me envíen nada",
        "stop texting me", "please don't text me", "Ya no me escriban por favor", "ya no me manden nada",
        "No me molesten más", "no me contacten", "quiero darme de baja", "deme de baja por favor",
        "bórrenme de su lista",
        "quítenme de la lista", "dejen de escribirme", "dejen de mandarme mensajes",
        "ya no quiero recibir mensajes",
        "no quiero más mensajes", "no quiero que me escriban", "ya no quiero mensajes", "stop messaging me",
        "Stop contacting me please", "don't message me again", "do not contact me",
        "remove me from your list",
        "take me off this list", "unsubscribe me", "no more messages", "no more texts please",
        "leave me alone",
        "quit texting me", "déjenme en paz", "saquenme de su lista", "cancelar suscripción",
        "no me vuelvan a escribir",
        "Por favor ya no me envíen más mensajes", "STOP!!", "parar 🙏", "baja por favor", "alto, por favor",
        "stop please", "Please stop", "stop sending me messages", "Stop the messages", "opt out", "Opt-out",
        "I want to unsubscribe", "I don't want any more texts", "remove my number from your list",
        "no molestar",
        "favor de no escribirme", "favor de ya no enviar mensajes", "ya no quiero recibir nada",
        "no deseo recibir más mensajes", "no deseo que me contacten", "borren mi número",
        "quite mi numero de su lista", "alto a los mensajes", "no más mensajes", "basta de mensajes",
        "quiero que me den de baja", "solicito que me den de baja", "ya no manden mensajes", "no escriban más",
        "no me escriban nunca más", "no me busquen más", "ya no me llamen", "dejen de estar molestando",
        "ya no quiero que me manden nada", "no nos escriban", "no me vuelva a contactar",
    ],
)  # fmt: skip
def test_who_asks_for_silence_gets_it(text: str) -> None:
    assert intent_of(text, opted_out=False) is OptOutIntent.OUT


@pytest.mark.parametrize(
    "text",
    [
        "CANCEL my appointment", "quiero cancelar mi cita", "no", "no puedo", "alto ahí le contesto luego",
        "",
        "baja la temperatura", "¿cuándo me escriben?", "no me escribieron la fecha", "👍",
        "the end of the month",
        "no más de 500 pesos", "no me manden el lunes, mejor el martes", "no me interesa", "no gracias",
        "ya no",
        "no quiero", "no puedo ahorita", "me di de baja del gimnasio", "bajar el precio",
        "el final del mes", "end of may",
        "stop by at 5", "I will stop by later", "please stop by the store", "no me llegó el mensaje",
        "no me escribe nadie",
        "don't text me the code, call me", "cancela la primera y deja la segunda",
        "quiero cancelar la suscripción mañana, ¿cómo?",
        "no me mande el paquete, paso por él", "para el lunes", "parar en la tienda", "altos",
        "revoked card", "fin",
        "help me", "más información", "yes", "empezar", "no me manden la factura a ese correo", "en baja",
        "la baja",
        "no more than 500", "take me off at the corner", "remove the second one", "leave it at the door",
        "no me molesta", "no molesta", "ya no me molesta la espalda", "ya no me molesta", "no me llama",
        "no me busca", "no me mandan nada", "no me escriben", "no me mande", "no me llamen", "no envía",
        "no me manda mensajes", "no me llegan mensajes", "no me envíen la tarjeta", "no me han dado de baja",
        "dejé de buscar", "solicito mi baja", "dejen el paquete",
        "quiero mensajes", "cancelar el pedido", "no quiero nada más",
        "don't want to go", "stop sign", "no deseo", "alta", "quiero recibir mensajes", "no me contestan",
    ],
)  # fmt: skip
def test_a_word_inside_a_message_is_no_opt_out(text: str) -> None:
    assert intent_of(text, opted_out=False) is None


@pytest.mark.parametrize("text", ["START", "unstop", "ALTA", "Yes", "Alta, por favor", "start please"])
def test_a_word_for_coming_back_counts_only_for_who_left(text: str) -> None:
    assert intent_of(text, opted_out=True) is OptOutIntent.IN
    assert intent_of(text, opted_out=False) is None


def test_twilios_own_finding_counts_whatever_the_words() -> None:
    assert intent_of("adiós", False, "STOP") is OptOutIntent.OUT
    assert intent_of("hola de nuevo", True, "START") is OptOutIntent.IN
    assert intent_of("ayuda", False, "HELP") is OptOutIntent.HELP


@pytest.mark.parametrize("text", ["HELP", "info", " Help. "])
def test_help_is_answered_by_twilio_on_sms_and_by_nobody_on_whatsapp(text: str) -> None:
    assert intent_of(text, opted_out=False) is OptOutIntent.HELP
    assert intent_of(text, opted_out=False, whatsapp=True) is None
