"""Secrets: kept encrypted, given only to a call, worthless under another key."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from smartchat import clock
from smartchat.db import db
from smartchat.domain.dialogue import CallExternal
from smartchat.domain.external import Outcome
from smartchat.models import Secret
from smartchat.services import calling, chatbots, keeping_secrets
from smartchat.services.sending import Clocks
from tests.services.conftest import SCRIPT, Stage, new_phone

STEPS = [
    {"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"},
    {
        "id": "C",
        "type": "external",
        "url": "https://example.com/",
        "headers": {"Authorization": "{{secret.CLAVE}}"},
    },
    {"id": "M", "type": "message", "text": "Hola"},
]


def test_a_secret_stands_in_its_row_encrypted(stage: Stage) -> None:
    assert keeping_secrets.keep("CLAVE", "abracadabra", None, clock.now())
    row = db.session.scalars(select(Secret)).one()
    assert b"abracadabra" not in row.value
    assert keeping_secrets.value_of("CLAVE") == "abracadabra"


def test_a_secret_of_another_key_cannot_be_read(stage: Stage) -> None:
    keeping_secrets.keep("CLAVE", "abracadabra", None, clock.now())
    stage.app.config["SECRET_KEY"] = "another"
    assert keeping_secrets.value_of("CLAVE") is None


@pytest.mark.parametrize(("name", "value"), [("1A", "x"), ("A B", "x"), ("", "x"), ("A", "")])
def test_a_name_or_value_that_will_not_do_is_not_kept(stage: Stage, name: str, value: str) -> None:
    assert not keeping_secrets.keep(name, value, None, clock.now())
    assert keeping_secrets.kept() == []


def test_the_call_has_the_secret_and_the_conversation_does_not(stage: Stage) -> None:
    keeping_secrets.keep("CLAVE", "abracadabra", None, clock.now())
    keeping_secrets.keep("CLAVE", "sésamo", None, clock.now())
    chatbot = stage.chatbot(**{**SCRIPT, "steps": STEPS})
    campaign = stage.launch([new_phone()], chatbot)
    stage.work()
    calls: list[CallExternal] = []

    def system(call: CallExternal, paths: Mapping[str, str]) -> Outcome:
        calls.append(call)
        return Outcome({})

    calling.call_due(system, Clocks(clock.now, clock.machine_now))
    assert calls[0].headers == (("Authorization", "sésamo"),)
    kept: Any = [stage.conversation(campaign, phone).state for phone in stage_phones(campaign)]
    assert "sésamo" not in str(kept)
    exported = chatbots.newest_version(chatbot)
    assert exported is not None
    assert "{{secret.CLAVE}}" in str(exported.script)


def stage_phones(campaign: int) -> list[str]:
    from smartchat.models import Contact

    return list(db.session.scalars(select(Contact.phone).where(Contact.campaign_id == campaign)))


def test_a_secret_that_is_taken_away_is_gone(stage: Stage) -> None:
    keeping_secrets.keep("CLAVE", "x", None, clock.now())
    assert keeping_secrets.forget("CLAVE")
    assert not keeping_secrets.forget("CLAVE")
    assert keeping_secrets.value_of("CLAVE") is None
