"""Slow clients: webhooks and pages while 50 connections drip, with each of the servers that there are to choose from.

Two processes on SQLite. Four clients send signed webhooks, two ask for the sign-in page and two for the campaigns,
a connection each; meanwhile nobody, or 50 connections that send a byte of a header or of a body each half second.
"""

import os
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit

from bench.serving import ACCOUNT, TOKEN, Server, requests_to
from smartchat.running.embedded_redis import EmbeddedRedis

DRIPPING = 50
SECONDS = float(os.environ.get("BENCH_SECONDS", "6"))
PATIENCE = 5.0
ROUNDS = 3
SERVERS = {
    "gunicorn sync": ("--worker-class", "sync"),
    "gunicorn gthread, 8 threads": ("--worker-class", "gthread", "--threads", "8"),
    "smartchat.running.web_server": ("--worker-class", "smartchat.running.web_server.Worker"),
}
HEADER = b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
BODY = (
    b"POST /twilio/inbound HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Twilio-Signature: bm9uZQ==\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 4000\r\n\r\nBody="
)


@contextmanager
def dripping(
    port: int, beginnings: tuple[bytes, ...], connect: Callable[[], socket.socket] | None = None
) -> Iterator[None]:
    """Connections that never finish what they begin to say; one that is closed comes back."""
    connect = connect or partial(socket.create_connection, ("127.0.0.1", port), timeout=1)
    stop = threading.Event()

    def drip() -> None:
        open_: list[socket.socket | None] = [None] * (DRIPPING if beginnings else 0)
        while not stop.wait(0.5):
            for at, client in enumerate(open_):
                try:
                    if client is None:
                        open_[at] = client = connect()
                        client.sendall(beginnings[at % len(beginnings)])
                    client.sendall(b"a")
                except OSError:
                    open_[at] = None
        for client in filter(None, open_):
            client.close()

    thread = threading.Thread(target=drip)
    thread.start()
    time.sleep(2 if beginnings else 0)
    try:
        yield
    finally:
        stop.set()
        thread.join()


def asked(port: int, data: bytes) -> float:
    """Seconds that a request took; PATIENCE where no good answer came."""
    began, answer = time.perf_counter(), b""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
            connection.sendall(data)
            while more := connection.recv(65536):
                answer += more
    except OSError:
        return PATIENCE
    return time.perf_counter() - began if answer[9:12] in (b"200", b"303") else PATIENCE


def measure(url: str, run: int, seconds: float = SECONDS) -> tuple[list[float], list[float]]:
    """Times of webhooks and of pages, in seconds."""
    port = urlsplit(url).port or 80
    signed = requests_to(url, run, int(seconds * 1000))
    end, hooks, pages = time.perf_counter() + seconds, list[float](), list[float]()

    def client(times: list[float], next_: Callable[[], bytes]) -> None:
        while time.perf_counter() < end:
            times.append(asked(port, next_()))
            time.sleep(0.01)

    def page(path: str) -> Callable[[], bytes]:
        return lambda: f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()

    plan = [(hooks, signed.pop)] * 4 + [(pages, page("/login"))] * 2 + [(pages, page("/campaigns"))] * 2
    threads = [threading.Thread(target=client, args=args) for args in plan]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return hooks, pages


def p99(times: list[float]) -> float:
    """The 99th percentile, in milliseconds."""
    return quantiles(times, n=100)[98] * 1000


def main(servers: Sequence[str] = tuple(SERVERS)) -> None:
    print(f"## Slow clients: p99 in ms, {PATIENCE * 1000:.0f} is no answer; two processes, SQLite\n")
    print(
        "| server | meanwhile | webhooks | times nothing | pages | times nothing |\n|---|---|---:|---:|---:|---:|"
    )
    with tempfile.TemporaryDirectory(prefix="smartchat-bench-") as name:
        folder = Path(name)
        redis = EmbeddedRedis(folder, folder / "redis.sock")
        redis.start()
        try:
            for number, server in enumerate(servers):
                _one(server, SERVERS[server], folder / str(number), redis.url)
        finally:
            redis.stop()
    print("\nAim: at most 2 times.\n")


def _one(name: str, words: tuple[str, ...], folder: Path, redis_url: str) -> None:
    from flask_migrate import upgrade

    folder.mkdir()
    environment = {
        "DATABASE_URL": f"sqlite:///{folder / 'smartchat.db'}",
        "REDIS_URL": redis_url,
        "SMARTCHAT_INSTANCE": str(folder),
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "GUNICORN_CMD_ARGS": " ".join(words),
    }
    os.environ.update(environment)
    from smartchat import create_app

    with create_app().app_context():
        upgrade(directory="migrations")
    situations = {"nothing": (), "50 headers": (HEADER,), "50 bodies": (BODY,)}
    found: dict[str, list[tuple[float, float]]] = {}
    with Server("app:app", folder, environment) as server:
        hook = f"{server.url}/twilio/inbound"
        measure(hook, 0, 3)  # both processes have started
        # In turns: a slow moment of the machine hits all of them.
        for run in range(ROUNDS):
            for at, (situation, beginnings) in enumerate(situations.items()):
                with dripping(server.port, beginnings):
                    hooks, pages = measure(hook, run * 10 + at + 1)
                found.setdefault(situation, []).append((p99(hooks), p99(pages)))
    medians = {each: [median(ms) for ms in zip(*times, strict=True)] for each, times in found.items()}
    for situation, ours in medians.items():
        pairs = zip(ours, medians["nothing"], strict=True)
        cells = " | ".join(f"{ms:.0f} | {ms / none:.2f}" for ms, none in pairs)
        print(f"| {name} | {situation} | {cells} |", flush=True)
