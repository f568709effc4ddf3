"""One full round in `make test`: the real processes, all of them killed, a night and Finish in the middle."""

import random
from pathlib import Path

import pytest

from tests.chaos.full import SMALL, FullRound


@pytest.mark.timeout(400)
def test_no_promise_is_broken_by_kill_9_of_the_real_processes(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(10**9)
    print(f'again: make bench ARGS="chaos --full --seed {seed} --contacts {SMALL.contacts}"')
    outcome = FullRound(seed, SMALL, tmp_path).run()
    assert outcome.breaches == []
    assert outcome.happened["finishes"] == 1
    assert outcome.happened["killed everything"] == 1
    assert outcome.happened["inbound"] > 0
