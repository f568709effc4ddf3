"""The keeper of `make run` and `worker.py`: patience with what lives, last lines of what died."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from smartchat.running import processes
from smartchat.running.embedded_redis import EmbeddedRedis, RedisDidNotStart
from smartchat.running.processes import EndedAtStart, Keeper, Program
from tests.stand import ROOT, free_port

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Programs are started again at once, and what is waited for is said often; our signals stay ours."""
    monkeypatch.setattr(processes, "RESTART_SECONDS", 0.0)
    monkeypatch.setattr(processes, "SAY_SECONDS", 0.05)
    before = {number: signal.getsignal(number) for number in SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def program(code: str, **more: object) -> Program:
    return Program("thing", [sys.executable, "-S", "-c", code], **more)  # type: ignore[arg-type]


def test_a_start_waits_as_long_as_its_program_lives_and_says_so(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = tmp_path / "answer"
    code = f"import time; time.sleep(0.5); open({str(answer)!r}, 'w'); time.sleep(60)"
    keeper = Keeper([program(code, answers=answer.exists)])
    keeper.start()
    keeper.stop()
    assert answer.exists()
    assert "Waiting for thing to answer (" in capfd.readouterr().err


def test_a_program_that_ends_again_and_again_ends_the_start_with_its_last_lines() -> None:
    keeper = Keeper([program("print('no such table'); raise SystemExit(3)", answers=lambda: False)])
    with pytest.raises(EndedAtStart, match=r"(?s)thing ended 3 times .* with status 3.*no such table"):
        keeper.start()
    keeper.stop()


def test_a_program_with_a_log_of_its_own_is_quoted_from_there(tmp_path: Path) -> None:
    log = tmp_path / "thing.log"
    code = f"open({str(log)!r}, 'w').write('x' * 9000 + chr(10) + 'no memory')"
    keeper = Keeper([program(code, answers=lambda: False, log=log)])
    with pytest.raises(EndedAtStart, match="no memory") as told:
        keeper.start()
    assert str(log) in str(told.value)
    assert len(str(told.value)) < 5000
    keeper.stop()


def test_a_program_killed_once_while_it_starts_is_started_again(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    code = (
        f"import os, time; again = os.path.exists({str(first)!r}); open({str(first)!r}, 'w');"
        f"again or os.kill(os.getpid(), 9); open({str(second)!r}, 'w'); time.sleep(60)"
    )
    keeper = Keeper([program(code, answers=second.exists)])
    keeper.start()
    keeper.stop()
    assert second.exists()


def test_a_stop_asked_for_while_waiting_is_obeyed() -> None:
    def answers() -> bool:
        os.kill(os.getpid(), signal.SIGTERM)
        return False

    keeper = Keeper([program("import time; time.sleep(60)")])
    keeper.start()
    assert not keeper.wait_for("nothing", answers)
    keeper.stop()


def test_what_programs_write_is_passed_on_also_while_they_end(capfd: pytest.CaptureFixture[str]) -> None:
    code = (
        "import signal, sys, time; out = lambda *_: (print('y' * 200_000, 'gone'), sys.exit());"
        "signal.signal(signal.SIGTERM, out); print('here', flush=True); time.sleep(60)"
    )
    keeper = Keeper([program(code)])
    keeper.start()
    written = ""

    def said() -> bool:
        nonlocal written
        written += capfd.readouterr().err
        return "here" in written

    keeper.wait_for("a word", said)
    keeper.stop()
    assert "yyy gone" in capfd.readouterr().err


def test_an_embedded_redis_that_cannot_start_says_why(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path, tmp_path / "no such folder" / "redis.sock")
    with pytest.raises(RedisDidNotStart, match="No such file"):
        server.start()
    server.stop()


def test_make_run_ends_with_the_last_lines_of_a_web_process_that_cannot_start(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "SMARTCHAT_INSTANCE": str(tmp_path),
        "PORT": str(free_port()),
        "SIMULATOR_PORT": str(free_port()),
        "GUNICORN_CMD_ARGS": "--no-such-option",
    }
    command = [sys.executable, "-m", "smartchat.running.run"]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "web ended 3 times" in ended.stderr
    assert ended.stderr.rstrip().endswith("unrecognized arguments: --no-such-option")
    assert "Traceback" not in ended.stderr
