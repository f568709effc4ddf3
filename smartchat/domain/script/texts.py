"""{{ID}} in texts: finding the references and putting values in their place."""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

# An ID is letters of any alphabet, digits and _, and starts with a letter. A pattern without nested repeats: linear.
ID_PATTERN = r"[^\W\d_]\w*"
_ID = re.compile(rf"{ID_PATTERN}\Z")
_REFERENCE = re.compile(rf"\{{\{{\s*({ID_PATTERN})\s*\}}\}}")
_OPENING = re.compile(r"\{\{")
# Letters that look like nothing: the fillers of Hangul, and the empty pattern of Braille.
_BLANK = "\u115f\u1160\u3164\uffa0\u2800"

LONGEST_BODY = 1600  # characters that Twilio takes as the Body of one message


@dataclass(frozen=True, slots=True)
class Reference:
    """{{ID}} in a text; `position` is the index of its first brace, counted in characters from 0."""

    id: str
    position: int


def is_id(text: str) -> bool:
    """Whether this can be the Unique ID of a step (a reserved word is the script's concern)."""
    return _ID.match(text) is not None and text[0].isalpha()


def references(text: str) -> tuple[Reference, ...]:
    """The well-formed references of a text, in order."""
    return tuple(Reference(match[1], match.start()) for match in _REFERENCE.finditer(text))


def broken_references(text: str) -> tuple[int, ...]:
    """Positions of each {{ that begins no reference: never closed, or without an ID inside."""
    good = {match.start() for match in _REFERENCE.finditer(text)}
    return tuple(match.start() for match in _OPENING.finditer(text) if match.start() not in good)


def substitute(text: str, values: Mapping[str, object], encode: Callable[[str], str] | None = None) -> str:
    """The text with each {{ID}} replaced by its value; what has no value (None, or unknown) leaves nothing.

    One pass: what a contact typed is never read as a reference. A tuple reads "a, b". `encode` makes a value fit for
    the place where it goes.
    """
    if "{{" not in text:
        return text
    if encode is None:
        return _REFERENCE.sub(lambda match: shown(values.get(match[1])), text)
    return _REFERENCE.sub(lambda match: encode(shown(values.get(match[1]))), text)


def one_line(text: str) -> str:
    """A value for a header of HTTP: on one line, whatever a contact typed."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def template_value(text: str) -> str:
    """A value for a variable of a WhatsApp template: Meta takes no line breaks, tabs or runs of spaces, and nothing
    that is empty. White space becomes single spaces; what shows nothing at all is "".
    """
    words = " ".join(text.split())
    return words if any(_is_seen(char) for char in words) else ""


def _is_seen(char: str) -> bool:
    return char not in _BLANK and unicodedata.category(char) not in ("Cf", "Cc", "Zs", "Mn", "Cn")


def in_address(text: str) -> str:
    """A value for a place in an address: percent-encoded, and never a step up in its path."""
    return "" if text in (".", "..") else quote(text, safe="", errors="replace")


def in_json(text: str) -> str:
    """A value for the inside of a JSON text: quotes, backslashes and line breaks escaped."""
    whole = text.encode("utf-8", "replace").decode("utf-8")  # half a character cannot be sent
    return json.dumps(whole, ensure_ascii=False)[1:-1]


def pieces(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A text cut at its references: what stands around them (one more than there are), and their IDs in order."""
    cut = _REFERENCE.split(text)
    return tuple(cut[::2]), tuple(cut[1::2])


def shown(value: object) -> str:
    """A value as contacts see it in a text."""
    if value is None:
        return ""
    if isinstance(value, tuple | list):
        return ", ".join(str(part) for part in value)
    return str(value)


def bodies(text: str) -> tuple[str, ...]:
    """The text in parts that Twilio takes: at most 1600 characters each, cut at a space where there is one.

    A text of white space alone gives no part: there is nothing to send.
    """
    parts = []
    rest = text.strip()
    while len(rest) > LONGEST_BODY:
        cut = max(rest.rfind(space, 1, LONGEST_BODY + 1) for space in " \n")
        if cut == -1:
            cut = LONGEST_BODY
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return (*parts, rest) if rest else tuple(parts)
