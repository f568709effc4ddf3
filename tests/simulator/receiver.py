"""The product's side of webhooks: a real HTTP server that keeps what it is sent."""

import threading
import time
from collections import deque
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl

from twilio.request_validator import RequestValidator

from tests.simulator_server import AUTH_TOKEN

BREAK = 0
"""Given as an answer: close the connection instead."""


@dataclass(frozen=True)
class Received:
    """One webhook, and whether its signature is right for the URL it was sent to."""

    path: str
    parameters: dict[str, str]
    signed: bool
    token: str


class Receiver:
    """Listens on a free port; answers 200, or what ``answers`` holds, first in first out."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answers: deque[int] = deque()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                parameters = dict(parse_qsl(body, keep_blank_values=True, strict_parsing=True))
                signature = self.headers["X-Twilio-Signature"]
                signed = RequestValidator(AUTH_TOKEN).validate(
                    receiver.url + self.path, parameters, signature
                )
                token = self.headers["I-Twilio-Idempotency-Token"]
                receiver.received.append(Received(self.path, parameters, signed, token))
                status = receiver.answers.popleft() if receiver.answers else 200
                if status == BREAK:
                    self.close_connection = True
                    return
                answer = b"<Response></Response>"
                self.send_response(status)
                self.send_header("Content-Type", "text/xml")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler

    def wait_for(self, count: int, sid: str | None = None) -> list[Received]:
        """The webhooks that came (about one message), once there are so many."""
        deadline = time.monotonic() + 15
        while len(found := self.about(sid)) < count:
            assert time.monotonic() < deadline, f"{len(found)} of {count} webhooks came: {found}"
            time.sleep(0.01)
        return found

    def about(self, sid: str | None) -> list[Received]:
        """The webhooks that came so far (about one message)."""
        return [hook for hook in self.received if sid in (None, hook.parameters["MessageSid"])]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        self.close()
