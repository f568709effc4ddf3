"""Everything that reads what a contact, a file or a stranger wrote does so in a moment, whatever it is."""

import gc
import random
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from typing import Any

import pytest

from smartchat import masking
from smartchat.domain.addresses import canonical_key, mask
from smartchat.domain.answers import understand, understand_turn
from smartchat.domain.answers.phrases import Phrases
from smartchat.domain.contact_file import cells
from smartchat.domain.contact_file.dates_as_written import possible_days
from smartchat.domain.contact_file.headers import clean_header, folded, most_alike
from smartchat.domain.contact_file.phone import read_phone
from smartchat.domain.conversation.guards import plain
from smartchat.domain.inbound import opt_out
from smartchat.domain.script import texts
from smartchat.domain.script.formulas import parse_expression, parse_formula
from smartchat.domain.script.steps import MultipleChoiceQuestion
from smartchat.domain.sending import segments
from smartchat.domain.sending.plain_letters import in_plain_letters
from smartchat.domain.text_forms import search_form
from smartchat.reading import contact_search
from tests.answers.labelled import QUESTIONS, labelled
from tests.answers.labelled import question as asked

from .attacks import fragments
from .growth import MOST, seconds, stopped_after
from .patterns import used

TODAY = date(2026, 11, 23)
SIGNS = {
    "😀", "👍👎", "👨‍👩‍👧‍👦", "ﷺ", "ﷺ ", "e\u0301", "a" + "\u0316" * 8, " ", "\n", "?", "¿", "{{", "@", "a@b.co ", "1",
    "1,", "1.", "1/", "1-1-", "🔟 ", "nueve ", "media docena ",
    "12/12/2026 ", "１", "½", "x", "x ", ".", "\xad", "\ud83d", "\0", "1️⃣", "🔟", "漢", "각",
    "si", "no ", "si no ", "a ", "qu", "unos 2 ", "y 1 ", "ya no nos contacten ", "{{A}}", "+52", "'", '"', "\\",
}  # fmt: skip


@cache
def phrases() -> list[str]:
    """What the readers of answers know, each phrase once."""
    known = [found for found in gc.get_objects() if isinstance(found, Phrases)]
    return sorted(
        {
            " ".join(entry)
            for one in known
            for same in one._by_first.values()
            for few in same.values()
            for entry in few
        }
    )


@cache
def repeated() -> list[str]:
    """What is repeated: signs, the languages of all patterns, known phrases, and real answers."""
    of_patterns = {body for one in used() for before, body in fragments(one.pattern) if len(body) < 60}
    answers = {f"{one.answer} " for one in labelled()}
    return sorted({*SIGNS, *of_patterns, *(f"{one} " for one in phrases()), *answers})


def words(size: int, *, slips: bool) -> str:
    """Different words, none of them twice: those that are known with a slip in each, or any letters."""
    dice = random.Random(size)
    vocabulary = sorted({word for one in phrases() for word in one.split()})
    made, length = [], 0
    while length < size:
        word = [*dice.choice(vocabulary)] if slips else [dice.choice("abcdefilmnoprstu") for _ in range(7)]
        word[dice.randrange(len(word))] = dice.choice("abcdefghij")
        made.append("".join(word))
        length += len(word) + 1
    return " ".join(made)[:size]


NAMED: dict[str, Callable[[str], object]] = {
    f"{name} in {language}": lambda text, name=name, language=language: understand(  # type: ignore[misc]
        asked(name, language), text, TODAY, language
    )
    for language, names in QUESTIONS.items()
    for name in ("yes_no", "gender", "good_bad", "integer", "integer 0..10", "date", "email", "text", *names)
}
READERS: dict[str, Callable[[str], Any]] = {
    **NAMED,
    "a turn": lambda text: understand_turn(asked("integer", "es"), [text, text], TODAY),
    "an option that a contact wrote": lambda text: understand(
        MultipleChoiceQuestion(id="Q", text="?", options=(text, "Banco")), text[1:] + "x", TODAY
    ),
    "opt-out": lambda text: opt_out.intent_of(text, False),
    "opt-in": lambda text: opt_out.intent_of(text, True, None, True),
    "a text cell": cells.read_text,
    "a number cell": cells.read_number,
    "a date cell": cells.read_date,
    "days": possible_days,
    "a phone": read_phone,
    "a key": canonical_key,
    "a mask": mask,
    "a header": lambda text: (clean_header(text), folded(text), most_alike(text, ["NOMBRE", text[1:]])),
    "a number that is looked for": contact_search.by_number,
    "a number of the inbox": contact_search.inbound_by_number,
    "a search form": search_form,
    "the form of replies": plain,
    "references": lambda text: (texts.references(text), texts.broken_references(text), texts.pieces(text)),
    "values in a text": lambda text: texts.substitute(text, {"A": text[:50], "a": "b"}),
    "bodies": texts.bodies,
    "a value in an address": lambda text: (texts.in_address(text), texts.in_json(text), texts.one_line(text)),
    "segments": segments.segments,
    "plain letters": in_plain_letters,
    "a formula": parse_formula,
    "a condition": parse_expression,
    "a line of the log": masking.masked,
}


@cache
def caches() -> list[Any]:
    """What readers of answers remember of texts; the table of known words is not of a text."""
    held = [found for found in gc.get_objects() if type(found).__name__ == "_lru_cache_wrapper"]
    return [
        found
        for found in held
        if found.__module__.startswith("smartchat.domain.answers") and found.__name__ != "_indexed"
    ]


def forget() -> None:
    """What was read before is not read faster."""
    for found in caches():
        found.cache_clear()


def sized(body: str, size: int) -> str:
    return (body * (size // len(body) + 1))[:size]


def afresh(reader: Callable[[str], object], text: str, rounds: int) -> float:
    """The seconds of the best of some rounds, each as if the text were new."""
    best = float("inf")
    for _ in range(rounds):
        forget()
        best = min(best, seconds(lambda: reader(text)))
    return best


def too_slow(reader: Callable[[str], object], text: Callable[[int], str]) -> str | None:
    """50 ms for 1,600 characters; and no more than three times that for twice as many, where it is slower than 5 ms."""
    try:
        with stopped_after(3):
            for rounds in (1, 3, 6):
                one = afresh(reader, text(1600), rounds)
                if one < 0.005:
                    return None
                two = afresh(reader, text(3200), rounds)
                if one < 0.05 and two < MOST * one:
                    return None
    except BaseException as stopped:
        if type(stopped).__name__ != "TooLong":
            raise
        return f"over 3 s for {text(40)!r}"
    return f"{one * 1000:.0f} ms and {two * 1000:.0f} ms for {text(40)!r}"


def of(reader: str, bodies: list[str], ends: Sequence[str] = (" x",)) -> list[str]:
    makers: list[Callable[[int], str]] = [
        lambda size, body=body, end=end: sized(body, size) + end  # type: ignore[misc]
        for body in bodies
        for end in ends
    ]
    makers += [lambda size: words(size, slips=True), lambda size: words(size, slips=False)]
    return [fault for text in makers if (fault := too_slow(READERS[reader], text))]


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_is_done_in_a_moment(reader: str) -> None:
    some = [f"{one} " for one in random.Random(reader).sample(phrases(), 12)]
    assert of(reader, [*sorted(SIGNS), *some]) == []


@pytest.mark.check
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("reader", READERS)
def test_a_reader_is_done_in_a_moment_with_many_hostile_texts(reader: str) -> None:
    some = random.Random(reader).sample(repeated(), 400)
    assert of(reader, some, ("", " x")) == []


def test_4_096_emoji_and_4_096_ligatures_are_no_answer() -> None:
    for text in ("😀" * 4096, "ﷺ" * 4096, "sí " * 301):
        for name in ("good_bad", "date", "integer", "yes_no"):
            assert getattr(understand(asked(name, "es"), text, TODAY), "why", "") == "too_long"


def test_an_answer_of_300_words_is_still_read() -> None:
    assert getattr(understand(asked("yes_no", "es"), "sí " * 300, TODAY), "value", "") == "yes"
