"""The four-step survey that every engine goes through: its answers, where states are kept, and how it is timed.

Only the standard library is needed here: a peer may run in another Python.
"""

import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CONTACTS = int(os.environ.get("BENCH_CONTACTS", "1500"))
TURNS = 5  # the opening and four answers
SAME = ("claro que sí", "Ana María", "tengo treinta y dos", "la tienda")
GREETINGS = ("", "hola ", "hola, ", "buenas ", "buenas tardes ", "buenas tardes, ", "hola, buenas tardes ",
             "buenos días ", "hola buenos días ", "hola buenas tardes ")  # fmt: skip
THANKS = ("", " gracias", ", gracias", " por favor", " muchas gracias", ", muchas gracias", " porfa")
YES = (
    "sí",
    "claro que sí",
    "claro",
    "por supuesto",
    "ok",
    "sí claro",
    "sí acepto",
    "con gusto",
    "sí quiero",
    "si",
)
TENS = ("treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa")
UNITS = ("uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve")
AGES = tuple(f"tengo {tens} y {unit}" for tens in TENS for unit in UNITS)
PLACES = (
    "la tienda",
    "tienda",
    "en la tienda",
    "internet",
    "por internet",
    "la 1",
    "la 2",
    "1",
    "2",
    "interne",
)

Turn = Callable[[int, str | None], str]
"""Contact and answer (None: the opening) → what is said."""
Answers = Callable[[int], tuple[str, ...]]
"""Contact → its four answers."""
Step = Callable[[Any, str | None], tuple[Any, str]]
"""State ({}: none yet) and answer → the state after it, and what is said."""


def same(_contact: int) -> tuple[str, ...]:
    """Four answers that everybody gives: a reader that remembers what it read is at its best."""
    return SAME


def own(contact: int) -> tuple[str, ...]:
    """Four answers in words that come back after 700 contacts at the soonest, when nobody remembers them."""
    rest, greeting = divmod(contact, len(GREETINGS))
    rest, thanks = divmod(rest, len(THANKS))
    said = (YES[rest % len(YES)], AGES[rest % len(AGES)], PLACES[rest % len(PLACES)])
    yes, age, place = (f"{GREETINGS[greeting]}{words}{THANKS[thanks]}" for words in said)
    return yes, f"Ana María {contact}", age, place


WORDS: dict[str, Answers] = {"same": same, "own": own}


@contextmanager
def table() -> Iterator[sqlite3.Connection]:
    """Conversations on a disk, as the product keeps them."""
    with tempfile.TemporaryDirectory(prefix="smartchat-bench-") as folder:
        connection = sqlite3.connect(Path(folder) / "state.db", isolation_level=None)
        connection.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            "CREATE TABLE conversations (id INTEGER PRIMARY KEY, state TEXT NOT NULL)"
        )
        yield connection
        connection.close()


def saved(connection: sqlite3.Connection, turn: Step) -> Turn:
    """A turn between loading the state and committing it."""

    def run(contact: int, answer: str | None) -> str:
        connection.execute("BEGIN IMMEDIATE")
        row = connection.execute("SELECT state FROM conversations WHERE id = ?", (contact,)).fetchone()
        state, said = turn(json.loads(row[0]) if row else {}, answer)
        connection.execute("REPLACE INTO conversations VALUES (?, ?)", (contact, json.dumps(state)))
        connection.execute("COMMIT")
        return said

    return run


def in_memory(turn: Step) -> Turn:
    states: dict[int, Any] = {}

    def run(contact: int, answer: str | None) -> str:
        states[contact], said = turn(states.get(contact, {}), answer)
        return said

    return run


def measure(turn: Turn, answers: Answers, last: str) -> float:
    """Events a second over all contacts: the opening and four answers each."""
    said = [answers(contact) for contact in range(CONTACTS)]
    start = time.perf_counter()
    for contact in range(CONTACTS):
        turn(contact, None)
    for number in range(TURNS - 1):
        for contact in range(CONTACTS):
            reply = turn(contact, said[contact][number])
            if number == TURNS - 2 and last not in reply:
                raise SystemExit(f"the survey does not end as it should: {said[contact]} got {reply!r}")
    return CONTACTS * TURNS / (time.perf_counter() - start)
