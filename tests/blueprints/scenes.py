"""What the pages are shown with: chatbots, campaigns and conversations, made by the services as in real life."""

import io
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime
from itertools import count
from typing import Any

import time_machine
from flask import Flask
from sqlalchemy import select

from smartchat import clock
from smartchat.db import db
from smartchat.domain.sending.delivery import Accepted, Outgoing, Result
from smartchat.models import Conversation, OutboundMessage
from smartchat.services.builder import chatbots
from smartchat.services.campaign import launching
from smartchat.services.contact_file import importing
from smartchat.services.conversation import answering, opening, receiving
from smartchat.services.sending import sending

SENDER = "+15005550006"
SCRIPT: dict[str, Any] = {
    "name": "Recordatorio",
    "language": "es",
    "sender": SENDER,
    "steps": [
        {"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"},
        {"id": "MONTO", "type": "custom_data", "data_type": "NUMBER"},
        {"id": "SALUDO", "type": "message", "text": "Hola {{NOMBRE}}."},
        {"id": "PAGA", "type": "binary", "kind": "yes_no", "text": "¿Podrá pagar?", "retries": 1},
        {"id": "PAGOS", "type": "integer", "text": "¿En cuántos pagos?", "min": 1, "max": 4, "retries": 1},
        {
            "id": "MEDIO",
            "type": "multiple_choice",
            "answers": "multiple",
            "text": "¿Dónde?",
            "options": ["Banco", "Tienda", "Transferencia"],
        },
        {"id": "NOTA", "type": "text", "text": "¿Algo más?"},
        {"id": "FIN", "type": "end", "text": "¡Gracias, {{NOMBRE}}!"},
    ],
}
CLOCKS = sending.Clocks(now=clock.now, machine=clock.machine_now)
Row = tuple[str, ...]
At = Callable[[str], None]
_sids = count()


def clock_of(app: Flask) -> Iterator[At]:
    """For fixtures: gives what sets the time at UTC−05:00, Monday 10:00 first; inside the application's context.

    The time runs on from there: a transcript goes by the order of its moments.
    """
    with ExitStack() as journey:

        def travel(instant: str) -> None:
            journey.close()
            journey.enter_context(time_machine.travel(datetime.fromisoformat(f"{instant}-05:00")))

        travel("2026-11-23T10:00")
        with app.app_context():
            yield travel
            db.session.rollback()


def text_of(html: str) -> str:
    """What a page or a part of it says, without its marks and its frame."""
    main = html[html.index("<main") :] if "<main" in html else html
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


class Carrier:
    """A channel that takes every message, or answers what a test wants."""

    def __init__(self, result: Result | None = None) -> None:
        self.result = result

    def send(self, message: Outgoing) -> Result:
        return self.result or Accepted(f"SM{message.id:032x}", "queued")


def chatbot(**changes: Any) -> int:
    imported = chatbots.import_script({**SCRIPT, **changes}, None, clock.now())
    assert imported.id is not None, [problem.message("en") for problem in imported.problems]
    return imported.id


def draft(
    rows: Sequence[Row],
    *,
    headers: str = "CONTACT\tNOMBRE\tMONTO",
    name: str = "Noviembre",
    chatbot_id: int | None = None,
) -> int:
    """A campaign with these rows of the contact file (CONTACT, NOMBRE, MONTO); its id."""
    lines = [headers, *("\t".join(row) for row in rows)]
    stream = io.BytesIO("".join(f"{line}\n" for line in lines).encode())
    created = importing.create_campaign(
        name, chatbot_id or chatbot(), stream, "contacts.tsv", None, clock.now()
    )
    assert created.campaign_id is not None, [problem.message("en") for problem in created.check.problems]
    return created.campaign_id


def launch(rows: Sequence[Row], **more: Any) -> int:
    """A launched campaign whose openings have gone out."""
    campaign_id = draft(rows, **more)
    assert launching.launch(campaign_id, None, clock.now()).done
    work()
    return campaign_id


def work(result: Result | None = None) -> None:
    """What a worker does after a bell: answers, opens, sends."""
    answering.answer_due(clock.now())
    opening.open_due(clock.now(), clock.machine_now())
    with ThreadPoolExecutor(2) as pool:
        while sending.send_due(Carrier(result), pool, 50, CLOCKS) and result is None:
            pass


def hear(phone: str, body: str, to: str = SENDER, **more: str) -> None:
    """An inbound message, as the webhook hands it over: in a process that has nothing else begun."""
    db.session.rollback()
    params = {"MessageSid": f"SM{next(_sids):032x}", "From": phone, "To": to, "Body": body, **more}
    receiving.receive(params, clock.now())


def talk(phone: str, *bodies: str) -> None:
    """The contact writes one after the other, and each is answered before the next."""
    for body in bodies:
        hear(phone, body)
        work()


def conversation(campaign_id: int, phone: str) -> Conversation:
    db.session.expire_all()
    query = select(Conversation).where(Conversation.campaign_id == campaign_id, Conversation.phone == phone)
    return db.session.scalars(query).one()


def outbound(conversation_id: int) -> list[OutboundMessage]:
    db.session.expire_all()
    query = select(OutboundMessage).where(OutboundMessage.conversation_id == conversation_id)
    return list(db.session.scalars(query.order_by(OutboundMessage.id)))
