"""Secrets: kept encrypted, given only to a call, worthless under another key."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from smartchat import clock
from smartchat.db import db
from smartchat.domain.conversation.dialogue import CallExternal
from smartchat.domain.conversation.external import Outcome
from smartchat.domain.script.secret_names import read_hosts
from smartchat.models import Secret
from smartchat.services.builder import chatbots, keeping_secrets
from smartchat.services.conversation import calling
from smartchat.services.sending.sending import Clocks
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
    assert keeping_secrets.keep("CLAVE", "abracadabra", "example.com", None, clock.now())
    row = db.session.scalars(select(Secret)).one()
    assert b"abracadabra" not in row.value
    assert keeping_secrets.value_of("CLAVE") == "abracadabra"


def test_a_secret_of_another_key_cannot_be_read(stage: Stage) -> None:
    keeping_secrets.keep("CLAVE", "abracadabra", "example.com", None, clock.now())
    stage.app.config["SECRET_KEY"] = "another"
    assert keeping_secrets.value_of("CLAVE") is None


@pytest.mark.parametrize(
    ("name", "value", "hosts"),
    [
        ("1A", "x", "a.example"),
        ("A B", "x", "a.example"),
        ("", "x", "a.example"),
        ("A", "", "a.example"),
        ("A", "x", ""),
        ("A", "x", "*"),
        ("A", "x", "*.example"),
        ("A", "x", "https://a.example/"),
        ("A", "x", "a.example:443"),
        ("A", "x", "a.example, b_c"),
    ],
)
def test_a_name_a_value_or_a_host_that_will_not_do_is_not_kept(
    stage: Stage, name: str, value: str, hosts: str
) -> None:
    assert not keeping_secrets.keep(name, value, hosts, None, clock.now())
    assert keeping_secrets.kept() == []


def test_the_call_has_the_secret_and_the_conversation_does_not(stage: Stage) -> None:
    keeping_secrets.keep("CLAVE", "abracadabra", "example.com", None, clock.now())
    keeping_secrets.keep("CLAVE", "sésamo", "example.com", None, clock.now())
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
    keeping_secrets.keep("CLAVE", "x", "example.com", None, clock.now())
    assert keeping_secrets.forget("CLAVE")
    assert not keeping_secrets.forget("CLAVE")
    assert keeping_secrets.value_of("CLAVE") is None


def asked(stage: Stage, url: str, now_hosts: str, name: str = "Carlos") -> list[CallExternal]:
    """The calls that a chatbot makes whose step goes to this address, with a secret kept for these hosts."""
    keeping_secrets.keep("CLAVE", "abracadabra", "example.com", None, clock.now())
    db.session.scalars(select(Secret)).one().hosts = now_hosts
    db.session.commit()
    steps = [STEPS[0], {**STEPS[1], "url": url}, STEPS[2]]
    stage.launch([new_phone()], stage.chatbot(**{**SCRIPT, "steps": steps}))
    stage.work()
    calls: list[CallExternal] = []

    def system(call: CallExternal, paths: Mapping[str, str]) -> Outcome:
        calls.append(call)
        return Outcome({})

    assert calling.call_due(system, Clocks(clock.now, clock.machine_now)) == 1
    return calls


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/",
        "https://example.com.elsewhere.example/",
        "https://example.com@elsewhere.example/",
        "https://{{secret.CLAVE}}.elsewhere.example/",
        "https://sub.example.com/",
        "https://{{NOMBRE}}.example.com/",
    ],
)
def test_a_secret_goes_to_no_host_but_its_own(stage: Stage, url: str) -> None:
    assert asked(stage, url, "example.com") == []


@pytest.mark.parametrize(
    "url", ["https://example.com/", "https://EXAMPLE.com:8443/a", "https://xn--mxico-bsa.example/"]
)
def test_a_secret_goes_to_each_of_its_hosts(stage: Stage, url: str) -> None:
    assert len(asked(stage, url, "example.com xn--mxico-bsa.example")) == 1


def test_a_secret_from_before_goes_nowhere_until_it_is_entered_again(stage: Stage) -> None:
    assert asked(stage, "https://example.com/", "") == []


def test_hosts_are_kept_in_one_way_of_writing() -> None:
    assert read_hosts("API.Example.com, méxico.example  api.example.com [2001:db8::1]") == (
        "api.example.com",
        "xn--mxico-bsa.example",
        "2001:db8::1",
    )
