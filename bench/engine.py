"""Turns a second on one four-step survey: our engine alone, with its state saved, and peers that keep a conversation.

Every engine gets the same answers of the same contacts. Where state is saved, each turn loads the conversation from
SQLite (WAL, synchronous=NORMAL) and commits it again; the floor does only that.
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

CONTACTS = int(os.environ.get("BENCH_CONTACTS", "1500"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
ANSWERS = ("claro que sí", "Ana María", "tengo treinta y dos", "la tienda")
NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
SURVEY: dict[str, Any] = {
    "name": "Encuesta",
    "language": "es",
    "steps": [
        {"id": "ACEPTA", "type": "binary", "kind": "yes_no", "text": "¿Nos ayuda con tres preguntas?"},
        {"id": "NOMBRE", "type": "text", "text": "¿Su nombre?"},
        {"id": "EDAD", "type": "integer", "text": "¿Su edad, {{NOMBRE}}?", "min": 15, "max": 100},
        {
            "id": "LUGAR",
            "type": "multiple_choice",
            "text": "¿Dónde compra?",
            "options": ["Tienda", "Internet"],
        },
        {"id": "FIN", "type": "end", "text": "¡Gracias, {{NOMBRE}}!"},
    ],
}
RIVESCRIPT = """
> begin
+ request
- {ok}
< begin
+ *
- ¿Nos ayuda con tres preguntas?{topic=uno}
> topic uno
+ *
- ¿Su nombre?{topic=dos}
< topic
> topic dos
+ *
- <set nombre=<star>>¿Su edad, <star>?{topic=tres}
< topic
> topic tres
+ [*] # [*]
- <set edad=<star>>¿Dónde compra?{topic=cuatro}
+ *
- <set edad=<star>>¿Dónde compra?{topic=cuatro}
< topic
> topic cuatro
+ *
- ¡Gracias, <get nombre>!{topic=random}
< topic
"""
AIML = """<?xml version="1.0" encoding="UTF-8"?><aiml version="1.0.1">
<category><pattern>INICIO</pattern><template><think><set name="topic">uno</set></think>Nos ayuda</template></category>
<topic name="UNO"><category><pattern>*</pattern><template><think><set name="topic">dos</set></think>Su nombre</template>
</category></topic>
<topic name="DOS"><category><pattern>*</pattern><template><think><set name="nombre"><star/></set>
<set name="topic">tres</set></think>Su edad <star/></template></category></topic>
<topic name="TRES"><category><pattern>*</pattern><template><think><set name="edad"><star/></set>
<set name="topic">cuatro</set></think>Donde compra</template></category></topic>
<topic name="CUATRO"><category><pattern>*</pattern><template>Gracias <get name="nombre"/></template></category></topic>
</aiml>"""

Turn = Callable[[int, str | None], str]
"""Contact and answer (None: the opening) → what is said."""


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


def saved(connection: sqlite3.Connection, turn: Callable[[Any, str | None], tuple[Any, str]]) -> Turn:
    """A turn between loading the state and committing it."""

    def run(contact: int, answer: str | None) -> str:
        connection.execute("BEGIN IMMEDIATE")
        row = connection.execute("SELECT state FROM conversations WHERE id = ?", (contact,)).fetchone()
        state, said = turn(json.loads(row[0]) if row else {}, answer)
        connection.execute("REPLACE INTO conversations VALUES (?, ?)", (contact, json.dumps(state)))
        connection.execute("COMMIT")
        return said

    return run


def floor(connection: sqlite3.Connection) -> Turn:
    return saved(connection, lambda state, answer: ({"n": state.get("n", 0) + 1, "last": answer}, ""))


def ours() -> Callable[[Any, str | None], tuple[Any, str]]:
    from smartchat.domain.dialogue import Dialogue, Opened, Received, Send, advance
    from smartchat.domain.script import read_script

    script, problems = read_script(SURVEY)
    assert script is not None
    assert not problems

    def turn(state: Any, answer: str | None) -> tuple[Any, str]:
        dialogue = Dialogue.restore(script, state)
        event = Opened(NOW) if answer is None else Received((answer,), NOW)
        dialogue, effects = advance(dialogue, event)
        return dialogue.state(), " ".join(effect.text for effect in effects if isinstance(effect, Send))

    return turn


def rivescript() -> Callable[[Any, str | None], tuple[Any, str]]:
    from rivescript import RiveScript

    bot = RiveScript(utf8=True)
    bot.stream(RIVESCRIPT)
    bot.sort_replies()

    def turn(state: Any, answer: str | None) -> tuple[Any, str]:
        with suppress(KeyError):
            bot.clear_uservars("x")
        if state:
            bot.set_uservars("x", state)
        said = bot.reply("x", answer or "inicio")
        return bot.get_uservars("x"), said

    return turn


def aiml() -> Callable[[Any, str | None], tuple[Any, str]]:
    from aiml import Kernel

    with tempfile.NamedTemporaryFile("w", suffix=".aiml", encoding="utf-8", delete=False) as file:
        file.write(AIML)
    kernel = Kernel()
    kernel.verbose(False)
    kernel.learn(file.name)
    Path(file.name).unlink()

    def turn(state: Any, answer: str | None) -> tuple[Any, str]:
        kernel._sessions.pop("x", None)
        kernel._addSession("x")
        for name, value in state.items():
            kernel.setPredicate(name, value, "x")
        said = kernel.respond(answer or "inicio", "x")
        return dict(kernel.getSessionData("x")), said

    return turn


def in_memory(turn: Callable[[Any, str | None], tuple[Any, str]]) -> Turn:
    states: dict[int, Any] = {}

    def run(contact: int, answer: str | None) -> str:
        states[contact], said = turn(states.get(contact, {}), answer)
        return said

    return run


def measure(turn: Turn, last: str) -> float:
    """Events a second over all contacts: the opening and four answers each."""
    start = time.perf_counter()
    for contact in range(CONTACTS):
        turn(contact, None)
    for number, answer in enumerate(ANSWERS, 1):
        for contact in range(CONTACTS):
            said = turn(contact, answer)
            if number == len(ANSWERS) and last not in said:
                raise SystemExit(f"the survey does not end as it should: {said!r}")
    return CONTACTS * (1 + len(ANSWERS)) / (time.perf_counter() - start)


def botframework() -> float:
    """Events a second of Bot Framework's dialogs: in an environment of their own, which `make bench` sets up."""
    python = Path(sys.prefix) / "botframework" / "bin" / "python"
    program = Path(__file__).with_name("botframework_peer.py")
    run = subprocess.run([python, program, json.dumps(ANSWERS)], check=True, capture_output=True, text=True)
    return float(run.stdout)


def main() -> None:
    makers = {"SmartChat": ours, "RiveScript 1.15": rivescript, "python-aiml 0.9.3": aiml}
    figures: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        with table() as connection:
            figures.setdefault("floor: load and save alone", []).append(measure(floor(connection), ""))
        for name, make in makers.items():
            with table() as connection:
                figures.setdefault(f"{name}, state saved", []).append(
                    measure(saved(connection, make()), "Gracias")
                )
        figures.setdefault("Bot Framework 4.17.1, state saved", []).append(botframework())
        figures.setdefault("SmartChat, engine alone", []).append(
            measure(in_memory(ours()), "Gracias, Ana María")
        )
    print(f"Four-step survey, {CONTACTS:,} contacts, median of {ROUNDS}: events a second")
    for name, values in figures.items():
        print(f"{name:<36}{median(values):>10,.0f}")
    mine = median(figures["SmartChat, state saved"])
    for name, values in figures.items():
        if name.endswith("state saved") and not name.startswith("SmartChat"):
            print(f"  SmartChat / {name}: {mine / median(values):.2f} (aim: above 1)")
