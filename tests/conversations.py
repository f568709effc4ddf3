"""Conversations as data (tests/cases/*.json), for the engine and for `chatbot talk`.

A case: `script` or `script_file`, `data`, `now`, the `opening`'s texts, `turns` with what goes `in` (a text, or
several in one turn), what comes `out` and whether it was `understood`; at the end the `values` and the `status`.
"""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "tests" / "cases"


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def load(name: str) -> dict[str, Any]:
    """The case, with its script in place."""
    case: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    if "script_file" in case:
        case["script"] = json.loads((ROOT / case["script_file"]).read_text("utf-8"))
    return case


def texts_of(turn: dict[str, Any]) -> tuple[str, ...]:
    return (turn["in"],) if isinstance(turn["in"], str) else tuple(turn["in"])


def in_single_lines(name: str) -> bool:
    """Whether every turn is one line, as the terminal takes it."""
    return all(isinstance(turn["in"], str) for turn in load(name)["turns"])
