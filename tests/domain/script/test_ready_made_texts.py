"""What the ready-made chatbots say, text by text: short, cheap to send, and from somebody."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from smartchat.domain.script.texts import references, substitute
from smartchat.domain.sending.segments import segments
from smartchat.ready_made import script_of
from smartchat.ready_made.about import PURPOSE, SAMPLES

KEYS = [f"{language}/{name}" for language in ("es", "en") for name in PURPOSE]


def steps_of(key: str) -> list[dict[str, Any]]:
    """All steps, those inside flows too, in the order of the file."""
    script = script_of(key)
    assert script is not None, key
    return list(inside(script["steps"]))


def inside(steps: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for step in steps:
        yield step
        yield from inside(step.get("steps", ()))


def said(key: str, **changed: str) -> Iterator[tuple[str, str]]:
    """Every text as the sample contact would get it, by step: options below, and once more after a retry."""
    language, _, name = key.partition("/")
    data = {**SAMPLES[language, name].data, **changed}  # type: ignore[index]
    for step in steps_of(key):
        if "text" not in step:
            continue
        numbered = (f"{number}. {option}" for number, option in enumerate(step.get("options", ()), 1))
        text = "\n".join((step["text"], *numbered))
        yield step["id"], substitute(text, data)
        if step.get("retry_message"):
            yield step["id"], substitute(f"{step['retry_message']}\n{text}", data)


def test_there_are_six_in_each_language() -> None:
    assert len(KEYS) == len(SAMPLES) == 12


@pytest.mark.parametrize("key", KEYS)
def test_every_text_fits_in_one_cheap_part_with_sample_values(key: str) -> None:
    parts = {id_: segments(text) for id_, text in said(key)}
    assert {id_: part.costly for id_, part in parts.items() if part.costly} == {}
    assert max(part.count for part in parts.values()) == 1


@pytest.mark.parametrize("key", KEYS)
def test_a_name_with_accents_costs_no_third_part(key: str) -> None:
    name = "NOMBRE" if key.startswith("es/") else "FIRST_NAME"
    parts = [segments(text) for _, text in said(key, **{name: "José María"})]
    assert {part.count for part in parts} <= {1, 2}


@pytest.mark.parametrize("key", KEYS)
def test_the_first_message_names_the_business_and_the_way_out(key: str) -> None:
    first = next(step["text"] for step in steps_of(key) if "text" in step)
    company, word = ("{{EMPRESA}}", "BAJA") if key.startswith("es/") else ("{{COMPANY}}", "STOP")
    assert company in first
    assert word in first


@pytest.mark.parametrize("key", KEYS)
def test_the_sample_contact_has_exactly_the_columns_of_the_chatbot(key: str) -> None:
    language, _, name = key.partition("/")
    columns = [step["id"] for step in steps_of(key) if step["type"] == "custom_data"]
    assert list(SAMPLES[language, name].data) == columns  # type: ignore[index]


@pytest.mark.parametrize("key", KEYS)
def test_every_column_is_used(key: str) -> None:
    steps = steps_of(key)
    named = {reference.id for step in steps for reference in references(step.get("text", ""))}
    limits = {step.get("max") for step in steps}
    assert {step["id"] for step in steps if step["type"] == "custom_data"} <= named | limits


@pytest.mark.parametrize(
    "key", ["", "es", "es/", "es/nope", "fr/nps-survey", "es/../en/nps-survey", "es/about"]
)
def test_what_is_not_ready_made_has_no_script(key: str) -> None:
    assert script_of(key) is None
