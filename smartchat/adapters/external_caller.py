"""Other systems over HTTP: the one place that calls out to addresses which a chatbot names.

The name is resolved once, every address it has is looked at, and the connection goes to the one that was looked at.
No redirect is followed, no proxy of the environment used; time and size are bounded whatever the other side does.
"""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any
from urllib.parse import urlsplit

from smartchat.domain.conversation.events import CallExternal
from smartchat.domain.conversation.external import Outcome, read_answer

TOTAL_SECONDS = 10.0
LARGEST_ANSWER = 256 * 1024
_PIECE = 16 * 1024
_AGENT = "SmartChat"
# Addresses of version 6 that stand for one of version 4 inside them, and the relay that leads to them.
_TUNNELS = tuple(
    map(
        ipaddress.ip_network,
        ("::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "192.88.99.0/24"),
    )
)


class _Failed(Exception):
    """The call gave nothing; `why` is the word for it, `again` whether a second try may help."""

    def __init__(self, why: str, again: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.again = again


def external_caller(config: Mapping[str, Any]) -> Callable[[CallExternal, Mapping[str, str]], Outcome]:
    """The caller of an installation; `EXTERNAL_HOSTS` may be called though their addresses are private."""
    allowed = frozenset(config["EXTERNAL_HOSTS"])

    def ask(call: CallExternal, paths: Mapping[str, str]) -> Outcome:
        """Calls, and once more where that may help: only what reads (GET), and only within the same ten seconds."""
        until = time.monotonic() + TOTAL_SECONDS
        tries = 2 if call.method == "GET" else 1
        for left in reversed(range(tries)):
            try:
                return read_answer(_fetch(call, allowed, until), paths)
            except _Failed as failed:
                if not (failed.again and left and time.monotonic() < until):
                    return Outcome(None, failed.why)
        raise AssertionError("the last try returns")

    return ask


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(ip, "ipv4_mapped", None)
    if inner is not None:
        return is_public(str(inner))
    tunnelled = any(ip in network for network in _TUNNELS)
    return ip.is_global and not ip.is_multicast and not tunnelled


def _fetch(call: CallExternal, allowed: frozenset[str], until: float) -> bytes:
    """The body of a good answer; raises _Failed."""
    connection, target = _connection(call.url, allowed, until)
    watchdog = threading.Timer(max(until - time.monotonic(), 0.001), connection.hang_up)
    watchdog.daemon = True
    watchdog.start()
    headers = {
        "Accept": "application/json",
        "User-Agent": _AGENT,
        "Connection": "close",
        **dict(call.headers),
    }
    body = None if call.body is None or call.method == "GET" else call.body.encode()
    if body is not None and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = "application/json"
    try:
        connection.request(call.method, target, body, headers)
        return _body(connection.getresponse(), until)
    except (OSError, HTTPException, ValueError) as error:
        late = time.monotonic() >= until or isinstance(error, TimeoutError)
        raise _Failed("timeout" if late else "unreachable", again=not late) from error
    finally:
        watchdog.cancel()
        connection.close()
        connection.hang_up()


def _body(response: HTTPResponse, until: float) -> bytes:
    """What a good answer says, read in pieces: after each of them the time is looked at."""
    if 300 <= response.status < 400:
        raise _Failed("redirect")
    if not 200 <= response.status < 300:
        raise _Failed(f"status_{response.status}", again=response.status >= 500)
    data = bytearray()
    while piece := response.read1(_PIECE):
        data += piece
        if len(data) > LARGEST_ANSWER:
            raise _Failed("too_large")
        if time.monotonic() >= until:
            raise TimeoutError
    if time.monotonic() >= until:  # the end of it may be ours: we hung up
        raise TimeoutError
    if response.length:  # the other side broke off
        raise _Failed("unreachable", again=True)
    return bytes(data)


def _connection(url: str, allowed: frozenset[str], until: float) -> tuple["_Pinned", str]:
    """A connection to an address of the host that may be called, and what to ask for."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        host = host.encode("idna").decode() if not host.isascii() else host
    except ValueError as error:
        raise _Failed("bad_address") from error
    if parts.scheme not in ("http", "https") or not host or not url.isprintable() or " " in url:
        raise _Failed("bad_address")
    address = _address(host, port, host.lower() in allowed, until)
    seconds = max(until - time.monotonic(), 0.001)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    target = "".join(
        char if char.isascii() else "".join(f"%{byte:02X}" for byte in char.encode()) for char in target
    )
    return _Pinned(host, port, address, parts.scheme == "https", seconds), target


def _address(host: str, port: int, may_be_private: bool, until: float) -> str:
    found = _looked_up(host, port, until)
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses:
        raise _Failed("unknown_host")
    if not may_be_private and not all(map(is_public, addresses)):
        raise _Failed("refused")
    return addresses[0]


def _looked_up(host: str, port: int, until: float) -> Sequence[tuple[Any, ...]]:
    """What the system's resolver says. It knows no deadline: its thread is left to itself when time is over."""
    answer: Future[Sequence[tuple[Any, ...]]] = Future()

    def look_up() -> None:
        try:
            answer.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answer.set_exception(error)

    threading.Thread(target=look_up, name="resolver", daemon=True).start()
    try:
        return answer.result(max(until - time.monotonic(), 0.001))
    except TimeoutError as error:
        raise _Failed("timeout") from error
    except (OSError, UnicodeError) as error:
        raise _Failed("unknown_host") from error


class _Pinned(HTTPConnection):
    """A connection to one address, whatever the name would be resolved to now; TLS checks the name.

    It keeps hold of the socket that it made: HTTPConnection lets go of it as soon as an answer says
    `Connection: close`, and whoever reads that answer could not be stopped any more.
    """

    def __init__(self, host: str, port: int, address: str, secure: bool, seconds: float) -> None:
        super().__init__(host, port, timeout=seconds)
        self.default_port = 443 if secure else 80
        self._address, self._secure = address, secure
        self._made: socket.socket | None = None

    def connect(self) -> None:
        self._made = self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._secure:
            context = ssl.create_default_context()
            tls = context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self._made = self.sock = tls
            tls.do_handshake()

    def hang_up(self) -> None:
        """Whoever reads from the socket, or writes to it, stops waiting."""
        if self._made is not None:
            with suppress(OSError):
                # Below TLS: nothing is said to the other side, which may not listen.
                socket.socket.shutdown(self._made, socket.SHUT_RDWR)
