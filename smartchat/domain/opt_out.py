"""Who wants to be left alone: the words, whole messages only, and phrases that are clear."""

import re
from enum import Enum, StrEnum, auto

from .search import search_form

# Twilio acts on the English ones itself; the Spanish ones are ours to act on.
TWILIO_OUT = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
SPANISH_OUT = frozenset(
    {"alto", "baja", "parar", "detener", "cancelar", "no mas", "dar de baja", "darme de baja"}
)
CLEAR_IN = frozenset({"start", "unstop", "alta"})
_BACK = CLEAR_IN | {"yes"}
# On SMS Twilio answers these itself, with the text that is set in its console.
TWILIO_HELP = frozenset({"help", "info"})
# Whole messages only: with anything more in it than politeness, somebody has to read it.
_PLEASE = "por favor|porfavor|porfa|please|pls"
_POLITE = re.compile(rf"\b(?:{_PLEASE}|gracias|thanks|thank you)\b")
_WRITING = r"(?:escrib|mand|envi|contact|molest|llam|busc)"
_PHRASES = "|".join(
    (
        # ya no me escriban más · no me vuelvan a mandar mensajes · dejen de escribirme
        rf"(?:ya )?no (?:me |nos )?{_WRITING}(?:an|en|a|e|as|es)(?: (?:mas|nada|nunca|mensajes?|sms|whatsapps?))*",
        rf"(?:ya )?no (?:me |nos )?(?:vuelvan|vuelva|vuelvas) a {_WRITING}[aei]r(?: (?:mas|nada|mensajes?))*",
        rf"deje[ns]? de {_WRITING}[aei]r(?:me|nos)?(?: (?:mas|mensajes?|sms|cosas))*",
        # ya no quiero recibir mensajes · no quiero que me escriban
        r"(?:ya )?no quiero (?:recibir )?(?:mas )?(?:mensajes?|sms|whatsapps?)(?: (?:suyos|de ustedes|mas))?",
        rf"(?:ya )?no quiero que (?:me|nos) {_WRITING}(?:an|en|a|e)(?: (?:mas|nada|mensajes?))*",
        # quiero darme de baja · bórrenme de su lista · déjenme en paz
        r"(?:quiero |quisiera |deseo )?(?:darme|dar|denme|deme|dame) de baja"
        r"(?: de (?:su|la|esta) lista)?",
        r"(?:borre|borra|quite|quita|saque|saca|elimine|elimina)n?me de (?:su|la|esta) lista",
        r"deje[ns]?me en paz",
        r"cancelar (?:mi |la )?suscripcion",
        r"(?:stop|quit) (?:texting|messaging|contacting|writing|bothering)(?: me)?(?: again)?",
        r"(?:do not|don t|dont) (?:text|message|contact|write|bother)(?: to)? me"
        r"(?: again| anymore| any more| ever)*",
        r"(?:remove|take|delete) me (?:from|off)(?: of)? (?:your|this|the) list",
        r"unsubscribe me(?: from (?:your|this|the) list)?",
        r"no more (?:messages|texts|sms)",
        r"leave me alone",
    )
)
# One of them, or several in a row.
_ALL_OUT = re.compile(rf"(?:{_PHRASES})(?: (?:y |and )?(?:{_PHRASES}))*")


class Wish(Enum):
    """HELP: Twilio has answered it already, so that the chatbot must not."""

    OUT = auto()
    IN = auto()
    HELP = auto()


class Change(StrEnum):
    """What happened to a contact on the list: by its own wish, by Twilio's word, or by an operator."""

    OUT = "out"
    IN = "in"
    IMPORTED = "imported"
    UNDONE = "undone"


def plain(text: str) -> str:
    """Lower case, no accents, no punctuation: the form in which words are compared."""
    return " ".join(re.sub(r"[^\w\s]", " ", search_form(text)).split())


_FOUND = {"STOP": Wish.OUT, "START": Wish.IN, "HELP": Wish.HELP}


def wish_of(
    text: str, opted_out: bool, opt_out_type: str | None = None, whatsapp: bool = False
) -> Wish | None:
    """What the message asks for; `opt_out_type` is Twilio's own finding, if any. YES is a yes unless opted out.

    On WhatsApp nothing is automatic at Twilio: there HELP is a message like any other.
    """
    if opt_out_type in _FOUND:
        return _FOUND[opt_out_type]
    words = plain(text)
    if words in TWILIO_HELP and not whatsapp:
        return Wish.HELP
    if opted_out and words in _BACK:
        return Wish.IN
    bare = " ".join(_POLITE.sub(" ", words).split())
    if words in TWILIO_OUT or bare in SPANISH_OUT or _ALL_OUT.fullmatch(bare):
        return Wish.OUT
    return None


def may_come_back(text: str) -> bool:
    """Whether these words are a wish to be written to again, for who is on the list."""
    return plain(text) in _BACK


def may_be_an_answer(text: str) -> bool:
    """Whether these words may be an option of the question just asked: the English ones never get that far."""
    return plain(text) not in TWILIO_OUT
