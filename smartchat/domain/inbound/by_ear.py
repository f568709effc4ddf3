"""Words as they sound: what phones and hurry make of spelling does not count."""

import re

_REPEATED = re.compile(r"(.)\1+")
_SOFT_C = re.compile(r"c(?=[ei])")
_HARD_C = re.compile(r"qu(?=[ei])|c(?!h)")
_SILENT_H = re.compile(r"(?<!c)h")
_SOFT_G = re.compile(r"g(?=[ei])")
_SHORT = {"q": "que", "k": "que", "ke": "que", "d": "de", "m": "me", "u": "you", "ur": "your", "n": "no"}


def by_ear(word: str) -> str:
    """A word of plain letters as it sounds: "escrivan" as "escriban", "embíen" as "envíen", "stooop" as "stop"."""
    word = _SHORT.get(word, word).replace("v", "b").replace("z", "s").replace("ll", "y")
    word = _HARD_C.sub("k", _SOFT_C.sub("s", word))
    word = _SOFT_G.sub("j", _SILENT_H.sub("", word)).replace("mb", "nb")
    return _REPEATED.sub(r"\1", word)
