"""The ready-made chatbots through the script check and the dialogue engine."""

import pytest

from smartchat import ready_made
from smartchat.domain.script.script import Script
from smartchat.domain.script_file.reading import read_script, script_json
from smartchat.ready_made.about import PURPOSE, SAMPLES

KEYS = [f"{language}/{name}" for language in ("es", "en") for name in PURPOSE]


def read(key: str) -> Script:
    script, problems = read_script(ready_made.script_of(key))
    assert [problem.message("en") for problem in problems] == []
    assert script is not None
    return script


@pytest.mark.parametrize("key", KEYS)
def test_the_check_finds_no_problem(key: str) -> None:
    assert read(key).name


@pytest.mark.parametrize("key", KEYS)
def test_what_is_exported_reads_as_the_same_chatbot(key: str) -> None:
    script = read(key)
    again, problems = read_script(script_json(script))
    assert (again, problems) == (script, ())


@pytest.mark.parametrize("key", KEYS)
def test_the_sample_conversation_runs_to_its_end_understanding_every_answer(key: str) -> None:
    language, _, name = key.partition("/")
    sample = SAMPLES[language, name]  # type: ignore[index]
    dialogue, turns = ready_made.conversation(read(key), sample)
    assert dialogue.status == "completed"
    assert len(turns) == len(sample.answers) + 1
    assert all(turns)
    retries = {step.get("retry_message") for step in script_json(read(key))["steps"]} - {None}
    assert not [text for turn in turns for text in turn for retry in retries if text.startswith(retry)]


def test_all_are_listed_spanish_first() -> None:
    assert [one.key for one in ready_made.ready_made()] == KEYS


@pytest.mark.parametrize("key", KEYS)
def test_the_opening_costs_two_parts_and_a_conversation_few(key: str) -> None:
    one = next(one for one in ready_made.ready_made() if one.key == key)
    assert one.opening_segments == 2
    assert one.opening_segments < one.total_segments <= 8
