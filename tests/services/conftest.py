"""A small stage for the stories: a chatbot, contacts, a real simulator, and a worker's round on demand."""

import io
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from smartchat import clock, jobs
from smartchat.adapters.twilio_channel import TwilioChannel
from smartchat.db import db
from smartchat.models import Campaign, Conversation, InboundMessage, OutboundMessage
from smartchat.reading.numbers import campaign_numbers
from smartchat.services.builder import chatbots
from smartchat.services.campaign import launching
from smartchat.services.contact_file import importing
from smartchat.services.conversation import receiving
from tests.simulator_server import RunningSimulator

SENDER = "+15005550006"
SCRIPT: dict[str, Any] = {
    "name": "Recordatorio",
    "language": "es",
    "sender": SENDER,
    "steps": [
        {"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"},
        {"id": "SALUDO", "type": "message", "text": "Hola {{NOMBRE}}."},
        {"id": "PAGA", "type": "binary", "kind": "yes_no", "text": "¿Podrá pagar?", "retries": 1},
        {"id": "EDAD", "type": "integer", "text": "¿Edad?", "min": 15, "max": 100, "retries": 1},
        {"id": "FIN", "type": "end", "text": "¡Gracias, {{NOMBRE}}!"},
    ],
}


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Every story runs on both engines."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgresql_tables"))
    return f"sqlite:///{tmp_path / 'smartchat.db'}"


@pytest.fixture(scope="session")
def simulator_process() -> Iterator[RunningSimulator]:
    simulator = RunningSimulator()
    yield simulator
    simulator.stop()


@pytest.fixture
def simulator(simulator_process: RunningSimulator) -> RunningSimulator:
    """The running simulator without faults; its log goes on from test to test, so look at one phone at a time."""
    simulator_process.faults()
    return simulator_process


@pytest.fixture
def at() -> Iterator[Callable[[str], None]]:
    """Sets the time, which then stands still: at("2026-11-23T10:00") is ten in the morning at UTC−05:00."""
    traveller: list[time_machine.travel] = []

    def travel(instant: str) -> None:
        for old in traveller:
            old.stop()
        traveller[:] = [time_machine.travel(datetime.fromisoformat(f"{instant}-05:00"), tick=False)]
        traveller[0].start()

    travel("2026-11-23T10:00")
    yield travel
    for old in traveller:
        old.stop()


_numbers = count(10_000_000)


def new_phone() -> str:
    """A Mexican mobile number that no other test uses."""
    return f"+5255{next(_numbers)}"


class Stage:
    """What the tests do to the product, in its own words."""

    def __init__(self, app: Flask, simulator: RunningSimulator) -> None:
        self.app = app
        self.simulator = simulator
        app.config["TWILIO_API_URL"] = simulator.url
        self.channel = TwilioChannel(app.config)
        self.pool = ThreadPoolExecutor(8)
        self._sids = count()

    def chatbot(self, **changes: Any) -> int:
        imported = chatbots.import_script({**SCRIPT, **changes}, None, clock.now())
        assert imported.id is not None, [problem.message("en") for problem in imported.problems]
        return imported.id

    def draft(self, phones: Sequence[str], chatbot_id: int | None = None) -> int:
        rows = "".join(f"{phone}\tCarlos\n" for phone in phones)
        stream = io.BytesIO(f"CONTACT\tNOMBRE\n{rows}".encode())
        created = importing.create_campaign(
            "Noviembre", chatbot_id or self.chatbot(), stream, "contacts.tsv", None, clock.now()
        )
        assert created.campaign_id is not None, [p.message("en") for p in created.check.problems]
        return created.campaign_id

    def launch(self, phones: Sequence[str], chatbot_id: int | None = None) -> int:
        campaign_id = self.draft(phones, chatbot_id)
        assert launching.launch(campaign_id, None, clock.now()).done
        return campaign_id

    def work(self) -> None:
        """What a worker does after a bell, until nothing is due."""
        for _ in range(200):
            if not jobs.work_once(self.channel, self.pool, 8):
                return
        raise AssertionError("the worker finds no end")

    def hear(self, phone: str, body: str, to: str = SENDER, **more: str) -> receiving.StoredInbound:
        """An inbound message, as the webhook hands it over: in a process that has nothing else begun."""
        db.session.rollback()
        params = {"MessageSid": f"SM{next(self._sids):032x}", "From": phone, "To": to, "Body": body, **more}
        return receiving.receive(params, clock.now())

    def told(self, phone: str) -> list[str]:
        """What the phone got, in order."""
        return [message["Body"] for message in self.simulator.messages(phone)]

    def campaign(self, campaign_id: int) -> Campaign:
        db.session.expire_all()
        return db.session.get_one(Campaign, campaign_id)

    def numbers(self, campaign_id: int) -> Any:
        return campaign_numbers(self.campaign(campaign_id))

    def conversation(self, campaign_id: int, phone: str) -> Conversation:
        db.session.expire_all()
        query = select(Conversation).where(
            Conversation.campaign_id == campaign_id, Conversation.phone == phone
        )
        return db.session.scalars(query).one()

    def outbound(self, campaign_id: int) -> list[OutboundMessage]:
        db.session.expire_all()
        query = select(OutboundMessage).where(OutboundMessage.campaign_id == campaign_id)
        return list(db.session.scalars(query.order_by(OutboundMessage.id)))

    def inbound(self) -> list[InboundMessage]:
        db.session.expire_all()
        return list(db.session.scalars(select(InboundMessage).order_by(InboundMessage.id)))


@pytest.fixture
def stage(app: Flask, simulator: RunningSimulator, at: Callable[[str], None]) -> Iterator[Stage]:
    """Monday 10:00 at UTC−05:00, nothing there yet."""
    with app.app_context():
        stage = Stage(app, simulator)
        yield stage
        stage.pool.shutdown()
        db.session.rollback()
