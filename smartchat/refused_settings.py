"""Settings that would leave the door open, or cannot be used: each refused with a sentence that says what to write."""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

ENVIRONMENTS = ("development", "production")
OPEN = "OPEN_TO_NETWORK"
SHORTEST_KEY = 32
FEWEST_LETTERS = 10
"""Different ones in a key: 32 random hexadecimal digits have fewer than that once in a million times."""
KNOWN = re.compile(
    r"change.?me|secret.?key|placeholder|example|insecure|password|your.?|…|\.\.\.", re.IGNORECASE
)
MAKE_A_KEY = 'python3 -c "import secrets; print(secrets.token_hex(32))"'
SIMULATORS_TOKEN = "simulator"  # noqa: S105 - the stand-in's; it stands in the public code


def refusals(env: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each setting of the environment that is not to be used."""
    environment = env.get("SMARTCHAT_ENV") or "development"
    if environment not in ENVIRONMENTS:
        yield f"SMARTCHAT_ENV is {environment!r}: write development or production."
        return
    production = environment == "production"
    if url := env.get("PUBLIC_URL"):
        yield from _address(url, production)
    yield from _stores(env)
    if production:
        yield from _keys(env)
    elif not is_loopback(env.get("HOST") or "127.0.0.1") and env.get(OPEN) != "yes":
        yield (
            f"HOST is {env['HOST']}: development has known keys and a simulator that anybody could use, and listens"
            f" on this machine alone. If the network is meant to reach it, set {OPEN}=yes as well; for real use set"
            " SMARTCHAT_ENV=production."
        )


def is_loopback(host: str) -> bool:
    """Whether a host is this machine and nobody else."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _keys(env: Mapping[str, str]) -> Iterator[str]:
    key = env.get("SECRET_KEY", "")
    why = ""
    if KNOWN.search(key):
        why = "is a placeholder that everybody knows"
    elif 0 < len(key) < SHORTEST_KEY:
        why = f"has {len(key)} characters, and {SHORTEST_KEY} are the least"
    elif key and len(set(key)) < FEWEST_LETTERS:
        why = "repeats a few letters and can be guessed"
    if why:
        yield f"SECRET_KEY {why}. Make one: {MAKE_A_KEY}"
    if env.get("TWILIO_AUTH_TOKEN") == SIMULATORS_TOKEN:
        yield "TWILIO_AUTH_TOKEN is the simulator's, which everybody knows. Take your account's from Twilio's console."


def _address(url: str, production: bool) -> Iterator[str]:
    shown = f"PUBLIC_URL is {url!r}"
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        host = ""
    if (
        not host
        or parts.scheme not in ("http", "https")
        or not url.isprintable()
        or parts.username is not None
    ):
        yield f"{shown}: write the address that Twilio reaches, such as https://chat.example.com."
    elif parts.path not in ("", "/") or parts.query or parts.fragment:
        yield f"{shown}: SmartChat lives at the root of its name. Write {parts.scheme}://{parts.netloc}."
    elif production and parts.scheme != "https" and not is_loopback(host):
        yield f"{shown}: passwords and messages would go over the network in the clear. Write https://{parts.netloc}."


def _stores(env: Mapping[str, str]) -> Iterator[str]:
    """Addresses of databases may hold passwords: only what stands before the colon is shown."""
    if url := env.get("DATABASE_URL"):
        scheme = url.partition(":")[0]
        if not re.match(r"(postgres|postgresql|postgresql\+psycopg|sqlite)://", url):
            yield (
                f"DATABASE_URL begins with {scheme[:20]!r}: SmartChat runs on PostgreSQL and SQLite. Write"
                " postgresql://user:password@host/name or sqlite:////folder/smartchat.db."
            )
    if (url := env.get("REDIS_URL")) and not re.match(r"(redis|rediss|unix)://", url):
        yield f"REDIS_URL begins with {url.partition(':')[0][:20]!r}: write redis://host:6379/0, rediss:// or unix://."
