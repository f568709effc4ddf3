"""The keeper: what exits or hangs is started again, what is left behind goes, and the end comes soon."""

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from smartchat import life
from smartchat.running import processes
from smartchat.running.processes import AlreadyRunning, Keeper, Program, Running, have_alone
from tests.stand import wait_for

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True)"
LIVES = "from smartchat import life; life.SECONDS = 0.1; life.begin(); import time"


def program(code: str, name: str = "one", **more: object) -> Program:
    return Program(name, [sys.executable, "-c", code], **more)  # type: ignore[arg-type]


@contextmanager
def running_one(wanted: Program) -> Iterator[Running]:
    """One program without a keeper; it is killed in the end."""
    running = Running(wanted)
    try:
        yield running
    finally:
        running.kill()
        running.close()
        if running.process.stdout is not None:
            running.process.stdout.close()


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """Keepers take the signals of this process for themselves."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "RESTART_SECONDS", 0.0)


def test_a_program_that_gives_signs_of_life_does_not_hang_and_one_that_was_stopped_does() -> None:
    with running_one(program(f"{LIVES}; time.sleep(60)", silent_seconds=1)) as running:
        wait_for(lambda: running.hangs() is None and running._allowed == 1)
        os.kill(running.process.pid, signal.SIGSTOP)
        assert wait_for(running.hangs) > 1
    assert running.gone()


def test_a_program_whose_work_hangs_ends_itself_though_its_process_lives() -> None:
    with running_one(
        program(f"{LIVES}; life.LONGEST_PIECE = 0.2; time.sleep(60)", silent_seconds=1)
    ) as running:
        wait_for(running.ended)
        assert running.process.returncode == life.HUNG


def test_systemd_is_told_every_second_too(tmp_path: Path) -> None:
    path = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(path))
        systemd.settimeout(20)
        environment = {"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "60000000"}
        with running_one(program(f"{LIVES}; time.sleep(60)", environment=environment)):
            assert [systemd.recv(100) for _ in range(2)] == [b"WATCHDOG=1"] * 2


def test_what_hangs_is_ended_and_started_again(capfd: pytest.CaptureFixture[str]) -> None:
    keeper = Keeper([program(f"{LIVES}; time.sleep(60)", silent_seconds=1)])
    keeper.start()
    try:
        (running,) = keeper._running.values()
        wait_for(lambda: running.hangs() is None and running._allowed == 1)
        os.kill(running.process.pid, signal.SIGSTOP)

        def other() -> Running | None:
            keeper._look_after(running)
            (now,) = keeper._running.values()
            return now if now is not running else None

        assert wait_for(other).process.poll() is None
        assert (
            "one has given no sign of life for 1 s: it is ended and started again" in capfd.readouterr().err
        )
    finally:
        keeper.stop()


def test_a_program_that_does_not_answer_any_more_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "ASK_SECONDS", 0.05)
    alive = [True]
    with running_one(
        program("import time; time.sleep(60)", silent_seconds=1, answers=lambda: alive[0])
    ) as running:
        assert running.hangs() is None
        alive.clear()
        alive.append(False)
        assert wait_for(running.hangs) > 1


def test_what_a_killed_program_left_behind_is_ended_before_it_is_started_again(tmp_path: Path) -> None:
    child = f"{STUBBORN}; time.sleep(60)"
    code = f"import subprocess, sys, time; c = subprocess.Popen([sys.executable, '-c', {child!r}])"
    file = tmp_path / "child"
    keeper = Keeper([program(f"{code}; open({str(file)!r}, 'w').write(str(c.pid)); time.sleep(60)")])
    keeper.start()
    try:
        pid = int(wait_for(lambda: file.exists() and file.read_text()))
        (running,) = keeper._running.values()
        running.process.kill()
        wait_for(lambda: keeper._look_after(running) or keeper._running["one"] is not running)
        wait_for(lambda: not lives(pid))
    finally:
        keeper.stop()


def test_the_second_ctrl_c_ends_at_once_what_does_not_want_to_end() -> None:
    keeper = Keeper([program(f"{STUBBORN}; time.sleep(60)", f"number {n}") for n in range(3)])
    keeper.start()
    pids = [running.process.pid for running in keeper._running.values()]
    for _ in range(2):
        os.kill(os.getpid(), signal.SIGINT)
    began = time.monotonic()
    keeper.keep()
    assert not any(map(lives, pids))
    assert time.monotonic() - began < processes.HURRY_SECONDS - processes.SUPPORT_SECONDS


def test_after_one_ctrl_c_all_has_ended_within_five_seconds_however_many_do_not_want_to() -> None:
    keeper = Keeper([program(f"{STUBBORN}; time.sleep(60)", f"number {n}") for n in range(4)])
    keeper.start()
    pids = [running.process.pid for running in keeper._running.values()]
    os.kill(os.getpid(), signal.SIGINT)
    began = time.monotonic()
    keeper.keep()
    assert not any(map(lives, pids))
    assert time.monotonic() - began < 5


def test_what_others_stand_on_ends_after_them(tmp_path: Path) -> None:
    log = tmp_path / "log"
    says = "import signal, sys, time\ndef end(*_):\n    open({log!r}, 'a').write({name!r}); sys.exit()\n"
    says += "signal.signal(signal.SIGTERM, end); open({log!r}, 'a').write('+')\nwhile True: time.sleep(60)"
    keeper = Keeper(
        [
            program(says.format(log=str(log), name="s"), "support", supports=True),
            program(says.format(log=str(log), name="w"), "work"),
        ]
    )
    keeper.start()
    wait_for(lambda: log.exists() and log.read_text() == "++")
    keeper.stop()
    assert log.read_text() == "++ws"


def test_a_folder_belongs_to_one_at_a_time_and_the_other_hears_so(tmp_path: Path) -> None:
    first = have_alone(tmp_path)
    with pytest.raises(AlreadyRunning, match=f"running already, with its data in {tmp_path}"):
        have_alone(tmp_path)
    first.close()
    have_alone(tmp_path).close()


def lives(pid: int) -> bool:
    """Not gone, and no zombie either (Linux)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
