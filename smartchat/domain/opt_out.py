"""Who wants to be left alone: the words, whole messages only, and phrases that are clear."""

import re
from enum import Enum, StrEnum, auto

from .search import search_form

# Twilio acts on the English ones itself; the Spanish ones are ours to act on.
TWILIO_OUT = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
SPANISH_OUT = frozenset(
    {"alto", "baja", "parar", "detener", "cancelar", "no mas", "dar de baja", "darme de baja"}
)
# With "please" around them Twilio does not know them: those that can hardly mean anything else.
_BARE_OUT = SPANISH_OUT | {"stop", "stopall", "unsubscribe", "optout"}
CLEAR_IN = frozenset({"start", "unstop", "alta"})
_BACK = CLEAR_IN | {"yes"}
# On SMS Twilio answers these itself, with the text that is set in its console.
TWILIO_HELP = frozenset({"help", "info"})
# Whole messages only: with anything more in it than politeness, somebody has to read it.
_PLEASE = "por favor|porfavor|porfa|please|pls"
_POLITE = re.compile(rf"\b(?:{_PLEASE}|gracias|thanks|thank you)\b")
# Requests only: "no me molesta" and "no me mandan nada" are statements, and may be answers.
_TO_WRITE = r"(?:escrib(?:a|an|as)|contacte[ns]?|moleste[ns]?)"
# These need more to be clear: "no me llamen" and "no me manden" may be about a call, or a parcel.
_TO_SEND = r"(?:(?:mand|envi|llam|busqu)e[ns]?)"
_WRITE = r"(?:escribir|mandar|enviar|contactar|molestar|llamar|buscar)"
_MESSAGES = r"(?:mensajes?|sms|whatsapps?|textos|publicidad|promociones)"
_MORE = rf"(?: (?:nunca|jamas|mas|nada|{_MESSAGES}))"
_LIST = r"(?: de (?:su|la|esta) (?:lista|base de datos))"
_PHRASES = "|".join(
    (
        # ya no me escriban más · no me molesten · ya no me manden nada · no me llamen más
        rf"(?:ya )?no (?:me|nos) {_TO_WRITE}{_MORE}*",
        rf"no (?:me|nos) {_TO_SEND}{_MORE}+",
        rf"ya no (?:(?:me|nos) )?(?:{_TO_WRITE}|{_TO_SEND}){_MORE}*",
        rf"no (?:{_TO_WRITE}|{_TO_SEND}) (?:mas|mas {_MESSAGES}|{_MESSAGES})",
        rf"(?:ya )?no (?:me |nos )?(?:vuelvan|vuelva|vuelvas) a {_WRITE}{_MORE}*",
        rf"(?:ya )?no (?:me |nos )?(?:vuelvan|vuelva|vuelvas) a {_WRITE}(?:me|nos){_MORE}*",
        # dejen de escribirme · favor de no enviarme más mensajes · no molestar
        rf"deje[ns]? de {_WRITE}(?:me|nos)(?: cosas)?{_MORE}*",
        rf"deje[ns] de {_WRITE}{_MORE}*",  # "dejé de buscar" looks like "deje de buscar"
        r"deje[ns]? de (?:molestar|estar molestando)(?: mas)?",
        rf"favor de (?:ya )?no {_WRITE}(?:me|nos)?{_MORE}*",
        r"(?:ya )?no (?:molestar|contactar)",
        # ya no quiero recibir mensajes · no deseo que me escriban
        rf"(?:ya )?no (?:quiero|deseo) (?:recibir )?(?:mas )?{_MESSAGES}(?: (?:suyos|de ustedes|mas))?",
        r"(?:ya )?no (?:quiero|deseo) recibir (?:mas )?nada(?: (?:mas|suyo|de ustedes))?",
        rf"(?:ya )?no (?:quiero|deseo) que (?:me|nos) (?:{_TO_WRITE}|{_TO_SEND}{_MORE}){_MORE}*",
        rf"ya no (?:quiero|deseo) que (?:me|nos) {_TO_SEND}",
        rf"(?:no mas|basta de|alto a) (?:(?:los|sus|estos) )?{_MESSAGES}",
        rf"(?:parar|detener|cancelar) (?:(?:los|sus|estos) )?{_MESSAGES}",
        # quiero darme de baja · solicito mi baja · bórrenme de su lista · borren mi número · déjenme en paz
        rf"(?:quiero |quisiera |deseo )?(?:darme|dar|denme|deme|dame) de baja{_LIST}?",
        rf"(?:quiero|quisiera|deseo|solicito) que me (?:den|de) de baja{_LIST}?",
        rf"(?:borr|quit|sa[cq]u?|elimin)(?:e|a|en|an)me{_LIST}",
        rf"(?:borre|borra|borren|quite|quita|quiten|elimine|elimina|eliminen) mi numero{_LIST}?",
        r"deje[ns]?me en paz",
        r"cancelar (?:mi |la )?suscripcion",
        # stop texting me · please stop · stop sending me messages
        r"(?:stop|quit) (?:texting|messaging|contacting|writing|bothering)(?: me| us)?(?: again)?",
        r"stop sending(?: me)?(?: (?:these|any|more))*(?: (?:messages|texts|sms|this|stuff))?",
        r"stop(?: (?:the|these|your|all))? (?:messages|texts|sms)",
        r"(?:do not|don t|dont) (?:text|message|contact|write|bother)(?: to)? (?:me|us)"
        r"(?: again| anymore| any more| ever)*",
        r"(?:i )?(?:do not|don t|dont) want (?:any |to (?:get|receive) )?(?:any )?(?:more )?(?:of )?(?:your |these )?"
        r"(?:messages|texts)(?: from you)?(?: anymore| any more)?",
        r"(?:remove|take|delete) (?:me|my number) (?:from|off)(?: of)? (?:your|this|the) list",
        r"(?:remove|delete) my number",
        r"(?:i (?:want|wish|would like|d like) to )?(?:unsubscribe|opt out)(?: me)?(?: from (?:your|this|the) list)?",
        r"opt me out",
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
    if opted_out and may_come_back(text):
        return Wish.IN
    bare = _without_politeness(words)
    if words in TWILIO_OUT or bare in _BARE_OUT or _ALL_OUT.fullmatch(bare):
        return Wish.OUT
    return None


def may_come_back(text: str) -> bool:
    """Whether these words are a wish to be written to again, for who is on the list."""
    words = plain(text)
    return words in _BACK or _without_politeness(words) in CLEAR_IN


def _without_politeness(words: str) -> str:
    return " ".join(_POLITE.sub(" ", words).split())


def may_be_an_answer(text: str) -> bool:
    """Whether these words may be an option of the question just asked: the English ones never get that far."""
    return plain(text) not in TWILIO_OUT
