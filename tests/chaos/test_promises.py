"""Any order of events against a small model of the promises: hypothesis plays contacts, operators and workers."""

import io
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta, timezone
from itertools import count
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from smartchat import queue
from smartchat.db import db
from smartchat.domain.sending.delivery import Outgoing, rank
from smartchat.domain.sending.pacing import FASTEST
from smartchat.domain.statuses import ConversationStatus
from smartchat.models import Campaign, Conversation, InboundMessage, OutboundMessage
from smartchat.reading.numbers import campaign_numbers
from smartchat.services.builder import chatbots
from smartchat.services.campaign import finishing, launching
from smartchat.services.contact_file import importing
from smartchat.services.conversation import answering, opening, receiving, replying
from smartchat.services.sending import pacing, reconciling, sending, tracking
from tests.chaos.audit import Facts, audit
from tests.chaos.ledger import Entry, Ledger, Outcome
from tests.chaos.stage import Stage, sqlite_stage

from . import rows

ZONE = timezone(timedelta(hours=-5))
SENDER = "+15005550006"
PHONES = [f"+52551000000{number}" for number in range(4)]
SCRIPT: dict[str, Any] = {
    "name": "Promesas",
    "language": "es",
    "sender": SENDER,
    "steps": [
        {"id": "CLAVE", "type": "custom_data", "data_type": "TEXT"},
        {"id": "SALUDO", "type": "message", "text": "Hola {{CLAVE}}."},
        {"id": "PAGA", "type": "binary", "kind": "yes_no", "text": "¿Podrá pagar?", "retries": 1},
        {"id": "AVISO", "type": "message", "text": "Le pasamos con una persona."},
        {"id": "AYUDA", "type": "hand_over", "note": "pidió hablar con alguien"},
    ],
}
TEXTS = ("sí", "no", "mande", "34")
OUTCOMES: list[Outcome] = ["ok", "refused", "taken and broken", "broken", "not reached", "busy"]
phones = st.sampled_from(PHONES)


class InLine:
    """A pool that makes one call after the other."""

    def submit(self, work: Any, *arguments: Any) -> Future[Any]:
        call: Future[Any] = Future()
        call.set_result(work(*arguments))
        return call


class Promises(RuleBasedStateMachine):
    """The model: who is silent, what is finished, what was written; everything else is asked of the product."""

    stage: Stage

    def __init__(self) -> None:
        super().__init__()
        self.stage.empty()
        self.stage.app.extensions.pop("smartchat_scripts", None)
        self.now = datetime(2026, 11, 23, 10, tzinfo=ZONE).astimezone(UTC)
        self.ledger = Ledger(lambda: self.now, self.judge)
        self.clocks = sending.Clocks(now=lambda: self.now, machine=lambda: self.now)
        self.silent: set[str] = set()
        self.campaigns: dict[int, bool] = {}  # id → finished
        self.written: list[dict[str, Any]] = []
        self.ranks: dict[int, int] = {}
        self.in_flight: int | None = None
        self.sids = count(1)
        self.bell = patch.multiple(queue, ring=lambda *_: True, ring_at=lambda *_: True)
        self.bell.start()
        self.context = self.stage.app.app_context()
        self.context.push()
        imported = chatbots.import_script(SCRIPT, None, self.now)
        assert imported.id is not None, imported.problems
        self.chatbot_id = imported.id
        assert pacing.set_rate(SENDER, FASTEST, None, self.now)

    def judge(self, message: Outgoing) -> None:
        """Promises 2 and 3, in the moment in which Twilio accepts a message."""
        local = self.now.astimezone(ZONE)
        assert 8 <= local.hour < 21, f"sent at {local:%H:%M:%S}"
        closing = local.replace(hour=21, minute=0, second=0, microsecond=0)
        assert message.validity is not None
        assert self.now + timedelta(seconds=message.validity) <= closing
        row = db.session.get_one(OutboundMessage, message.id)
        campaign_id = row.campaign_id
        db.session.rollback()
        if message.id != self.in_flight:
            assert not self.campaigns[campaign_id], "sent after Finish"
            assert message.to not in self.silent, "sent after STOP"
        assert message.id not in {entry.row for entry in self.ledger.entries}, "sent twice"

    # Operators

    @rule(contacts=st.sets(phones, min_size=1), leave_out=st.booleans())
    @precondition(lambda self: len(self.campaigns) < 3)
    def launch(self, contacts: set[str], leave_out: bool) -> None:
        number = len(self.campaigns) + 1
        lines = "".join(f"{phone}\tC{number}\n" for phone in sorted(contacts))
        stream = io.BytesIO(f"CONTACT\tCLAVE\n{lines}".encode())
        created = importing.create_campaign(f"C{number}", self.chatbot_id, stream, "c.tsv", None, self.now)
        assert created.campaign_id is not None
        self.campaigns[created.campaign_id] = False
        assert launching.launch(created.campaign_id, None, self.now, leave_out).done
        assert not launching.launch(created.campaign_id, None, self.now, leave_out).done

    @rule(data=st.data())
    @precondition(lambda self: self.campaigns)
    def finish(self, data: st.DataObject) -> None:
        campaign_id = data.draw(st.sampled_from(sorted(self.campaigns)))
        assert finishing.finish(campaign_id, None, self.now) is not self.campaigns[campaign_id]
        self.campaigns[campaign_id] = True

    @rule(data=st.data())
    @precondition(lambda self: self.campaigns)
    def operator_replies(self, data: st.DataObject) -> None:
        conversations = db.session.scalars(select(Conversation).order_by(Conversation.id)).all()
        one = data.draw(st.sampled_from(conversations))
        expected = (
            one.handed_over_at is not None
            and one.status == ConversationStatus.OPEN
            and not self.campaigns[one.campaign_id]
            and one.phone not in self.silent
        )
        one_id = one.id
        db.session.rollback()
        assert replying.reply(one_id, "Con gusto le ayudo.", self.now) is expected

    # Contacts

    @rule(phone=phones, text=st.sampled_from(TEXTS))
    def write(self, phone: str, text: str) -> None:
        assert self._hear(phone, text)

    @rule(phone=phones, word=st.sampled_from(["STOP", "baja", "Alto"]))
    def stop(self, phone: str, word: str) -> None:
        assert self._hear(phone, word)
        self.silent.add(phone)

    @rule(data=st.data())
    @precondition(lambda self: self.silent)
    def start(self, data: st.DataObject) -> None:
        phone = data.draw(st.sampled_from(sorted(self.silent)))
        assert self._hear(phone, "START")
        self.silent.discard(phone)

    @rule(data=st.data())
    @precondition(lambda self: self.written)
    def webhook_again(self, data: st.DataObject) -> None:
        """A webhook that comes twice stores nothing; also an old STOP after a START silences nobody."""
        message = data.draw(st.sampled_from(self.written))
        assert not receiving.receive(self._params(message), self.now).new

    def _hear(self, phone: str, text: str) -> bool:
        sid = f"SM{next(self.sids):031x}f"
        message = {
            "sid": sid,
            "From": phone,
            "To": SENDER,
            "Body": text,
            "created": self.now.isoformat(),
        }
        self.written.append(message)
        return receiving.receive(self._params(message), self.now).new

    def _params(self, message: dict[str, Any]) -> dict[str, str]:
        return {"MessageSid": message["sid"], **{name: message[name] for name in ("From", "To", "Body")}}

    # Workers

    @rule(limit=st.integers(1, 20))
    def workers_open(self, limit: int) -> None:
        opening.open_due(self.now, self.now, limit)

    @rule()
    def workers_answer(self) -> None:
        answering.answer_due(self.now)

    @rule(outcomes=st.lists(st.sampled_from(OUTCOMES), max_size=4), limit=st.integers(1, 8))
    def workers_send(self, outcomes: list[Outcome], limit: int) -> None:
        self.ledger.outcomes = outcomes
        sending.send_due(self.ledger, InLine(), limit, self.clocks)  # type: ignore[arg-type]
        self.ledger.outcomes = []

    @rule(
        outcome=st.sampled_from([*OUTCOMES, "dies before", "dies after"]),
        meanwhile=st.sampled_from(["nothing", "finish", "stop"]),
    )
    def a_call_is_slow(self, outcome: Any, meanwhile: str) -> None:
        """While one message is with Twilio the operator finishes, or the contact says STOP; and a worker may die."""
        opening.open_due(self.now, self.now)
        for one in sending.claim(1, self.clocks):
            if meanwhile == "finish":
                assert finishing.finish(one.campaign_id, None, self.now)
                self.campaigns[one.campaign_id] = True
            elif meanwhile == "stop":
                self.stop(one.message.to, "baja")
            if outcome == "dies before":
                continue
            self.in_flight = one.message.id
            self.ledger.outcomes = ["ok" if outcome == "dies after" else outcome]
            result = sending._send(self.ledger, one, self.clocks)
            self.in_flight, self.ledger.outcomes = None, []
            if outcome != "dies after":
                sending.record([one], [result], self.clocks)

    @rule()
    def workers_compare(self) -> None:
        reconciling.settle_doubtful(self.ledger, self.clocks)

    @rule()
    def drain(self) -> None:
        """What a worker does after a bell, until nothing is due."""
        for _ in range(200):
            done = reconciling.settle_doubtful(self.ledger, self.clocks) + answering.answer_due(self.now)
            done += sending.send_due(self.ledger, InLine(), 8, self.clocks)  # type: ignore[arg-type]
            if not done + opening.open_due(self.now, self.now):
                return
        raise AssertionError("the worker finds no end")

    # Twilio

    @rule(data=st.data(), status=st.sampled_from(["queued", "sent", "delivered", "undelivered", "sending"]))
    @precondition(lambda self: self.ledger.entries)
    def callback(self, data: st.DataObject, status: str) -> None:
        """In any order, twice, late, and before the call has answered; the real one never goes back on an end."""
        entry: Entry = data.draw(st.sampled_from(self.ledger.entries))
        if entry.status in ("delivered", "undelivered") and rank(status) >= rank(entry.status):
            status = entry.status
        if rank(status) > rank(entry.status):
            entry.status = status
        entry.told.append(status)
        params = {"MessageSid": entry.sid, "MessageStatus": status}
        assert tracking.record_status(params, entry.row, self.now)

    # Time

    @rule(seconds=st.sampled_from([1, 15, 25, 600, 4 * 3600]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(clock=st.sampled_from(["07:59:59", "08:00:00", "20:59:57", "20:59:59", "21:00:00"]))
    def time_comes(self, clock: str) -> None:
        """The next time that clocks show this."""
        hour, minute, second = map(int, clock.split(":"))
        local = self.now.astimezone(ZONE)
        then = local.replace(hour=hour, minute=minute, second=second)
        self.now = (then if then > local else then + timedelta(days=1)).astimezone(UTC)

    # What holds at every moment

    @invariant()
    def every_message_is_stored_once(self) -> None:
        stored = db.session.scalars(select(InboundMessage.provider_sid)).all()
        db.session.rollback()
        assert sorted(stored) == sorted(message["sid"] for message in self.written)

    @invariant()
    def each_contact_gets_each_opening_once(self) -> None:
        openings = [(entry.to, entry.body) for entry in self.ledger.entries if entry.body.startswith("Hola")]
        assert len(openings) == len(set(openings))

    @invariant()
    def statuses_never_go_back(self) -> None:
        for id_, now in db.session.execute(select(OutboundMessage.id, OutboundMessage.rank)).all():
            assert now >= self.ranks.get(id_, -1)
            self.ranks[id_] = now
        db.session.rollback()

    @invariant()
    def sent_failed_cancelled_and_waiting_are_all(self) -> None:
        for campaign in db.session.scalars(select(Campaign)).all():
            numbers = campaign_numbers(campaign)
            made = select(OutboundMessage.id).where(OutboundMessage.campaign_id == campaign.id)
            unmade = select(Conversation.id).where(
                Conversation.campaign_id == campaign.id, Conversation.opened_at.is_(None)
            )
            everything = len(db.session.scalars(made).all()) + len(db.session.scalars(unmade).all())
            assert sum(numbers.outbound.values()) == everything
            assert sum(numbers.conversations.values()) == numbers.contacts
        db.session.rollback()

    def teardown(self) -> None:
        """In the end all comes to rest, whatever happened, and the auditor finds nothing."""
        db.session.rollback()
        try:
            for _ in range(4):
                self.time_comes("08:00:00")
                for seconds in (1, 30, 30, 1200, 1200):
                    self.time_passes(seconds)
                    self.drain()
            facts = Facts(finished={}, finish_in_flight={})
            breaches = audit(self.ledger.log(self.written), rows.read(), facts)
            assert breaches == []
        finally:
            db.session.remove()
            self.context.pop()
            self.bell.stop()


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with sqlite_stage() as stage:
        yield stage


def test_no_order_of_events_breaks_a_promise(stage: Stage) -> None:
    class OnThisStage(Promises):
        pass

    OnThisStage.stage = stage
    run_state_machine_as_test(
        OnThisStage,
        settings=settings(
            max_examples=15,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
