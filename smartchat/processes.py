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
from types import FrameType

from . import clock

GRACE_SECONDS = 15.0
RESTART_SECONDS = 1.0
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Program:
    """One program: `ready` (if any) is waited for before the next one starts."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], None] | None = None


class Keeper:
    """Runs programs until it is asked to stop (SIGINT, SIGTERM); then ends each, in the opposite order."""

    def __init__(self, programs: Sequence[Program]) -> None:
        self._programs = programs
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._restart_at: dict[str, float] = {}
        self._stopping = False

    def start(self) -> None:
        """Starts all programs, each once the one before is ready. From here on signals only ask to stop."""
        for signal_number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signal_number, self._ask_to_stop)
        for program in self._programs:
            if self._stopping:
                return
            self._running[program.name] = _spawn(program)
            if program.ready is not None:
                program.ready()

    def keep(self) -> None:
        """Restarts what exits, until asked to stop; then stops everything."""
        try:
            while not self._stopping:
                time.sleep(0.2)
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
                try:
                    process.wait(GRACE_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def _look_after(self, program: Program) -> None:
        process = self._running.get(program.name)
        if process is None or process.poll() is None or self._stopping:
            return
        due = self._restart_at.setdefault(program.name, time.monotonic() + RESTART_SECONDS)
        if time.monotonic() >= due:
            del self._restart_at[program.name]
            print(
                f"{program.name} ended with status {process.returncode}; starting it again",
                file=sys.stderr,
                flush=True,
            )
            self._running[program.name] = _spawn(program)

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True


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
        # Out of the terminal's group: Ctrl-C reaches the keeper, which ends the programs in order.
        start_new_session=True,
        preexec_fn=_end_with_parent if sys.platform == "linux" else None,
    )


def _end_with_parent() -> None:
    """Linux: a killed keeper leaves nothing behind."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
