"""Every route, with addresses and forms that no browser sends, on both databases: never an error of ours."""

import io
import random
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.routing import Rule

from smartchat import clock
from smartchat.services.operations import users
from tests.blueprints.conftest import at  # noqa: F401 - ten in the morning
from tests.blueprints.conversation.test_twilio import INBOUND, signature
from tests.blueprints.desk import Desk
from tests.hostile.signing_in import through_link

GETS, POSTS = 1500, 500
SAMPLE = 10
"""Of so many one, in the suite that runs all the time."""
NUMBERS = [
    "0",
    "1",
    "2",
    "9" * 15,
    str(2**31),
    str(2**63 - 1),
    str(2**63),
    "9" * 19,
    "1" + "0" * 30,
    "9" * 3000,
]
TEXTS = [
    "", " ", "\0", "a\0b", "\r\nSet-Cookie: a=b", "\u202e\u2066", "😀" * 700, "x" * 300, "x" * 5_000, "ﷺ" * 200,
    "%", "_", "'; DROP TABLE users --", "../../etc/passwd", "{{ 7*7 }}", "-1", "1e400", "NaN", "²", "٣", "true", "[]",
    "+525500998877", "whatsapp:+525500998877", "2026-11-23", "9999-12-31", "25:61", "SM" + "0" * 32, "\ud800",
]  # fmt: skip
FIELDS = [
    "chatbot", "page", "q", "status", "before", "after", "row", "next", "show", "sender", "in", "kind", "add", "at",
    "on", "message", "name", "value", "delete", "email", "password", "language", "revision", "do", "text", "close",
    "trial", "campaign", "date", "time", "data-NOMBRE", "number", "reason", "address", "again", "per_second", "type",
    "id", "opens", "closes", "utc_offset", "country_code", "leave_out_wrong", "leave_out_live", "replaces", "template",
    "options", "min", "max", "retries", "formula", "url", "headers", "values", "body", "proposed", "hosts",
    "mend", "unmend",
]  # fmt: skip
FAULTS = (
    SQLAlchemyError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    OSError,
    RuntimeError,
)
LEFT_ALONE = {
    "auth.logout",
    "health.readyz",
}  # who is signed out sees nothing more; 503 is what readyz is for


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Any) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgresql_tables"))
    return f"sqlite:///{tmp_path / 'smartchat.db'}"


@pytest.fixture
def admin(app: Flask, at: Callable[[str], None]) -> FlaskClient:  # noqa: F811
    """An administrator, a campaign that runs with one conversation in it, and a draft (both with the id 1, or 2)."""
    with app.app_context():
        token = users.make_link(users.add("admin@example.com", "admin", None), clock.machine_now())
    client = app.test_client()
    through_link(client, token)
    desk = Desk(app, client)
    chatbot_id = desk.chatbot()
    desk.launch(chatbot_id)
    desk.work()
    desk.hear("+525500998877", "no sé")
    desk.draft(chatbot_id, ("+525511223344",))
    return client


def wild(chance: random.Random) -> str:
    return chance.choice(NUMBERS if chance.random() < 0.5 else TEXTS)


def address(chance: random.Random, rule: Rule) -> str:
    """A path of this route, and a query."""
    path = rule.rule
    for name, converter in rule._converters.items():
        kind = type(converter).__name__
        value = chance.choice(NUMBERS) if kind == "RowConverter" else wild(chance)
        value = chance.choice(sorted(converter.items)) if kind == "AnyConverter" else value
        start = path.index("<")
        end = path.index(">", start)
        assert name in path[start:end]
        path = path[:start] + quote(value.encode("utf-8", "replace"), safe="") + path[end + 1 :]
    words = [(chance.choice(FIELDS), wild(chance)) for _ in range(chance.randrange(3))]
    query = "&".join(f"{name}={quote(value.encode('utf-8', 'replace'), safe='')}" for name, value in words)
    return f"{path}?{query}" if query else path


def form(chance: random.Random) -> dict[str, Any]:
    words: dict[str, Any] = {
        name: wild(chance).encode("utf-8", "replace").decode() for name in chance.sample(FIELDS, 12)
    }
    if chance.random() < 0.4:
        held = chance.choice(
            [b"", b"\0" * 100, b"CONTACT\tNOMBRE\n+525500998877\ta\0b\n", b'{"name": "\\u0000"}']
        )
        words["file"] = (
            io.BytesIO(held),
            chance.choice(["a.tsv", "x" * 900 + ".tsv", "\u202e.xlsx", "a.json"]),
        )
    return words


def webhook(chance: random.Random, app: Flask, path: str) -> tuple[dict[str, str], dict[str, str]]:
    """A signed one: what Twilio vouches for may still be anything."""
    words = {**INBOUND, "MessageStatus": "delivered", "MessageSid": f"SM{chance.getrandbits(128):032x}"}
    for name in chance.sample(
        ["From", "To", "Body", "MessageSid", "MessageStatus", "NumMedia", "ErrorCode"], 3
    ):
        words[name] = wild(chance).encode("utf-8", "replace").decode()
    signed = signature(app.config["PUBLIC_URL"] + path, words, app.config["TWILIO_AUTH_TOKEN"])
    return words, {"X-Twilio-Signature": signed}


def rules(app: Flask, method: str) -> list[Rule]:
    return [
        r for r in app.url_map.iter_rules() if method in (r.methods or ()) and r.endpoint not in LEFT_ALONE
    ]


def requests(
    app: Flask, client: FlaskClient, gets: int, posts: int
) -> Iterator[tuple[str, Callable[[], Any]]]:
    """What is asked, and how to ask it; each route has its turn."""
    chance = random.Random(20261130)
    stranger = app.test_client()
    for method, many in (("GET", gets), ("POST", posts)):
        known = rules(app, method)
        for turn in range(many):
            rule = known[turn % len(known)]
            path = address(chance, rule)
            who = stranger if turn % 5 == 4 else client
            if method == "GET":
                yield f"GET {path}", lambda who=who, path=path: who.get(path)
            elif rule.endpoint.startswith("twilio."):
                path = rule.rule + chance.choice(["", "?message=1", "?message=1" + "0" * 30])
                words, headers = webhook(chance, app, path)
                yield (
                    f"POST {path} {words}",
                    lambda p=path, w=words, h=headers: client.post(p, data=w, headers=h),
                )
            else:
                words = form(chance)
                yield f"POST {path} {words}", lambda who=who, p=path, w=words: who.post(p, data=w)


def faults(app: Flask, client: FlaskClient, gets: int, posts: int) -> list[str]:
    found = []
    for what, ask in requests(app, client, gets, posts):
        try:
            with ask() as answer:
                status = answer.status_code
        except FAULTS as error:
            found.append(f"{what[:300]}: {error!r}"[:600])
        else:
            if status >= 500:
                found.append(f"{what[:300]}: {status}")
    return found


def test_a_sample_of_wild_requests_finds_no_fault_of_ours(app: Flask, admin: FlaskClient) -> None:
    assert faults(app, admin, GETS // SAMPLE, POSTS // SAMPLE) == []


@pytest.mark.check
def test_two_thousand_wild_requests_find_no_fault_of_ours(app: Flask, admin: FlaskClient) -> None:
    assert faults(app, admin, GETS, POSTS) == []
