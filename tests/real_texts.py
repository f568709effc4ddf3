"""What contacts, phones and carriers really write, by kind; and the questions that they write it to."""

from typing import Any

RETRIES = {"retries": 2, "retry_message": "Perdón, no le entendí."}
YES_NO: dict[str, Any] = {
    "id": "VA",
    "type": "binary",
    "kind": "yes_no",
    "text": "¿Va a asistir a su cita?",
} | RETRIES
NOTE: dict[str, Any] = {"id": "NOTA", "type": "text", "text": "¿Algo más?"} | RETRIES
NUMBER: dict[str, Any] = {"id": "C", "type": "integer", "text": "¿Cuántos?", "min": 0, "max": 30} | RETRIES
DATE: dict[str, Any] = {"id": "DIA", "type": "date", "text": "¿Qué día?"} | RETRIES
EMAIL: dict[str, Any] = {"id": "CORREO", "type": "email", "text": "¿Cuál es su correo?"} | RETRIES
END = {"id": "FIN", "type": "end", "text": "Gracias."}
NAME = {"id": "N", "type": "custom_data", "data_type": "TEXT"}
TEMPLATE = {
    "id": "AV",
    "type": "message",
    "text": "Hola {{N}}.",
    "template": {"content_sid": "HX" + "0" * 32, "variables": {"1": "{{N}}"}},
}


def choice(text: str, *options: str) -> dict[str, Any]:
    return {
        "id": "OP",
        "type": "multiple_choice",
        "answers": "single",
        "text": text,
        "options": options,
    } | RETRIES


APPOINTMENT = choice("¿Qué desea hacer con su cita?", "Confirmar cita", "Reagendar cita", "Cancelar cita")
ORDER = choice("¿Qué hacemos con su pedido?", "Dejarlo igual", "Cambiar la dirección", "Cancelar el pedido")
SERVICES = choice("¿Qué trámite le interesa?", "Alta", "Baja", "Cambio")
PAYING = choice("¿Dónde paga?", "Banco", "Tienda", "Transferencia")

WRITTEN_AT_NIGHT = {
    "mañana": "2026-12-01",
    "hoy": "2026-11-30",
    "pasado mañana": "2026-12-02",
    "15 de diciembre de 2026": "2026-12-15",
    "mañana temprano por favor": "2026-12-01",
    "hoy mismo": "2026-11-30",
    "El día de pasado mañana": "2026-12-02",
    "Mañana martes": "2026-12-01",
}
OWN_OPTIONS = [
    (APPOINTMENT, ("Cancelar", "cancelar por favor", "cancelar.", "Cancelar cita"), "Cancelar cita"),
    (APPOINTMENT, ("3", "cancela", "cancelo"), "Cancelar cita"),
    (APPOINTMENT, ("CANCELAR!!", "quiero cancelar", "Cancelar la cita", "Cancélela por favor"), "Cancelar cita"),
    (ORDER, ("cancelar", "Cancelar pedido", "cancelarlo"), "Cancelar el pedido"),
    (SERVICES, ("BAJA", "baja por favor", "Alta"), None),
]  # fmt: skip
LEAVE_ME_ALONE = """
Hola, no me manden más mensajes · Buenas tardes, ya no me escriban · No, ya no me escriban
No gracias, no me manden nada · Por favor ya no me manden mensajes a este número · Déjame en paz
deja de escribirme · Deja de mandarme mensajes · bórrame de tu lista · me quiero dar de baja · SALIR · stop stop
Stop, wrong number · Número equivocado, no me escriban · no quiero recibir sus mensajes · quiero que me des de baja
REMOVE · Stop promotions · baja x favor · ALTO ya
STOP · ya no me escriban · Oigan ya párenle con los mensajes · Quiten mi número de su lista por favor
No vuelvan a escribirme · Ya dejen de estar mandando mensajes · Favor de darme de baja · dame de baja ya
no quiero que me escriban · Por favor bórrenme de su lista · Buen día, le pido que no me mande más mensajes
No deseo recibir más mensajes · cancelen mi suscripción · Stop texting me · please stop messaging me
take me off your list · Remove my number please · Dejen de molestar por favor · Ya estuvo, no me escriban
sáquenme de su lista · no me contacten más · Ya no quiero sus mensajes, gracias · Déjenme en paz por favor
"""
STILL_ANSWERS = """
Cancelar la cita · Quiero cancelar mi pedido · Baja California · en la planta baja · me di de baja en el IMSS
no quiero · no gracias · Nomás dos · fin de semana · Soy alto · ya no
Voy saliendo de viaje · quiero dar de baja mi tarjeta · No me mandaron el recibo · ya no puedo ir
Mándeme otro mensaje mañana · no me dejan salir del trabajo · Borré el mensaje, ¿qué decía? · está en la fila baja
Me dieron de alta ayer · tuve que parar en el camino · ya no tengo dudas
"""
DOUBTFUL = """
no me interesa · 🛑 · esto es spam · Los reporto como spam · basta · no quiero nada · ya no más
es puro spam · No estoy interesado · ya basta · No me interesa, gracias · Basta por favor · reportado por spam
no quiero saber nada
"""
AUTOMATIC = {
    "yes_no": """
Gracias por comunicarte con Abarrotes Lupita. En este momento no podemos responder, te contestaremos lo antes posible.
Lo siento, no puedo hablar en este momento.
No puedo hablar. ¿Qué pasa?
Can't talk now. What's up?
I'm in a meeting. Call you in 5?
Free Msg: Unable to send message - Message Blocking is active.
El mensaje no pudo ser entregado al numero 12345
¡Hola! Gracias por escribir a Estética Rubí. Nuestro horario es de lunes a sábado de 10 a 19 h; no estamos disponibles.
Estoy de vacaciones hasta el 12 de enero y no estaré revisando mensajes. Sí es urgente, llame a la oficina.
En este momento no hay asesores disponibles. En breve le atenderemos.
Estoy manejando, no puedo contestar. Te llamo al llegar.
I'm driving right now - I'll get back to you later.
Out of office: no access to messages until Monday.
Sorry, I can't talk right now.
Ahora no puedo contestar, te llamo luego.
""",
    "number": """
Estoy en una reunión, te marco en 5
Estoy conduciendo, te llamo en 10 minutos.
Mensaje automático: regreso a las 3
Estoy en una junta, te llamo en 20 minutos
Respuesta automática: vuelvo el 4 de enero
I'm driving, call you in 15 minutes
""",
}
STILL_NO = (
    "No puedo ir",
    "no voy a poder",
    "no podré asistir",
    "No, ese día no puedo",
    "No alcanzo a llegar",
    "No podré ir",
)
REACTIONS: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    (YES_NO, ("No le gustó “¿Va a asistir a su cita?”", "Le gustó “Si paga en el banco, responda Sí”")),
    (YES_NO, ("Se rio de “¿Va a asistir a su cita?”", "Disliked “¿Va a asistir a su cita?”")),
    (YES_NO, ("Laughed at “No falte, por favor”", "Preguntó por “¿Va a asistir a su cita? Sí o no”")),
    (PAYING, ("Le gustó “Si paga en el banco, responda Sí”", "No le gustó “Tienda”")),
    (PAYING, ("Emphasized “Puede pagar por transferencia”", "Le encantó \"¿Dónde paga? Banco\"")),
    (DATE, ("Le encantó “¿Qué día le queda bien? Por ejemplo 15/12/2026”",)),
    (DATE, ("Enfatizó “Su cita es el 15 de diciembre de 2026”",)),
    (DATE, ("Liked “¿Qué día le queda bien? Por ejemplo 15/12/2026”", "Loved “Nos vemos el 20 de enero de 2027”")),
    (EMAIL, ("Le gustó “¿Cuál es su correo? Por ejemplo nombre@correo.com”",)),
    (EMAIL, ("Questioned “Escriba a citas@clinica.mx”",)),
    (NOTE, ("Le encantó “¿Algo más?”", "Liked “¿Algo más?”", "Removed a heart from “¿Algo más?”")),
    (NUMBER, ("Le gustó “Elija de 1 a 30”", "Enfatizó “¿Cuántos? Máximo 30”")),
]  # fmt: skip
WRONG_NUMBER = """
No soy Carlos · Este ya no es su número · No conozco a ningún Carlos · Este número ya no es de Carlos
No es mi número, lo tengo desde ayer · Yo no soy Carlos, número equivocado
Se equivocó de número · Aquí no vive ningún Carlos · Creo que tiene el número equivocado
Carlos ya no tiene este número · No soy la persona que busca · wrong number, this isn't Carlos
"""
RIGHT_NUMBER = {"No, Carlos no puede ir": "no", "Sí, soy Carlos": "yes", "Soy su esposa, sí va": "yes"}
INVISIBLE = ("\u200b\u200b", "\u200d", "\ufeff", "\u2060\u200b", "\u2800", "\u3164", "\u00ad", " \n\t")


def listed(texts: str) -> list[str]:
    return [text.strip() for text in texts.replace(" · ", "\n").split("\n") if text.strip()]
