"""Slow clients against the server as the product starts it, alone and behind Caddy: fifty that drip stop nobody."""

import os
import signal
import socket
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask_migrate import upgrade

from bench.serving import behind_caddy, requests_to
from bench.slow_clients import BODY, HEADER, PATIENCE, asked, dripping
from smartchat import clock, create_app
from smartchat.running import programs
from smartchat.running.embedded_redis import EmbeddedRedis
from smartchat.running.web_server import THREADS
from smartchat.services.operations import users
from tests.leftovers import carrying
from tests.stand import ROOT, free_port, wait_for

FILE = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.tsv"\r\n\r\n'
SERVER_TIMEOUT = 2
"""Seconds after which gunicorn replaces a process that stands still, here."""


@contextmanager
def running(command: list[str], environment: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("ab") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("slow")


@pytest.fixture(scope="module")
def environment(folder: Path, redis_server: EmbeddedRedis) -> dict[str, str]:
    return {
        **os.environ,
        "SMARTCHAT_INSTANCE": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'smartchat.db'}",
        "REDIS_URL": redis_server.url,
        "GUNICORN_CMD_ARGS": f"--timeout {SERVER_TIMEOUT}",
    }


@pytest.fixture(scope="module")
def web(folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """The address of the web processes; one that is named keeps them to it (PUBLIC_URL)."""
    port = free_port()
    program = programs.web("127.0.0.1", port)
    url = f"http://127.0.0.1:{port}"
    app = create_app({"SQLALCHEMY_DATABASE_URI": environment["DATABASE_URL"]})
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        token = users.make_link(users.add("operator@example.com", "operator", None), clock.machine_now())
    (folder / "link").write_text(f"{url}/login/{token}")
    settings = {**environment, **program.environment, "PUBLIC_URL": url}
    with running(list(program.command), settings, folder / "web.log"):
        wait_for(lambda: asked(port, page("/login")) < PATIENCE, 60)
        yield url


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def page(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()


def token_in(page: bytes) -> str:
    return page.decode().split('name="csrf_token" value="', 1)[1].split('"', 1)[0]


def unanswered(port: int, hooks: list[bytes]) -> list[bytes]:
    """Which of these webhooks, and of twenty pages, got no good answer in time."""
    requests = [each for hook in hooks for each in (hook, page("/login"))]
    return [data[:40] for data in requests if asked(port, data) >= PATIENCE]


@pytest.mark.parametrize("beginning", [b"", HEADER, BODY], ids=["nothing", "a header", "a body"])
def test_fifty_connections_that_drip_leave_webhooks_and_pages_unharmed(web: str, beginning: bytes) -> None:
    port = urlsplit(web).port or 0
    hooks = requests_to(f"{web}/twilio/inbound", len(beginning), 20)
    with dripping(port, (beginning,)):
        assert unanswered(port, hooks) == []


def test_an_upload_may_take_longer_than_the_server_lets_a_webhook_take(web: str, folder: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies := CookieJar()))
    link = (folder / "link").read_text()
    asked_for = token_in(opener.open(link, timeout=10).read())
    with suppress(urllib.error.HTTPError):  # a link that has signed in already
        opener.open(link, f"csrf_token={asked_for}".encode(), timeout=10)
    token = token_in(opener.open(f"{web}/campaigns", timeout=10).read())
    parts = f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
    body = parts.encode() + FILE + b"0" * 70_000 + b"\r\n--x--\r\n"
    cookie = "; ".join(f"{each.name}={each.value}" for each in cookies)
    head = (
        f"POST /campaigns HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nContent-Length: {len(body)}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", urlsplit(web).port or 0), timeout=30) as client:
        client.sendall(head.encode())
        pieces = 2 * (SERVER_TIMEOUT + 1)
        for at in range(pieces):
            time.sleep(0.5)
            client.sendall(body[len(body) * at // pieces : len(body) * (at + 1) // pieces])
        # The form is incomplete, which is what the answer says: it was read to the end.
        assert client.recv(20).startswith(b"HTTP/1.1 422")


def test_healthz_answers_while_every_thread_for_pages_is_busy(web: str, folder: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies := CookieJar()))
    token = token_in(opener.open(f"{web}/login", timeout=10).read())
    cookie = "; ".join(f"{each.name}={each.value}" for each in cookies)
    form = f"csrf_token={token}"
    head = (
        f"POST /login/used HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nContent-Length: {len(form)}\r\n"
    )
    request = f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n{form}".encode()
    port = urlsplit(web).port or 0
    database = sqlite3.connect(folder / "smartchat.db", isolation_level=None)
    with closing(database), ExitStack() as clients:
        database.execute("BEGIN IMMEDIATE")  # who writes waits for us
        for _ in range(4 * THREADS["pages"]):
            client = clients.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            client.sendall(request)
        assert all(asked(port, page("/healthz")) < PATIENCE for _ in range(8))
        client.settimeout(0.1)
        with pytest.raises(TimeoutError):  # they do wait
            client.recv(1)
        database.rollback()


@pytest.mark.parametrize("path", ["/login", "/twilio/inbound", "/campaigns/1", "/chatbots"])
def test_a_large_body_is_refused_before_anything_works_on_it_where_no_file_belongs(
    web: str, path: str
) -> None:
    with socket.create_connection(("127.0.0.1", urlsplit(web).port or 0), timeout=10) as client:
        client.sendall(f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 70000\r\n\r\n".encode())
        answer = client.recv(1000)  # that of a thread would be a page
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"text/plain" in answer


@pytest.mark.parametrize(
    "path", ["/campaigns", "/campaigns/check", "/campaigns/repaired", "/opt-outs/import"]
)
def test_where_files_belong_a_large_body_is_for_who_is_signed_in(web: str, path: str) -> None:
    with socket.create_connection(("127.0.0.1", urlsplit(web).port or 0), timeout=10) as client:
        client.sendall(
            f"POST {path}?a=b HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 70000\r\n\r\n".encode()
        )
        assert client.recv(12) == b"HTTP/1.1 303"


def test_a_body_without_its_length_is_not_waited_for(web: str) -> None:
    with socket.create_connection(("127.0.0.1", urlsplit(web).port or 0), timeout=10) as client:
        client.sendall(b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n")
        assert client.recv(64).startswith(b"HTTP/1.1 411")


def test_no_answer_names_the_server(web: str) -> None:
    with urllib.request.urlopen(f"{web}/login", timeout=10) as answer:
        assert answer.headers["Server"] is None


@pytest.mark.check
def test_a_web_process_that_stands_still_is_replaced(web: str) -> None:
    port = urlsplit(web).port or 0
    before = set(carrying(f"PORT={port}"))
    hung = max(before)  # the one that began last: no master
    os.kill(hung, signal.SIGSTOP)
    # What it had taken is lost with it; whoever comes to the other one, or to the new one, is answered.
    wait_for(lambda: hung not in (now := set(carrying(f"PORT={port}"))) and len(now) == len(before), 30)
    wait_for(lambda: asked(port, page("/healthz")) < PATIENCE, 30)


@pytest.mark.check
def test_behind_caddy_as_documented_nobody_notices_them_either(folder: Path, web: str) -> None:
    hooks = requests_to(f"{web}/twilio/inbound", 99, 20)
    with behind_caddy(folder, urlsplit(web).port or 0) as port:
        with dripping(port, (HEADER, BODY)):
            assert unanswered(port, hooks) == []
        # Caddy before 2.8 has the wrong word for its own limit.
        with pytest.raises(urllib.error.HTTPError, match=r"413|502"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/login", b"a=&" * 100_000, timeout=10)
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/login", timeout=10) as answer:
            assert answer.headers["Server"] is None
