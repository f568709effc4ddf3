"""Answers to e-mail questions."""

import re

from smartchat.domain.answers.phrases import listed
from smartchat.domain.answers.result import Answer, NotUnderstood, Understood

_LONGEST_READ = 4000
_LONGEST_ADDRESS = 254  # RFC 5321, path without brackets
_LONGEST_LOCAL = 64
# In texts whose words are one space apart.
_AROUND_AT = re.compile(r" ?@ ?")
_SPOKEN_AT = re.compile(r" ?(?:\(arroba\)|\[arroba\]|\barroba\b|\(at\)|\[at\]) ?", re.IGNORECASE)
_SPOKEN_DOT = re.compile(r" (?:punto|dot) ", re.IGNORECASE)
# What may stand before an address that is spelled out; any other word may be its first half ("ana lopez arroba …").
_LEADS = listed(
    """es correo email mail e-mail electronico electrónico mi my is it's its el la the al a to en si sí claro yes
    hola gracias seria sería direccion dirección address ok este"""
)
_STOPS = re.compile(r"[\s<>()\[\],;:\"¿?¡!«»“”]+")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\Z")
_LABEL = re.compile(r"[^\W_](?:[^\W_]|-){0,62}\Z")
_TOP = re.compile(r"(?:[^\W\d_]{2,63}|xn--[a-z0-9-]{1,59})\Z", re.IGNORECASE)


def read_email(text: str) -> Answer:
    """The one address of valid structure in an answer: its local part as written, its domain in lower case."""
    read = " ".join(text[:_LONGEST_READ].split())
    if "@" not in read:
        if _in_two_words(read):
            return NotUnderstood("unsure")
        read = _SPOKEN_DOT.sub(".", _SPOKEN_AT.sub("@", read))
    read = _AROUND_AT.sub("@", read)
    candidates = {candidate.strip(".'’*_-") for candidate in _STOPS.split(read) if "@" in candidate} - {
        "",
        "@",
    }
    addresses = {_address(candidate) for candidate in candidates}
    if len(addresses) > 1:
        return NotUnderstood("several")
    address = next(iter(addresses), None)
    return Understood(address, "email") if address else NotUnderstood("nothing")


def _in_two_words(read: str) -> bool:
    """Whether what stands before a spoken "arroba" may be more than one word of an address."""
    found = _SPOKEN_AT.search(read)
    before = read[: found.start()].split() if found else []
    if len(before) < 2 or found is None or not found.group().strip().isalpha():
        return False
    return before[-2][-1].isalnum() and before[-2].casefold() not in _LEADS


def _address(candidate: str) -> str | None:
    local, _, domain = candidate.partition("@")
    labels = domain.lower().split(".")
    structured = (
        len(candidate) <= _LONGEST_ADDRESS
        and len(local) <= _LONGEST_LOCAL
        and _LOCAL.match(local) is not None
        and len(labels) > 1
        and all(_LABEL.match(label) and not label.endswith("-") for label in labels)
        and _TOP.match(labels[-1]) is not None
    )
    return f"{local}@{'.'.join(labels)}" if structured else None
