"""Bare courtesies: "ok gracias", "muy bien", 👍. They answer whatever was written last, and nothing else."""

import re
import unicodedata

from smartchat.domain.text_forms import search_form
from smartchat.domain.word_patterns import WordPattern

from .by_ear import by_ear

_NO_WORD = re.compile(r"[^\w\s]")
_LONGEST = 200
_THANKS = (
    "(muchas|mil|muchisimas|infinitas)? (gracias|grax|thanks|thank you|thx|ty) (so much|a lot|again|a (usted|ustedes)|"
    "por (todo|avisar|la informacion|informar|su atencion|su mensaje|el aviso|el dato))?|"
    "(se (los|lo)|les|le) agradezco mucho?|(muy|que) (amable|amables)"
)
_GOOD = (
    "(muy|que|esta|todo|super|bien)? (bien|buena|bueno|buenisima|buenisimo|buen|perfecto|perfecta|excelente|padre|"
    "chido|linda|lindo|bonito|genial|great|good|nice|perfect|awesome|cool|excellent|wonderful)|very good|sounds good"
)
_NOTED = (
    "ok|oki|okis|okey|okay|k|va|vale|sale|sale pues|de acuerdo|enterado|enterada|entendido|anotado|recibido|listo|"
    "noted|got it|understood|alright|all right|a la orden"
)
_GOODBYE = (
    "(que|ten|tenga|tengan)* un? (buen|bonito|excelente|lindo) (dia|tarde|noche|fin de semana)|"
    "(buenos|buenas) (dias|tardes|noches)|saludos|bendiciones|dios (los|lo|le|les|te) bendiga|igualmente|"
    "hasta luego|bye|adios|have a (good|nice|great) (day|one|night)|you too"
)
_TO_WHOM = "senor|senora|senorita|joven|amigo|amiga|seno|doctor|doctora|lik|jefe|jefa|sir|ma am"
_ANY = f"({_THANKS}|{_GOOD}|{_NOTED}|{_GOODBYE}|{_TO_WHOM}|jaja|jajaja|jeje)"
_PATTERN = WordPattern(re.sub("[a-z]+", lambda found: by_ear(found[0]), f"{_ANY} {_ANY}*"))


def is_courtesy(text: str) -> bool:
    """Whether a text holds nothing but politeness. A sign alone is one too; a question, or a "yes", is none."""
    if len(text) > _LONGEST or "?" in text or "¿" in text:
        return False
    words = [by_ear(word) for word in _NO_WORD.sub(" ", search_form(text)).split()]
    if not words:
        return any(unicodedata.category(char) == "So" for char in text)
    return _PATTERN.fullmatch(words)
