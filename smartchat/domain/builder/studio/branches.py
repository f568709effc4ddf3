"""The ways out of a split, each with the condition under which it is taken."""

from collections.abc import Sequence

from smartchat.domain.builder.studio.document import Widget
from smartchat.domain.builder.studio.testing import Subject, Test, any_of, opposite, test_of

Way = tuple[
    str | None, Test | None
]  # where it leads (None: to the end), and when (None: only without an answer)
Lost = tuple[str | None, str]  # where a branch leads that cannot be said, and its predicates


def ways_of(
    split: Widget, subject: Subject, kept: Sequence[str], *, asks_again: bool
) -> tuple[list[Way], list[Lost]]:
    """The ways of a split, "no match" last, branches to the same place as one; and the branches that got lost.

    `kept`: where it may lead; a branch to anywhere else ends. `asks_again`: no match asks the question again, so
    that an answer which no branch takes ends the conversation.
    """
    found: dict[str | None, list[Test]] = {}
    lost: list[Lost] = []
    for branch in split.branches:
        target = branch.next if branch.next in kept else None
        test = test_of(subject, branch.conditions)
        if test is None:
            lost.append((target, ", ".join(one.predicate for one in branch.conditions)[:100] or "?"))
        else:
            found.setdefault(target, []).append(test)
    if not found:
        return [], lost
    ways: list[Way] = [(target, any_of(tests)) for target, tests in found.items()]
    otherwise = split.otherwise if split.otherwise in kept and not asks_again else None
    every = any_of([test for tests in found.values() for test in tests])
    if subject.options and every.values >= set(subject.options):
        return (ways if asks_again else [*ways, (otherwise, None)]), lost
    if otherwise not in found:
        return [*ways, (otherwise, opposite(every, subject))], lost
    # The same place as one of the branches: everything that the others do not take leads there.
    others = [test for target, tests in found.items() if target != otherwise for test in tests]
    rest = [way for way in ways if way[0] != otherwise]
    return [*rest, (otherwise, opposite(any_of(others), subject) if others else None)], lost
