"""The web server's worker: what is small is taken in whole before anybody works on it, so a slow client costs nobody.

gunicorn's own workers let a thread read from the client: two clients that drip a header then stop a site of two
processes. Here the loop that waits for connections collects header and body of all of them; a thread gets the request
once the last byte is in. Only bodies beyond SMALL are read while a thread works: contact files, which the application
takes from nobody but signed-in operators, and asks for that before it reads. At any other address such a body is
refused at once: through a proxy that gives up by itself, strangers could have more of them refused than threads can.

Webhooks have a thread of their own in each process (SQLite takes one writer a process), and so has `/healthz`, which
must not stand in line behind pages: who asks takes silence for death. Pages and uploads have others.
"""

import errno
import re
import selectors
import socket
import time
from collections.abc import Set
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.http import RequestParser, wsgi  # type: ignore[import-untyped]
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

SMALL = 64 * 1024
"""Bytes of a body that is waited for."""
LARGEST_HEADER = 32 * 1024
ARRIVAL_SECONDS = 20.0
"""From the connection to the last byte of a small request."""
STALL_SECONDS = 30.0
"""A larger body, or an answer, may stand still for so long."""
LEAVING_SECONDS = 2.0
"""For the client to close after the answer: closing first could tear the answer apart."""
TOO_LARGE = "413 Content Too Large"
SENTENCE = (
    "This is too much at once. A form may have up to 64 KB.\n"
    "Es demasiado de una vez. Un formulario puede tener hasta 64 KB.\n"
)
SEND_BUFFER = 256 * 1024
"""A page fits into it: whoever reads slowly keeps the system waiting, not a thread."""
WEBHOOK_PATIENCE = 4
"""How many times as long a webhook may hang as the loop may stand still (gunicorn's `timeout`)."""
THREADS = {"webhooks": 1, "health": 1, "pages": 4, "uploads": 8}

_LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*(\d{1,15})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_TRANSFER = re.compile(rb"^transfer-encoding[ \t]*:", re.IGNORECASE | re.MULTILINE)
_CONTINUE = re.compile(rb"^expect[ \t]*:[ \t]*100-continue", re.IGNORECASE | re.MULTILINE)
_OWN_THREAD = {
    "webhooks": re.compile(rb"^[A-Z]+ /twilio/"),
    "health": re.compile(rb"^(GET|HEAD) /healthz[ ?]"),
}


def _path(header: bytes) -> str:
    """The address in the first line, without what follows its question mark."""
    words = header.split(b"\r\n", 1)[0].split(b" ")
    return words[1].partition(b"?")[0].decode("latin-1") if len(words) > 1 else ""


class QuietResponse(wsgi.Response):  # type: ignore[misc]
    """gunicorn's answer without the line that names the server."""

    def default_headers(self) -> list[str]:
        return [line for line in super().default_headers() if not line.startswith("Server:")]


class Arriving(TConn):  # type: ignore[misc]
    """A connection and what has come of its request. `whole`: bytes of header and small body, once the header is in."""

    def __init__(
        self, cfg: Any, sock: socket.socket, client: Any, server: Any, uploads: Set[str] = frozenset()
    ) -> None:
        """`uploads`: the addresses that take more than SMALL."""
        super().__init__(cfg, sock, client, server)
        self.uploads = uploads
        self.parser: Any = None
        self.data_ready = True
        self.since = time.monotonic()
        self.buffer = bytearray()
        self.whole: int | None = None
        self.pool = "pages"
        self.refusal = ""

    def init(self) -> None:
        """Called by the thread that takes the request over."""
        if self.parser is None:
            self.parser = RequestParser(self.cfg, self.sock, self.client)
            self.parser.unreader.unread(bytes(self.buffer))
            self.buffer.clear()
            self.initialized = True
        self.sock.settimeout(STALL_SECONDS)

    def take(self, data: bytes) -> bool:
        """Adds what came; True once the request can be worked on, or is refused."""
        searched = max(len(self.buffer) - 3, 0)
        self.buffer += data
        if self.whole is None:
            end = self.buffer.find(b"\r\n\r\n", searched)
            if end >= 0:
                self._read_header(bytes(self.buffer[: end + 2]), end + 4)
            elif len(self.buffer) > LARGEST_HEADER:
                self.refusal = "431 Request Header Fields Too Large"
        return bool(self.refusal) or (self.whole is not None and len(self.buffer) >= self.whole)

    def _read_header(self, header: bytes, size: int) -> None:
        found = _LENGTH.search(header)
        length = int(found[1]) if found else 0
        if _TRANSFER.search(header):
            # Nobody who belongs here sends a body without its length: browsers, Twilio and buffering proxies know it.
            self.refusal = "411 Length Required"
        if length > SMALL:
            self.pool, self.whole = "uploads", size
            if _path(header) not in self.uploads:
                self.refusal = TOO_LARGE
            return
        self.pool = next((name for name, line in _OWN_THREAD.items() if line.match(header)), "pages")
        self.whole = size + length
        if len(self.buffer) < self.whole and _CONTINUE.search(header):
            with suppress(OSError):
                self.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")


class Worker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's threaded worker with the reading, and the closing, done by its loop."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arriving: dict[Arriving, None] = {}  # the oldest first
        self.leaving: dict[Arriving, float] = {}
        self.pools: dict[str, ThreadPoolExecutor] = {}
        self.uploads: Set[str] = frozenset()
        self.webhooks: dict[Arriving, float] = {}  # being answered, since when
        wsgi.Response = QuietResponse

    def load_wsgi(self) -> None:
        """Where an application says which of its addresses take files, those are the only ones."""
        super().load_wsgi()
        known = self.wsgi.extensions.get("upload_paths")
        self.uploads = known() if known else frozenset()

    def get_thread_pool(self) -> ThreadPoolExecutor:
        self.pools = {name: ThreadPoolExecutor(many, name) for name, many in THREADS.items()}
        return self.pools["webhooks"]

    def notify(self) -> None:
        """The loop says that it lives; no more once a webhook hangs, so that the process is replaced.

        A webhook has longer than the loop: it may wait for the database, and uploads end with the process.
        """
        begun = list(self.webhooks.values())
        if not begun or time.monotonic() - min(begun) < WEBHOOK_PATIENCE * self.cfg.timeout:
            super().notify()

    def accept(self, listener: Any) -> None:
        """Takes a connection; where there are as many as may be, the one that has been dripping longest makes room."""
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        if self.nr_conns >= self.worker_connections - 1 and self.arriving:
            self._drop(next(iter(self.arriving)))
        self.nr_conns += 1
        conn = Arriving(self.cfg, client, address, listener.getsockname(), self.uploads)
        with suppress(OSError):
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        self.arriving[conn] = None
        self.poller.register(client, selectors.EVENT_READ, partial(self.on_arriving, conn))

    def on_arriving(self, conn: Arriving, client: Any) -> None:
        """More of a request is there."""
        try:
            data = client.recv(SMALL)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self._drop(conn)
        elif conn.take(data):
            del self.arriving[conn]
            self.poller.unregister(client)
            if conn.refusal:
                self._refuse(conn)
            else:
                work = self.pools[conn.pool].submit(self.handle, conn)
                work.add_done_callback(partial(self._after, conn))

    def handle(self, conn: Arriving) -> Any:
        if conn.pool != "webhooks":
            return super().handle(conn)
        self.webhooks[conn] = time.monotonic()
        try:
            return super().handle(conn)
        finally:
            del self.webhooks[conn]

    def handle_request(self, req: Any, conn: Arriving) -> Any:
        """A client that stopped reading has gone away: no fault of ours."""
        try:
            return super().handle_request(req, conn)
        except TimeoutError as error:
            raise BrokenPipeError(errno.EPIPE, "the client stopped reading") from error

    def finish_request(self, conn: Arriving, _work: "Future[Any]") -> None:
        """The answer is out: says so to the client, and waits (in the loop) for it to close."""
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._close(conn)
            return
        self.leaving[conn] = time.monotonic()
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_leaving, conn))

    def on_leaving(self, conn: Arriving, client: Any) -> None:
        """What still comes is thrown away."""
        try:
            if client.recv(SMALL):
                return
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            pass
        self._forget(conn)

    def murder_pending(self) -> None:
        """Once a second: closes what took too long. A process that is to end does not wait for half requests."""
        now = time.monotonic()
        allowed = ARRIVAL_SECONDS if self.alive else LEAVING_SECONDS
        for conn in [conn for conn in self.arriving if now - conn.since > allowed]:
            self._drop(conn)
        for conn in [conn for conn, since in self.leaving.items() if now - since > LEAVING_SECONDS]:
            self._forget(conn)

    def _after(self, conn: Arriving, work: "Future[Any]") -> None:
        self.method_queue.defer(self.finish_request, conn, work)

    def _refuse(self, conn: Arriving) -> None:
        words = SENTENCE if conn.refusal == TOO_LARGE else ""
        head = f"HTTP/1.1 {conn.refusal}\r\nConnection: close\r\nContent-Length: {len(words.encode())}\r\n"
        with suppress(OSError):
            conn.sock.send(f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{words}".encode())
        self.finish_request(conn, Future())

    def _drop(self, conn: Arriving) -> None:
        del self.arriving[conn]
        self.poller.unregister(conn.sock)
        self._close(conn)

    def _forget(self, conn: Arriving) -> None:
        del self.leaving[conn]
        self.poller.unregister(conn.sock)
        self._close(conn)

    def _close(self, conn: Arriving) -> None:
        self.nr_conns -= 1
        conn.close()
