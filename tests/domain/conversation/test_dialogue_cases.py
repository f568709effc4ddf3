"""The conversations of tests/cases, through the engine, saved and restored between turns."""

import json
from collections.abc import Sequence
from datetime import datetime

import pytest

from smartchat.domain.conversation.dialogue import (
    Dialogue,
    Effect,
    Opened,
    QuestionAnswered,
    QuestionNotAnswered,
    Received,
    Send,
    advance,
)
from smartchat.domain.script_file.reading import read_script
from tests import conversations


def understood(effects: Sequence[Effect]) -> bool | None:
    heard = [
        isinstance(effect, QuestionAnswered)
        for effect in effects
        if isinstance(effect, QuestionAnswered | QuestionNotAnswered)
    ]
    return heard[0] if heard else None


def texts(effects: Sequence[Effect]) -> list[str]:
    return [effect.text for effect in effects if isinstance(effect, Send)]


def test_there_are_cases() -> None:
    assert len(conversations.names()) >= 6


@pytest.mark.parametrize("name", conversations.names())
def test_the_conversation_goes_as_written(name: str) -> None:
    case = conversations.load(name)
    script, problems = read_script(case["script"])
    assert script is not None
    assert problems == ()
    now = datetime.fromisoformat(case["now"])
    dialogue, effects = advance(Dialogue.begin(script, case["data"]), Opened(now))
    assert texts(effects) == case["opening"]
    for turn in case["turns"]:
        dialogue = Dialogue.restore(script, json.loads(json.dumps(dialogue.state())))
        dialogue, effects = advance(dialogue, Received(conversations.texts_of(turn), now))
        assert (turn["in"], texts(effects), understood(effects)) == (
            turn["in"],
            turn["out"],
            turn["understood"],
        )
    assert dialogue.values == case["values"]
    assert dialogue.status == case["status"]
