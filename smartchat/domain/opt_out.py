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
_PHRASES = re.compile(
    r"\b(?:ya )?no (?:me |nos )?(?:escriban|escriba|escribas|manden|mande|mandes|envien|envie|contacten|molesten)"
    r"(?: mas)?(?: mensajes?| nada)?$"
    r"|^(?:please )?(?:stop|do not|don t|dont) (?:texting|messaging|contacting|text|message|contact) me\b"
)


class Wish(Enum):
    OUT = auto()
    IN = auto()


class Change(StrEnum):
    """What happened to a contact on the list: by its own wish, by Twilio's word, or by an operator."""

    OUT = "out"
    IN = "in"
    IMPORTED = "imported"
    UNDONE = "undone"


def plain(text: str) -> str:
    """Lower case, no accents, no punctuation: the form in which words are compared."""
    return " ".join(re.sub(r"[^\w\s]", " ", search_form(text)).split())


def wish_of(text: str, opted_out: bool, opt_out_type: str | None = None) -> Wish | None:
    """What the message asks for; `opt_out_type` is Twilio's own finding, if any. YES is a yes unless opted out."""
    if opt_out_type in ("STOP", "START"):
        return Wish.OUT if opt_out_type == "STOP" else Wish.IN
    words = plain(text)
    if opted_out and words in CLEAR_IN | {"yes"}:
        return Wish.IN
    if words in TWILIO_OUT | SPANISH_OUT or _PHRASES.search(words):
        return Wish.OUT
    return None


def may_be_an_answer(text: str) -> bool:
    """Whether these words may be an option of the question just asked: the English ones never get that far."""
    return plain(text) not in TWILIO_OUT
