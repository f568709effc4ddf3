"""The web processes in production: `gunicorn app:app --config deploy/gunicorn.conf.py`, behind one that speaks HTTPS.

HOST, PORT and WEB_PROCESSES come from the environment, as everywhere.
"""

import os
from pathlib import Path

_host = os.environ.get("HOST") or "127.0.0.1"
bind = f"{f'[{_host}]' if ':' in _host else _host}:{os.environ.get('PORT') or 5000}"
umask = 0o077  # what they write is nobody else's
chdir = str(Path(__file__).resolve().parent.parent)

# Two processes for each core is enough. In each of them webhooks have one thread (SQLite takes one writer a process),
# pages and uploads have others; what is small is taken in whole before a thread works on it (decision 13).
workers = int(os.environ.get("WEB_PROCESSES") or 2)
worker_class = "smartchat.running.web_server.Worker"
# Connections that may be open at a time, of a process; beyond that, those that have been dripping longest are closed.
worker_connections = 400
# Each answer ends its connection: no proxy ever writes into one that is being closed.
keepalive = 0

# A process that stands still for so long is replaced; one whose webhook hangs, after four times as long. Uploads may
# take as long as they like: while one is read or worked on the process does not stand still.
timeout = 30
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
