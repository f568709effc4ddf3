"""Turns a second on one four-step survey: our engine alone, with its state saved, and peers that keep a conversation.

Every engine gets the same answers of the same contacts. Where state is saved, each turn loads the conversation from
SQLite (WAL, synchronous=NORMAL) and commits it again; the floor does only that. Twice: everybody answers in the same
words, and in words of their own, which no cache of ours has seen lately.
"""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from bench.engine_peers import aiml, rivescript
from bench.engine_survey import CONTACTS, WORDS, Step, in_memory, measure, saved, table

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
BOT_FRAMEWORK = Path(sys.prefix) / "botframework" / "bin" / "python"  # `make bench` sets it up
NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
MINE = "SmartChat, state saved"
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


def floor(state: Any, answer: str | None) -> tuple[Any, str]:
    return {"n": state.get("n", 0) + 1, "last": answer}, "Gracias"


def ours() -> Step:
    from smartchat.domain.conversation.dialogue import Dialogue, Opened, Received, Send, advance
    from smartchat.domain.script_file.reading import read_script

    script, problems = read_script(SURVEY)
    assert script is not None
    assert not problems

    def turn(state: Any, answer: str | None) -> tuple[Any, str]:
        dialogue = Dialogue.restore(script, state)
        event = Opened(NOW) if answer is None else Received((answer,), NOW)
        dialogue, effects = advance(dialogue, event)
        return dialogue.state(), " ".join(effect.text for effect in effects if isinstance(effect, Send))

    return turn


SAVED = {
    "floor: load and save alone": lambda: floor,
    MINE: ours,
    "RiveScript 1.15, state saved": rivescript,
    "python-aiml 0.9.3, state saved": aiml,
}


def bot_framework(words: str) -> float:
    """Events a second of Bot Framework, measured in its own Python."""
    command = [BOT_FRAMEWORK, "-W", "ignore", "-m", "bench.engine_bot_framework", words]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def measured(words: str) -> dict[str, float]:
    """Events a second by engine, for one way of answering."""
    found = {}
    for name, make in SAVED.items():
        with table() as connection:
            found[name] = measure(saved(connection, make()), WORDS[words], "Gracias")
    if BOT_FRAMEWORK.exists():
        found["Bot Framework 4.17.1, state saved"] = bot_framework(words)
    found["SmartChat, engine alone"] = measure(in_memory(ours()), WORDS[words], "Gracias, Ana María")
    return found


def main() -> None:
    rounds = [{words: measured(words) for words in WORDS} for _ in range(ROUNDS)]
    print(f"Four-step survey, {CONTACTS:,} contacts, median of {ROUNDS}: events a second ({MINE} / it)\n")
    print("| | everybody in the same words | each in words of their own |\n|---|---:|---:|")
    for name in rounds[0]["same"]:
        cells = []
        for words in WORDS:
            mine, its = (median(one[words][which] for one in rounds) for which in (MINE, name))
            cells.append(f"{its:,.0f} ({mine / its:.2f})")
        print(f"| {name} | {' | '.join(cells)} |")
    if not BOT_FRAMEWORK.exists():
        print("\nBot Framework is left out: `make bench` sets its environment up.")
