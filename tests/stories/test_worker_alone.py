"""`python worker.py` without `make run`: its roles, the embedded Redis, and messages that go out."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import commands
from tests.simulator_server import RunningSimulator
from tests.stand import MORNING, ROOT, wait_for


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    with RunningSimulator() as simulator:
        yield simulator


def test_the_worker_alone_sends_what_is_due_and_ends_with_its_roles(
    tmp_path: Path, simulator: RunningSimulator
) -> None:
    environment = {
        **os.environ,
        "SMARTCHAT_INSTANCE": str(tmp_path),
        "TWILIO_API_URL": simulator.url,
        "SMARTCHAT_NOW": MORNING,
    }

    def flask(*words: str) -> str:
        status, said, complained = commands.run(list(words), environment)
        assert status == 0, complained
        return said

    flask("db", "upgrade")
    imported = json.loads(flask("chatbot", "import", "examples/recordatorio-de-pago.json", "--json"))
    words = ("--chatbot", str(imported["id"]), "--file", "examples/contacts.xls", "--name", "Solo", "--json")
    campaign = json.loads(flask("campaign", "launch", *words))
    assert campaign["outbound"]["waiting"] == 3
    worker = subprocess.Popen(
        [sys.executable, "worker.py"], cwd=ROOT, env=environment, start_new_session=True
    )
    try:
        simulator.wait_for(lambda s: len(s.messages()) >= 6, 60)
        shown = wait_for(
            lambda: (
                (s := json.loads(flask("campaign", "show", "1", "--json")))["outbound"]["waiting"] == 0 and s
            )
        )
        assert shown["conversations"]["open"] == 3
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(40)
    assert f"SMARTCHAT_INSTANCE={tmp_path}" not in environments()


def environments() -> str:
    """What the running processes have in their environment (Linux), but for this one."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        if path.name != str(os.getpid()):
            try:
                found.append((path / "environ").read_bytes().decode(errors="replace"))
            except OSError:
                continue
    return "\0".join(found)
