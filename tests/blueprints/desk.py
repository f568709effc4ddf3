"""An operator's desk: chatbots and campaigns made through the product, Twilio's part played by `Line`."""

import io
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from itertools import count
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from smartchat import clock
from smartchat.db import db
from smartchat.domain.operations.worker_roles import WorkerRole
from smartchat.domain.sending.delivery import Accepted, Outgoing, Result
from smartchat.models import Conversation
from smartchat.services.builder import chatbots
from smartchat.services.campaign import launching
from smartchat.services.contact_file import importing
from smartchat.services.conversation import answering, opening, receiving
from smartchat.services.operations import beating, sweeping
from smartchat.services.sending import sending

SENDER = "+15005550006"
SCRIPT: dict[str, Any] = {
    "name": "Recordatorio",
    "language": "es",
    "sender": SENDER,
    "steps": [
        {"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"},
        {"id": "SALUDO", "type": "message", "text": "Hola {{NOMBRE}}."},
        {"id": "PAGA", "type": "binary", "kind": "yes_no", "text": "¿Podrá pagar?", "retries": 1},
        {"id": "FIN", "type": "end", "text": "¡Gracias, {{NOMBRE}}!"},
    ],
}
CLOCKS = sending.Clocks(clock.now, clock.machine_now)
ONE_CONTACT = "CONTACT\tNOMBRE\n+525500998877\tCarlos\n"


class Line:
    """What Twilio answers to every message: accepted, unless a test sets `answer`."""

    def __init__(self) -> None:
        self.answer: Result | None = None
        self._sids = count()

    def send(self, message: Outgoing) -> Result:
        return self.answer or Accepted(f"SM{next(self._sids):032x}", "queued")


class Desk:
    """What happens around the pages, each in an application context of its own."""

    def __init__(self, app: Flask, client: FlaskClient) -> None:
        self.app, self.client = app, client
        self.line = Line()
        self._sids = count()

    def chatbot(self, **changes: Any) -> int:
        with self.app.app_context():
            imported = chatbots.import_script({**SCRIPT, **changes}, None, clock.now())
            assert imported.id is not None, [problem.message("en") for problem in imported.problems]
            return imported.id

    def draft(
        self, chatbot_id: int, phones: Sequence[str] = ("+525500998877",), name: str = "Noviembre"
    ) -> int:
        rows = "".join(f"{phone}\tCarlos\n" for phone in phones)
        stream = io.BytesIO(f"CONTACT\tNOMBRE\n{rows}".encode())
        with self.app.app_context():
            made = importing.create_campaign(name, chatbot_id, stream, "contactos.tsv", None, clock.now())
            assert made.campaign_id is not None, [problem.message("en") for problem in made.check.problems]
            return made.campaign_id

    def launch(
        self, chatbot_id: int, phones: Sequence[str] = ("+525500998877",), name: str = "Noviembre"
    ) -> int:
        campaign_id = self.draft(chatbot_id, phones, name)
        with self.app.app_context():
            assert launching.launch(campaign_id, None, clock.now()).done
        return campaign_id

    def work(self) -> None:
        """The sweep's round, and a worker's until nothing is due."""
        self.sweep()
        with self.app.app_context(), ThreadPoolExecutor(2) as pool:
            for _ in range(100):
                done = answering.answer_due(clock.now())
                done += sending.send_due(self.line, pool, 2, CLOCKS)
                done += opening.open_due(clock.now(), clock.machine_now())
                if not done:
                    return
        raise AssertionError("the worker finds no end")

    def sweep(self, *still: WorkerRole) -> None:
        """The sweep's round; all roles but these live."""
        with self.app.app_context():
            sweeping.sweep(clock.now(), clock.machine_now())
            for role in set(WorkerRole) - set(still):
                beating.beat(role, clock.machine_now())

    def hear(self, phone: str, body: str, **more: str) -> None:
        """A contact writes; `more`: further parameters of the webhook."""
        sid = f"SM{0xFFFF + next(self._sids):032x}"
        with self.app.app_context():
            params = {"MessageSid": sid, "From": phone, "To": SENDER, "Body": body, **more}
            receiving.receive(params, clock.now())

    def conversation_id(self, campaign_id: int, phone: str) -> int:
        with self.app.app_context():
            query = select(Conversation.id).where(
                Conversation.campaign_id == campaign_id, Conversation.phone == phone
            )
            return db.session.scalars(query).one()

    def page(self, path: str, **more: Any) -> str:
        """The words of a page: its text without tags, runs of white space as one."""
        answer = self.client.get(path, **more)
        assert answer.status_code == 200, answer.status
        return words(answer.text)

    def tiles(self, campaign_id: int) -> dict[str, int]:
        """The numbers of a campaign's page, by what stands under them."""
        page = self.client.get(f"/campaigns/{campaign_id}").text
        return {label: int(n) for label, n in re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", page)}

    def upload(
        self, path: str, content: str | bytes, chatbot: int, *, name: str = "Noviembre", partial: bool = False
    ) -> Any:
        """Posts a contact file as the form does."""
        data = content.encode() if isinstance(content, str) else content
        return self.client.post(
            path,
            data={"chatbot": str(chatbot), "name": name, "file": (io.BytesIO(data), "contactos.tsv")},
            headers=PARTIAL if partial else {},
        )


PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


def words(html: str) -> str:
    """The text of some HTML, without tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
