"""Where a flow's ways part, meet and go back, so that they can be told as one list of steps."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_CANDIDATES = 20  # meeting points that are looked at for one split; more would only cost time


@dataclass(frozen=True)
class Paths:
    """The widgets that can be reached, without the ways that go back. `cut` holds those: from and to."""

    ways: Mapping[str, tuple[str, ...]]
    order: tuple[str, ...]  # every widget before those that come after it
    cut: frozenset[tuple[str, str]]
    _reach: Mapping[str, frozenset[str]] = field(repr=False)

    def reach(self, name: str) -> frozenset[str]:
        """The widgets that come after one, itself among them."""
        return self._reach[name]

    def meeting(self, targets: Sequence[str], stop: str | None) -> str | None:
        """Where the branches that go on meet: the first widget that most of them get to, or `stop`.

        None: they never meet. A branch that gets to `stop` must get to the meeting point first.
        """
        counts = {name: sum(name in self.reach(target) for target in targets) for name in self.order}
        most = max(counts.values(), default=0)
        if most > 1:
            found = (name for name in self.order if counts[name] == most)
            for name, _ in zip(found, range(_CANDIDATES), strict=False):
                if stop is None or not any(self._avoids(target, name, stop) for target in targets):
                    return name
        return stop if any(stop in self.reach(target) for target in targets) else None

    def _avoids(self, start: str, avoided: str, goal: str) -> bool:
        if avoided == goal:
            return False
        seen, waiting = {avoided}, [start]
        while waiting:
            name = waiting.pop()
            if name == goal:
                return True
            if name not in seen:
                seen.add(name)
                waiting += self.ways[name]
        return False


def find_paths(first: str | None, ways: Mapping[str, tuple[str, ...]]) -> Paths:
    """Walks from the first widget. A way to a widget that is still being walked goes back, and is cut."""
    kept: dict[str, list[str]] = {}
    finished: list[str] = []
    cut: set[tuple[str, str]] = set()
    walking: set[str] = set()
    stack: list[tuple[str, Iterator[str]]] = []

    def enter(name: str) -> None:
        kept[name] = []
        walking.add(name)
        stack.append((name, iter(ways[name])))

    if first is not None:
        enter(first)
    while stack:
        name, targets = stack[-1]
        target = next(targets, None)
        if target is None:
            stack.pop()
            walking.discard(name)
            finished.append(name)
        elif target in walking:
            cut.add((name, target))
        else:
            kept[name].append(target)
            if target not in kept:
                enter(target)
    reach: dict[str, frozenset[str]] = {}
    for name in finished:
        reach[name] = frozenset({name}).union(*(reach[target] for target in kept[name]))
    return Paths(
        {name: tuple(targets) for name, targets in kept.items()},
        tuple(reversed(finished)),
        frozenset(cut),
        reach,
    )
