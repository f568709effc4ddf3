"""Faults as tests: seeded rounds in which everything breaks, and an auditor that counts what must be 0.

make bench ARGS="chaos --rounds 1000 --seed 1"             short rounds, one process, virtual time
make bench ARGS="chaos --full --contacts 10000"            real processes, killed with -9
make bench ARGS="chaos --seed 4711"                        a round that failed, once more
"""

import argparse
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .outcome import Outcome

SHORT_ROUNDS, SHORT_CONTACTS = 20, 8
FULL_CONTACTS = 60


def main(arguments: Sequence[str] = ()) -> int:
    """Runs the rounds, a line each; the exit status: 1 where a promise was broken."""
    options = _options(arguments)
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**9)
    rounds = options.rounds or (1 if options.full or options.seed is not None else SHORT_ROUNDS)
    kind = "full" if options.full else "short"
    print(f"## Chaos: {rounds} {kind} rounds on {options.database}, seeds from {seed}\n", flush=True)
    if options.full:
        played = full_rounds(seed, rounds, options.contacts or FULL_CONTACTS, options.database)
    else:
        played = short_rounds(seed, rounds, options.contacts or SHORT_CONTACTS, options.database)
    return 1 if summed_up(played) else 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--seed", type=int, help="of the first round; each round's seed is one more")
    parser.add_argument(
        "--rounds", type=int, help=f"how many (default {SHORT_ROUNDS}; 1 where a seed is given)"
    )
    parser.add_argument(
        "--contacts", type=int, help=f"of each round (default {SHORT_CONTACTS}; full: {FULL_CONTACTS})"
    )
    parser.add_argument("--full", action="store_true", help="real processes, killed with -9")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    return parser.parse_args(arguments)


def short_rounds(seed: int, rounds: int, contacts: int, database: str) -> "Iterator[Outcome]":
    """Plays them one after the other, in one process."""
    from .plan import draw
    from .short import Round
    from .stage import postgresql_stage, sqlite_stage

    with postgresql_stage() if database == "postgresql" else sqlite_stage() as stage:
        for number in range(seed, seed + rounds):
            stage.empty()
            yield Round(stage.app, draw(number, contacts)).run()


def full_rounds(seed: int, rounds: int, contacts: int, database: str) -> "Iterator[Outcome]":
    """Plays them one after the other, each with processes, a folder and a database of its own."""
    from .full import FullRound, size_of
    from .stage import postgresql_server

    for number in range(seed, seed + rounds):
        folder = Path(tempfile.mkdtemp(prefix="chaos-"))
        with postgresql_server() if database == "postgresql" else nullcontext("") as url:
            outcome = FullRound(number, size_of(contacts), folder, url).run()
        if outcome.breaches:
            print(f"seed {number}: rows, logs and database are kept in {folder}", flush=True)
        else:
            shutil.rmtree(folder, ignore_errors=True)
        yield outcome


def summed_up(played: "Iterator[Outcome]") -> int:
    """Prints a line for each round and the sums; how many rounds broke a promise."""
    from .audit import counted

    failed, rounds, happened, kinds = 0, 0, Counter[str](), Counter[str]()
    begun = at = time.perf_counter()
    for outcome in played:
        rounds, failed = rounds + 1, failed + bool(outcome.breaches)
        happened.update(outcome.happened)
        kinds.update(counted(outcome.breaches))
        now = time.perf_counter()
        print(line(outcome.seed, outcome.breaches, outcome.happened, now - at), flush=True)
        at = now
    print(f"\n{rounds} rounds, {failed} with a broken promise, {at - begun:.0f} s")
    print(", ".join(f"{count} {kind}" for kind, count in kinds.items()))
    print(", ".join(f"{count} {what}" for what, count in sorted(happened.items())))
    return failed


def line(seed: int, breaches: "Sequence[object]", happened: Counter[str], seconds: float) -> str:
    """One round in one line; what was broken below it."""
    words = [f"{happened[what]} {what}" for what in ("messages", "inbound", "stops", "finishes")]
    killed = sum(count for what, count in happened.items() if what.startswith("killed"))
    head = f"seed {seed}: {', '.join(words)}, {killed} killed, {seconds:.1f} s: "
    if not breaches:
        return head + "0"
    return head + f"{len(breaches)} BREACHES" + "".join(f"\n    {breach}" for breach in breaches[:20])
