"""Signed requests to the product, with Twilio's time limits and retries."""

import http.client
import secrets
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urldefrag, urlencode, urlsplit

from .clock import Clock
from .signing import sign
from .store import Store, Webhook


@dataclass(frozen=True)
class Answer:
    """What one attempt came to: an HTTP status, or ``kind`` (``ct`` no connection, ``rt`` no answer) and a
    word on it."""

    status: int | None = None
    kind: str = ""
    error: str | None = None

    def fits(self, policy: frozenset[str]) -> bool:
        """Whether the policy asks for another attempt after this one."""
        if self.status is not None:
            kind = "5xx" if self.status >= 500 else "4xx" if self.status >= 400 else "fine"
            return kind in policy or (kind != "fine" and "all" in policy)
        return self.kind in policy or "all" in policy


@dataclass(frozen=True)
class Connection:
    """How hard to try, as the fragment of the configured URL says (Twilio's connection overrides):
    ``rc`` retries, ``rp`` after what, ``ct`` ``rt`` ``tt`` milliseconds to connect, to answer, in all."""

    retries: int
    policy: frozenset[str]
    connect: float
    read: float
    total: float


def connection(fragment: str) -> Connection:
    """The overrides in a URL's fragment; Twilio's defaults for those that are missing or out of range."""
    given = dict(parse_qsl(fragment))

    def number(name: str, default: int, least: int, most: int) -> int:
        text = given.get(name, "")
        return min(max(int(text), least), most) if text.isdecimal() else default

    return Connection(
        retries=number("rc", 1, 0, 5),
        policy=frozenset(given.get("rp", "ct").split(",")),
        connect=number("ct", 5000, 100, 10000) / 1000,
        read=number("rt", 15000, 100, 15000) / 1000,
        total=number("tt", 15000, 100, 15000) / 1000,
    )


class Webhooks:
    """Sends webhooks, and keeps a note of each attempt."""

    def __init__(self, store: Store, clock: Clock, token: str) -> None:
        self._store = store
        self._clock = clock
        self._token = token

    def send(self, kind: str, url: str, parameters: Mapping[str, str]) -> Answer:
        """POST the parameters to ``url``, signed; again where the connection settings in its fragment ask for
        it, with the same parameters. Returns what the last attempt came to."""
        target, fragment = urldefrag(url)
        settings = connection(fragment)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
            "Connection": "close",
            "I-Twilio-Idempotency-Token": secrets.token_hex(16),
            "X-Twilio-Signature": sign(self._token, target, parameters),
        }
        body = urlencode(parameters).encode()
        deadline = time.monotonic() + settings.total
        for attempt in range(1, settings.retries + 2):
            started = self._clock.now()
            answer = self._attempt(target, body, headers, settings, deadline)
            self._note(kind, target, parameters, attempt, started, answer)
            if not answer.fits(settings.policy) or time.monotonic() >= deadline:
                break
        return answer

    def _attempt(
        self, target: str, body: bytes, headers: dict[str, str], settings: Connection, deadline: float
    ) -> Answer:
        parts = urlsplit(target)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        left = max(0.1, deadline - time.monotonic())
        line = _line(parts.scheme, parts.netloc, min(settings.connect, left))
        try:
            line.connect()
        except OSError as fault:
            return Answer(kind="ct", error=_word(fault))
        line.sock.settimeout(min(settings.read, left))
        # A connection for each attempt: one that was kept may be closed by the other side just when it is used
        # again, and then nobody knows whether the request arrived; the log has to know.
        with closing(line):
            try:
                line.request("POST", path, body, headers)
                response = line.getresponse()
                response.read()
            except (OSError, http.client.HTTPException) as fault:
                return Answer(kind="rt", error=_word(fault))
        return Answer(status=response.status)

    def _note(
        self,
        kind: str,
        url: str,
        parameters: Mapping[str, str],
        attempt: int,
        started: datetime,
        answer: Answer,
    ) -> None:
        spent = self._clock.now() - started
        self._store.keep(
            Webhook(
                sid=parameters["MessageSid"],
                kind=kind,
                reported=parameters["SmsStatus"],
                url=url,
                attempt=attempt,
                at=started,
                milliseconds=round(spent.total_seconds() * 1000),
                status=answer.status,
                error=answer.error,
            )
        )


def _line(scheme: str, netloc: str, timeout: float) -> http.client.HTTPConnection:
    kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
    return kind(netloc, timeout=timeout)


def _word(fault: Exception) -> str:
    """What went wrong with a connection, in a few words."""
    match fault:
        case ConnectionRefusedError():
            return "connection refused"
        case TimeoutError():
            return "timeout"
        case ConnectionError():
            return "connection broken"
        case _:
            return str(fault) or type(fault).__name__
