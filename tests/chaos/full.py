"""A full round: `make run` with its real processes, killed with -9 one after the other while contacts answer.

The round begins shortly before the active hours close; after closing everything is killed at once, and started again
shortly before they open. What was asked of Twilio is read from the simulator's log, which survives its kills.
"""

import heapq
import json
import os
import random
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from simulator.journal import Journal
from simulator.messages import record
from simulator.remembering import remember
from simulator.store import Store, webhook_record
from smartchat import clock, create_app
from smartchat.config import redis_socket
from smartchat.db import db, read_only
from smartchat.models import Conversation, InboundMessage, OutboundMessage
from tests.stand import Stand

from . import rows
from .audit import Breach, Facts, audit
from .outcome import Outcome
from .plan import SCRIPT, Launch, Phones, draw

CLOSING = datetime.fromisoformat("2026-11-23T21:00:00-05:00")
BEFORE_OPENING = datetime.fromisoformat("2026-11-24T07:59:57-05:00")
STARTING = 14  # seconds from the start of the processes until the campaigns are launched, or so
VICTIMS = {
    "worker": "worker.py work",
    "web": "gunicorn",
    "sweep": "worker.py sweep",
    "schedule": "worker.py schedule",
    "redis": "valkey-server",
    "simulator": "-m simulator",
}
EVIDENCE = "evidence.json"
"""What the auditor read, in the folder of a round that broke a promise."""
CALM = 3.0  # seconds without anything left to do
FAULTS: dict[str, Any] = {
    "latency_ms": 20,
    "jitter_ms": 60,
    "error_share": 0.03,
    "accept_then_500": 0.03,
    "accept_then_break": 0.03,
    "break_before_accept": 0.03,
    "mixed_errors": True,
    "duplicate_webhooks": 0.2,
    "late_webhooks": 100,
    "drop_callbacks": 0.2,
}


@dataclass(frozen=True)
class Size:
    """How large a round is, in contacts and seconds: of the evening, of the time of kills in the morning, at most."""

    contacts: int
    evening: float
    morning: float
    pause: float
    longest: float


SMALL = Size(contacts=60, evening=9, morning=12, pause=2.5, longest=150)


def size_of(contacts: int) -> Size:
    """A round of so many contacts takes the time that the simulator and two cores need for them."""
    if contacts <= SMALL.contacts:
        return replace(SMALL, contacts=contacts)
    return Size(contacts, 40, max(30, contacts / 20), 5, 600 + contacts / 4)


class FullRound:
    """One round in `folder`. `url` is the database's, or empty for SQLite in the folder."""

    def __init__(self, seed: int, size: Size, folder: Path, url: str = "") -> None:
        self.size = size
        self.dice = random.Random(f"full {seed}")
        plan = draw(seed, size.contacts)
        phones = tuple(dict.fromkeys(phone for launch in plan.launches for phone in launch.contacts))
        # Two campaigns that share contacts; the second one is finished in the middle.
        launches = (Launch(0, phones, None), Launch(0, phones[: len(phones) // 3], 1))
        self.plan = replace(plan, launches=launches, stops=0.08, silent=0.1, slow=0.05, returns=0.2)
        self.phones = Phones(self.plan)
        self.log = folder / "twilio.jsonl"
        self.happened: Counter[str] = Counter()
        self.finished: dict[int, datetime] = {}
        self._told = 0
        self._sent: dict[str, tuple[str, str]] = {}
        self._answers: list[tuple[float, str, str]] = []
        self._writing = ThreadPoolExecutor(6)
        self._unwritten = 0
        self._lock = threading.Lock()
        self._over = threading.Event()
        self.folder = folder
        self._set_clock(CLOSING - timedelta(seconds=size.evening + STARTING))
        environment = {**self._clock, "SIMULATOR_LOG": str(self.log), "SIMULATOR_DELAY_MS": "50"}
        if url:
            environment["DATABASE_URL"] = url
        self.stand = Stand(folder, now=self._clock["SMARTCHAT_NOW"], env=environment)
        settings = {
            "SECRET_KEY": "chaos",
            "SQLALCHEMY_DATABASE_URI": url or f"sqlite:///{folder / 'smartchat.db'}",
            "REDIS_URL": "unix:///nowhere",
        }
        self.app = create_app(settings)

    def _set_clock(self, now: datetime) -> None:
        """One clock for all processes, commands too."""
        self._began, self._began_at = now, clock.machine_now()
        self._clock = {
            "SMARTCHAT_NOW": now.isoformat(),
            "SMARTCHAT_NOW_SINCE": self._began_at.isoformat(),
        }

    def _now(self) -> datetime:
        return self._began + (clock.machine_now() - self._began_at)

    def run(self) -> Outcome:
        """All of it; ends every process that it started."""
        listener = threading.Thread(target=self._listen, daemon=True)
        try:
            listener.start()
            campaigns = self._launch()
            self._break_things(max(0.0, (CLOSING - self._now()).total_seconds()), None)
            self._night()
            self._break_things(self.size.morning, campaigns[-1])
            self._faults()
            quiet = self._until_quiet()
        finally:
            self._over.set()
            self._writing.shutdown(cancel_futures=True)
            self.stand.stop()
        listener.join(5)
        return Outcome(self.plan.seed, self._judge(quiet), self.happened)

    def _judge(self, quiet: bool) -> list[Breach]:
        store = Store(Journal(None))
        remember(self.log, store)
        log = {
            "messages": [record(message) for message in store.everything()],
            "webhooks": [webhook_record(webhook) for webhook in store.webhooks],
        }
        with self.app.app_context():
            found = rows.read()
            db.session.remove()
            db.engine.dispose()
        self.happened["messages"] = len(found["outbound"])
        self.happened["inbound"] = len(found["inbound"])
        breaches = audit(log, found, Facts(self.finished))
        if not quiet:
            breaches.append(Breach("left waiting", "it finds no rest"))
        if breaches:
            facts = {"log": log, "rows": found, "finished": self.finished, "breaches": breaches}
            (self.folder / EVIDENCE).write_text(json.dumps(facts, default=str, ensure_ascii=False))
        return breaches

    # Operators

    def _launch(self) -> list[int]:
        script = self.folder / "script.json"
        script.write_text(json.dumps(SCRIPT))
        chatbot = str(self.stand.flask("chatbot", "import", str(script))["id"])
        self._faults(**FAULTS, seed=self.plan.seed)
        found = []
        for number, launch in enumerate(self.plan.launches, 1):
            file = self.folder / f"contacts{number}.tsv"
            file.write_bytes(launch.file(number))
            words = ("campaign", "launch", "--chatbot", chatbot, "--file", str(file), "--name", f"C{number}")
            found.append(int(self.stand.flask(*words)["id"]))
        return found

    def _finish(self, campaign_id: int) -> None:
        report = self.stand.flask("campaign", "finish", str(campaign_id))
        assert report["status"] == "finished"
        self.finished[campaign_id] = self._now()  # the command has answered
        self.happened["finishes"] += 1

    # Faults

    def _break_things(self, seconds: float, to_finish: int | None) -> None:
        """Kills one after the other, empties Redis, and finishes a campaign in the middle."""
        end = time.monotonic() + seconds
        finish_at = time.monotonic() + seconds * self.dice.uniform(0.2, 0.6)
        while time.monotonic() < end:
            time.sleep(self.dice.uniform(0.3, 1) * self.size.pause)
            victim = self.dice.choice([*VICTIMS, "flush"])
            if victim == "flush":
                self._flush()
            elif self.stand.kill(VICTIMS[victim]):
                self.happened[f"killed {victim}"] += 1
            if victim == "simulator":
                self._faults(**FAULTS, seed=self.dice.randrange(1000))
            if to_finish is not None and time.monotonic() >= finish_at:
                self._finish(to_finish)
                to_finish = None
        if to_finish is not None:
            self._finish(to_finish)

    def _flush(self) -> None:
        redis = Redis(unix_socket_path=str(redis_socket(self.folder)))
        try:
            redis.flushall()
            self.happened["flushes"] += 1
        except RedisError:
            pass  # it was killed a moment ago
        finally:
            redis.close()

    def _faults(self, **faults: Any) -> None:
        """Again and again: the simulator may have been killed a moment ago."""
        for _ in range(100):
            with suppress(OSError):
                self.stand.faults(**faults)
                return
            time.sleep(0.2)

    def _night(self) -> None:
        """Everything is killed at once after closing, and started again shortly before the hours open."""
        while self._now() < CLOSING + timedelta(seconds=2):
            time.sleep(0.1)
        for pid in [self.stand.process.pid, *self.stand.processes()]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.stand.process.wait()
        self.happened["killed everything"] += 1
        self._set_clock(BEFORE_OPENING)
        self.stand.environment |= self._clock
        self.stand.start()
        self._faults(**FAULTS, seed=self.plan.seed + 1)

    # Contacts

    def _listen(self) -> None:
        """Reads the log as it grows: who gets a question answers it after a while."""
        while not self._over.wait(0.1):
            if self.log.exists():
                self._read_on()
            while self._answers and self._answers[0][0] <= time.monotonic():
                _, contact, text = heapq.heappop(self._answers)
                self._writing.submit(self._write, contact, text)

    def _read_on(self) -> None:
        with self.log.open("rb") as file:
            file.seek(self._told)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._told += len(line)
                with suppress(ValueError):  # torn by a kill
                    self._hear(json.loads(line))

    def _hear(self, line: dict[str, Any]) -> None:
        if line["event"] == "message" and line["direction"] == "outbound-api":
            self._sent[line["sid"]] = (line["To"], line["Body"])
        elif line["event"] == "status" and line["status"] == "sent" and line["sid"] in self._sent:
            contact, body = self._sent.pop(line["sid"])
            for delay, text in self.phones.react(contact, body):
                with self._lock:
                    self._unwritten += 1
                at = time.monotonic() + min(delay, 40) * 0.3
                heapq.heappush(self._answers, (at, contact, text))

    def _write(self, contact: str, text: str) -> None:
        try:
            while not self._over.is_set():
                with suppress(OSError):
                    self.stand.write(contact, text)
                    return
                time.sleep(0.3)
        finally:
            with self._lock:
                self._unwritten -= 1

    # The end

    def _until_quiet(self) -> bool:
        """Waits until nothing is left to do for a while; False where that takes too long."""
        end, calm_since = time.monotonic() + self.size.longest, time.monotonic()
        while time.monotonic() < end:
            if self._busy():
                calm_since = time.monotonic()
            elif time.monotonic() - calm_since > CALM:
                return True
            time.sleep(0.3)
        return False

    def _busy(self) -> bool:
        if self._unwritten:
            return True
        messages = select(func.count()).where(OutboundMessage.status.in_(("waiting", "sending", "doubtful")))
        unmade = select(func.count()).where(Conversation.status == "waiting")
        unanswered = select(func.count()).where(InboundMessage.outcome.is_(None))
        with self.app.app_context(), read_only():
            try:
                return any(db.session.scalar(query) for query in (messages, unmade, unanswered))
            except SQLAlchemyError:
                return True
