"""Keeps a handful of programs running: starts them, restarts what exits, and ends them all, the last one first.

Used by `worker.py` (its roles) and by `make run` (web, roles, embedded Redis, simulator).
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from . import clock
from .last_lines import Output, of_file

GRACE_SECONDS = 15.0
RESTART_SECONDS = 1.0
SAY_SECONDS = 5.0
ENDS_AT_START = 3
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Program:
    """One program: `answers` (if any) is asked until it says yes, then the next one starts; `log` is its log file."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    answers: Callable[[], bool] | None = None
    log: Path | None = None


class EndedAtStart(RuntimeError):
    """A program ended again and again before everything answered; the message has its last lines."""

    def __init__(self, program: Program, status: int, lines: str) -> None:
        where = f"; its log is {program.log}" if program.log else ""
        super().__init__(
            f"{program.name} ended {ENDS_AT_START} times while SmartChat started, the last time with status {status}"
            f"{where}. Its last lines:\n\n{lines or '(it wrote nothing)'}"
        )


class Keeper:
    """Runs programs until it is asked to stop (SIGINT, SIGTERM); then ends each, in the opposite order."""

    def __init__(self, programs: Sequence[Program]) -> None:
        self._programs = programs
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._output = Output()
        self._restart_at: dict[str, float] = {}
        self._ends: dict[str, int] = {}
        self._stopping = False

    def start(self) -> None:
        """Starts all programs, each once the one before answers. From here on signals only ask to stop."""
        for signal_number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signal_number, self._ask_to_stop)
        for program in self._programs:
            if self._stopping:
                return
            self._start(program)
            if program.answers is not None:
                self.wait_for(program.name, program.answers)

    def wait_for(self, what: str, answers: Callable[[], bool]) -> bool:
        """Waits as long as the programs live, and says so every few seconds; whether it answered before a stop.

        What exits is started again; what exits three times before this is over raises EndedAtStart.
        """
        began = said = time.monotonic()
        while not self._stopping and not answers():
            self._output.pass_on(0.1)
            for program in self._programs:
                self._look_after(program)
                if self._ends.get(program.name, 0) >= ENDS_AT_START:
                    status = self._running[program.name].returncode
                    raise EndedAtStart(program, status, self._last_lines(program))
            if time.monotonic() - said >= SAY_SECONDS:
                said = time.monotonic()
                _say(f"Waiting for {what} to answer ({said - began:.0f} s) …")
        return not self._stopping

    def keep(self) -> None:
        """Restarts what exits, until asked to stop; then stops everything."""
        try:
            while not self._stopping:
                self._output.pass_on(0.2)
                for program in self._programs:
                    self._look_after(program)
        finally:
            self.stop()

    def stop(self) -> None:
        """Asks each program to end, the last started first, and kills what does not within its grace."""
        for name in reversed(list(self._running)):
            process = self._running.pop(name)
            if process.poll() is None:
                process.terminate()
                due = time.monotonic() + GRACE_SECONDS
                while process.poll() is None and time.monotonic() < due:
                    self._output.pass_on(0.05)
                process.kill()
                process.wait()
        self._output.pass_on(0)

    def _look_after(self, program: Program) -> None:
        process = self._running.get(program.name)
        if process is None or process.poll() is None or self._stopping:
            return
        if program.name not in self._restart_at:
            self._restart_at[program.name] = time.monotonic() + RESTART_SECONDS
            self._ends[program.name] = self._ends.get(program.name, 0) + 1
        elif time.monotonic() >= self._restart_at[program.name]:
            del self._restart_at[program.name]
            _say(f"{program.name} ended with status {process.returncode}; starting it again")
            self._start(program)

    def _start(self, program: Program) -> None:
        self._running[program.name] = process = _spawn(program)
        if process.stdout is not None:
            self._output.listen(program.name, process.stdout)

    def _last_lines(self, program: Program) -> str:
        self._output.pass_on(0)
        return of_file(program.log) if program.log else self._output.last_lines(program.name)

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _spawn(program: Program) -> subprocess.Popen[bytes]:
    environment = {**os.environ, **program.environment}
    if environment.get("SMARTCHAT_NOW"):
        # A program that is started again goes on with our time; it does not live the same hour twice. And all of them
        # agree on it, however long each one takes to start.
        environment["SMARTCHAT_NOW_SINCE"] = clock.machine_now().isoformat()
        environment["SMARTCHAT_NOW"] = clock.now().isoformat()
    return subprocess.Popen(  # noqa: S603
        program.command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        # Out of the terminal's group: Ctrl-C reaches the keeper, which ends the programs in order.
        start_new_session=True,
        preexec_fn=_end_with_parent if sys.platform == "linux" else None,
    )


def _end_with_parent() -> None:
    """Linux: a killed keeper leaves nothing behind."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
