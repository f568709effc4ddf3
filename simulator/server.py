"""A small HTTP/1.1 server for one process: a thread for each connection, connections kept alive.

A stand-in has to end at once and leave no process behind, to break connections on request, and to answer in
about a millisecond; the servers at hand fork, or close each connection after one request.
"""

import io
import socket
import sys
import traceback
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

BREAK = "simulator.break"
"""The application sets this in its environment to have the connection closed instead of answered."""

LARGEST_BODY = 1_000_000


class Server(ThreadingHTTPServer):
    """Serves one WSGI application."""

    request_queue_size = 512
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], application: "WSGIApplication") -> None:
        self.application = application
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, Handler)

    @property
    def port(self) -> int:
        """The port it listens at."""
        return int(self.server_address[1])

    def server_bind(self) -> None:
        """Bind, without asking the DNS for a name of the host (the parent class does, and may wait)."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - the parent's signature
        """A client that went away is no news; anything else is."""
        if not isinstance(sys.exception(), ConnectionError):
            sys.stderr.write(traceback.format_exc())


class Handler(BaseHTTPRequestHandler):
    """One connection, request by request."""

    protocol_version = "HTTP/1.1"
    server_version = "simulator"
    sys_version = ""
    # One packet for head and body, sent at once: otherwise Nagle's algorithm waits 40 ms for the second.
    wbufsize = 65536
    disable_nagle_algorithm = True
    server: Server

    def _serve(self) -> None:
        if self.headers.get("Transfer-Encoding"):
            return self._refuse(411, "Length Required")
        length = self.headers.get("Content-Length") or "0"
        if not length.isdecimal() or int(length) > LARGEST_BODY:
            return self._refuse(413, "Content Too Large")
        body = self.rfile.read(int(length))
        environ = self._environ(body)
        status, headers, content = _run(self.server.application, environ)
        if environ.get(BREAK):
            self.close_connection = True
            return None
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers:
            self.send_header(name, value)
        if not any(name.lower() == "content-length" for name, _ in headers) and code not in ("204", "304"):
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
        return None

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815 - its names

    def _refuse(self, code: int, reason: str) -> None:
        self.close_connection = True
        self.send_response(code, reason)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()

    def _environ(self, body: bytes) -> "WSGIEnvironment":
        path, _, query = self.path.partition("?")
        environ: WSGIEnvironment = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "REQUEST_URI": self.path,
            "REMOTE_ADDR": self.client_address[0],
            "SERVER_NAME": self.server.server_name,
            "SERVER_PORT": str(self.server.port),
            "SERVER_PROTOCOL": self.request_version,
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in self.headers.items():
            key = "HTTP_" + name.upper().replace("-", "_")
            environ[key] = f"{environ[key]},{value}" if key in environ else value
        return environ

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: paths hold phone numbers, and the simulator has a log of its own."""


def _run(
    application: "WSGIApplication", environ: "WSGIEnvironment"
) -> tuple[str, list[tuple[str, str]], bytes]:
    """The application's answer: status, headers, and the whole body."""
    head: list[tuple[str, list[tuple[str, str]]]] = []
    written: list[bytes] = []

    def start_response(
        status: str,
        headers: list[tuple[str, str]],
        _exc_info: tuple[type[BaseException], BaseException, TracebackType]
        | tuple[None, None, None]
        | None = None,
        /,
    ) -> Any:
        head[:] = [(status, headers)]
        return written.append

    chunks: Iterable[bytes] = application(environ, start_response)
    try:
        written.extend(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
    return *head[0], b"".join(written)
