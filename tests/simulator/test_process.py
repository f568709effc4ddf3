"""The process: how it starts, what it writes down, and how it ends."""

import ast
import http.client
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.simulator.conftest import SENDER
from tests.simulator.receiver import Receiver
from tests.simulator.rest import MESSAGES, ask
from tests.simulator_server import ROOT, RunningSimulator


def test_it_ends_at_once_and_well_on_sigterm(phone: str) -> None:
    simulator = RunningSimulator()
    connection = http.client.HTTPConnection(urlsplit(simulator.url).netloc)
    connection.request("GET", "/healthz")
    assert json.load(connection.getresponse())["status"] == "ok"
    children = Path(f"/proc/{simulator.pid}/task/{simulator.pid}/children")
    if children.exists():
        assert children.read_text() == ""
    assert simulator.stop() == 0
    connection.close()


def test_a_connection_is_kept_for_many_requests(simulator: RunningSimulator) -> None:
    connection = http.client.HTTPConnection(urlsplit(simulator.url).netloc)
    connection.connect()
    kept = connection.sock
    for path, status in [("/healthz", 200), ("/nothing", 404), (MESSAGES, 401), ("/healthz", 200)]:
        connection.request(
            "POST" if path == MESSAGES else "GET", path, "To=%2B52" if path == MESSAGES else None
        )
        response = connection.getresponse()
        response.read()
        assert (response.status, connection.sock is kept) == (status, True)
    connection.close()


@pytest.mark.parametrize(
    "headers, status", [({"Content-Length": "99999999"}, 413), ({"Transfer-Encoding": "chunked"}, 411)]
)
def test_a_body_that_cannot_be_read_is_refused(
    simulator: RunningSimulator, headers: dict[str, str], status: int
) -> None:
    connection = http.client.HTTPConnection(urlsplit(simulator.url).netloc)
    connection.request("POST", MESSAGES, headers=headers)
    assert connection.getresponse().status == status
    connection.close()


def test_healthz_counts_messages(receiver: Receiver, phone: str) -> None:
    with RunningSimulator(inbound_url=receiver.url + "/twilio/inbound") as simulator:
        simulator.write(phone, "STOP", to=SENDER)
        simulator.write(phone, "START", to=SENDER)
        ask(simulator.url + MESSAGES, {"To": phone, "From": SENDER, "Body": "x"})
        assert ask(simulator.url + "/healthz").body["messages"] == {"outbound": 1, "inbound": 2}


def test_the_log_file_tells_every_message_status_and_webhook(
    tmp_path: Path, receiver: Receiver, phone: str
) -> None:
    log = tmp_path / "deep" / "log.jsonl"
    env = {"SIMULATOR_LOG": str(log)}
    with RunningSimulator(inbound_url=receiver.url + "/twilio/inbound", env=env) as simulator:
        form = {"To": phone, "From": SENDER, "Body": "¿Sí?", "ValidityPeriod": "60"}
        sid = ask(simulator.url + MESSAGES, {**form, "StatusCallback": receiver.url + "/s"}).body["sid"]
        receiver.wait_for(3, sid)
        simulator.wait_for(lambda s: len(s.webhooks("status")) == 3)
        simulator.write(phone, "STOP")
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    about = [line for line in lines if line.get("sid") == sid]
    message = about[0]
    assert (message["event"], message["To"], message["From"], message["Body"]) == (
        "message",
        phone,
        SENDER,
        "¿Sí?",
    )
    assert (message["ValidityPeriod"], message["StatusCallback"]) == (60, receiver.url + "/s")
    assert [line["status"] for line in about if line["event"] == "status"] == ["sending", "sent", "delivered"]
    hooks = [(line["reported"], line["status"]) for line in about if line["event"] == "webhook"]
    assert hooks == [("sending", 200), ("sent", 200), ("delivered", 200)]
    assert [line["contact"] for line in lines if line["event"] == "opt_out"] == [phone]


def _start(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "simulator", *arguments],
        cwd=ROOT, env={**os.environ, **environ}, capture_output=True, text=True, timeout=30,
    )  # fmt: skip


@pytest.mark.parametrize(
    "arguments, environ, status, word",
    [
        ([], {"SMARTCHAT_ENV": "production"}, 2, "production"),
        ([], {"SMARTCHAT_NOW": "2026-11-23T22:00:00"}, 2, "needs an offset"),
        ([], {"SMARTCHAT_NOW": "mañana"}, 2, "not a time"),
        (["--port", "70000"], {}, 2, "65535"),
        (["--delay", "-1"], {}, 2, "negative"),
        (["--webhook-threads", "0"], {}, 2, "at least one"),
    ],
)
def test_what_makes_no_sense_is_said_at_the_start(
    arguments: list[str], environ: dict[str, str], status: int, word: str
) -> None:
    ended = _start("--port", "0", *arguments, **environ)
    assert (ended.returncode, word in ended.stderr) == (status, True), ended.stderr


def test_a_port_that_is_taken_is_said_in_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = _start("--port", str(port), HOST="127.0.0.1")
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"The simulator cannot listen at 127.0.0.1:{port}: ")


def test_the_simulator_imports_nothing_of_the_product() -> None:
    imported = set()
    for path in (ROOT / "simulator").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                imported.add((node.module or "").partition(".")[0])
    assert imported - sys.stdlib_module_names <= {"_typeshed", "flask", "werkzeug"}
