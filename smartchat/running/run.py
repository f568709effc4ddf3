"""`make run`: database, demo data, then web, worker and (without a Twilio account) the simulator, until Ctrl-C."""

import os
import socket
import sys
import urllib.request
from datetime import timezone
from functools import partial
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from smartchat import clock, config, create_app, installation
from smartchat.domain.hours import ActiveHours, is_open
from smartchat.domain.operations.worker_roles import WorkerRole

from . import programs
from .processes import AlreadyRunning, EndedAtStart, Keeper, Program, have_alone


def main() -> None:
    """Starts everything, prints where to go, and keeps it running."""
    print("Starting SmartChat …", flush=True)
    os.umask(0o077)  # databases, logs and sockets are nobody else's
    try:
        alone = have_alone(config.instance_folder())
        app = create_app()
        host, port = os.environ.get("HOST") or "127.0.0.1", config.whole_number("PORT", 5000)
        parts = [*programs.redis(), programs.web(host, port), *programs.roles()]
        awaited = {"the web pages": port}
        simulator = _simulator(app.config, host)
        _require_free(host, port, "PORT")
        if simulator is not None:
            parts.append(simulator)
            awaited["the phones"] = int(simulator.environment["SIMULATOR_PORT"])
            _require_free(host, awaited["the phones"], "SIMULATOR_PORT")
        link = _prepare(app)
    except (config.BadSettings, clock.BadClock, _PortTaken, AlreadyRunning) as error:
        sys.exit(str(error))
    except SQLAlchemyError as error:
        why = str(getattr(error, "orig", error)).strip().splitlines()[0]
        sys.exit(
            f"The database cannot be used: {why}. Is DATABASE_URL the right one? A damaged one needs its backup."
        )
    keeper = Keeper(parts)
    installation.announce(config.instance_folder(), app.config["PUBLIC_URL"])
    try:
        keeper.start()
        if all(keeper.wait_for(what, partial(_answers, host, its)) for what, its in awaited.items()):
            _greet(app.config, simulator, link)
            keeper.keep()
    except EndedAtStart as error:
        sys.exit(str(error))
    finally:
        keeper.stop()
        alone.close()
    print("Stopped. Your data is kept; `make run` finds it again.")


class _PortTaken(RuntimeError):
    pass


def _prepare(app: Flask) -> str:
    """Brings the database up to date, adds the demo data to an empty one, and makes a sign-in link (its path)."""
    from flask_migrate import upgrade

    from smartchat.services.operations import beating, demo

    with app.app_context():
        upgrade(directory=str(config.ROOT / "migrations"))
        beating.start(WorkerRole, clock.machine_now())  # the web pages may answer before the roles do
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


def _answers(host: str, port: int) -> bool:
    """Whether /healthz answers within two seconds; never by way of a proxy that the environment names."""
    everywhere = host in ("0.0.0.0", "::")  # noqa: S104 - what the operator asked for
    name = "127.0.0.1" if everywhere else f"[{host}]" if ":" in host else host
    url = f"http://{name}:{port}/healthz"
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=2):
            return True
    except (OSError, HTTPException):
        return False


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
