"""Ctrl-C before a program is up, while it still imports or prepares: it ends with a word, not with a traceback.

Imported before all else, for the programs that are started by hand; everywhere else it changes nothing.
"""

import sys
from pathlib import Path
from types import TracebackType

BY_HAND = {"smartchat.running.run", "worker.py"}
"""What somebody starts at a terminal, as it stands in its command line."""


def _told(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.stderr.write("Stopped.\n")
    else:
        sys.__excepthook__(kind, error, trace)


if BY_HAND & {Path(word).name for word in sys.orig_argv[1:3]}:
    sys.excepthook = _told
