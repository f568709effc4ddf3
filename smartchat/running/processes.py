"""Keeps a handful of programs running: starts them, restarts what exits or hangs, and ends them all.

Used by `worker.py` (its roles) and by `make run` (web, roles, embedded Redis, simulator).
"""

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

from smartchat import clock, life

from .last_lines import Output, of_file

GRACE_SECONDS = 15.0
HURRY_SECONDS = 3.0
"""The same after Ctrl-C: somebody waits at the terminal, five seconds at most, also where the machine is busy."""
SUPPORT_SECONDS = 1.0
"""What of it is kept for those programs that the others stand on."""
RESTART_SECONDS = 1.0
FIRST_SIGN_SECONDS = 60.0
"""How long a program may take to its first sign of life."""
SAY_SECONDS = 5.0
ENDS_AT_START = 3
ASK_SECONDS = 1.0
"""How often a program is asked that gives no signs by itself."""
_TICK = 0.05
_PR_SET_PDEATHSIG = 1


class AlreadyRunning(RuntimeError):
    """Another process has this folder; the message says so."""


@dataclass(frozen=True)
class Program:
    """One program: `answers` (if any) is asked until it says yes, then the next one starts; `log` is its log file.

    `supports`: the others stand on it, so it ends after them. `silent_seconds`: it gives signs of life, and after so
    long without one it hangs. They come by themselves (life.py), or it is asked for them: `answers`.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    answers: Callable[[], bool] | None = None
    log: Path | None = None
    supports: bool = False
    silent_seconds: float | None = None


class EndedAtStart(RuntimeError):
    """A program ended again and again before everything answered; the message has its last lines."""

    def __init__(self, program: Program, status: int, lines: str) -> None:
        where = f"; its log is {program.log}" if program.log else ""
        super().__init__(
            f"{program.name} ended {ENDS_AT_START} times while SmartChat started, the last time with status {status}"
            f"{where}. Its last lines:\n\n{lines or '(it wrote nothing)'}"
        )


class Running:
    """A program's process, which leads a group of its own: what it has started belongs to it."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.process, self._signs = _spawn(program)
        self._heard_at = time.monotonic()
        self._allowed = FIRST_SIGN_SECONDS
        self._ask_at = self._heard_at

    def ended(self) -> bool:
        """Whether it has exited by itself."""
        return self.process.poll() is not None

    def hangs(self) -> float | None:
        """For how many seconds it has been silent, where that is too long."""
        if self.program.silent_seconds is None:
            return None
        if self._sign():
            self._heard_at, self._allowed = time.monotonic(), self.program.silent_seconds
        silent = time.monotonic() - self._heard_at
        return silent if silent > self._allowed else None

    def _sign(self) -> bool:
        """Whether it has given a sign of life since it was looked at last."""
        if self.program.answers is not None:
            if time.monotonic() < self._ask_at:
                return False
            self._ask_at = time.monotonic() + ASK_SECONDS
            return self.program.answers()
        with suppress(BlockingIOError):
            return self._signs is not None and bool(os.read(self._signs, 65536))
        return False

    def ask_to_end(self) -> None:
        """SIGTERM to the program, or to what it has left behind."""
        self._send(signal.SIGTERM, group=self.ended())

    def kill(self) -> None:
        """Ends it now, with all that it has started; also what hangs or was stopped."""
        self._send(signal.SIGKILL, group=True)
        with suppress(subprocess.TimeoutExpired):  # what hangs inside the system ends when it is let go
            self.process.wait(SUPPORT_SECONDS)

    def gone(self) -> bool:
        """Whether nothing of it is left."""
        return self.ended() and not self._send(0, group=True)

    def close(self) -> None:
        """Forgets it."""
        if self._signs is not None:
            os.close(self._signs)
            self._signs = None

    def _send(self, number: int, *, group: bool) -> bool:
        """False where there is nobody."""
        with suppress(ProcessLookupError, PermissionError):  # the second: macOS, of what has ended
            if group:
                os.killpg(self.process.pid, number)
            else:
                self.process.send_signal(number)
            return True
        return False


class Keeper:
    """Runs programs until it is asked to stop (SIGINT, SIGTERM); then ends those that stand on others first.

    Asked once more it ends them all at once.
    """

    def __init__(self, programs: Sequence[Program]) -> None:
        self._programs = programs
        self._running: dict[str, Running] = {}
        self._output = Output()
        self._restart_at: dict[str, float] = {}
        self._ends: dict[str, int] = {}
        self._asked = 0
        self._grace = GRACE_SECONDS

    @property
    def stopping(self) -> bool:
        """Whether it was asked to stop."""
        return self._asked > 0

    def start(self) -> None:
        """Starts all programs, each once the one before answers. From here on signals only ask to stop."""
        for signal_number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signal_number, self._ask_to_stop)
        for program in self._programs:
            if self.stopping:
                return
            self._start(program)
            if program.answers is not None:
                self.wait_for(program.name, program.answers)

    def wait_for(self, what: str, answers: Callable[[], bool]) -> bool:
        """Waits as long as the programs live, and says so every few seconds; whether it answered before a stop.

        What exits is started again; what exits three times before this is over raises EndedAtStart.
        """
        began = said = time.monotonic()
        while not self.stopping and not answers():
            self._output.pass_on(0.1)
            for running in list(self._running.values()):
                self._look_after(running)
                if self._ends.get(running.program.name, 0) >= ENDS_AT_START:
                    status = running.process.returncode
                    raise EndedAtStart(running.program, status, self._last_lines(running.program))
            if time.monotonic() - said >= SAY_SECONDS:
                said = time.monotonic()
                _say(f"Waiting for {what} to answer ({said - began:.0f} s) …")
        return not self.stopping

    def keep(self) -> None:
        """Restarts what exits or hangs, until asked to stop; then stops everything."""
        try:
            while not self.stopping:
                self._output.pass_on(0.2)
                for running in list(self._running.values()):
                    self._look_after(running)
        finally:
            self.stop()

    def stop(self) -> None:
        """Asks the programs to end, those that others stand on last, and kills what does not within its grace."""
        deadline = time.monotonic() + self._grace
        running = list(reversed(self._running.values()))
        self._end([one for one in running if not one.program.supports], deadline - SUPPORT_SECONDS)
        self._end([one for one in running if one.program.supports], deadline)
        self._running.clear()
        self._output.close()

    def _end(self, running: Sequence[Running], deadline: float) -> None:
        for one in running:
            one.ask_to_end()
        while time.monotonic() < deadline and self._asked < 2 and not all(one.gone() for one in running):
            self._output.pass_on(_TICK)
        for one in running:
            one.kill()
            one.close()

    def _look_after(self, running: Running) -> None:
        name = running.program.name
        if self.stopping:
            return
        if not running.ended():
            silent = running.hangs()
            if silent is None:
                return
            _say(f"{name} has given no sign of life for {silent:.0f} s: it is ended and started again")
            running.kill()
        # What it has left behind keeps ports and files: it goes at once, and gently while there is time.
        running.ask_to_end()
        if name not in self._restart_at:
            self._restart_at[name] = time.monotonic() + RESTART_SECONDS
            self._ends[name] = self._ends.get(name, 0) + 1
            return
        if time.monotonic() < self._restart_at[name]:
            return
        del self._restart_at[name]
        running.kill()
        running.close()
        _say(f"{name} ended with status {running.process.returncode}; starting it again")
        self._start(running.program)

    def _start(self, program: Program) -> None:
        self._running[program.name] = running = Running(program)
        if running.process.stdout is not None:
            self._output.listen(program.name, running.process.stdout)

    def _last_lines(self, program: Program) -> str:
        self._output.pass_on(0)
        return of_file(program.log) if program.log else self._output.last_lines(program.name)

    def _ask_to_stop(self, number: int, _frame: FrameType | None) -> None:
        self._asked += 1
        self._grace = HURRY_SECONDS if number == signal.SIGINT else GRACE_SECONDS


def have_alone(folder: Path) -> IO[str]:
    """The folder belongs to this process until the file that is given back is closed; raises AlreadyRunning."""
    file = (folder / "running.lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise AlreadyRunning(
            f"SmartChat is running already, with its data in {folder}. Stop it with Ctrl-C where it runs; "
            "or give this one a folder and ports of its own: SMARTCHAT_INSTANCE, PORT, SIMULATOR_PORT."
        ) from None
    except OSError:
        _say(f"{folder} cannot be locked: take care that SmartChat runs only once with it.")
    return file


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _spawn(program: Program) -> tuple[subprocess.Popen[bytes], int | None]:
    """The process, and the end of the pipe from which its signs of life are read."""
    environment = {**os.environ, **program.environment}
    if environment.get("SMARTCHAT_NOW"):
        # A program that is started again goes on with our time; it does not live the same hour twice. And all of them
        # agree on it, however long each one takes to start.
        environment["SMARTCHAT_NOW_SINCE"] = clock.machine_now().isoformat()
        environment["SMARTCHAT_NOW"] = clock.now().isoformat()
    if program.silent_seconds is None or program.answers is not None:
        return _popen(program, environment, ()), None
    signs, theirs = os.pipe()
    os.set_blocking(signs, False)
    try:
        return _popen(program, {**environment, life.DESCRIPTOR: str(theirs)}, (theirs,)), signs
    finally:
        os.close(theirs)


def _popen(
    program: Program, environment: Mapping[str, str], descriptors: Iterable[int]
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603
        program.command,
        env=environment,
        pass_fds=tuple(descriptors),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        # Out of the terminal's group: Ctrl-C reaches the keeper, which ends the programs in order.
        start_new_session=True,
        preexec_fn=_end_with_parent if sys.platform == "linux" else None,
    )


def _end_with_parent() -> None:
    """Linux: a killed keeper leaves nothing behind."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
