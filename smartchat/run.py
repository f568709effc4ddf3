"""`make run`: database, demo data, then web, worker and (without a Twilio account) the simulator, until Ctrl-C."""

import os
import socket
import sys
import time
import urllib.error
import urllib.request
from datetime import timezone
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from . import clock, config, create_app, programs
from .domain.hours import ActiveHours, is_open
from .embedded_redis import RedisDidNotStart
from .processes import Keeper, Program

START_SECONDS = 30.0


def main() -> None:
    """Starts everything, prints where to go, and keeps it running."""
    os.umask(0o077)  # databases, logs and sockets are nobody else's
    try:
        app = create_app()
        host, port = os.environ.get("HOST") or "127.0.0.1", config.whole_number("PORT", 5000)
        parts = [*programs.redis(), programs.web(host, port), *programs.roles()]
        simulator = _simulator(app.config, host)
        _require_free(host, port, "PORT")
        if simulator is not None:
            _require_free(host, int(simulator.environment["SIMULATOR_PORT"]), "SIMULATOR_PORT")
            parts.append(simulator)
        link = _prepare(app)
    except (config.BadSettings, clock.BadClock, _PortTaken) as error:
        sys.exit(str(error))
    except SQLAlchemyError as error:
        why = str(getattr(error, "orig", error)).strip().splitlines()[0]
        sys.exit(
            f"The database cannot be used: {why}. Is DATABASE_URL the right one? A damaged one needs its backup."
        )
    keeper = Keeper(parts)
    try:
        keeper.start()
        everywhere = host in ("0.0.0.0", "::")  # noqa: S104 - what the operator asked for
        _wait_for(f"http://{'127.0.0.1' if everywhere else host}:{port}/healthz")
        _greet(app.config, simulator, link)
        keeper.keep()
    except (RedisDidNotStart, _NoAnswer) as error:
        sys.exit(str(error))
    finally:
        keeper.stop()
    print("Stopped. Your data is kept; `make run` finds it again.")


class _PortTaken(RuntimeError):
    pass


class _NoAnswer(RuntimeError):
    pass


def _prepare(app: Flask) -> str:
    """Brings the database up to date, adds the demo data to an empty one, and makes a sign-in link (its path)."""
    from flask_migrate import upgrade

    from .services import demo

    with app.app_context():
        upgrade(directory=str(config.ROOT / "migrations"))
        return f"/login/{demo.prepare(clock.now())}"


def _simulator(settings: dict[str, Any], host: str) -> Program | None:
    """The simulator's program: where no account is configured, or TWILIO_API_URL says that it is meant."""
    port = config.whole_number("SIMULATOR_PORT", 5001)
    local = urlsplit(settings["TWILIO_API_URL"])
    named = local.hostname in ("127.0.0.1", "localhost") and local.port == port
    if settings["ENVIRONMENT"] == "production" or not (settings["SIMULATED"] or named):
        return None
    # What we ask is asked at TWILIO_API_URL; if that is elsewhere, another stand-in is in use.
    return programs.simulator(host, port, settings["PUBLIC_URL"]) if named else None


def _require_free(host: str, port: int, setting: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise _PortTaken(
                f"Port {port} cannot be used ({error.strerror}). Is SmartChat running already? "
                f"If another program has it, choose another one: {setting}={port + 10} make run"
            ) from None


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own loopback address
                return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > deadline:
                raise _NoAnswer(
                    f"The web process does not answer at {url}; its messages are above."
                ) from None
            time.sleep(0.1)


def _greet(settings: dict[str, Any], simulator: Program | None, link: str) -> None:
    public = settings["PUBLIC_URL"]
    print(f"\nSmartChat        {public}")
    print(f"Sign in (once)   {public}{link}")
    if simulator is not None:
        print(f"Phones           {settings['TWILIO_API_URL']}  (the simulator: what the contacts see)")
    now, hours = clock.now(), ActiveHours()
    if not is_open(hours, now):
        local = now.astimezone(timezone(hours.utc_offset))
        print(
            f"\nIt is {local:%H:%M} at UTC-05:00. Outside 08:00-21:00 nothing is sent; to try it now, stop and run:\n"
            f"  SMARTCHAT_NOW={local:%Y-%m-%d}T10:00:00-05:00 make run"
        )
    print("\nCtrl-C stops everything.\n", flush=True)


if __name__ == "__main__":
    main()
