"""``python -m simulator``: see ``--help``."""

import os
import signal
import sys
from types import FrameType

from . import settings as settings_
from .app import create_app
from .server import Server
from .world import World


def main() -> int:
    """Serve until SIGTERM or SIGINT; the address is the first line on standard output (unless --quiet)."""
    settings = settings_.read(sys.argv[1:], os.environ)
    world = World(settings)
    try:
        server = Server((settings.host, settings.port), create_app(world).wsgi_app)
    except OSError as fault:
        sys.stderr.write(
            f"The simulator cannot listen at {settings.host}:{settings.port}: {fault.strerror}.\n"
        )
        return 1

    def stop(_signum: int, _frame: FrameType | None) -> None:
        # Threads may be in the middle of a webhook; a killed Twilio would not finish it either.
        world.journal.close()
        os._exit(0)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    if not settings.quiet:
        sys.stdout.write(f"Phones and Twilio simulator: http://{_host(settings.host)}:{server.port}/\n")
        sys.stdout.flush()
    server.serve_forever()
    return 0


def _host(host: str) -> str:
    """How a browser on this machine calls it."""
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound to
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


if __name__ == "__main__":
    sys.exit(main())
