"""Answers: how many of the labelled ones are understood as a careful person would, and how many a second.

Accuracy by type of question and language, over every file of tests/answers; then rounds of all of them through the
pure function, with its caches emptied before each round: a chatbot rarely gets the same answer twice in a row.
"""

import os
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable

from smartchat.domain.answers import understand
from tests.answers.labelled import TODAY, Labelled, labelled, question

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
LANGUAGES = {"es": "Spanish", "en": "English"}


def counted(cases: Iterable[Labelled]) -> "dict[tuple[str, str], Counter[str]]":
    """Outcomes by (language, type), and by (language, "all")."""
    found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for case in cases:
        outcome = case.outcome()
        found[case.language, case.kind][outcome] += 1
        found[case.language, "all"][outcome] += 1
    return found


def forget() -> None:
    """Empties every cache of the readers."""
    for name, module in list(sys.modules.items()):
        if name.startswith(understand.__module__):
            for thing in vars(module).values():
                if hasattr(thing, "cache_clear"):
                    thing.cache_clear()


def per_second(cases: "list[Labelled]") -> float:
    """Answers a second in the median round."""
    asked = [(question(case.question, case.language), case.answer, case.language) for case in cases]
    times = []
    for _ in range(ROUNDS):
        forget()
        begun = time.perf_counter()
        for to, text, language in asked:
            understand(to, text, TODAY, language)
        times.append(time.perf_counter() - begun)
    return len(asked) / statistics.median(times)


def main() -> None:
    cases = list(labelled())
    print(
        f"## Answers\n\n{len(cases):,} labelled answers, sets {', '.join(sorted({case.set for case in cases}))}\n"
    )
    print(
        "| Language | Question | Answers | Right | Wrongly understood | Missed |\n|---|---|---:|---:|---:|---:|"
    )
    for (language, kind), outcomes in sorted(counted(cases).items(), reverse=True):
        total = outcomes.total()
        print(
            f"| {LANGUAGES[language]} | {kind} | {total:,} | {outcomes['right'] / total:.1%} "
            f"| {outcomes['wrong']} | {outcomes['missed']} |"
        )
    print(
        f"\n{per_second(cases):,.0f} answers a second (median of {ROUNDS} rounds, one thread, caches emptied)\n"
    )
