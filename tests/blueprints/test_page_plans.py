"""No page looks through a large table: what SQLite plans for each statement of each page."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from smartchat import clock
from smartchat.db import db
from smartchat.domain.sending.delivery import Outgoing
from smartchat.services.operations import clock_jumps, sweeping
from smartchat.services.sending import reconciling
from tests.blueprints.desk import CLOCKS
from tests.blueprints.scenes import At

from . import scenes

LARGE = ("contacts", "conversations", "outbound_messages", "inbound_messages")
CARLOS, ANA = "+525500998877", "+525511223344"


@pytest.fixture
def at(app: Flask) -> Iterator[At]:
    yield from scenes.clock_of(app)


@pytest.fixture
def campaign_id(at: At) -> int:
    campaign_id = scenes.launch([(CARLOS, "Carlos", "1200"), (ANA, "Ana", "1350.50")])
    scenes.talk(CARLOS, "claro que sí")
    scenes.talk(ANA, "BAJA")
    return campaign_id


def plans(client: FlaskClient, address: str) -> dict[str, list[str]]:
    """The statements of a page that read a large table, each with the lines of its plan."""
    return plans_of(lambda: client.get(address).status_code == 200)


def plans_of(work: Callable[[], bool]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}

    def explain(
        _connection: Any, cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool
    ) -> None:
        if any(f"FROM {t}" in statement or f"UPDATE {t}" in statement for t in LARGE):
            lines = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            found[statement] = [line[3] for line in lines]

    event.listen(db.engine, "before_cursor_execute", explain)
    try:
        assert work()
    finally:
        event.remove(db.engine, "before_cursor_execute", explain)
    return found


def scanned(lines: list[str]) -> list[str]:
    return [line for line in lines if re.match(rf"SCAN (?:{'|'.join(LARGE)})\b", line)]


@pytest.mark.parametrize(
    "address",
    [
        "/campaigns",
        "/campaigns/{id}",
        "/campaigns/{id}/finish",
        "/campaigns/{id}/contacts",
        "/campaigns/{id}/contacts?after=2",
        "/campaigns/{id}/contacts?before=1000000000000",
        "/campaigns/{id}/contacts?status=open",
        "/campaigns/{id}/contacts?status=open&row=2",
        "/campaigns/{id}/contacts?q=%2B525500998877",
        "/campaigns/{id}/contacts?q=8877&status=open",
        "/inbox?show=waiting",
        "/inbox?show=handed_over",
        "/inbox?show=opt_out",
        "/inbox?after=2",
        "/inbox?before=1",
        "/inbox?q=8877",
        "/inbox?q=8877&show=opt_out",
        "/conversations/1",
    ],
)
def test_a_page_reads_through_indexes_and_counts_no_rows(
    campaign_id: int, signed_in: FlaskClient, address: str
) -> None:
    for statement, lines in plans(signed_in, address.format(id=campaign_id)).items():
        assert scanned(lines) == [], statement
        assert "count(" not in statement


def test_the_inbox_reads_from_its_end_and_sorts_nothing(campaign_id: int, signed_in: FlaskClient) -> None:
    ((statement, lines), *_) = plans(signed_in, "/inbox").items()
    assert lines == ["SCAN inbound_messages"]
    assert "ORDER BY inbound_messages.id DESC" in statement
    assert "LIMIT" in statement


@pytest.mark.parametrize(
    ("address", "index"),
    [
        ("/campaigns/{id}/contacts", "ix_contacts_campaign_id_row (campaign_id=?)"),
        ("/campaigns/{id}/contacts?after=2", "ix_contacts_campaign_id_row (campaign_id=? AND row>?)"),
        (
            "/campaigns/{id}/contacts?status=open",
            "ix_conversations_campaign_id_status (campaign_id=? AND status=?",
        ),
        ("/campaigns/{id}/contacts?q=8877", "ix_contacts_campaign_id_ending (campaign_id=? AND ending=?)"),
        ("/inbox?show=waiting", "ix_inbound_messages_outcome_id (outcome=?)"),
        ("/inbox?show=unmatched", "ix_inbound_messages_outcome_id (outcome=?)"),
        ("/inbox?q=8877", "ix_inbound_messages_ending_id (ending=?)"),
        ("/campaigns/{id}", "ix_inbound_messages_campaign_id_id (campaign_id=?)"),
        ("/campaigns/{id}", "ix_outbound_messages_refused (campaign_id=?)"),
    ],
)
def test_a_list_is_read_in_the_order_of_its_index(
    campaign_id: int, signed_in: FlaskClient, address: str, index: str
) -> None:
    using = [
        lines
        for lines in plans(signed_in, address.format(id=campaign_id)).values()
        if any(index in line for line in lines)
    ]
    assert using
    if "q=" not in address or "inbox" in address:
        assert not any("TEMP B-TREE" in line for lines in using for line in lines)


def test_a_round_of_the_sweep_and_what_is_doubtful_are_read_through_indexes(
    app: Flask, campaign_id: int
) -> None:
    def rounds() -> bool:
        sweeping.sweep(clock.now(), clock.machine_now())
        clock_jumps.take_back(clock.now(), clock.machine_now())
        return reconciling.settle_doubtful(NobodyAsked(), CLOCKS) == 0

    with app.app_context():
        found = plans_of(rounds)
    assert len(found) >= 10
    # The small indexes of what waits may be read from their beginning: up to the first that is due.
    lines = [line for plan in found.values() for line in scanned(plan) if not line.endswith("s_due")]
    assert lines == []


class NobodyAsked:
    """Twilio's list, of which nobody asks anything here."""

    def find(self, message: Outgoing) -> None:
        raise AssertionError(message)
