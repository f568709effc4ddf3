"""Other systems over HTTP: whatever they do, the call ends in values or in a word, in time."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartchat.adapters import external_caller as adapter
from smartchat.adapters.external_caller import external_caller, is_public
from smartchat.domain.conversation.events import CallExternal
from smartchat.domain.conversation.external import Outcome, read_answer

PATHS = {"SALDO": "balance.amount", "PRIMERO": "items.0.name"}
GOOD = json.dumps({"balance": {"amount": 12.5}, "items": [{"name": "Uno"}]}).encode()

CLOSE = b"Connection: close\r\n"
DRIPS = {
    "/drip": (b"\r\n", b" "),
    "/drip-and-close": (CLOSE + b"Content-Length: 100000\r\n\r\n", b" "),
    "/drip-in-chunks": (CLOSE + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "/drip-of-headers": (CLOSE + b"X-Slow: ", b" "),
    "/drip-of-nothing": (CLOSE + b"\r\n", b""),
}


class System(ThreadingHTTPServer):
    """A server that misbehaves as its path says; it remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str, bytes, dict[str, str]]] = []
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: System

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        self.server.asked.append((self.command, self.path, body, dict(self.headers)))
        match self.path.partition("?")[0]:
            case "/moved":
                self._answer(302, b"", Location=f"{self.server.url}/good")
            case "/broken":
                self._answer(500, b"{}")
            case "/missing":
                self._answer(404, b"{}")
            case "/words":
                self._answer(200, b"hello")
            case "/huge":
                self._answer(200, b'"' + b"x" * (adapter.LARGEST_ANSWER + 10) + b'"')
            case "/cut":
                self.send_response(200)
                self.send_header("Content-Length", "1000")
                self.end_headers()
                self.wfile.write(b"{")
            case path if path.startswith("/drip"):
                self._begin_to_drip(path)
            case _:
                self._answer(200, GOOD)

    def _begin_to_drip(self, path: str) -> None:
        """A status line at once, and the rest drop by drop, or never."""
        rest, drop = DRIPS[path]
        self.wfile.write(b"HTTP/1.1 200 OK\r\n" + rest)
        while not self.server.over.wait(0.05):
            self.wfile.write(drop)

    do_POST = do_GET  # noqa: N815 - the names of http.server

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        return

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            return


@pytest.fixture(scope="module")
def running() -> Iterator[System]:
    with System() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.over.set()
        server.shutdown()


@pytest.fixture
def system(running: System) -> System:
    running.asked.clear()
    return running


def ask(system: System, path: str, *, method: str = "GET", **more: Any) -> Outcome:
    caller = external_caller({"EXTERNAL_HOSTS": ("127.0.0.1",)})
    return caller(CallExternal("CONSULTA", method, system.url + path, **more), PATHS)


def test_values_come_by_their_paths(system: System) -> None:
    assert ask(system, "/good?q=1").values == {"SALDO": "12.5", "PRIMERO": "Uno"}


def test_a_post_carries_its_body_and_headers(system: System) -> None:
    ask(system, "/good", method="POST", headers=(("X-Key", "k"),), body='{"a": "ñ"}')
    command, _, body, headers = system.asked[0]
    assert (command, body.decode()) == ("POST", '{"a": "ñ"}')
    assert (headers["X-Key"], headers["Content-Type"]) == ("k", "application/json")


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/moved", "redirect"),
        ("/missing", "status_404"),
        ("/broken", "status_500"),
        ("/words", "not_json"),
        ("/huge", "too_large"),
        ("/cut", "unreachable"),
    ],
)
def test_every_fault_has_its_word(system: System, path: str, why: str) -> None:
    assert ask(system, path) == Outcome(None, why)


def test_a_redirect_is_not_followed(system: System) -> None:
    ask(system, "/moved")
    assert [path for _, path, _, _ in system.asked] == ["/moved"]


def test_reading_is_tried_twice_and_writing_once(system: System) -> None:
    ask(system, "/broken")
    assert len(system.asked) == 2
    system.asked.clear()
    ask(system, "/broken", method="POST", body="{}")
    assert len(system.asked) == 1


@pytest.mark.parametrize("path", DRIPS)
def test_an_answer_that_drips_is_given_up_when_time_is_over(
    system: System, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(adapter, "TOTAL_SECONDS", 0.3)
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(ask, system, path)
        try:
            assert call.result(5) == Outcome(None, "timeout")
        finally:
            system.over.set()  # whoever still reads is let go
            wait([call])
            system.over.clear()


def test_a_name_that_nobody_resolves_is_given_up_when_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(adapter, "TOTAL_SECONDS", 0.2)
    monkeypatch.setattr(adapter.socket, "getaddrinfo", lambda *_, **__: over.wait(10) and [])
    caller = external_caller({"EXTERNAL_HOSTS": ()})
    assert caller(CallExternal("CONSULTA", "GET", "http://slow.example/"), PATHS) == Outcome(None, "timeout")
    over.set()


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "10.0.0.1", "0.0.0.0"]
)
def test_private_addresses_are_refused_before_anything_is_sent(system: System, host: str) -> None:
    caller = external_caller({"EXTERNAL_HOSTS": ()})
    call = CallExternal("CONSULTA", "GET", f"http://{host}:{system.server_port}/good")
    assert caller(call, PATHS) == Outcome(None, "refused")
    assert system.asked == []


@pytest.mark.parametrize("url", ["ftp://example.com/x", "http:///x", "http://exa mple.com/", "http://[::1"])
def test_what_is_no_address_is_told_so(url: str) -> None:
    caller = external_caller({"EXTERNAL_HOSTS": ()})
    assert caller(CallExternal("CONSULTA", "GET", url), PATHS).why == "bad_address"


@given(st.ip_addresses())
def test_only_the_open_internet_is_public(address: Any) -> None:
    if address.is_private or address.is_loopback or address.is_link_local or address.is_multicast:
        assert not is_public(str(address))


@given(st.ip_addresses(v=4))
def test_an_address_inside_another_counts_as_itself(address: Any) -> None:
    assert is_public(f"::ffff:{address}") == is_public(str(address))
    assert not is_public(f"64:ff9b::{address}")


@given(st.binary(max_size=60))
def test_no_answer_makes_it_raise(data: bytes) -> None:
    outcome = read_answer(data, {"A": "a.b", "B": ""})
    assert outcome.values is not None or outcome.why == "not_json"


def test_only_single_values_are_taken() -> None:
    data = b'{"a": {"b": [1]}, "t": true, "n": null, "i": 7, "s": " x ", "c": "0670"}'
    paths = {
        "LIST": "a.b",
        "OBJECT": "a",
        "TRUE": "t",
        "NULL": "n",
        "WHOLE": "i",
        "TEXT": "s",
        "CODE": "c",
        "FIRST": "a.b.0",
    }
    assert read_answer(data, paths).values == {
        "TRUE": "true",
        "WHOLE": 7,
        "TEXT": "x",
        "CODE": "0670",
        "FIRST": 1,
    }


@pytest.mark.parametrize(
    "number", ["1e999999999", "-1e999999999", "1e-999999999", "1e99999999999999999999", "9" * 900]
)
def test_no_number_makes_it_raise(number: str) -> None:
    found = read_answer(f'{{"a": {number}, "b": 7}}'.encode(), {"A": "a", "B": "b"})
    assert found.why == "not_json" or (found.values or {})["B"] == 7


@pytest.mark.parametrize(
    "address",
    [
        "::127.0.0.1",
        "::a00:1",
        "192.88.99.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:1::",
    ],
)
def test_an_address_that_leads_to_another_one_is_not_public(address: str) -> None:
    assert not is_public(address)


def test_ordinary_addresses_are_public() -> None:
    assert is_public("93.184.215.14")
    assert is_public("2606:2800:21f:cb07:6820:80da:af6b:8b2c")
