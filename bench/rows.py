"""How many bytes a contact costs in the database, row by row with its indexes, on both engines.

Every row is written by the product itself: a contact file, openings of two messages, status callbacks, one reply of
each contact with all that Twilio sends along, and its answer.
"""

import io
import logging
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bench.burst import an_app, databases

CONTACTS = int(os.environ.get("BENCH_ROWS_CONTACTS", "5000"))
START = "2026-11-24T10:00:00-05:00"
TABLES = ("contacts", "conversations", "outbound_messages", "inbound_messages")
SCRIPT: dict[str, Any] = {
    "name": "Recordatorio de pago",
    "language": "es",
    "sender": "+15005550006",
    "steps": [
        {"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"},
        {"id": "MONTO", "type": "custom_data", "data_type": "NUMBER"},
        {"id": "FECHA", "type": "custom_data", "data_type": "DATE"},
        {"id": "SALUDO", "type": "message", "text": "Hola {{NOMBRE}}, su saldo de ${{MONTO}} vence el {{FECHA}}."},
        {"id": "PAGA", "type": "binary", "kind": "yes_no", "text": "¿Podrá pagar a tiempo?"},
        {"id": "CUANDO", "type": "date", "text": "¿Qué día nos podría hacer el pago?"},
    ],
}  # fmt: skip


class Carrier:
    """Takes every message at once."""

    def send(self, message: Any) -> Any:
        from smartchat.domain.sending.delivery import Accepted

        return Accepted(f"SM{message.id:032x}", "queued")


def fill() -> None:
    """One campaign as it is on the evening of its day."""
    from smartchat import clock, jobs
    from smartchat.services.builder import chatbots
    from smartchat.services.campaign import launching
    from smartchat.services.contact_file import importing
    from smartchat.services.conversation import answering, opening, receiving
    from smartchat.services.sending import pacing, sending

    chatbot = chatbots.import_script(SCRIPT, None, clock.now()).id
    assert chatbot is not None
    pacing.set_rate(SCRIPT["sender"], 10_000, None, clock.now())
    phones = [f"+52551{number:07}" for number in range(CONTACTS)]
    rows = "".join(f"{phone}\tMaría Fernanda\t1350.50\t2026-12-15\n" for phone in phones)
    stream = io.BytesIO(f"CONTACT\tNOMBRE\tMONTO\tFECHA\n{rows}".encode())
    made = importing.create_campaign("Filas", chatbot, stream, "filas.tsv", None, clock.now())
    assert made.campaign_id is not None
    assert launching.launch(made.campaign_id, None, clock.now()).done
    with ThreadPoolExecutor(2) as pool:

        def work() -> None:
            while True:
                done = answering.answer_due(clock.now()) + opening.open_due(clock.now(), clock.machine_now())
                done += sending.send_due(Carrier(), pool, 500, jobs.CLOCKS)
                if not done:
                    return

        work()
        report()
        for number, phone in enumerate(phones):
            receiving.receive(webhook(number, phone), clock.now())
        work()
        report()


def report() -> None:
    """Twilio's callbacks for everything that was handed over."""
    from sqlalchemy import select

    from smartchat import clock
    from smartchat.db import db
    from smartchat.models import OutboundMessage
    from smartchat.services.sending import tracking

    query = select(OutboundMessage.id, OutboundMessage.provider_sid).where(OutboundMessage.status == "sent")
    sent = db.session.execute(query).all()
    db.session.rollback()
    for id_, sid in sent:
        for status in ("sent", "delivered"):
            tracking.record_status({"MessageSid": sid, "MessageStatus": status}, id_, clock.now())


def webhook(number: int, phone: str) -> dict[str, str]:
    """What Twilio sends with a reply of 12 letters."""
    sid = f"SM{number:016x}{'f' * 16}"
    return {
        "ToCountry": "US", "ToState": "CA", "SmsMessageSid": sid, "NumMedia": "0", "ToCity": "", "FromZip": "",
        "SmsSid": sid, "FromState": "", "SmsStatus": "received", "FromCity": "", "Body": "claro que sí",
        "FromCountry": "MX", "To": SCRIPT["sender"], "ToZip": "", "NumSegments": "1", "MessageSid": sid,
        "AccountSid": "AC00000000000000000000000000000001", "From": phone, "ApiVersion": "2010-04-01",
    }  # fmt: skip


def sizes(engine: str) -> Iterator[tuple[str, int, int, int]]:
    """Of each table: rows, bytes of the table itself, bytes of its indexes."""
    from sqlalchemy import text

    from smartchat.db import db

    for table in TABLES:
        rows = int(db.session.scalar(text(f"SELECT count(*) FROM {table}")) or 0)
        if engine == "PostgreSQL":
            own = db.session.scalar(text(f"SELECT pg_table_size('{table}')"))
            indexes = db.session.scalar(text(f"SELECT pg_indexes_size('{table}')"))
        else:
            size = (
                "SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE name {} (SELECT name FROM sqlite_master "
                f"WHERE tbl_name = '{table}' AND type = 'index')"
            )
            own = db.session.scalar(text(f"SELECT sum(pgsize) FROM dbstat WHERE name = '{table}'"))
            indexes = db.session.scalar(text(size.format("IN")))
        yield table, rows, int(own or 0), int(indexes or 0)


def compact(engine: str) -> None:
    """As the engine leaves it after its own housekeeping."""
    from sqlalchemy import text

    from smartchat.db import db

    db.session.rollback()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine == "PostgreSQL":
            connection.execute(text("VACUUM ANALYZE"))


def main() -> None:
    from smartchat.db import Base, db

    logging.getLogger("smartchat.queue").setLevel(logging.ERROR)  # there is no Redis, and nobody to wake
    print(f"\nBytes in the database, {CONTACTS} contacts with two messages each, one reply and its answer\n")
    print("| table | engine | rows a contact | bytes a row | of these indexes |\n|---|---|---:|---:|---:|")
    with databases() as urls:
        for engine, url in urls.items():
            with an_app(url, "", START).app_context():
                Base.metadata.create_all(db.engine)
                fill()
                compact(engine)
                total = 0
                for table, rows, own, indexes in sizes(engine):
                    total += own + indexes
                    row = (own + indexes) / rows
                    print(
                        f"| {table} | {engine} | {rows / CONTACTS:.0f} | {row:.0f} | {indexes / rows:.0f} |"
                    )
                print(f"| all | {engine} | | **{total / CONTACTS:.0f} a contact** | |")
                db.session.remove()
                db.engine.dispose()


if __name__ == "__main__":
    main()
