"""Faults as tests: seeded rounds in which everything breaks, and an auditor that counts what must be 0.

make bench ARGS="chaos --rounds 1000 --seed 1"             short rounds, one process, virtual time
make bench ARGS="chaos --full --contacts 10000"            real processes, killed with -9
make bench ARGS="chaos --seed 4711"                        a round that failed, once more
"""

import argparse
import random
import time
from collections import Counter
from collections.abc import Sequence

SHORT_ROUNDS, SHORT_CONTACTS = 20, 12


def main(arguments: Sequence[str] = ()) -> int:
    """Runs the rounds, a line each; the exit status: 1 where a promise was broken."""
    options = _options(arguments)
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**9)
    rounds = options.rounds or (1 if options.seed is not None else SHORT_ROUNDS)
    print(f"## Chaos: {rounds} short rounds on {options.database}, seeds from {seed}\n", flush=True)
    return 1 if short_rounds(seed, rounds, options.contacts, options.database) else 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--seed", type=int, help="of the first round; each round's seed is one more")
    parser.add_argument(
        "--rounds", type=int, help=f"how many (default {SHORT_ROUNDS}; 1 where a seed is given)"
    )
    parser.add_argument("--contacts", type=int, default=SHORT_CONTACTS, help="of each round")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    return parser.parse_args(arguments)


def short_rounds(seed: int, rounds: int, contacts: int, database: str) -> int:
    """How many of the rounds broke a promise."""
    from .audit import counted
    from .plan import draw
    from .short import Round
    from .stage import postgresql_stage, sqlite_stage

    failed, happened, kinds, begun = 0, Counter[str](), Counter[str](), time.perf_counter()
    with postgresql_stage() if database == "postgresql" else sqlite_stage() as stage:
        for number in range(seed, seed + rounds):
            stage.empty()
            at = time.perf_counter()
            outcome = Round(stage.app, draw(number, contacts)).run()
            happened.update(outcome.happened)
            kinds.update(counted(outcome.breaches))
            failed += bool(outcome.breaches)
            print(line(number, outcome.breaches, outcome.happened, time.perf_counter() - at), flush=True)
    spent = time.perf_counter() - begun
    print(f"\n{rounds} rounds, {failed} with a broken promise, {spent:.0f} s")
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
