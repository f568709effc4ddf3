"""`flask --app app …` for tests that give many commands: each in a process of its own, forked from one that has
imported everything. Half a second of imports is paid once, and not by each command.
"""

import importlib
import json
import os
import pkgutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
ALONE = {"smartchat.running.web_server"}
"""It is for gunicorn, and changes this process."""
_lock = threading.Lock()
_server: subprocess.Popen[str] | None = None


def run(words: list[str], environment: Mapping[str, str], stdin: str | None = None) -> tuple[int, str, str]:
    """The exit status of a command, and what it wrote to its two outputs."""
    global _server
    with _lock, tempfile.TemporaryDirectory(prefix="smartchat-command-") as folder:
        if _server is None or _server.poll() is not None:
            _server = subprocess.Popen(
                [sys.executable, "-m", "tests.commands"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert _server.stdin is not None
        assert _server.stdout is not None
        (Path(folder) / "0").write_text(stdin or "", encoding="utf-8")
        asked = {"words": words, "environment": dict(environment), "folder": folder}
        _server.stdin.write(json.dumps(asked) + "\n")
        _server.stdin.flush()
        status = int(_server.stdout.readline())
        said, complained = ((Path(folder) / name).read_text(encoding="utf-8") for name in "12")
    return status, said, complained


def _serve() -> None:
    import flask.cli

    import smartchat

    for name in (
        *(name for _, name, _ in pkgutil.walk_packages(smartchat.__path__, "smartchat.")),
        "flask_migrate",
    ):
        if name not in ALONE:
            importlib.import_module(name)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become(json.loads(line))
            flask.cli.main()
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _become(asked: dict[str, Any]) -> None:
    os.environ.clear()
    os.environ.update(asked["environment"])
    for number, flags in ((0, os.O_RDONLY), (1, os.O_WRONLY | os.O_CREAT), (2, os.O_WRONLY | os.O_CREAT)):
        file = os.open(Path(asked["folder"]) / str(number), flags, 0o600)
        os.dup2(file, number)
    sys.stdin = os.fdopen(0, encoding="utf-8")
    sys.argv = ["flask", "--app", "app", *asked["words"]]


if __name__ == "__main__":
    _serve()
