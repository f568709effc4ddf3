"""The whole product as its processes, for tests: `make run` on free ports, with a folder and a clock of its own."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from tests.leftovers import carrying

from . import commands

ROOT = Path(__file__).parent.parent
MORNING = "2026-11-23T10:00:00-05:00"
START_SECONDS = 150  # the processes are watched while one waits; pytest's own limit is 180
T = TypeVar("T")


def free_port() -> int:
    """A loopback port that nobody has at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Stand:
    """Starts on creation, ends with `stop`. Started again on the same folder it finds its data.

    A start that fails leaves no process behind.
    """

    def __init__(self, folder: Path, now: str = MORNING, env: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.port, self.simulator_port = free_port(), free_port()
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("TWILIO_", "SIMULATOR_"))},
            "SMARTCHAT_INSTANCE": str(folder),
            "PORT": str(self.port),
            "SIMULATOR_PORT": str(self.simulator_port),
            "SIMULATOR_DELAY_MS": "0",
            "SMARTCHAT_NOW": now,
            **(env or {}),
        }
        self.url = f"http://127.0.0.1:{self.port}"
        self.simulator_url = f"http://127.0.0.1:{self.simulator_port}"
        self.log = folder / "run.log"
        self.redis_url = f"unix://{folder / 'redis.sock'}"
        self.start()

    def start(self, now: str | None = None) -> None:
        """Starts it (again), at another time if one is named; returns when the greeting is there."""
        if now:
            self.environment["SMARTCHAT_NOW"] = now
        before = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "smartchat.running.run"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

        def greeted() -> re.Match[str] | None:
            if self.process.poll() is not None:
                raise AssertionError(f"it did not start:\n{self.log.read_text()}")
            return re.search(r"Sign in \(once\)\s+(\S+)", self.log.read_bytes()[before:].decode())

        try:
            self.sign_in_link = wait_for(greeted, START_SECONDS)[1]
        except BaseException:
            self.stop()
            raise

    def web_alone(self, now: str) -> subprocess.Popen[bytes]:
        """The web processes and nothing else, on a stand that was stopped: what Twilio posts is stored, and waits."""
        web = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "gunicorn",
                "app:app",
                "--config",
                str(ROOT / "deploy" / "gunicorn.conf.py"),
            ],
            cwd=ROOT,
            env={**self.environment, "SMARTCHAT_NOW": now, "HOST": "127.0.0.1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

        def answers() -> bool:
            assert web.poll() is None, "it did not start"
            with suppress(OSError), urllib.request.urlopen(self.url + "/healthz", timeout=2):
                return True
            return False

        try:
            wait_for(answers, START_SECONDS)
        except BaseException:
            web.kill()
            raise
        return web

    def stop(self) -> int:
        """Ctrl-C; the exit status. What has not ended after a minute is killed, and that is a fault."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.kill("")
            raise

    def processes(self) -> dict[int, str]:
        """The command lines of the processes that live on this stand's folder or ports (Linux)."""
        return carrying(f"SMARTCHAT_INSTANCE={self.folder}")

    def kill(self, what: str) -> list[int]:
        """kill -9 of the processes whose command line has this in it."""
        killed = [pid for pid, command in self.processes().items() if what in command]
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        return killed

    def flask(self, *words: str, stdin: str | None = None) -> Any:
        """`flask --app app … --json`, read."""
        status, said, complained = commands.run([*words, "--json"], self.environment, stdin)
        assert status == 0, complained
        return json.loads(said)

    def messages(self, to: str | None = None) -> list[dict[str, Any]]:
        """What the product sent, as the simulator accepted it, in order."""
        with urllib.request.urlopen(f"{self.simulator_url}/log.json", timeout=10) as answer:
            log = json.load(answer)
        sent = [message for message in log["messages"] if message["direction"] == "outbound-api"]
        return [message for message in sent if to is None or message["To"] == to]

    def told(self, to: str) -> list[str]:
        """The texts that a phone got."""
        return [message["Body"] for message in self.messages(to)]

    def faults(self, **faults: Any) -> None:
        """The simulator's faults from now on; without any, none."""
        request = urllib.request.Request(
            f"{self.simulator_url}/faults", json.dumps(faults).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=10):
            pass

    def write(self, number: str, body: str) -> dict[str, Any]:
        """A contact writes back on the simulator's phone."""
        request = urllib.request.Request(
            f"{self.simulator_url}/phones/{quote(number)}/messages",
            json.dumps({"Body": body}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return dict(json.load(answer))


def wait_for(condition: Callable[[], T | None], seconds: float = 30) -> T:
    """Waits until the condition gives something, and gives it. At most half of the time is spent on asking: that costs
    those who work, on the same processors.
    """
    deadline = time.monotonic() + seconds
    asked = time.monotonic()
    while not (found := condition()):
        answered = time.monotonic()
        if answered > deadline:
            raise AssertionError(f"waited {seconds} s in vain")
        time.sleep(min(max(0.05, answered - asked), 0.5))
        asked = time.monotonic()
    return found
