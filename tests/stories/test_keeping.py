"""What stands still is noticed and replaced, with the real processes; and how it all ends."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stand import ROOT, Stand, wait_for

ROLES = ("work", "call", "files", "schedule", "sweep")


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """One for all of these rules; the last one ends it."""
    stand = Stand(tmp_path_factory.mktemp("keeping"), env={"HUNG_SECONDS": "5"})
    yield stand
    stand.stop()


def pids(stand: Stand, what: str) -> set[int]:
    return {pid for pid, command in stand.processes().items() if what in command}


def readyz(stand: Stand) -> dict[str, str]:
    try:
        with urllib.request.urlopen(f"{stand.url}/readyz", timeout=5) as answer:
            return dict(json.load(answer))
    except urllib.error.HTTPError as error:
        with error:
            return dict(json.load(error))
    except OSError:
        return {}


def test_every_role_gives_signs_of_life(stand: Stand) -> None:
    assert wait_for(lambda: (found := readyz(stand)).get("status") == "ok" and found).keys() >= set(ROLES)


def test_roles_that_stand_still_are_replaced_and_others_are_not(stand: Stand) -> None:
    before = {role: pids(stand, f"worker.py {role}") for role in ROLES}
    others = pids(stand, "gunicorn")
    frozen = set().union(*before.values())
    assert len(frozen) == len(ROLES)
    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)

    def replaced() -> bool:
        living = stand.processes()
        now = [{pid for pid, what in living.items() if f"worker.py {role}" in what} for role in ROLES]
        return all(len(of_role) == 1 and not of_role & frozen for of_role in now)

    wait_for(replaced, 60)
    assert pids(stand, "gunicorn") == others
    assert stand.log.read_text().count("has given no sign of life") == len(ROLES)
    (redis,) = pids(stand, "valkey-server")
    os.kill(redis, signal.SIGSTOP)
    wait_for(lambda: (now := pids(stand, "valkey-server")) and redis not in now, 60)
    (chatbot,) = stand.flask("chatbot", "list")
    file = str(ROOT / "examples" / "contacts.tsv")
    stand.flask("campaign", "launch", "--chatbot", str(chatbot["id"]), "--file", file, "--name", "Noviembre")
    wait_for(lambda: len(stand.messages()) >= 6, 60)


def test_a_killed_gunicorn_master_is_replaced_at_once_with_its_processes(stand: Stand) -> None:
    before = pids(stand, "gunicorn")
    master = min(before)
    os.kill(master, signal.SIGKILL)
    wait_for(lambda: (now := pids(stand, "gunicorn")) and not now & before, 20)
    wait_for(lambda: readyz(stand).get("database") == "ok", 20)
    assert "cannot be used" not in stand.log.read_text()


def test_a_second_make_run_in_one_folder_says_so(stand: Stand) -> None:
    ports = {"PORT": "0", "SIMULATOR_PORT": "0"}
    second = subprocess.run(
        [sys.executable, "-m", "smartchat.running.run"],
        cwd=ROOT,
        env={**stand.environment, **ports},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert second.returncode == 1
    assert f"SmartChat is running already, with its data in {stand.folder}." in second.stderr
    assert readyz(stand).get("database") == "ok"


@pytest.mark.parametrize("program", [["-m", "smartchat.running.run"], ["worker.py"]])
@pytest.mark.parametrize("module", ["flask", "smartchat.running.programs"])
def test_ctrl_c_during_the_imports_ends_it_with_a_word(
    tmp_path: Path, program: list[str], module: str
) -> None:
    """The module that is being imported when Ctrl-C comes."""
    (tmp_path / "sitecustomize.py").write_text(
        "import os, signal, sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, *more):\n"
        f"        if name == {module!r}: os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Finder())\n"
    )
    environment = {
        **os.environ,
        "PYTHONPATH": str(tmp_path),
        "SMARTCHAT_INSTANCE": str(tmp_path / "instance"),
    }
    command = [sys.executable, *program]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (-signal.SIGINT, "Stopped.\n")


def test_ctrl_c_ends_it_all_within_five_seconds_also_while_messages_are_on_their_way(stand: Stand) -> None:
    rows = "".join(f"+52551{number:07d}\tAna\t100\t2026-12-01\n" for number in range(3_000_000, 3_000_300))
    contacts = Path(stand.folder) / "many.tsv"
    contacts.write_text("CONTACT\tNOMBRE\tMONTO\tFECHA\n" + rows, encoding="utf-8")
    (chatbot,) = stand.flask("chatbot", "list")
    stand.faults(latency_ms=3000)
    sent = len(stand.messages())
    stand.flask(
        "campaign", "launch", "--chatbot", str(chatbot["id"]), "--file", str(contacts), "--name", "Muchos"
    )
    wait_for(lambda: len(stand.messages()) > sent, 60)
    began = time.monotonic()
    assert stand.stop() == 0
    took = time.monotonic() - began
    assert stand.processes() == {}
    # A busy machine may take twice its time; without the keeper's hurry it would be 15 s and more.
    assert took < 12
