"""Who wants to be left alone: the words, whole messages only, and phrases that are clear."""

import re
from enum import Enum, StrEnum, auto

from .search import search_form
from .word_patterns import WordPattern

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
_NO_WORD = re.compile(r"[^\w\s]")
_POLITE = re.compile(rf"\b(?:{_PLEASE}|gracias|thanks|thank you)\b")


def _any(*pairs: str) -> str:
    """Beginnings with endings, as a group of words: `envi e,en` is "(envie|envien)"."""
    cut = [pair.split(" ") for pair in pairs]
    return f"({'|'.join(begin + end for begin, ends in cut for end in ends.split(','))})"


# Requests only: "no me molesta" and "no me mandan nada" are statements, and may be answers.
_TO_WRITE = _any("escrib a,an,as", "contact e,en,es", "molest e,en,es")
# These need more to be clear: "no me llamen" and "no me manden" may be about a call, or a parcel.
_TO_SEND = _any("mand e,en,es", "envi e,en,es", "llam e,en,es", "busqu e,en,es")
_VERBS = ("escribir", "mandar", "enviar", "contactar", "molestar", "llamar", "buscar")
_WRITE = f"({'|'.join(_VERBS)})"
_WRITE_US = _any(*(f"{verb} me,nos" for verb in _VERBS))
_MESSAGES = "(mensaje|mensajes|sms|whatsapp|whatsapps|textos|publicidad|promociones)"
_MORE = f"(nunca|jamas|mas|nada|{_MESSAGES})"
_LIST = "(de (su|la|esta) (lista|base de datos))"
_REMOVE_ME = _any(
    *(f"{verb} eme,ame,enme,anme" for verb in ("borr", "quit", "sac", "saq", "sacu", "saqu", "elimin"))
)
_LEAVE = "(deje|dejen|dejes)"
_PHRASES = "|".join(
    (
        # ya no me escriban más · no me molesten · ya no me manden nada · no me llamen más
        f"ya? no (me|nos) {_TO_WRITE} {_MORE}*",
        f"no (me|nos) {_TO_SEND} {_MORE}+",
        f"ya no (me|nos)? ({_TO_WRITE}|{_TO_SEND}) {_MORE}*",
        f"no ({_TO_WRITE}|{_TO_SEND}) (mas|mas {_MESSAGES}|{_MESSAGES})",
        f"ya? no (me|nos)? (vuelvan|vuelva|vuelvas) a ({_WRITE}|{_WRITE_US}) {_MORE}*",
        # dejen de escribirme · favor de no enviarme más mensajes · no molestar
        f"{_LEAVE} de {_WRITE_US} cosas? {_MORE}*",
        f"(dejen|dejes) de {_WRITE} {_MORE}*",  # "dejé de buscar" looks like "deje de buscar"
        f"{_LEAVE} de (molestar|estar molestando) mas?",
        f"favor de ya? no ({_WRITE}|{_WRITE_US}) {_MORE}*",
        "ya? no (molestar|contactar)",
        # ya no quiero recibir mensajes · no deseo que me escriban
        f"ya? no (quiero|deseo) recibir? mas? {_MESSAGES} (suyos|de ustedes|mas)?",
        "ya? no (quiero|deseo) recibir mas? nada (mas|suyo|de ustedes)?",
        f"ya? no (quiero|deseo) que (me|nos) ({_TO_WRITE}|{_TO_SEND} {_MORE}) {_MORE}*",
        f"ya no (quiero|deseo) que (me|nos) {_TO_SEND}",
        f"(no mas|basta de|alto a) (los|sus|estos)? {_MESSAGES}",
        f"(parar|detener|cancelar) (los|sus|estos)? {_MESSAGES}",
        # quiero darme de baja · solicito mi baja · bórrenme de su lista · borren mi número · déjenme en paz
        f"(quiero|quisiera|deseo)? (darme|dar|denme|deme|dame) de baja {_LIST}?",
        f"(quiero|quisiera|deseo|solicito) que me (den|de) de baja {_LIST}?",
        f"{_REMOVE_ME} {_LIST}",
        f"{_any('borr e,a,en', 'quit e,a,en', 'elimin e,a,en')} mi numero {_LIST}?",
        "(dejeme|dejenme|dejesme) en paz",
        "cancelar (mi|la)? suscripcion",
        # stop texting me · please stop · stop sending me messages
        "(stop|quit) (texting|messaging|contacting|writing|bothering) (me|us)? again?",
        "stop sending me? (these|any|more)* (messages|texts|sms|this|stuff)?",
        "stop (the|these|your|all)? (messages|texts|sms)",
        "(do not|don t|dont) (text|message|contact|write|bother) to? (me|us) (again|anymore|any more|ever)*",
        "i? (do not|don t|dont) want (any|to (get|receive))? any? more? of? (your|these)? (messages|texts)"
        " (from you)? (anymore|any more)?",
        "(remove|take|delete) (me|my number) (from|off) of? (your|this|the) list",
        "(remove|delete) my number",
        "(i (want|wish|would like|d like) to)? (unsubscribe|opt out) me? (from (your|this|the) list)?",
        "opt me out",
        "no more (messages|texts|sms)",
        "leave me alone",
    )
)
# One of them, or several in a row. As words and not as one expression: a text that nearly matches again and again
# would be tried in all the ways that its parts can be told apart, twice as many with each part.
_ALL_OUT = WordPattern(f"({_PHRASES}) ((y|and)? ({_PHRASES}))*")
# Characters of a message; none that is real is longer (WhatsApp's have 4096 at most), and a longer one asks nothing.
_LONGEST = 5000


class Wish(Enum):
    """HELP: Twilio has answered it already, so that the chatbot must not. UNREAD: nobody could read it in time."""

    OUT = auto()
    IN = auto()
    HELP = auto()
    UNREAD = auto()


class Change(StrEnum):
    """What happened to a contact on the list: by its own wish, by Twilio's word, or by an operator."""

    OUT = "out"
    IN = "in"
    IMPORTED = "imported"
    UNDONE = "undone"


def plain(text: str) -> str:
    """Lower case, no accents, no punctuation: the form in which words are compared. Empty where it is too long."""
    return "" if len(text) > _LONGEST else " ".join(_NO_WORD.sub(" ", search_form(text)).split())


_FOUND = {"STOP": Wish.OUT, "START": Wish.IN, "HELP": Wish.HELP}


def wish_of(
    text: str, opted_out: bool, opt_out_type: str | None = None, whatsapp: bool = False
) -> Wish | None:
    """What the message asks for; `opt_out_type` is Twilio's own finding, if any. YES is a yes unless opted out.

    On WhatsApp nothing is automatic at Twilio: there HELP is a message like any other.
    """
    return wishes(text, opt_out_type, whatsapp)[opted_out]


def wishes(
    text: str, opt_out_type: str | None = None, whatsapp: bool = False
) -> tuple[Wish | None, Wish | None]:
    """What a message asks for of who is not on the list, and of who is: mostly the same."""
    if opt_out_type in _FOUND:
        return _FOUND[opt_out_type], _FOUND[opt_out_type]
    words = plain(text)
    if words in TWILIO_HELP and not whatsapp:
        return Wish.HELP, Wish.HELP
    bare = _without_politeness(words)
    out = words in TWILIO_OUT or bare in _BARE_OUT or _ALL_OUT.fullmatch(bare.split())
    off_the_list = Wish.OUT if out else None
    return off_the_list, Wish.IN if words in _BACK or bare in CLEAR_IN else off_the_list


def _without_politeness(words: str) -> str:
    return " ".join(_POLITE.sub(" ", words).split())


def may_be_an_answer(text: str) -> bool:
    """Whether these words may be an option of the question just asked: the English ones never get that far."""
    return plain(text) not in TWILIO_OUT
