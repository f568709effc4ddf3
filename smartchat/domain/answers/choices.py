"""Answers to multiple-choice questions: an option by its text, a part of it, its number, with a typo."""

from collections.abc import Sequence
from functools import lru_cache

from smartchat.domain.answers.binary import read_binary
from smartchat.domain.answers.greetings import without_greetings
from smartchat.domain.answers.mentions import Meant, doubtful, settle
from smartchat.domain.answers.numbers import numbers
from smartchat.domain.answers.option_numbers import named_by_number
from smartchat.domain.answers.options import (
    AROUND,
    Option,
    is_doubt,
    mentions_of_parts,
    misspelled,
    options_of,
    told_and_parts,
    told_whole,
)
from smartchat.domain.answers.phrases import Phrases
from smartchat.domain.answers.result import Answer, NotUnderstood, Understood, Value
from smartchat.domain.answers.words import Clause, clauses
from smartchat.domain.script.steps import Language, MultipleChoiceQuestion

_ALL = Phrases(
    """todas | todos | todas las opciones | todas las anteriores | todo | las dos | los dos | ambas | ambos
    all
    all of them | all of the above | both | both of them | everything""",
)
_PAIR = Phrases(
    "las dos | los dos | ambas | ambos | both | both of them | por favor | gracias",
)


def read_choice(question: MultipleChoiceQuestion, text: str, language: Language) -> Answer:
    """The option that an answer means, as it is written in the question; for several a tuple, in its order."""
    options = options_of(question.options, language)
    parts = clauses(text)
    exact = _exact(options, parts)
    if exact is not None:
        return _understood(question, {exact}, "exact")
    parts = without_greetings(parts)
    told = told_whole(options, parts)
    if doubtful(parts) and not any(is_doubt(options[mention.value]) for mention in told):
        return NotUnderstood("unsure")
    by_meaning = _yes_or_no(question, options, text, language)
    if by_meaning is not None:
        return by_meaning
    taken = told_and_parts(told, mentions_of_parts(options, parts, language), parts)
    numbered = named_by_number(options, parts, taken, language, several=question.multiple)
    slips = misspelled(options, parts)
    found = [*taken, *numbered, *slips]
    if not found:
        return _all(question, parts, language)
    how = "exact" if told else "part" if taken else "number" if numbered else "typo"
    meant = settle(parts, found)
    return meant if isinstance(meant, NotUnderstood) else _chosen(question, parts, meant, how)


def _chosen(question: MultipleChoiceQuestion, parts: Sequence[Clause], meant: Meant[int], how: str) -> Answer:
    chosen = set(meant.values)
    every = _filled(question)
    if not chosen <= every:
        return NotUnderstood("out_of_range")
    if question.multiple and _says_all(question, parts):
        left = every - {mention.value for mention in meant.denied}
        if chosen and chosen != left:
            return NotUnderstood("several")
        return _understood(question, left, "meaning") if left else NotUnderstood("denied")
    if not chosen:
        return NotUnderstood("denied")
    if len(chosen) > 1 and (not question.multiple or _either(parts, meant)):
        return NotUnderstood("several")
    return _understood(question, chosen, how)


def _either(parts: Sequence[Clause], meant: Meant[int]) -> bool:
    """ "Correo o teléfono": one of two, and not said which."""
    for index, clause in enumerate(parts):
        spans = [mention.span for mention in meant.mentions if mention.clause == index]
        between = range(min(s.end for s in spans), max(s.start for s in spans)) if spans else range(0)
        inside = {at for span in spans for at in range(span.start, span.end)}
        if any(at not in inside and clause.plain[at] in {"o", "u", "or"} for at in between):
            return True
    return False


def _understood(question: MultipleChoiceQuestion, chosen: set[int], how: str) -> Understood:
    texts = tuple(question.options[index] for index in sorted(chosen))
    return Understood(texts if question.multiple else texts[0], how)


def _filled(question: MultipleChoiceQuestion) -> set[int]:
    """The options that have a text: one of nothing but an empty value is none."""
    return {index for index, option in enumerate(question.options) if option}


def _all(question: MultipleChoiceQuestion, parts: Sequence[Clause], language: Language) -> Answer:
    """An answer that names no option: "todas", "los tres", or nothing."""
    every = _filled(question)
    if not _says_all(question, parts) and not _says_all_of(len(every), parts, language):
        return NotUnderstood("nothing")
    only_two = _PAIR.only(word for clause in parts for word in clause.plain)
    if not question.multiple or (only_two and len(every) != 2):
        return NotUnderstood("several")
    return _understood(question, every, "meaning")


def _says_all(question: MultipleChoiceQuestion, parts: Sequence[Clause]) -> bool:
    """ "Todas", with nothing beside it but options: "todo bien" and "todas las mañanas" say something else."""
    beside = AROUND.union(
        {"but"}, *(clause.plain for option in question.options for clause in clauses(option))
    )
    for clause in parts:
        said = _ALL.find(clause.plain)
        rest = [
            word
            for at, word in enumerate(clause.plain)
            if not any(span.start <= at < span.end for span in said)
        ]
        if said and not clause.question and beside.issuperset(rest):
            return True
    return False


def _says_all_of(count: int, parts: Sequence[Clause], language: Language) -> bool:
    """ "Los tres", where there are three."""
    return any(
        number.value == count and number.span.start > 0
        and clause.plain[number.span.start - 1] in {"los", "las", "all"}
        for clause in parts if not clause.question
        for number in numbers(clause, language)
    )  # fmt: skip


def _exact(options: Sequence[Option], parts: Sequence[Clause]) -> int | None:
    """The option that is the whole answer; spaces do not matter ("tarjetadecredito")."""
    said = "".join(word for clause in parts for word in clause.plain)
    if not said or any(clause.marked for clause in parts):
        return None
    same = [index for index, option in enumerate(options) if "".join(option.words) == said]
    return same[0] if len(same) == 1 else None


def _yes_or_no(
    question: MultipleChoiceQuestion, options: Sequence[Option], text: str, language: Language
) -> Answer | None:
    """Where one option says yes and one no ("Sí, me interesa", "No"), an answer that means either is that option."""
    said = _meanings(question.options, language)
    if said.count("yes") != 1 or said.count("no") != 1:
        return None
    meaning = read_binary("yes_no", text, language)
    if not isinstance(meaning, Understood):
        return None
    others = [option for option, value in zip(options, said, strict=True) if value is None]
    if any(mentions_of_parts(others, clauses(text), language)) or any(told_whole(others, clauses(text))):
        return None
    return _understood(question, {said.index(str(meaning.value))}, "meaning")


@lru_cache(maxsize=512)
def _meanings(options: tuple[str, ...], language: Language) -> tuple[Value, ...]:
    """What each option says to a yes or no: "yes", "no", or None."""
    read = [read_binary("yes_no", option, language) for option in options]
    return tuple(answer.value if isinstance(answer, Understood) else None for answer in read)
