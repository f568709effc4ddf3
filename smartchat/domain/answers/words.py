"""An answer cut into clauses and words: what all readers of answers stand on."""

import re
import unicodedata
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from smartchat.domain.answers.phrases import Phrases, listed
from smartchat.domain.text_forms import _WITHOUT_DROPPED, _without_marks, fold

# What is read of an answer. More words than these answer no question, and "ﷺ" alone is four: both bounds are for the
# text in its plain form.
LONGEST_ANSWER = 4000  # characters
MOST_WORDS = 300
NEAR = 40  # words before a value in which what bounds it is looked for

YES_SIGNS = frozenset("👍👌✅✔☑🆗💯🙌🤝🫡")
NO_SIGNS = frozenset("👎❌🚫🙅✖⛔")
GLAD_SIGNS = frozenset("😀😃😄😁😊🙂😍🥰🤩😎❤🎉⭐🥳😻👏")
SAD_SIGNS = frozenset("😞😡😠😢😭🙁☹😤🤬🤮😒😖😣💩😕😩")
SIGNS = YES_SIGNS | NO_SIGNS | GLAD_SIGNS | SAD_SIGNS

_APOSTROPHES = re.compile("[’‘`´ʼ]")
# A sign counts only where nothing that could be a number or word stands before it: "2-3" holds no minus three.
_TOKEN = re.compile(
    r"(?<![\w.,)])[-−][0-9][0-9.,]*(?<![.,])|[0-9]+(?:[.,][0-9]+)*|[^\W\d_]+(?:'[^\W\d_]+)*|"
    f"[{''.join(sorted(SIGNS))}]"
)
_BREAK = re.compile(r"[!?;\n\r…()¿¡\"«»“”]|[.,:](?![0-9])|(?<![0-9])[.,:]|\s[-–—]\s")
_RUN = re.compile(r"([^\W\d_])\1{2,}")

# A new thought begins at these words, also where nobody put a comma.
_TURNS = listed("pero sino mejor but digo aunque although porque because cuz xq pq porq")
# "A lo mejor", "lo mejor" and "anything but" go on with the thought.
_GO_ON = {
    "mejor": frozenset({"lo", "la", "los", "las", "el", "mucho"}),
    "but": frozenset(
        {
            "anything",
            "any",
            "all",
            "everything",
            "nothing",
            "everyone",
            "none",
            "day",
            "time",
            "one",
            "option",
        }
    ),
}
# Questions also where nobody put a question mark.
_ASKS = Phrases(
    """cuanto cuesta | cuanto cuestan | cuanto es | cuanto vale | cuanto sale | cuanto debo | cuanto seria
    cuantos son | cuantas son | cuantos caben | cual es | cual seria | cuales son | a que hora | que hora
    que horas | que incluye | que tiene | que diferencia | que es | por que preguntan | por que quieren
    para que | quien es | quien habla | de parte de quien | donde esta | donde queda | como se | como le hago
    como puedo | como hago | se puede pagar | puedo cambiar | que pasa si""",
    """how much is | how much to | how much for | how much are | how much does | how much do
    how many can | how do | how can | how long
    what time | what is | what's | whats | what are | what do | what does | what day | what if | which is
    which one is | where is | where do | where are | who is | who's | whos | who are | why do | why are
    is it | is there | is this | are there | are you | can i | can you | can we | could you | could i | do i
    do you | does it | does the | would it""",
)


# Tuples: each answer makes a dozen, and they are keys of what was read before.
class Word(NamedTuple):
    """`plain`: lower case without accents, "siiii" as "si"; `written`: lower case with accents.

    `before`: what stands between it and the word before it in its clause; "" where they touch ("3kg").
    """

    plain: str
    written: str
    before: str = " "


class Clause(NamedTuple):
    """A stretch of words between stops, and the same words plain. `marked`: it ends in a question mark, or began
    with ¿; `question`: it is marked, or worded as one."""

    words: tuple[Word, ...]
    plain: tuple[str, ...]
    question: bool
    marked: bool


@lru_cache(maxsize=8192)
def _plain(written: str) -> str:
    """A word as it is compared: without accents, "siiii" as "si"."""
    return _RUN.sub(r"\1", fold(written))


@lru_cache(maxsize=512)
def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of an answer that hold words. Total: any text will do; what lies beyond 4000 characters is cut."""
    composed = unicodedata.normalize("NFKC", text[:LONGEST_ANSWER])[:LONGEST_ANSWER]
    plain = _APOSTROPHES.sub("'", unicodedata.normalize("NFC", _without_marks(composed)))
    found: list[Clause] = []
    asking = False
    start = 0
    for stop in (*_BREAK.finditer(plain), None):
        end = len(plain) if stop is None else stop.start()
        mark = "" if stop is None else stop.group()
        found += _clauses(plain, start, end, question=asking or mark == "?")
        asking = mark == "¿" or (asking and mark in {",", ":", ";"})
        start = end if stop is None else stop.end()
    return tuple(found)


def too_long(text: str) -> bool:
    """Whether a text is more than anybody would answer to a question: 4000 characters, 300 words."""
    # A Latin letter or sign becomes three at most (½).
    if len(text) <= MOST_WORDS // 3 and _WITHOUT_DROPPED.fullmatch(text):
        return False
    if len(text) > LONGEST_ANSWER or len(unicodedata.normalize("NFKC", text)) > LONGEST_ANSWER:
        return True
    return sum(len(clause.words) for clause in clauses(text)) > MOST_WORDS


def _clauses(text: str, start: int, end: int, *, question: bool) -> list[Clause]:
    words: list[Word] = []
    found: list[Clause] = []
    last = start
    for match in _TOKEN.finditer(text, start, end):
        written = match.group().casefold()
        plain = _plain(written)
        if plain in _TURNS and words and words[-1].plain not in _GO_ON.get(plain, ()):
            found.append(_clause(words, marked=question))
            words = []
        words.append(Word(plain, written, text[last : match.start()] if words else " "))
        last = match.end()
    return [*found, _clause(words, marked=question)] if words else found


def _clause(words: list[Word], *, marked: bool) -> Clause:
    plain = tuple(map(_IN_PLAIN, words))
    return Clause(tuple(words), plain, marked or _ASKS.at(plain, 0) > 0, marked)


_IN_PLAIN = attrgetter("plain")
