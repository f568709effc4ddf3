"""The programs that make a running SmartChat, as the keeper starts them."""

import os
import sys
from functools import partial
from pathlib import Path

from . import embedded_redis
from .config import ROOT, instance_folder, redis_socket
from .processes import Program

ROLES = ("work", "call", "files", "schedule", "sweep")


def redis() -> list[Program]:
    """The embedded server, unless REDIS_URL names one or one that was left behind still answers."""
    instance = instance_folder()
    socket = redis_socket(instance)
    url = f"unix://{socket}"
    if os.environ.get("REDIS_URL") or embedded_redis.answers(url):
        return []
    folder = instance / "redis"
    command = embedded_redis.command(folder, socket)
    return [Program("redis", command, ready=partial(embedded_redis.wait_until_it_answers, url, folder))]


def roles() -> list[Program]:
    """The worker's roles, each in its own process."""
    return [Program(role, [sys.executable, str(ROOT / "worker.py"), role]) for role in ROLES]


def web(host: str, port: int) -> Program:
    """gunicorn as in production: the same processes, the same rules for slow clients."""
    settings = ROOT / "deploy" / "gunicorn.conf.py"
    command = [sys.executable, "-m", "gunicorn", "app:app", "--config", str(settings)]
    return Program("web", command, {"HOST": host, "PORT": str(port)})


def simulator(host: str, port: int, public_url: str) -> Program:
    """The stand-in for Twilio, with the same credentials as ours."""
    environment = {
        "HOST": host,
        "SIMULATOR_PORT": str(port),
        "SIMULATOR_INBOUND_URL": f"{public_url}/twilio/inbound",
        "PYTHONPATH": str(Path(ROOT)),
    }
    return Program("simulator", [sys.executable, "-m", "simulator"], environment)
