"""What clients of benchmarks and hostile tests meet: gunicorn as the product starts it, and the documented proxies; and
webhooks signed as Twilio signs them.
"""

import base64
import getpass
import hmac
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode, urlsplit

ROOT = Path(__file__).resolve().parent.parent
ACCOUNT = "AC00000000000000000000000000000001"
TOKEN = "simulator"
SENDER = "+15005550006"
NAME, BACKEND = "chat.example.com", "127.0.0.1:5000"
"""What stands in the recipes."""
NGINX = """daemon off;
user {user};
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/answers;
    include {folder}/smartchat.conf;
}}
"""


def signed(url: str, sid: str, phone: str, text: str, token: str = TOKEN) -> bytes:
    """A webhook as it goes over the wire, on a connection of its own."""
    parts = urlsplit(url)
    params = {
        "AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", "Body": text, "From": phone,
        "FromCity": "", "FromCountry": "MX", "FromState": "", "FromZip": "",
        "MessageSid": sid,
        "NumMedia": "0", "NumSegments": "1", "SmsMessageSid": sid, "SmsStatus": "received",
        "To": SENDER, "ToCountry": "US",
    }  # fmt: skip
    covered = url + "".join(key + params[key] for key in sorted(params))
    signature = base64.b64encode(hmac.new(token.encode(), covered.encode(), "sha1").digest()).decode()
    body = urlencode(params).encode()
    head = (
        f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nX-Twilio-Signature: {signature}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def requests_to(url: str, run: int, many: int) -> list[bytes]:
    """Signed webhooks, each with a sid of its own; a run is a number that no other run has."""
    return [
        signed(url, f"SM{run:08x}{n:024x}", f"+52551{n % 10_000 + 1:07}", f"mensaje {n}") for n in range(many)
    ]


def free_port() -> int:
    """A loopback port that nobody has at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """gunicorn with the product's own settings (two processes, its worker class) on a free port."""

    def __init__(self, module: str, folder: Path, environment: dict[str, str]) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        config = str(ROOT / "deploy" / "gunicorn.conf.py")
        settings = {
            **os.environ,
            **environment,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "PUBLIC_URL": self.url,
            "PYTHONPATH": f"{folder}:{ROOT}",
        }
        with (folder / "server.log").open("ab") as log:
            command = [sys.executable, "-m", "gunicorn", module, "--config", config]
            self._process = subprocess.Popen(command, env=settings, stdout=log, stderr=log)
        _wait_for(self._process, self.port, folder / "server.log")

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=40)


@contextmanager
def behind_caddy(folder: Path, port: int) -> Iterator[int]:
    """The port of the Caddy of this machine that runs deploy/Caddyfile before a server; HTTP, for want of a name."""
    ours = free_port()
    recipe = _recipe("Caddyfile", port).replace(NAME, f"http://127.0.0.1:{ours}")
    (folder / "Caddyfile").write_text(recipe.replace("{", "{\n\tadmin off", 1))
    words = ["run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
    with _running("caddy", words, folder, ours):
        yield ours


@contextmanager
def behind_nginx(folder: Path, port: int) -> Iterator[int]:
    """The port of the nginx of this machine that runs deploy/nginx.conf before a server; HTTPS, its own certificate."""
    ours = free_port()
    recipe = _recipe("nginx.conf", port).replace("listen 443 ", f"listen 127.0.0.1:{ours} ")
    recipe = recipe.replace("/etc/ssl/", f"{folder}/")
    (folder / "smartchat.conf").write_text(recipe)
    (folder / "main.conf").write_text(NGINX.format(folder=folder, user=getpass.getuser()))
    key, certificate = (str(folder / f"{NAME}.{ending}") for ending in ("key", "pem"))
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={NAME}", "-days", "2"]
    subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    with _running("nginx", ["-c", str(folder / "main.conf"), "-e", str(folder / "nginx.log")], folder, ours):
        yield ours


def where_is(program: str) -> str | None:
    """Debian keeps nginx where only root looks."""
    return shutil.which(program) or shutil.which(program, path="/usr/sbin")


def _recipe(name: str, port: int) -> str:
    recipe = (ROOT / "deploy" / name).read_text(encoding="utf-8")
    assert BACKEND in recipe
    assert NAME in recipe
    return recipe.replace(BACKEND, f"127.0.0.1:{port}")


@contextmanager
def _running(program: str, words: list[str], folder: Path, port: int) -> Iterator[None]:
    found = where_is(program)
    if found is None:
        raise FileNotFoundError(f"There is no {program} on this machine.")
    log = folder / f"{program}.out"
    with log.open("ab") as out:
        process = subprocess.Popen(
            [found, *words], env={**os.environ, "HOME": str(folder)}, stdout=out, stderr=out
        )
    try:
        _wait_for(process, port, log)
        yield
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    while process.poll() is None:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.1)
    raise RuntimeError(log.read_text())
