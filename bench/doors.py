"""The product as strangers meet it: `make run`, and production's gunicorn and roles behind the documented proxies."""

import os
import random
import secrets
import socket
import ssl
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlsplit

from bench.serving import ACCOUNT, ROOT, Server, behind_caddy, behind_nginx, signed
from smartchat.running.embedded_redis import EmbeddedRedis
from tests.stand import Stand

FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
_TRUSTING = ssl.create_default_context()
_TRUSTING.check_hostname, _TRUSTING.verify_mode = False, ssl.CERT_NONE


@dataclass(frozen=True)
class Door:
    """Where to knock. `public`: the address that signatures cover; `link`: the path of a sign-in link."""

    name: str
    port: int
    public: str
    link: str
    secure: bool = False
    token: str = "simulator"

    @property
    def root(self) -> str:
        """Its address for a browser."""
        return f"http{'s' if self.secure else ''}://127.0.0.1:{self.port}"

    def browser(self) -> urllib.request.OpenerDirector:
        """What keeps its cookies, trusts our own certificate and asks no proxy of the environment."""
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        secure = urllib.request.HTTPSHandler(context=_TRUSTING)
        return urllib.request.build_opener(urllib.request.ProxyHandler({}), secure, cookies)

    def ask(self, data: bytes, patience: float = 30) -> str:
        """The status that came for these bytes; `closed` or `nothing` where none did."""
        try:
            with self.connect(patience) as client:
                with suppress(OSError):  # the server may answer, and close, before all is sent
                    client.sendall(data)
                answer = client.recv(64)
        except TimeoutError:
            return "nothing"
        except OSError:
            return "closed"
        return answer[9:12].decode("ascii", "replace") or "closed"

    def connect(self, patience: float) -> socket.socket:
        client = socket.create_connection(("127.0.0.1", self.port), timeout=patience)
        if not self.secure:
            return client
        return _TRUSTING.wrap_socket(client)

    def webhook(self, text: str) -> bytes:
        phone = f"+52551{random.randrange(10**7):07}"
        return signed(f"{self.public}/twilio/inbound", f"SM{secrets.token_hex(16)}", phone, text, self.token)

    def get(self, path: str, method: str = "GET") -> bytes:
        return f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()

    def post(self, path: str, body: bytes, more: str = FORM) -> bytes:
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{more}Content-Length: {len(body)}"
        return head.encode() + b"\r\n\r\n" + body


def token_in(page: bytes) -> str:
    """The CSRF token of a page's form."""
    return page.decode().split('name="csrf_token" value="', 1)[1].split('"', 1)[0]


@contextmanager
def fresh_make_run() -> Iterator[Door]:
    """`make run` on a folder of its own; one proxy is said to be in front, so that guessers can come from anywhere."""
    with tempfile.TemporaryDirectory(prefix="smartchat-bench-") as name:
        stand = Stand(Path(name), now="", env={"TRUSTED_PROXIES": "1"})
        try:
            yield Door("make run", stand.port, stand.url, urlsplit(stand.sign_in_link).path)
        finally:
            stand.stop()


@contextmanager
def production(proxy: str) -> Iterator[Door]:
    """gunicorn and all roles with production's settings behind the documented proxy."""
    with tempfile.TemporaryDirectory(prefix="smartchat-bench-") as name, ExitStack() as running:
        folder, token = Path(name), secrets.token_hex(16)
        redis = EmbeddedRedis(folder, folder / "redis.sock")
        redis.start()
        running.callback(redis.stop)
        settings = {
            "SMARTCHAT_ENV": "production", "SECRET_KEY": secrets.token_hex(32), "SMARTCHAT_INSTANCE": name,
            "DATABASE_URL": f"sqlite:///{folder / 'smartchat.db'}", "REDIS_URL": redis.url, "TRUSTED_PROXIES": "1",
            "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": token, "TWILIO_API_URL": "http://127.0.0.1:9",
            "PUBLIC_URL": "http://127.0.0.1",
        }  # fmt: skip
        for words in (
            ("db", "upgrade"),
            ("user", "add", "a@example.com", "--role", "admin"),
            ("user", "link", "a@example.com"),
        ):
            command = [sys.executable, "-m", "flask", "--app", "app", *words]
            environment = {**os.environ, **settings}
            done = subprocess.run(
                command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True
            )
        link = urlsplit(done.stdout.strip()).path
        server = running.enter_context(Server("app:app", folder, settings))
        environment["PUBLIC_URL"] = server.url
        log = running.enter_context((folder / "worker.log").open("ab"))
        worker = subprocess.Popen(
            [sys.executable, "worker.py"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        running.callback(worker.wait)
        running.callback(worker.terminate)
        behind, secure = PROXIES[proxy]
        port = running.enter_context(behind(folder, server.port))
        yield Door(f"gunicorn behind {proxy}", port, server.url, link, secure, token)


PROXIES = {"Caddy": (behind_caddy, False), "nginx": (behind_nginx, True)}
