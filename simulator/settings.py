"""What the simulator is told by its command line and its environment."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from .clock import Clock, parse_start

DEFAULT_ACCOUNT_SID = "AC00000000000000000000000000000001"
DEFAULT_AUTH_TOKEN = "simulator"  # noqa: S105 - a stand-in's token guards nothing


@dataclass(frozen=True)
class Settings:
    """One run of the simulator. ``delay`` is the time in seconds between two statuses of a message."""

    host: str
    port: int
    account_sid: str
    auth_token: str
    api_key: str | None
    api_secret: str | None
    inbound_url: str
    delay: float
    webhook_threads: int
    log: Path | None
    clock: Clock
    quiet: bool


def read(arguments: Sequence[str], environ: Mapping[str, str]) -> Settings:
    """The settings of this run; leaves with a sentence and status 2 where they make no sense."""
    parser = _parser(environ)
    options = parser.parse_args(arguments)
    if environ.get("SMARTCHAT_ENV") == "production":
        parser.error("the simulator is for development and tests; SMARTCHAT_ENV is production.")
    if not _is_loopback(options.host) and environ.get("OPEN_TO_NETWORK") != "yes":
        parser.error(
            f"whoever reaches {options.host} could write as any contact. If that is meant, set OPEN_TO_NETWORK=yes."
        )
    if not 0 <= options.port <= 65535:
        parser.error(f"a port is a number from 0 to 65535; got {options.port}.")
    if options.delay < 0 or options.webhook_threads < 1:
        parser.error("the delay cannot be negative, and at least one thread has to send webhooks.")
    try:
        start, since = environ.get("SMARTCHAT_NOW"), environ.get("SMARTCHAT_NOW_SINCE")
        clock = Clock(parse_start(start) if start else None, parse_start(since) if since else None)
    except ValueError as problem:
        parser.error(str(problem))
    return Settings(
        host=options.host,
        port=options.port,
        account_sid=environ.get("TWILIO_ACCOUNT_SID") or DEFAULT_ACCOUNT_SID,
        auth_token=environ.get("TWILIO_AUTH_TOKEN") or DEFAULT_AUTH_TOKEN,
        api_key=environ.get("TWILIO_API_KEY") or None,
        api_secret=environ.get("TWILIO_API_SECRET") or None,
        inbound_url=options.inbound_url,
        delay=options.delay / 1000,
        webhook_threads=options.webhook_threads,
        log=Path(options.log) if options.log else None,
        clock=clock,
        quiet=options.quiet,
    )


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _parser(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    public_url = environ.get("PUBLIC_URL") or f"http://127.0.0.1:{environ.get('PORT') or 5000}"
    parser = argparse.ArgumentParser(
        prog="python -m simulator",
        description="A stand-in for Twilio: its Messages API, signed webhooks, and a page of phones.",
        epilog="Credentials: TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN (else "
        f"{DEFAULT_ACCOUNT_SID} and {DEFAULT_AUTH_TOKEN!r}); TWILIO_API_KEY and TWILIO_API_SECRET also "
        "pass. SMARTCHAT_NOW starts the clock at an instant (ISO 8601 with offset).",
    )
    add = parser.add_argument
    add("--host", default=environ.get("HOST") or "127.0.0.1", help="address to listen at (HOST)")
    add(
        "--port",
        type=int,
        default=environ.get("SIMULATOR_PORT") or "5001",
        help="port to listen at; 0 takes a free one (SIMULATOR_PORT, default 5001)",
    )
    add(
        "--inbound-url",
        default=environ.get("SIMULATOR_INBOUND_URL") or public_url.rstrip("/") + "/twilio/inbound",
        help="where inbound messages go (SIMULATOR_INBOUND_URL, else PUBLIC_URL/twilio/inbound)",
    )
    add(
        "--delay",
        type=float,
        metavar="MS",
        default=environ.get("SIMULATOR_DELAY_MS") or "200",
        help="milliseconds between two statuses of a message (SIMULATOR_DELAY_MS, default 200)",
    )
    add(
        "--webhook-threads",
        type=int,
        metavar="N",
        default=environ.get("SIMULATOR_WEBHOOK_THREADS") or "8",
        help="how many webhooks are sent at once (SIMULATOR_WEBHOOK_THREADS, default 8)",
    )
    add(
        "--log",
        metavar="FILE",
        default=environ.get("SIMULATOR_LOG") or None,
        help="append every message, status and webhook to FILE, one JSON object a line (SIMULATOR_LOG)",
    )
    add("--quiet", action="store_true", help="do not print the address; who started it says it")
    return parser
