"""Who wants to be left alone: clear wishes, doubtful ones, and the single words that may be an answer instead."""

import re
from enum import Enum, StrEnum, auto
from functools import lru_cache

from smartchat.domain.text_forms import search_form

from .by_ear import by_ear
from .opt_out_words import BARE, CLEAR, CONDITIONS, DOUBTFUL, STOP

# Twilio acts on the English ones itself; the Spanish ones are ours to act on.
TWILIO_OUT = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
CLEAR_IN = frozenset({"start", "unstop", "alta"})
_BACK = CLEAR_IN | {"yes"}
# On SMS Twilio answers these itself, with the text that is set in its console.
TWILIO_HELP = frozenset({"help", "info"})
_NO_WORD = re.compile(r"[^\w\s]")
_POLITE = re.compile(r"\b(?:por favor|porfavor|porfa|please|pls|gracias|thanks|thank you)\b")
_BREAK = re.compile(r"[^\w\s'’`´,]+|,|[\n\r]+|\b(?:porque|xq|pq|because|cuz)\b", re.IGNORECASE)
_SIGNS = frozenset("🛑✋🚫⛔🖐🤚")
# Characters of a message; none that is real is longer (WhatsApp's have 4096 at most), and a longer one asks nothing.
_LONGEST = 5000
_SHORT = 25
"""Words of a message in which a clear wish counts: in a longer one somebody has to read what it is about."""


class OptOutIntent(Enum):
    """HELP: Twilio has answered it already, so that the chatbot must not. UNREAD: nobody could read it in time."""

    OUT = auto()
    IN = auto()
    HELP = auto()
    UNREAD = auto()


class OptOutChange(StrEnum):
    """What happened to a contact on the list: by its own wish, by Twilio's word, or by an operator."""

    OUT = "out"
    IN = "in"
    IMPORTED = "imported"
    UNDONE = "undone"


class Decision(StrEnum):
    """What became of a doubtful wish: the contact is on the list, or an operator read it as no wish."""

    OUT = "out"
    LEFT = "left"


class Silence(Enum):
    """How a text asks for silence. TWILIO: in a word that Twilio acts on itself; CLEAR: beyond doubt; WORD: in a single
    word of Spanish, which may be an answer; DOUBTFUL: perhaps, an operator decides."""

    TWILIO = auto()
    CLEAR = auto()
    WORD = auto()
    DOUBTFUL = auto()


def plain(text: str) -> str:
    """Lower case, no accents, no punctuation: the form in which words are compared. Empty where it is too long."""
    return "" if len(text) > _LONGEST else " ".join(_NO_WORD.sub(" ", search_form(text)).split())


_FOUND = {"STOP": OptOutIntent.OUT, "START": OptOutIntent.IN, "HELP": OptOutIntent.HELP}


def intent_of(
    text: str, opted_out: bool, opt_out_type: str | None = None, whatsapp: bool = False
) -> OptOutIntent | None:
    """What the message asks for; `opt_out_type` is Twilio's own finding, if any. YES is a yes unless opted out.

    On WhatsApp nothing is automatic at Twilio: there HELP is a message like any other.
    """
    if opt_out_type in _FOUND:
        return _FOUND[opt_out_type]
    if plain(text) in TWILIO_HELP and not whatsapp:
        return OptOutIntent.HELP
    if opted_out and may_come_back(text):
        return OptOutIntent.IN
    return OptOutIntent.OUT if silence_of(text) in (Silence.TWILIO, Silence.CLEAR, Silence.WORD) else None


@lru_cache(maxsize=64)
def silence_of(text: str) -> Silence | None:
    """Whether a text asks to be left alone, and how clearly. Its time grows with the text, whatever it says."""
    if len(text) > _LONGEST:
        return None
    if plain(text) in TWILIO_OUT:
        return Silence.TWILIO
    clauses = _clauses(text)
    words = [word for clause in clauses for word in clause]
    if not words:
        return Silence.DOUBTFUL if any(sign in _SIGNS for sign in text) else None
    if BARE.fullmatch(words):
        return Silence.WORD
    if CLEAR.fullmatch(words) or STOP.fullmatch(words):
        return Silence.CLEAR
    if any(CLEAR.fullmatch(clause) or STOP.fullmatch(clause) for clause in clauses):
        return Silence.DOUBTFUL if _on_condition(words) else Silence.CLEAR
    doubtful = DOUBTFUL.fullmatch(words) or any(map(DOUBTFUL.fullmatch, clauses))
    return Silence.DOUBTFUL if doubtful else None


def may_come_back(text: str) -> bool:
    """Whether these words are a wish to be written to again, for who is on the list."""
    words = plain(text)
    return words in _BACK or _without_politeness(words) in CLEAR_IN


def _without_politeness(words: str) -> str:
    return " ".join(_POLITE.sub(" ", words).split())


def _clauses(text: str) -> list[list[str]]:
    """The words of each clause, by ear. Letters one by one are a word: "S.T.O.P"."""
    found = [clause.split() for clause in map(plain, _BREAK.split(text))]
    letters = [word for words in found for word in words]
    if len(letters) > 2 and all(len(word) == 1 and word.isalpha() for word in letters):
        found = [["".join(letters)]]
    return [[by_ear(word) for word in words] for words in found if words]


def _on_condition(words: list[str]) -> bool:
    """Whether the wish may be for a time only, or about something else."""
    return len(words) > _SHORT or not CONDITIONS.isdisjoint(words)
