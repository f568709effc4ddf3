"""`make bench`: every benchmark, or those that are named: `make bench ARGS=contact_files`.

What follows `chaos` or `fuzz` are its own options: `make bench ARGS="chaos --rounds 1000 --seed 1"`,
`make bench ARGS="fuzz --inputs 100000 --seed 1"`.
"""

import importlib
import platform
import sys

from tests import leftovers

BENCHES = (
    "contact_files",
    "answers",
    "engine",
    "burst",
    "launch",
    "webhook",
    "rows",
    "pages",
    "slow_clients",
    "door",
)


def main() -> None:
    leftovers.watch()
    if sys.argv[1:2] == ["chaos"]:
        sys.exit(importlib.import_module("tests.chaos").main(sys.argv[2:]))
    if sys.argv[1:2] == ["fuzz"]:
        sys.exit(importlib.import_module("bench.fuzz").main(sys.argv[2:]))
    names = sys.argv[1:] or list(BENCHES)
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        sys.exit(f"There is no benchmark {', '.join(unknown)}; there are: {', '.join(BENCHES)}.")
    print(f"Python {platform.python_version()} on {platform.machine()}\n")
    for name in names:
        importlib.import_module(f"bench.{name}").main()


if __name__ == "__main__":
    main()
