"""What the problems of a script say, in Spanish and English. $names are the parameters of the problem."""

from collections.abc import Mapping
from string import Template
from typing import Any

from smartchat.domain.script_file.wording_actions import ACTION_SENTENCES

# code: (Spanish, English)
_SENTENCES: Mapping[str, tuple[str, str]] = {
    **ACTION_SENTENCES,
    "not_json": (
        "El archivo no es JSON: se rompe en la línea $line, columna $column. Corríjalo ahí.",
        "The file is not JSON: it breaks at line $line, column $column. Correct it there.",
    ),
    "field_twice": (
        "Un mismo objeto tiene dos veces el campo «$field». Quite uno de los dos.",
        "One object has the field “$field” twice. Remove one of the two.",
    ),
    "not_utf8": (
        "El archivo no está en UTF-8: la línea $line tiene letras de otra codificación. Guárdelo como UTF-8.",
        "The file is not UTF-8: line $line has letters in another encoding. Save it as UTF-8.",
    ),
    "not_a_script": (
        "El archivo es JSON, pero no un chatbot: tiene valores que ningún chatbot tiene. Expórtelo otra vez.",
        "The file is JSON but no chatbot: it holds values that no chatbot has. Export it again.",
    ),
    "studio_malformed": (
        "El archivo parece un flujo de Twilio Studio, pero no dice dónde empieza. Expórtelo otra vez desde Studio.",
        "The file looks like a flow of Twilio Studio but does not say where it starts. Export it from Studio again.",
    ),
    "studio_too_large": (
        "El flujo de Twilio Studio pasa de 1000 widgets, que es lo que Studio permite. Revise que sea el correcto.",
        "The flow of Twilio Studio has over 1000 widgets, more than Studio allows. Make sure that it is the right one.",
    ),
    "studio_nothing": (
        "Ningún mensaje del flujo de Twilio Studio se pudo traer: abajo está por qué. Cree el chatbot aquí mismo.",
        "No message of the flow of Twilio Studio could be carried over: see why below. Build the chatbot here.",
    ),
    "file_too_large": (
        "El archivo pasa de $limit MB. Un chatbot no llega a tanto: revise que sea el archivo correcto.",
        "The file is over $limit MB. No chatbot is: make sure that it is the right file.",
    ),
    "wrong_type": (
        "Aquí debe ir $expected. Corrija el valor.",
        "This must be $expected. Correct the value.",
    ),
    "missing_field": (
        "Falta el campo «$field». Agréguelo.",
        "The field “$field” is missing. Add it.",
    ),
    "unknown_field": (
        "El campo «$field» no existe.$proposal Corrija el nombre o quítelo.",
        "There is no field “$field” here.$proposal Correct the name or remove it.",
    ),
    "wrong_value": (
        "«$value» no es un valor posible. Elija uno de estos: $allowed.",
        "“$value” is not a possible value. Choose one of: $allowed.",
    ),
    "wrong_format": (
        "«$value» no tiene el formato correcto. $format",
        "“$value” does not have the right form. $format",
    ),
    "empty_text": (
        "El texto está vacío. Escriba lo que debe decir.",
        "The text is empty. Write what it has to say.",
    ),
    "too_long": (
        "El texto tiene $length caracteres y el máximo es $limit. Acórtelo.",
        "The text has $length characters and the most is $limit. Shorten it.",
    ),
    "out_of_range": (
        "El valor $value está fuera de lo permitido ($bound $limit). Corríjalo.",
        "The value $value is not allowed ($bound $limit). Correct it.",
    ),
    "too_few_options": (
        "Se necesitan al menos $limit opciones. Agregue las que faltan.",
        "At least $limit options are needed. Add what is missing.",
    ),
    "too_many": (
        "Son $count y el máximo es $limit. Quite los que sobran.",
        "There are $count and the most is $limit. Remove some.",
    ),
    "illegal_character": (
        "El carácter $character (posición $position) no se puede enviar. Bórrelo.",
        "The character $character (position $position) cannot be sent. Delete it.",
    ),
    "unknown_step_type": (
        "No existe el tipo de paso «$type».$proposal Corrija el tipo.",
        "There is no step type “$type”.$proposal Correct the type.",
    ),
    "invalid_id": (
        "«$id» no sirve como identificador único. Use letras, números y _, y empiece con una letra.",
        "“$id” cannot be a Unique ID. Use letters, digits and _, and start with a letter.",
    ),
    "reserved_id": (
        "«$id» es una palabra reservada: CONTACT, TODAY, TRUE, FALSE, AND, OR y NOT no sirven como identificador "
        "único. Use otro, por ejemplo «${id}_2».",
        "“$id” is a reserved word: CONTACT, TODAY, TRUE, FALSE, AND, OR and NOT cannot be Unique IDs. "
        "Use another one, such as “${id}_2”.",
    ),
    "duplicate_id": (
        "El identificador único «$id» ya lo tiene el paso n.º $first. Cambie el del paso n.º $number.",
        "Step no. $first already has the Unique ID “$id”. Change that of step no. $number.",
    ),
    "value_named_like_step": (
        "El valor «$id» se llama igual que su propio paso. Póngale otro nombre a uno de los dos.",
        "The value “$id” has the same name as its own step. Give one of them another name.",
    ),
    "broken_reference": (
        "«$excerpt» empieza con {{ pero no es una referencia como {{NOMBRE}}. Complétela o quite las llaves.",
        "“$excerpt” begins with {{ but is no reference like {{NAME}}. Complete it or remove the braces.",
    ),
    "unknown_reference": (
        "Ningún paso tiene el identificador único «$id».$proposal Corrija {{$id}} o quítelo.",
        "No step has the Unique ID “$id”.$proposal Correct {{$id}} or remove it.",
    ),
    "later_reference": (
        "«$id» todavía no tiene valor aquí: su paso viene después. Mueva ese paso antes o quite {{$id}}.",
        "“$id” has no value here yet: its step comes later. Move that step up or remove {{$id}}.",
    ),
    "reference_without_value": (
        "El paso «$id» no guarda ningún valor (no es pregunta ni Dato Personalizado). Quite {{$id}}.",
        "The step “$id” keeps no value (it is no question and no Custom Data). Remove {{$id}}.",
    ),
    "range_turned_round": (
        "El rango está al revés: el mínimo ($min) es mayor que el máximo ($max). Intercámbielos.",
        "The range is turned round: its minimum ($min) is above its maximum ($max). Swap them.",
    ),
    "wrong_number_names": (
        "El texto para un número equivocado lo lee otra persona: no puede llevar datos del contacto ($id). Quítelos.",
        "The text for a wrong number is read by somebody else: it cannot hold the contact's data ($id). Remove them.",
    ),
    "hours_turned_round": (
        "El horario abre a las $min y cierra a las $max. La hora de cierre debe ser posterior a la de apertura.",
        "The hours open at $min and close at $max. They must close later than they open.",
    ),
    "invalid_date_limit": (
        "«$value» no es un límite de fecha. Escriba AAAA-MM-DD, TODAY o el identificador de una fecha anterior.",
        "“$value” is no limit for a date. Write YYYY-MM-DD, TODAY, or the ID of an earlier date.",
    ),
    "duplicate_option": (
        "La opción «$option» es igual a «$first». Quite una o cámbiela.",
        "The option “$option” is the same as “$first”. Remove one or change it.",
    ),
    "unreachable_step": (
        "La conversación nunca llega a este paso: termina antes, en «$end». Muévalo antes de ese paso o quítelo.",
        "The conversation never gets to this step: it ends before, at “$end”. Move it up or remove it.",
    ),
    "no_template": (
        "WhatsApp solo deja empezar con una plantilla aprobada: póngale su ContentSid, o antes un mensaje con una.",
        "WhatsApp lets you begin only with an approved template: give it a ContentSid, or put one before it.",
    ),
    "unknown_button_answer": (
        "El botón «$button» vale por «$answer», que no es respuesta a $question. Escriba una de sus opciones, "
        "o yes o no.",
        "The button “$button” stands for “$answer”, which is no answer to $question. Write one of its options, "
        "or yes or no.",
    ),
    "button_without_answer": (
        "No se sabe qué responde el botón «$button» a $question. Escriba después de = la respuesta por la que vale.",
        "It is not known what the button “$button” answers to $question. Write after = the answer it stands for.",
    ),
    "nothing_to_say": (
        "El chatbot no tiene ningún mensaje ni pregunta. Agregue al menos uno.",
        "The chatbot has no message and no question. Add at least one.",
    ),
}

_FORMATS: Mapping[str, tuple[str, str]] = {
    "sender": (
        "Use un número como +15005550006, un código corto como 26262 o el SID de un Messaging Service (MG…); para "
        "WhatsApp, con whatsapp: antes.",
        "Use a number like +15005550006, a short code like 26262, or the SID of a Messaging Service (MG…); for "
        "WhatsApp with whatsapp: before it.",
    ),
    "opens": ("Use HH:MM, por ejemplo 08:00.", "Use HH:MM, for example 08:00."),
    "closes": ("Use HH:MM, por ejemplo 21:00.", "Use HH:MM, for example 21:00."),
    "utc_offset": ("Use ±HH:MM, por ejemplo -05:00.", "Use ±HH:MM, for example -05:00."),
    "media_url": (
        "Use una dirección completa que empiece con https://.",
        "Use a complete address that starts with https://.",
    ),
    "url": (
        "Use una dirección completa que empiece con https:// o http://.",
        "Use a complete address that starts with https:// or http://.",
    ),
    "content_sid": (
        "Use el ContentSid de la plantilla: HX y 32 dígitos hexadecimales.",
        "Use the template's ContentSid: HX and 32 hexadecimal digits.",
    ),
}

_TYPES: Mapping[str, tuple[str, str]] = {
    "object": ("un objeto {…}", "an object {…}"),
    "array": ("una lista […]", "a list […]"),
    "string": ("un texto", "a text"),
    "integer": ("un número entero", "a whole number"),
    "boolean": ("true o false", "true or false"),
    "number": ("un número", "a number"),
}

_FIELDS: Mapping[str, tuple[str, str]] = {
    "name": ("nombre", "name"),
    "language": ("idioma", "language"),
    "sender": ("remitente", "sender"),
    "active_hours": ("horario activo", "active hours"),
    "wrong_number_text": ("texto para un número equivocado", "text for a wrong number"),
    "opens": ("apertura", "opens"),
    "closes": ("cierre", "closes"),
    "utc_offset": ("diferencia con UTC", "offset from UTC"),
    "steps": ("pasos", "steps"),
    "id": ("identificador único", "Unique ID"),
    "type": ("tipo", "type"),
    "text": ("texto", "text"),
    "media_url": ("archivo multimedia", "media URL"),
    "template": ("plantilla", "template"),
    "content_sid": ("ContentSid", "ContentSid"),
    "variables": ("variable", "variable"),
    "buttons": ("botón", "button"),
    "payload": ("dato del botón", "payload"),
    "answer": ("respuesta", "answer"),
    "options": ("opción", "option"),
    "retries": ("reintentos", "retries"),
    "retry_message": ("mensaje de reintento", "retry message"),
    "end_if_unsuccessful": ("terminar si no hay respuesta válida", "end if not successful"),
    "min": ("mínimo", "minimum"),
    "max": ("máximo", "maximum"),
    "min_length": ("longitud mínima", "minimum length"),
    "max_length": ("longitud máxima", "maximum length"),
    "media": ("acepta fotos y archivos", "takes pictures and files"),
    "data_type": ("tipo de dato", "data type"),
    "kind": ("clase", "kind"),
    "answers": ("respuestas", "answers"),
    "show_options": ("mostrar opciones", "show options"),
    "formula": ("fórmula", "formula"),
    "description": ("descripción", "description"),
    "display_if": ("condición", "condition"),
    "equals": ("valor", "value"),
    "step": ("paso", "step"),
    "method": ("método", "method"),
    "url": ("dirección", "URL"),
    "headers": ("encabezados", "headers"),
    "body": ("cuerpo", "body"),
    "values": ("valores", "values"),
    "on_failure": ("si falla", "on failure"),
    "note": ("nota", "note"),
}


def problem_sentence(
    code: str, step: str | None, place: str, params: Mapping[str, Any], language: str
) -> str:
    """The sentence of a problem, led by its place: "Paso SALUDO, texto: …". KeyError for a code without one."""
    which = 0 if language == "es" else 1
    words = {name: _param(name, value, which) for name, value in params.items()}
    if code == "wrong_format":
        words["format"] = _FORMATS[place.rsplit("/", 1)[-1]][which]
    sentence = Template(_SENTENCES[code][which]).substitute(words)
    where = _where(step, place, which)
    return f"{where}: {sentence}" if where else sentence


def _param(name: str, value: Any, which: int) -> str:
    match name:
        case "expected":
            return _TYPES[value][which]
        case "allowed":
            return ", ".join(map(str, value))
        case "proposal" if value is None:
            return ""
        case "proposal":
            return (f" ¿Quiso decir «{value}»?", f" Did you mean “{value}”?")[which]
        case "bound":
            return {"minimum": ("mínimo", "at least"), "maximum": ("máximo", "at most")}[value][which]
        case "position":
            return str(value + 1)
        case _:
            return str(value)


def _where(step: str | None, place: str, which: int) -> str:
    parts = [part.replace("~1", "/").replace("~0", "~") for part in place.split("/")[1:]]
    words = []
    if parts[:1] == ["steps"] and len(parts) > 1:
        number = int(parts[1]) + 1
        name = step or (f"n.º {number}", f"no. {number}")[which]
        words.append((f"Paso {name}", f"Step {name}")[which])
        parts = parts[2:]
    for part in parts:
        if part.isdecimal() and words:
            words[-1] += f" {int(part) + 1}" if parts[0] == "options" else f" {part}"
        elif part in _FIELDS:
            words.append(_FIELDS[part][which])
    where = ", ".join(words)
    return where[:1].upper() + where[1:]


def field_words(field: str, language: str) -> str:
    """What a field of a script file is called in sentences; its own name where it has no other."""
    return _FIELDS.get(field, (field, field))[0 if language == "es" else 1]
