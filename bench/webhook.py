"""`/twilio/inbound` as the product serves it: signature, durable commit, bell; beside an empty route and bare INSERTs.

All run under the same server (gunicorn with the product's settings and worker class, two processes), below `/twilio/`,
for which each process has one thread, and get the same signed requests, a connection each, as Twilio sends them. The
bare INSERT is the driver's own: no signature, no routing, no bell; once into a table with one index, and once the very
row that the product stores, into its own table with all its indexes and counters. Then webhooks and pages with 50
connections that drip beside them (bench.slow_clients).
"""

import multiprocessing
import os
import socket
import tempfile
import threading
import time
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import urlsplit

os.environ.setdefault("BENCH_CONVERSATIONS", "10000")
from bench.burst import MORNING, databases, fill
from bench.serving import ACCOUNT, TOKEN, Server, requests_to

from . import slow_clients

REQUESTS = int(os.environ.get("BENCH_REQUESTS", "3000"))
CLIENTS = 8
BARE = """
import json, os, sqlite3
from flask import Flask, Response, request
app = Flask(__name__)
url = os.environ["DATABASE_URL"]
connections = {}

def connect(ending):
    if url.startswith("sqlite:"):
        found = sqlite3.connect(url.removeprefix("sqlite:///") + ending, isolation_level=None, timeout=15)
        found.execute("PRAGMA journal_mode=WAL")
        found.execute("PRAGMA synchronous=NORMAL")
        found.execute("PRAGMA foreign_keys=ON")
        return found, "?"
    import psycopg
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True), "%s"

@app.post("/twilio/empty")
def empty():
    return Response("<Response></Response>", mimetype="text/xml")

@app.post("/twilio/insert")
def insert():
    form = request.form
    values = {"sid": form["MessageSid"], "sender": form["To"], "phone": form["From"], "body": form["Body"]}
    return store("bare", ".bare", values)

@app.post("/twilio/row")
def row():
    form, at = request.form, "2026-11-24 13:00:02.000000"
    values = {
        "provider_sid": form["MessageSid"], "sender": form["To"], "from_address": form["From"],
        "contact_key": form["From"], "body": form["Body"], "params": json.dumps(form), "received_at": at, "due_at": at,
        "conversation_id": int(form["From"][6:]), "campaign_id": 1, "ending": form["From"][-4:], "route": "only",
    }
    return store("inbound_messages", "", values)

def store(table, ending, values):
    if ending not in connections:
        connections[ending] = connect(ending)
    driver, mark = connections[ending]
    marks = ", ".join(mark for _ in values)
    driver.execute(
        f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks}) ON CONFLICT DO NOTHING", tuple(values.values())
    )
    return Response("<Response></Response>", mimetype="text/xml")
"""


def measure(url: str, run: int) -> tuple[float, float]:
    """Requests a second, and the 99th percentile of their times in ms; every answer has to be a 200."""
    parts = urlsplit(url)
    waiting, times, lock = requests_to(url, run, REQUESTS), list[float](), threading.Lock()

    def client() -> None:
        while True:
            with lock:
                if not waiting:
                    return
                data = waiting.pop()
            began = time.perf_counter()
            with socket.create_connection((parts.hostname, parts.port), timeout=30) as connection:
                connection.sendall(data)
                answer = b""
                while more := connection.recv(65536):
                    answer += more
            took = time.perf_counter() - began
            assert answer.startswith(b"HTTP/1.1 200"), answer[:200]
            with lock:
                times.append(took)

    began = time.perf_counter()
    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(times) == REQUESTS
    return REQUESTS / (time.perf_counter() - began), quantiles(times, n=100)[98] * 1000


def bare_table(url: str) -> None:
    """What the bare INSERT writes to."""
    table = "CREATE TABLE bare (id {} PRIMARY KEY, sid TEXT UNIQUE, sender TEXT, phone TEXT, body TEXT)"
    if url.startswith("sqlite:"):
        import sqlite3

        with sqlite3.connect(url.removeprefix("sqlite:///") + ".bare") as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(table.format("INTEGER"))
    else:
        import psycopg

        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(table.format("BIGINT GENERATED ALWAYS AS IDENTITY"))


def main() -> None:
    from smartchat.running.embedded_redis import EmbeddedRedis

    print(
        f"## The webhook: {REQUESTS:,} signed requests, {CLIENTS} at a time, the product's server with 2 processes\n"
    )
    print("| | requests/s | p99, ms | of the bare INSERT | p99 / bare | of our row's INSERT | p99 / that |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory(prefix="smartchat-bench-") as name, databases() as urls:
        folder = Path(name)
        (folder / "bare.py").write_text(BARE)
        redis = EmbeddedRedis(folder, folder / "redis.sock")
        redis.start()
        try:
            for engine, url in urls.items():
                with multiprocessing.get_context("spawn").Pool(1) as pool:
                    pool.apply(fill, (url, "http://127.0.0.1:9", "answered"))
                bare_table(url)
                settings: dict[str, Any] = {
                    "DATABASE_URL": url, "REDIS_URL": redis.url, "SECRET_KEY": "bench", "SMARTCHAT_NOW": MORNING,
                    "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "SMARTCHAT_INSTANCE": name,
                }  # fmt: skip
                with Server("bare:app", folder, settings) as server:
                    measure(f"{server.url}/twilio/empty", 0)
                    empty, bare = (
                        measure(f"{server.url}/twilio/empty", 0),
                        measure(f"{server.url}/twilio/insert", 1),
                    )
                with Server("app:app", folder, settings) as server:
                    measure(f"{server.url}/twilio/inbound", 2)
                    ours = measure(f"{server.url}/twilio/inbound", 3)
                with Server("bare:app", folder, settings) as server:  # last: what it stores falls due
                    measure(f"{server.url}/twilio/row", 4)
                    row = measure(f"{server.url}/twilio/row", 5)
                shown = {
                    "empty route": empty,
                    "bare INSERT": bare,
                    "bare INSERT of our row": row,
                    "SmartChat": ours,
                }
                for what, (rate, p99) in shown.items():
                    shares = " | ".join(f"{rate / of[0]:.2f} | {p99 / of[1]:.2f}" for of in (bare, row))
                    print(f"| {engine}: {what} | {rate:.0f} | {p99:.0f} | {shares} |", flush=True)
        finally:
            redis.stop()
    print("\nAim: at least 0.60 of the bare INSERT, p99 at most twice as long.\n")
    slow_clients.main(["smartchat.running.web_server"])


if __name__ == "__main__":
    main()
