"""The web processes in production: `gunicorn app:app --config deploy/gunicorn.conf.py`, behind a proxy that buffers.

HOST, PORT and WEB_PROCESSES come from the environment, as everywhere.
"""

import os
from pathlib import Path

bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or 5000}"
chdir = str(Path(__file__).resolve().parent.parent)

# Processes of one thread: SQLite takes one writer a process, and a webhook is done in a few milliseconds. Two for each
# core is enough; each has one connection to the database.
workers = int(os.environ.get("WEB_PROCESSES") or 2)
worker_class = "sync"
threads = 1

# A contact file of 200 MB may take its time to be checked. Webhooks are answered long before.
timeout = 120
# On a restart requests that are being answered are finished: a webhook that was taken is stored.
graceful_timeout = 30
# Connections that wait while all processes are busy; what is refused beyond that Twilio tries again.
backlog = 2048

# A process is replaced now and then, not all at once, so that memory cannot creep up over months.
max_requests = 50_000
max_requests_jitter = 5_000

# The heartbeat file of each process: not on a disk that may stall.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
control_socket_disable = True

# Addresses and texts of contacts do not belong into a log: no access log here. Errors go to the journal.
accesslog = None
errorlog = "-"
loglevel = "warning"
