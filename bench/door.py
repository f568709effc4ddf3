"""What a stranger can try at the door, against the product as it runs: `make run`, and gunicorn behind Caddy and nginx.

During each attack one client asks `/healthz` and another one sends signed webhooks, a connection each, all the time.
Demanded: `/healthz` within a second, webhooks within the 3.5 s that Twilio waits, no answer 5xx. BENCH_SECONDS: how
long each attack goes on.
"""

import os
import random
import secrets
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from functools import partial
from statistics import median
from urllib.parse import quote, urlencode

from bench.doors import FORM, PROXIES, Door, fresh_make_run, production, token_in
from bench.serving import where_is
from bench.slow_clients import BODY, DRIPPING, HEADER, dripping

SECONDS = float(os.environ.get("BENCH_SECONDS", "10"))
GUESSERS = 16
LONG_WISH = "ya no nos contacten " * 30 + "por que"
PATHS = (
    "/",
    "/login",
    "/login/x",
    "/campaigns",
    "/campaigns/1",
    "/contacts",
    "/inbox",
    "/twilio/inbound",
    "/metrics",
)
PIECES = (
    "9" * 19, "%00", "%0d%0aSet-Cookie:a=b", "%ff%fe", "..%2f..%2fetc", "<script>", "'--", "%F0%9F%98%80" * 50,
    "x" * 5000, "-1", "NaN", "[]", "{{7*7}}", "",
)  # fmt: skip


Attack = Callable[[Door], Callable[[], str]]
"""For each client of its own: what it does again and again, and what came of it."""


def long_wish(door: Door) -> Callable[[], str]:
    return lambda: door.ask(door.webhook(LONG_WISH))


def many_fields(door: Door) -> Callable[[], str]:
    body = b"a=&" * 1_000_000
    signature = FORM + "X-Twilio-Signature: bm9uZQ==\r\n"
    requests = [door.post("/twilio/inbound", body, signature), door.post("/login", body)]
    return lambda: door.ask(random.choice(requests))


def large_form(door: Door) -> Callable[[], str]:
    text = door.post("/login", b"email=" + b"a" * 15_000_000)
    parts = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.tsv"\r\n\r\n' + b"a" * 15_000_000
    )
    files = "Content-Type: multipart/form-data; boundary=x\r\n"
    requests = [text, door.post("/campaigns", parts, files), door.post("/twilio/inbound", parts, files)]
    return lambda: door.ask(random.choice(requests))


def guesser(door: Door) -> Callable[[], str]:
    """Another account from another address each time, so that no narrow limit stands in the way."""
    opener = door.browser()
    token = token_in(opener.open(f"{door.root}/login", timeout=30).read())

    def guess() -> str:
        form = {"csrf_token": token, "email": f"{secrets.token_hex(4)}@example.com", "password": "a" * 20}
        visitor = {
            "Referer": f"{door.root}/login",
            "X-Forwarded-For": f"198.{random.randrange(255)}.{random.randrange(255)}.7",
        }
        request = urllib.request.Request(f"{door.root}/login", urlencode(form).encode(), visitor)
        try:
            return str(opener.open(request, timeout=30).status)
        except urllib.error.HTTPError as error:
            return str(error.code)
        except OSError:
            return "nothing"

    return guess


def looks_at_link(door: Door) -> Callable[[], str]:
    return lambda: door.ask(door.get(door.link, random.choice(("HEAD", "GET"))))


def wild(door: Door) -> Callable[[], str]:
    """Addresses, forms, headers and plain noise."""

    def one() -> bytes:
        path, piece = random.choice(PATHS), random.choice(PIECES)
        match random.randrange(5):
            case 0:
                return door.get(f"{path}/{piece}")
            case 1:
                return door.get(f"{path}?next={piece}&page={piece}&{quote(random.randbytes(9))}={piece}")
            case 2:
                return door.post(
                    path, f"email={piece}&password={piece}&{piece}".encode() + random.randbytes(30)
                )
            case 3:
                length = random.choice(("-1", "9" * 30, "1\r\nContent-Length: 2", "x", "0x10"))
                return f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\nab".encode()
            case _:
                return random.randbytes(200) + b"\r\n\r\n"

    return lambda: door.ask(one(), 5)


ATTACKS: dict[str, tuple[int, Attack | None, tuple[bytes, ...]]] = {
    "nothing": (0, None, ()),
    "a wish of 607 letters, signed, 4 at a time": (4, long_wish, ()),
    "a=& × 1,000,000, 4 at a time": (4, many_fields, ()),
    "forms of 15 MB, 4 at a time": (4, large_form, ()),
    f"{DRIPPING} connections drip headers and bodies": (0, None, (HEADER, BODY)),
    f"{GUESSERS} guess passwords": (GUESSERS, guesser, ()),
    "HEAD and GET of a sign-in link, 4 at a time": (4, looks_at_link, ()),
    "wild GETs, POSTs and noise, 4 at a time": (4, wild, ()),
}


def try_all(door: Door) -> None:
    """Prints a line for each attack; afterwards the link must still sign in."""
    for name, (many, attack, beginnings) in ATTACKS.items():
        with dripping(door.port, beginnings, connect=partial(door.connect, 1)):
            answers, health, hooks = _meanwhile(door, many, attack)
        came = ", ".join(f"{status} × {count:,}" for status, count in answers.most_common()) or "–"
        times = " | ".join(f"{median(each):.0f} | {max(each):.0f}" for each in (health, hooks))
        print(f"| {door.name} | {name} | {came} | {times} |", flush=True)
    opener = door.browser()
    link = f"{door.root}{door.link}"
    form = {"csrf_token": token_in(opener.open(link, timeout=30).read())}
    pressed = urllib.request.Request(link, urlencode(form).encode(), {"Referer": link})
    where = opener.open(pressed, timeout=30).geturl()
    assert where.endswith("/campaigns"), f"the link that was looked at led to {where}"


def _meanwhile(door: Door, many: int, attack: Attack | None) -> tuple[Counter[str], list[float], list[float]]:
    """What came of the attack, and the times in ms of `/healthz` and of webhooks beside it."""
    answers, health, hooks = Counter[str](), list[float](), list[float]()
    clients = [attack(door) for _ in range(many)] if attack else []
    end = time.monotonic() + SECONDS

    def go_on(step: Callable[[], None], pause: float = 0) -> None:
        while time.monotonic() < end:
            step()
            time.sleep(pause)

    def timed(times: list[float], data: Callable[[], bytes]) -> None:
        began = time.perf_counter()
        status = door.ask(data())
        times.append((time.perf_counter() - began) * 1000 if status == "200" else 30_000)

    steps = [(lambda client=client: answers.update([client()]), 0.0) for client in clients]
    steps.append((lambda: timed(health, lambda: door.get("/healthz")), 0.02))
    steps.append((lambda: timed(hooks, lambda: door.webhook("gracias")), 0.05))
    threads = [threading.Thread(target=go_on, args=step) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers, health, hooks


def _awake(door: Door) -> None:
    """Waits until each of the processes has started: the first requests wait for that."""
    quick = 0
    while quick < 20:
        began = time.monotonic()
        good = door.ask(door.get("/healthz")) == "200" and time.monotonic() - began < 0.5
        quick = quick + 1 if good else 0


def main() -> None:
    print(f"## At the door: {SECONDS:.0f} s of each attack; times in ms, 30,000 is no good answer\n")
    print("| | attack | what came of it | `/healthz`, median | worst | webhook, median | worst |")
    print("|---|---|---|---:|---:|---:|---:|")
    proxies = [proxy for proxy in PROXIES if where_is(proxy.lower())]
    for place in (fresh_make_run, *(partial(production, proxy) for proxy in proxies)):
        with place() as door:
            _awake(door)
            try_all(door)
    for proxy in PROXIES.keys() - set(proxies):
        print(f"\nThere is no {proxy} on this machine: left out.")
    print("\nAim: `/healthz` within 1,000 ms, webhooks within the 3,500 that Twilio waits, no answer 5xx.\n")


if __name__ == "__main__":
    main()
