"""Two machines' worth of SmartChat: two web processes and three workers on one database and one Redis.

Nobody starts anything again here: what was killed stays dead until a test starts it, so that the others must do.
"""

import json
import os
import shlex
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from smartchat.clock import machine_now
from smartchat.running import embedded_redis
from smartchat.services.operations.signing import CONNECTION
from tests.stand import MORNING, ROOT, START_SECONDS, Stand, wait_for

from . import commands

WEB = ("web-1", "web-2")
WORK = ("work-1", "work-2", "work-3")
REST = ("schedule", "sweep")
GUNICORN = "gunicorn app:app --config deploy/gunicorn.conf.py --workers 1 --reuse-port"
WITHOUT = ("call", "files")  # no test of several machines needs these roles


class Fleet(Stand):
    """As a Stand, in processes of its own each: `start_one`, `kill_one` by name. Both web processes share one port.

    All have one clock, also those that are started again later: machines agree on the time.
    """

    def __init__(
        self, folder: Path, database_url: str, now: str = MORNING, env: Mapping[str, str] | None = None
    ) -> None:
        self.database_url = database_url
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        super().__init__(folder, now, env)

    def start(self, now: str | None = None) -> None:
        """Database, Redis, simulator, then everything else; returns when all roles live. If not, nothing does."""
        self.environment |= {
            "SMARTCHAT_NOW_SINCE": machine_now().isoformat(),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "PUBLIC_URL": self.url,
            "TWILIO_API_URL": self.simulator_url,
            "SIMULATOR_INBOUND_URL": f"{self.url}/twilio/inbound{CONNECTION}",
            "SECRET_KEY": "of both machines",
            "HOST": "127.0.0.1",
        }
        try:
            self._start_all()
        except BaseException:
            self.stop()
            raise

    def _start_all(self) -> None:
        self._spawn("redis", embedded_redis.command(self.folder / "redis", self.folder / "redis.sock"))
        self._spawn("simulator", [sys.executable, "-m", "simulator"])
        self._flask("db", "upgrade")
        for name in (*WEB, *WORK, *REST):
            self.start_one(name)
        self._flask("chatbot", "import", "examples/recordatorio-de-pago.json")
        self._wait_for(f"{self.simulator_url}/healthz")
        self._wait_until(lambda: self._wrong_parts() == {"status", *WITHOUT})

    def start_one(self, name: str) -> None:
        """Starts one of WEB, WORK or REST."""
        if name in WEB:
            self._spawn(name, [sys.executable, "-m", *shlex.split(GUNICORN)])
        else:
            self._spawn(name, [sys.executable, "worker.py", name.split("-")[0]])

    def kill_one(self, name: str) -> None:
        """kill -9 of the process and of all that it started."""
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def stop(self) -> int:
        """Kills everything: how a process ends that is asked to is shown with a Stand."""
        for process in self.running.values():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        for process in self.running.values():
            process.wait(10)
        self.running.clear()
        return 0

    def _wrong_parts(self) -> set[str]:
        """What /readyz says is not in order."""
        try:
            urllib.request.urlopen(f"{self.url}/readyz", timeout=2).close()
        except urllib.error.HTTPError as error:
            with error:
                return {name for name, found in json.load(error).items() if found != "ok"}
        except OSError:
            pass
        return set()

    def _spawn(self, name: str, command: list[str]) -> None:
        with self.log.open("ab") as log:
            self.running[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _wait_for(self, url: str) -> None:
        self._wait_until(lambda: _answers(url))

    def _wait_until(self, answers: Callable[[], bool]) -> None:
        """Waits as long as everything lives."""

        def answered() -> bool:
            ended = [name for name, process in self.running.items() if process.poll() is not None]
            assert not ended, f"{ended} ended:\n{self.log.read_text()}"
            return answers()

        wait_for(answered, START_SECONDS)

    def _flask(self, *words: str) -> None:
        status, _, complained = commands.run(list(words), self.environment)
        assert status == 0, complained


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
