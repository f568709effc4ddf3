"""A running simulator for tests: a process of its own on a free loopback port.

with RunningSimulator(inbound_url="http://127.0.0.1:5000/twilio/inbound") as simulator:
    simulator.write("+525512345678", "hola", to="+15005550006")
    assert simulator.messages() == []
"""

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

ROOT = Path(__file__).parent.parent
ACCOUNT_SID = "AC00000000000000000000000000000001"
AUTH_TOKEN = "simulator"

T = TypeVar("T")
# Never by way of a proxy that the environment names.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class RunningSimulator:
    """Starts on creation; ``env`` adds to (or, with None, takes from) the environment of the process.

    Statuses follow one another at once (SIMULATOR_DELAY_MS=0) unless ``env`` says otherwise.
    """

    def __init__(
        self,
        inbound_url: str = "http://127.0.0.1:9/twilio/inbound",
        env: Mapping[str, str | None] | None = None,
    ) -> None:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("TWILIO_", "SIMULATOR_"))}
        environ = {
            **inherited,
            "SIMULATOR_DELAY_MS": "0",
            "SIMULATOR_INBOUND_URL": inbound_url,
            **(env or {}),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "simulator", "--host", "127.0.0.1", "--port", "0"],
            cwd=ROOT,
            env={name: value for name, value in environ.items() if value is not None},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        found = re.search(r"http://[^/]+", line)
        if found is None:
            raise RuntimeError(f"the simulator did not start (status {self._process.wait()}): {line!r}")
        self.url = found[0]

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def log(self) -> dict[str, Any]:
        """Everything: ``messages`` in both directions and ``webhooks``, as of /log.json."""
        return self._ask("GET", "/log.json")

    def messages(self, to: str | None = None) -> list[dict[str, Any]]:
        """What the product has sent (and Twilio accepted), in order; to one phone where one is named."""
        sent = [m for m in self.log()["messages"] if m["direction"] == "outbound-api"]
        return [message for message in sent if to is None or message["To"] == to]

    def webhooks(self, kind: str | None = None) -> list[dict[str, Any]]:
        """Each attempt of a webhook, in order: ``kind`` is ``inbound`` or ``status``."""
        return [hook for hook in self.log()["webhooks"] if kind in (None, hook["kind"])]

    def write(
        self, number: str, body: str, to: str | None = None, media_url: str | None = None, **more: str
    ) -> dict[str, Any]:
        """A contact writes; returns ``sid``, ``webhook_status`` (None where nobody answered) and
        ``webhook_error``. ``more``: further parameters of the webhook."""
        given = {"Body": body, "To": to, "MediaUrl": media_url, **more}
        return self._ask("POST", f"/phones/{quote(number)}/messages", {k: v for k, v in given.items() if v})

    def faults(self, **faults: Any) -> dict[str, Any]:
        """These faults from now on, and no others; without any, none."""
        return self._ask("POST", "/faults", faults)

    def wait_for(self, condition: Callable[[Self], T], seconds: float = 15) -> T:
        """Wait until the condition holds (is truthy) and return it; fails after so many seconds."""
        deadline = time.monotonic() + seconds
        while not (answer := condition(self)):
            if time.monotonic() > deadline:
                raise AssertionError(f"this did not come true in {seconds} s; the last answer was {answer!r}")
            time.sleep(0.05)
        return answer

    def stop(self) -> int:
        """End it as a user does (SIGTERM); returns the exit status."""
        self._process.terminate()
        return self._ended()

    def kill(self) -> int:
        """End it without a warning (SIGKILL)."""
        self._process.kill()
        return self._ended()

    def _ended(self) -> int:
        status = self._process.wait(timeout=60)
        assert self._process.stdout is not None
        self._process.stdout.close()
        return status

    def _ask(self, method: str, path: str, given: object = None) -> dict[str, Any]:
        data = None if given is None else json.dumps(given).encode()
        request = urllib.request.Request(
            self.url + path, data, {"Content-Type": "application/json"}, method=method
        )
        try:
            with DIRECT.open(request, timeout=30) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self.stop()
        elif self._process.stdout is not None:
            self._process.stdout.close()
