"""The notes on the headers of an empty contact file."""

from smartchat.domain.script.reserved import CONTACT

TEMPLATE_WORDS = {
    "en": {
        "sheet": "Contacts",
        CONTACT: "The mobile number with + and the country code, for example +525512345678.\n"
        "One row for each contact; no number twice. This column has the format Text, so that Excel keeps every digit.",
        "TEXT": "Text, as the contact will read it, for example Carlos.\nEvery contact needs a value.",
        "NUMBER": "A number in digits, for example 1350 or 1350.50.\n"
        "Without thousands separators, currency or percent signs. Every contact needs a value.",
        "DATE": "A date, for example 2026-03-05 (year-month-day).\nEvery contact needs a value.",
    },
    "es": {
        "sheet": "Contactos",
        CONTACT: "El número de celular con + y la clave del país, por ejemplo +525512345678.\n"
        "Una fila por contacto, sin números repetidos. Esta columna tiene formato Texto para que Excel conserve "
        "todos los dígitos.",
        "TEXT": "Texto, tal como lo leerá el contacto, por ejemplo Carlos.\nCada contacto necesita un valor.",
        "NUMBER": "Un número con dígitos, por ejemplo 1350 o 1350.50.\n"
        "Sin separador de miles ni signos de moneda o porcentaje. Cada contacto necesita un valor.",
        "DATE": "Una fecha, por ejemplo 2026-03-05 (año-mes-día).\nCada contacto necesita un valor.",
    },
}
