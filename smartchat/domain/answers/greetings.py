"""Greetings: "good morning" chooses no option and is no verdict, whatever words are in it."""

from collections.abc import Sequence

from smartchat.domain.answers.phrases import Phrases
from smartchat.domain.answers.words import Clause

GREETINGS = Phrases(
    "buenos dias | buenas tardes | buenas noches | buen dia | buena tarde | buena noche",
    "good morning | good afternoon | good evening | good night",
)


def without_greetings(parts: Sequence[Clause]) -> tuple[Clause, ...]:
    """The clauses without the greetings in them; those that are nothing else fall away."""
    rest = []
    for clause in parts:
        greeted = {at for span in GREETINGS.find(clause.plain) for at in range(span.start, span.end)}
        words = tuple(word for at, word in enumerate(clause.words) if at not in greeted)
        if words:
            plain = tuple(word.plain for word in words)
            rest.append(clause._replace(words=words, plain=plain) if greeted else clause)
    return tuple(rest)
