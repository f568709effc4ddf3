"""What became of a round."""

from collections import Counter
from dataclasses import dataclass, field

from .audit import Breach


@dataclass
class Outcome:
    """Its breaches, and what happened in it (counts, for the log)."""

    seed: int
    breaches: list[Breach]
    happened: Counter[str] = field(default_factory=Counter)
