"""Why something of a Studio flow was left out, in Spanish and English. $names are the parameters of the reason."""

from collections.abc import Mapping
from string import Template

# code: (Spanish, English)
_REASONS: Mapping[str, tuple[str, str]] = {
    "voice": (
        "Es de llamadas de voz, y un chatbot de aquí solo escribe mensajes.",
        "It is for voice calls, and a chatbot here only writes messages.",
    ),
    "http": (
        "Pide datos a otro sistema. Agregue en su lugar una acción Sistema externo; mientras, los valores que daba son"
        " columnas del archivo de contactos.",
        "It asks another system for data. Add an External system action in its place; until then the values that it"
        " gave are columns of the contact file.",
    ),
    "code": (
        "Ejecuta código en Twilio, que aquí no corre. Si da valores, use una acción Sistema externo; mientras, son"
        " columnas del archivo de contactos.",
        "It runs code at Twilio, which does not run here. If it gives values, use an External system action; until"
        " then they are columns of the contact file.",
    ),
    "unknown_type": (
        "Aquí no hay un paso para este tipo de widget. La conversación sigue con lo que venía después.",
        "There is no step for this type of widget here. The conversation goes on with what came after it.",
    ),
    "no_text": ("No tiene texto que enviar.", "It has no text to send."),
    "template": (
        "Usa la plantilla $sid, cuyo texto guarda Twilio. Agregue un mensaje con esa plantilla.",
        "It uses the template $sid, whose text is kept by Twilio. Add a message with that template.",
    ),
    "liquid": (
        "Su texto usa etiquetas de Liquid ({% … %}) u otra cosa que aquí no se puede decir, o pasa de 1600 letras.",
        "Its text uses Liquid tags ({% … %}) or something else that cannot be said here, or is over 1600 characters.",
    ),
    "filter": (
        "Se quitaron estos filtros de Liquid: $filters. El valor sale tal como es.",
        "These filters of Liquid were dropped: $filters. The value appears as it is.",
    ),
    "media": (
        "El archivo adjunto no tiene una dirección fija que empiece con https://. Se envía solo el texto.",
        "The attachment has no fixed address that starts with https://. Only the text is sent.",
    ),
    "variable": (
        "Da a $key un valor distinto según el camino, y aquí los valores no cambian. Si un texto la usa, es columna.",
        "It gives $key another value by the way taken, and a value does not change here. Where a text names $key, it is"
        " a column.",
    ),
    "input": (
        "Se decide por «$input», que aquí no es ni respuesta ni columna. La conversación sigue por «$next».",
        "It decides by “$input”, which is no answer and no column here. The conversation goes on with “$next”.",
    ),
    "condition": (
        "La condición hacia «$next» ($predicate) no se puede decir aquí. Ese camino se quedó fuera.",
        "The condition towards “$next” ($predicate) cannot be said here. That way was left out.",
    ),
    "asks_again": (
        "El camino «No match» hacia «$next» se quedó fuera: ante otra respuesta, el chatbot repite la pregunta.",
        "The way “No match” towards “$next” was left out: at any other answer the chatbot asks the question again.",
    ),
    "uncovered": (
        "Ante una respuesta que ningún camino toma, Studio repetía la pregunta; aquí la conversación termina.",
        "At an answer that no branch takes Studio asked again; here the conversation ends.",
    ),
    "loop": (
        "Regresa a «$next», y una conversación de aquí no vuelve atrás. Ese camino termina ahí.",
        "It goes back to “$next”, and a conversation here does not go back. That way ends there.",
    ),
    "joined": (
        "Sigue en «$next», que ya está en otro camino. Ese camino termina ahí.",
        "It goes on with “$next”, which stands in another way already. That way ends there.",
    ),
    "too_deep": (
        "Está dentro de demasiadas decisiones, una dentro de otra. Ese camino termina ahí.",
        "It stands inside too many decisions, one within another. That way ends there.",
    ),
    "too_many": (
        "El chatbot ya tiene 1000 pasos, que es el máximo.",
        "The chatbot has 1000 steps already, which is the most.",
    ),
    "unreached": (
        "Ningún paso importado lleva hasta aquí: viene después de una llamada, una falla de envío, un tiempo agotado"
        " o de algo que se quedó fuera.",
        "No imported step leads here: it comes after a call, a failed delivery, a timeout, or something left out.",
    ),
    "repeated": (
        "Otro widget ya tiene este nombre; se importó el primero.",
        "Another widget has this name already; the first one was imported.",
    ),
}


def reason_sentence(code: str, params: Mapping[str, str], language: str) -> str:
    """The sentence of a reason; KeyError for a code without one."""
    return Template(_REASONS[code][0 if language == "es" else 1]).safe_substitute(params)
