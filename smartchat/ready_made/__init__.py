"""Chatbots that are ready to use: script files of the package, listed with what an operator wants to know first."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from smartchat.domain.conversation.dialogue import Dialogue, Effect, Opened, Received, Send, advance
from smartchat.domain.script.custom_data import DataColumn
from smartchat.domain.script.script import Script
from smartchat.domain.script.steps import Language
from smartchat.domain.script_file.reading import read_script
from smartchat.domain.sending.segments import segments
from smartchat.ready_made.about import PURPOSE, SAMPLES, Sample

# The day of the sample conversations: their values and answers belong to it.
SAMPLE_DAY = datetime.fromisoformat("2026-11-23T10:00:00-05:00")


@dataclass(frozen=True)
class ReadyMade:
    """A chatbot to start from. `key` names it in forms and URLs: its language and its file ("es/nps-survey").

    `opening` is what the sample contact gets first; the segments are SMS parts: of the opening, and of all that
    the chatbot says in the sample conversation.
    """

    key: str
    language: Language
    name: str
    columns: tuple[DataColumn, ...]
    opening: tuple[str, ...]
    opening_segments: int
    total_segments: int

    def description(self, language: Language) -> str:
        """One sentence that says what it is for, in the language of the interface."""
        return PURPOSE[self.key.partition("/")[2]][language]


@cache
def ready_made() -> tuple[ReadyMade, ...]:
    """Those that this version can run, Spanish before English, in the order in which they are proposed."""
    found = (_read(language, name) for language in _LANGUAGES for name in PURPOSE)
    return tuple(one for one in found if one is not None)


def script_of(key: str) -> dict[str, Any] | None:
    """The script file of a ready-made chatbot, for import; None where there is none of this key."""
    language, _, name = key.partition("/")
    if name not in PURPOSE or language not in _LANGUAGES:
        return None
    content = files("smartchat.ready_made").joinpath(language, f"{name}.json").read_text("utf-8")
    data: dict[str, Any] = json.loads(content)
    return data


def conversation(script: Script, sample: Sample) -> tuple[Dialogue, tuple[tuple[str, ...], ...]]:
    """The sample conversation: how it ends, and the texts of the opening and of each reply."""
    dialogue, effects = advance(Dialogue.begin(script, sample.data), Opened(SAMPLE_DAY))
    turns = [_texts(effects)]
    for answer in sample.answers:
        dialogue, effects = advance(dialogue, Received((answer,), SAMPLE_DAY))
        turns.append(_texts(effects))
    return dialogue, tuple(turns)


_LANGUAGES: tuple[Language, ...] = ("es", "en")


def _read(language: Language, name: str) -> ReadyMade | None:
    key = f"{language}/{name}"
    script, problems = read_script(script_of(key))
    if script is None or any(problem.severity == "error" for problem in problems):
        return None
    _, turns = conversation(script, SAMPLES[language, name])
    return ReadyMade(
        key=key,
        language=language,
        name=script.name,
        columns=script.custom_data,
        opening=turns[0],
        opening_segments=_segments(turns[0]),
        total_segments=sum(_segments(turn) for turn in turns),
    )


def _texts(effects: Sequence[Effect]) -> tuple[str, ...]:
    return tuple(_sent(effects))


def _sent(effects: Sequence[Effect]) -> Iterator[str]:
    for effect in effects:
        if isinstance(effect, Send):
            yield effect.text


def _segments(texts: Sequence[str]) -> int:
    return sum(segments(text).count for text in texts)
