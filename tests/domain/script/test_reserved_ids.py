"""One list of reserved words, and everything that gives or takes IDs goes by it."""

from typing import Any

import pytest

from smartchat.domain.builder.editing.ids import free_id
from smartchat.domain.builder.studio.naming import Ids
from smartchat.domain.script.reserved import CONTACT, RESERVED_IDS, TODAY
from smartchat.domain.script_file.reading import read_script
from smartchat.domain.script_file.schema import schema


def with_step(step: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": "Uno",
        "language": "es",
        "steps": [{"id": "HOLA", "type": "message", "text": "Hola"}, step],
    }


def named(id_: str) -> dict[str, Any]:
    return with_step({"id": id_, "type": "date", "text": "¿Qué día?", "min": "TODAY"})


@pytest.mark.parametrize("id_", sorted(RESERVED_IDS))
def test_a_step_with_a_reserved_id_is_read_and_told(id_: str) -> None:
    script, problems = read_script(named(id_))
    assert script is not None
    assert [(p.code, p.place, p.severity) for p in problems] == [("reserved_id", "/steps/1/id", "error")]
    assert f"“{id_}” is a reserved word" in problems[0].message("en")
    assert f"such as “{id_}_2”" in problems[0].message("en")
    assert f"«{id_}» es una palabra reservada" in problems[0].message("es")
    assert all(word in problems[0].message(language) for word in RESERVED_IDS for language in ("en", "es"))


@pytest.mark.parametrize("id_", sorted(RESERVED_IDS))
def test_a_value_of_another_system_cannot_have_a_reserved_id(id_: str) -> None:
    call = {
        "id": "SALDO_",
        "type": "external",
        "method": "GET",
        "url": "https://example.com/",
        "values": {id_: "a"},
    }
    _, problems = read_script(with_step(call))
    assert [(p.code, p.place) for p in problems] == [("reserved_id", f"/steps/1/values/{id_}")]


@pytest.mark.parametrize("id_", ["Today", "contact", "TODAY_2", "HOY"])
def test_a_word_that_only_looks_like_a_reserved_one_is_an_id(id_: str) -> None:
    assert read_script(named(id_))[1] == ()


@pytest.mark.parametrize("id_", sorted(RESERVED_IDS))
def test_no_proposal_is_a_reserved_word(id_: str) -> None:
    assert free_id(id_, ()) == f"{id_}_2"
    assert Ids().give(id_, "PASO") == f"{id_}_2"


def test_the_schema_tells_editors_the_same_list() -> None:
    assert set(schema()["$defs"]["reserved"]["enum"]) == RESERVED_IDS
    assert {CONTACT, TODAY} < RESERVED_IDS
