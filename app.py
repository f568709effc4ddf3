"""WSGI entry: `gunicorn app:app`, and the commands: `flask --app app …`."""

import sys

from smartchat import create_app
from smartchat.clock import BadClock
from smartchat.config import BadSettings

try:
    app = create_app()
except (BadSettings, BadClock) as error:
    sys.stderr.write(f"{error}\n")
    # 4 tells gunicorn that starting the process again and again makes nothing better.
    sys.exit(4 if "gunicorn.arbiter" in sys.modules else 1)
