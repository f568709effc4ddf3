"""The programs that make a running SmartChat, as the keeper starts them."""

import os
import sys
from functools import partial
from pathlib import Path

from smartchat.config import ROOT, instance_folder, redis_socket, whole_number
from smartchat.domain.operations.worker_roles import WorkerRole

from . import embedded_redis
from .processes import Program

ROLES = tuple(WorkerRole)
WEB_PROCESSES = "2"


def redis() -> list[Program]:
    """The embedded server, unless REDIS_URL names one or one that was left behind still answers."""
    instance = instance_folder()
    socket = redis_socket(instance)
    url = f"unix://{socket}"
    if os.environ.get("REDIS_URL") or embedded_redis.answers(url):
        return []
    folder = instance / "redis"
    command = embedded_redis.command(folder, socket)
    answers = partial(embedded_redis.answers, url)
    log = embedded_redis.log(folder)
    return [Program("redis", command, answers=answers, log=log, supports=True, silent_seconds=_silent())]


def roles() -> list[Program]:
    """The worker's roles, each in its own process; one that is silent for HUNG_SECONDS is started again."""
    command = [sys.executable, str(ROOT / "worker.py")]
    return [Program(role, [*command, role], silent_seconds=_silent()) for role in ROLES]


def _silent() -> float:
    return float(whole_number("HUNG_SECONDS", 30, least=3))


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
    return Program("simulator", [sys.executable, "-m", "simulator", "--quiet"], environment, supports=True)
