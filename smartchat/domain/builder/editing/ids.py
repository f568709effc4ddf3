"""Unique IDs made from what a step says: short, readable, free."""

import re
import unicodedata
from collections.abc import Container

from smartchat.domain.answers.phrases import listed
from smartchat.domain.builder.editing.document import StepJson
from smartchat.domain.script.reserved import RESERVED_IDS
from smartchat.domain.text_forms import fold

# Words that say nothing about what a question is after; folded.
_EMPTY = listed(
    """a al ante con cual cuales cuando cuanta cuantas cuanto cuantos de del desde donde el ella en entre es esta este
    esto fue ha han hasta hay hola la las le les lo los me mi mis muy nos o para pero por porque que quien quienes se
    ser si sin sobre son su sus te tiene tienen tu tus un una unas uno unos usted ustedes y ya favor gracias buenos
    buenas dias tardes noches podria podra puede seria sera esta estan fin como digame indique escriba responda conteste
    the an and are at be by can could do does for from hello hi how i if in is it its may me my of on or our please
    should tell that this to us was we what when where which who why will with would you your thanks thank not no
    have has did there any"""
)
LONGEST = 20
_WORD = re.compile(r"[^\W\d_]+")
_REFERENCE = re.compile(r"\{\{.*?\}\}")
_DEFAULTS = {
    "message": ("MENSAJE", "MESSAGE"),
    "text": ("PREGUNTA", "QUESTION"),
    "integer": ("NUMERO", "NUMBER"),
    "date": ("DIA", "DAY"),
    "multiple_choice": ("OPCION", "CHOICE"),
    "binary": ("RESPUESTA", "ANSWER"),
    "email": ("CORREO", "EMAIL"),
    "custom_data": ("DATO", "DATA"),
    "math": ("CALCULO", "RESULT"),
    "flow": ("CASO", "CASE"),
    "external": ("CONSULTA", "LOOKUP"),
    "hand_over": ("PERSONA", "PERSON"),
    "end": ("FIN", "END"),
}


def proposed_id(text: str, taken: Container[str], fallback: str = "STEP") -> str:
    """An ID of up to two telling words of the text, free: "¿Cuál es su nombre?" → NOMBRE, then NOMBRE_2.

    Accents go, ñ stays. A text without a telling word (emoji, "¿Sí o no?") gives the fallback.
    """
    words = [word for word in _WORD.findall(_REFERENCE.sub(" ", text)) if fold(word) not in _EMPTY]
    chosen = ""
    for word in map(_plain, words[:2]):
        longer = f"{chosen}_{word}" if chosen else word[:LONGEST]
        if len(longer) > LONGEST:
            break
        chosen = longer
    return free_id(chosen or fallback, taken)


def default_id(step_type: str, language: str, taken: Container[str]) -> str:
    """The ID of a step that says nothing yet, by its type: MENSAJE, MENSAJE_2 …"""
    return free_id(_DEFAULTS[step_type][language != "es"], taken)


def free_id(wanted: str, taken: Container[str]) -> str:
    """The wanted ID, or with the first free number from 2 behind it."""
    if wanted not in taken and wanted not in RESERVED_IDS:
        return wanted
    number = 2
    while f"{wanted}_{number}" in taken:
        number += 1
    return f"{wanted}_{number}"


def follows_its_text(step: StepJson, taken: Container[str]) -> bool:
    """Whether nobody chose this ID: it is what would be proposed for the step's text, or its type's default."""
    unnumbered = re.sub(r"_[0-9]+\Z", "", step["id"])
    if any(unnumbered in defaults for defaults in _DEFAULTS.values()):
        return True
    return bool(step["id"] == proposed_id(step.get("text") or "", taken, ""))


def _plain(word: str) -> str:
    """Upper case without accents; ñ and Ñ stay: AÑO is no ANO."""
    kept = (char if char in "ñÑ" else _bare(char) for char in unicodedata.normalize("NFC", word))
    return "".join(kept).upper()


def _bare(char: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", char) if c.isalpha())
