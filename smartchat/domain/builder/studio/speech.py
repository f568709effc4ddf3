"""The language that a flow speaks, told by its small words."""

import re

from smartchat.domain.builder.studio.document import StudioFlow
from smartchat.domain.script.steps import Language

_SPANISH = frozenset(
    [
        "el",
        "la",
        "los",
        "las",
        "un",
        "una",
        "de",
        "del",
        "que",
        "en",
        "su",
        "sus",
        "por",
        "para",
        "con",
        "se",
        "le",
        "nos",
        "usted",
        "gracias",
        "hola",
        "si",
        "no",
        "es",
        "favor",
    ]
) - {"no"}
_ENGLISH = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "to",
        "you",
        "your",
        "is",
        "are",
        "for",
        "with",
        "and",
        "we",
        "our",
        "thanks",
        "thank",
        "hi",
        "hello",
        "please",
        "yes",
        "or",
        "it",
        "this",
        "reply",
    ]
) - {"a"}
_WORD = re.compile(r"[^\W\d_]+")


def language_of(flow: StudioFlow, otherwise: Language) -> Language:
    """Spanish or English, by what its messages say; `otherwise` where they do not tell."""
    words = [
        word
        for widget in flow.widgets.values()
        for word in _WORD.findall(re.sub(r"\{\{.*?\}\}", " ", widget.text("body")[:2000]).lower())
    ]
    spanish = sum(word in _SPANISH for word in words) + sum("ñ" in word for word in words)
    english = sum(word in _ENGLISH for word in words)
    if spanish == english:
        return otherwise
    return "es" if spanish > english else "en"
