"""Tests that are interrupted leave no process behind."""

import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from tests.fleet import Fleet
from tests.leftovers import carrying
from tests.stand import ROOT, Stand, wait_for

from . import stand

INTERRUPTED = """
from tests.simulator_server import RunningSimulator
from tests.stand import Stand

def test_that_is_interrupted(redis, postgresql_url, tmp_path):
    RunningSimulator()
    Stand(tmp_path)
"""
STARTED = (
    "valkey-server",
    "bin/postgres",
    "-m simulator --host",
    "smartchat.running.run",
    "gunicorn",
    "worker.py sweep",
)


@pytest.mark.parametrize("number, options", [(signal.SIGKILL, ["-n", "1"]), (signal.SIGINT, [])])
def test_tests_that_are_killed_leave_no_process_behind(
    number: signal.Signals, options: list[str], tmp_path: Path
) -> None:
    (tmp_path / "test_interrupted.py").write_text(INTERRUPTED)
    mark = f"INTERRUPTED={uuid.uuid4().hex}"
    name, _, value = mark.partition("=")
    command = [sys.executable, "-m", "pytest", "-c", "pyproject.toml", "-p", "tests.conftest", *options]
    with (tmp_path / "log").open("wb") as log:
        tests = subprocess.Popen(
            [*command, str(tmp_path / "test_interrupted.py")],
            cwd=ROOT,
            env={**os.environ, name: value},
            stdout=log,
            stderr=log,
        )

    def all_started() -> bool:
        assert tests.poll() is None, (tmp_path / "log").read_text()
        commands = carrying(mark).values()
        return all(any(part in command for command in commands) for part in STARTED)

    wait_for(all_started, 150)
    tests.send_signal(number)
    tests.wait()
    wait_for(lambda: not carrying(mark), 60)


def test_a_stand_that_is_not_there_in_time_ends_its_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stand, "START_SECONDS", 0.5)
    with pytest.raises(AssertionError, match="in vain"):
        Stand(tmp_path)
    assert carrying(f"SMARTCHAT_INSTANCE={tmp_path}") == {}


def test_a_fleet_without_its_database_ends_its_processes(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        Fleet(tmp_path, f"sqlite:///{tmp_path / 'nowhere' / 'smartchat.db'}")
    assert carrying(f"SMARTCHAT_INSTANCE={tmp_path}") == {}
