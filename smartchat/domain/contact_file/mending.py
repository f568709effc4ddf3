"""What one click mends in a contact file: the operator's choices, and what each would change before it is made.

Only what is sure is offered with one button. Where the file itself does not say how it is meant (05/03/2026, 1,200)
there are two, and the operator is asked once.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

KEEP = "keep"
SAMPLES = 3
_SHOWN = 80
_CHOICES = {
    "phones": ("",),
    "dates": ("dmy", "mdy"),
    "numbers": ("point", "comma"),
    "letters": ("",),
    "first": ("",),
}


@dataclass(frozen=True, slots=True)
class Mending:
    """What the operator has chosen. Nothing of it is done unasked."""

    phones: bool = False
    """Numbers out of what programs put around them: `tel:`, `wa.me/`, `0052`."""
    dates: str = ""
    """`dmy` or `mdy`: the order in which days and months stand."""
    numbers: str = ""
    """`point` or `comma`: which of them stands before the decimals; the other parts thousands."""
    letters: bool = False
    """Letters that were broken before they came: `JosÃ©`, `Jos&eacute;`."""
    first: bool = False
    """Of repeated contacts the first is kept, the others are left out."""
    others: str = ""
    """Digits without + that read as another country's: `keep` them so, or the country code to put before them."""

    @classmethod
    def of(cls, tokens: Iterable[str]) -> "Mending":
        """The choices of some tokens (`dates-dmy`, `first`); of two for one thing the last counts."""
        chosen: dict[str, Any] = {}
        for token in tokens:
            kind, _, choice = token.partition("-")
            if kind == "others" and (choice == KEEP or _is_country_code(choice)):
                chosen[kind] = choice
            elif choice in _CHOICES.get(kind, ()):
                chosen[kind] = choice or True
        return cls(**chosen)

    def tokens(self) -> list[str]:
        """The same as texts for forms and rows of tables."""
        kinds = [kind for kind in (*_CHOICES, "others") if getattr(self, kind)]
        return [kind if getattr(self, kind) is True else f"{kind}-{getattr(self, kind)}" for kind in kinds]

    @property
    def country_code(self) -> str:
        """The code to put before digits of another country; "" where they are kept, or nothing was chosen."""
        return "" if self.others == KEEP else self.others


NOTHING = Mending()


@dataclass(frozen=True, slots=True)
class Seen:
    """What only the end of a file tells of its beginning: with it the file is read a second time, where it matters."""

    home: str = ""
    """The country code of most numbers, where digits without + read as another country's and may be its own."""
    commas: bool = False
    """Some numbers have a comma before their decimals, and others may have points between their thousands."""


UNSEEN = Seen()


def _is_country_code(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 1 <= len(text) <= 3 and text[0] != "0"


class Change(NamedTuple):
    """A cell before and after."""

    before: str
    after: str


@dataclass(slots=True)
class Changes:
    """How many cells of a kind: all are counted, the first few different ones are shown."""

    count: int = 0
    samples: list[Change] = field(default_factory=list)

    def add(self, before: str, after: str) -> None:
        """One more cell."""
        self.count += 1
        if len(self.samples) < SAMPLES:
            change = Change(before[:_SHOWN], after[:_SHOWN])
            if change not in self.samples:
                self.samples.append(change)


class Choice(NamedTuple):
    """One button: what it is called in a form, how many cells it mends, and some of them."""

    token: str
    cells: int
    samples: Sequence[Change]


class Offer(NamedTuple):
    """Mending of one kind (`dates`). With two choices it is a question that the file does not answer itself."""

    kind: str
    cells: int
    choices: Sequence[Choice]


class TwoWays:
    """Cells that can be read in two ways, and what the file says about which is meant."""

    def __init__(self) -> None:
        self.ways = (Changes(), Changes())
        self.telling = (Changes(), Changes())
        """Those of them that mean something else, or nothing, in the other way: what a question shows."""
        self.only = [0, 0]
        """How many cells can be read in one of the ways alone."""
        self.differ = 0
        """How many can be read in both, and mean two things."""

    def add(self, text: str, first: str | None, second: str | None) -> None:
        """One cell with its readings; None where it has none."""
        if first is not None and second is not None:
            self.differ += first != second
        for at, (reading, other) in enumerate(((first, second), (second, first))):
            if reading is not None:
                self.ways[at].add(text, reading)
                self.only[at] += other is None
                if reading != other:
                    self.telling[at].add(text, reading)

    def offer(self, kind: str, tokens: Sequence[str], first_seen: bool = False) -> Offer | None:
        """One choice where all cells agree, two where the file leaves it open; None where there is nothing to mend.

        `first_seen`: other cells, with nothing to mend, speak for the first way.
        """
        either = self.ways[0].count + self.only[1]
        if not either:
            return None
        first, second = self.only[0] + first_seen, self.only[1]
        if second and not first:
            kept = [1]
        elif first and not second:
            kept = [0]
        else:
            kept = [0, 1] if first or self.differ else [0]
        choices = [
            Choice(tokens[at], self.ways[at].count, self.telling[at].samples or self.ways[at].samples)
            for at in kept
            if self.ways[at].count
        ]
        return Offer(kind, choices[0].cells if len(choices) == 1 else either, choices)

    def to_json(self) -> list[Any]:
        """All of it."""
        ways = [[way.count, way.samples] for way in (*self.ways, *self.telling)]
        return [ways, self.only, self.differ]

    @classmethod
    def from_json(cls, kept: Sequence[Any]) -> "TwoWays":
        """What `to_json` gave."""
        found = cls()
        first, second, *telling = (_changes(*way) for way in kept[0])
        found.ways, found.telling = (first, second), (telling[0], telling[1])
        found.only, found.differ = list(kept[1]), kept[2]
        return found


class Findings:
    """What a check found to mend, and what was mended in it as the operator chose."""

    def __init__(self) -> None:
        self.dates = TwoWays()
        self.numbers = TwoWays()
        self.points_seen = False
        """Whether cells that are read as they stand have points: 1.200 are thousands where others have commas."""
        self.point_seen = False
        """Whether the file has plain numbers with a point before their decimals, which says what a comma is."""
        self.phones = Changes()
        self.letters = Changes()
        self.first = Changes()
        self.others = Changes()
        self.other_regions: Counter[tuple[str, str, str]] = Counter()
        """Digits of another country: (its region, the file's country code, the file's region)."""
        self.made: dict[str, Changes] = {}

    def mended(self, kind: str, before: str, after: str) -> None:
        """A cell that was mended as chosen."""
        self.made.setdefault(kind, Changes()).add(before, after)

    def offers(self) -> list[Offer]:
        """What can still be mended with one click, the countries of numbers apart."""
        found = [
            _alone("phones", self.phones),
            self.dates.offer("dates", ("dates-dmy", "dates-mdy")),
            self.numbers.offer("numbers", ("numbers-point", "numbers-comma"), self.point_seen),
            _alone("first", self.first),
            _alone("letters", self.letters),
        ]
        return [offer for offer in found if offer is not None]

    def to_json(self) -> dict[str, Any]:
        """All of it, for a page that another process makes."""
        return {
            "dates": self.dates.to_json(),
            "numbers": self.numbers.to_json(),
            "point_seen": self.point_seen,
            "other_regions": [[*key, count] for key, count in self.other_regions.items()],
            "made": {kind: [changes.count, changes.samples] for kind, changes in self.made.items()},
            **{kind: [(c := getattr(self, kind)).count, c.samples] for kind in _COUNTED},
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Findings":
        """What `to_json` gave; nothing at all where it was kept before there was any mending."""
        found = cls()
        if kept:
            found.dates, found.numbers = TwoWays.from_json(kept["dates"]), TwoWays.from_json(kept["numbers"])
            found.point_seen = kept["point_seen"]
            for *key, count in kept["other_regions"]:
                found.other_regions[key[0], key[1], key[2]] = count
            found.made = {kind: _changes(*changes) for kind, changes in kept["made"].items()}
            for kind in _COUNTED:
                setattr(found, kind, _changes(*kept[kind]))
        return found


_COUNTED = ("phones", "letters", "first", "others")


def _alone(kind: str, changes: Changes) -> Offer | None:
    if not changes.count:
        return None
    return Offer(kind, changes.count, [Choice(kind, changes.count, changes.samples)])


def _changes(count: int, samples: Sequence[Sequence[str]]) -> Changes:
    return Changes(count, [Change(*sample) for sample in samples])
