"""Every Python process of a session lives at another time: `make later` puts this folder on PYTHONPATH.

TESTS_BEGIN_AT is the instant (ISO 8601 with offset) at which the session began, TESTS_BEGAN_AT the machine's time then,
in seconds: so all processes agree, whenever each of them starts.
"""

import os
import time
from datetime import datetime

import time_machine

_since = time.time() - float(os.environ["TESTS_BEGAN_AT"])
time_machine.travel(datetime.fromisoformat(os.environ["TESTS_BEGIN_AT"]).timestamp() + _since).start()
