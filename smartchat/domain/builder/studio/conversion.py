"""A flow told as one list of steps: where ways part there are flows, and below them it goes on where they meet."""

from collections.abc import Sequence
from typing import Any

from smartchat.domain.builder.studio.branches import Way, ways_of
from smartchat.domain.builder.studio.document import Widget
from smartchat.domain.builder.studio.meanings import Meanings
from smartchat.domain.builder.studio.paths import find_paths
from smartchat.domain.builder.studio.testing import Subject, Test
from smartchat.domain.builder.studio.widgets import MOST_STEPS, Steps

_DEEPEST = 8  # flows within flows
_COPIED = frozenset({"send-message", "set-variables"})  # may be said in several ways: they keep no value


class Converter:
    """Makes the steps of one flow; `made` keeps book of what was carried over and what was not."""

    def __init__(self, meanings: Meanings) -> None:
        self.made = Steps(meanings)
        self._meanings = meanings
        self._flow = meanings.flow
        ways = {
            name: tuple(dict.fromkeys(branch.next for branch in widget.branches if branch.next is not None))
            if name in meanings.retries
            else widget.ways
            for name, widget in self._flow.widgets.items()
        }
        self._paths = find_paths(self._flow.first, ways)

    def steps(self) -> list[dict[str, Any]]:
        """All steps, Custom Data first. Called once."""
        if self._flow.trigger is not None:
            self.made.carried[self._flow.trigger] = None
        told, _ = self._tell(self._flow.first, None, (), 0)
        for source, target in sorted(self._paths.cut):
            self.made.leave(self._flow.widgets[source], "loop", next=target)
        return [*self._meanings.data_steps(), *told]

    def _tell(
        self, start: str | None, before: Widget | None, stops: Sequence[str], depth: int
    ) -> tuple[list[dict[str, Any]], bool]:
        """The steps from a widget to the last of `stops`, and whether that way ends instead of getting there."""
        steps: list[dict[str, Any]] = []
        name = start
        while name is not None:
            if stops and name == stops[-1]:
                return steps, False
            widget = self._flow.widgets[name]
            if self._is_taken(widget, stops):
                self.made.leave(before or widget, "joined", next=name)
                return steps, True
            if self.made.count >= MOST_STEPS:
                self.made.leave(widget, "too_many")
                return steps, True
            before = widget
            if widget.type == "split-based-on":
                name = self._split(widget, steps, stops, depth)
                continue
            steps += self.made.of(widget)
            if steps and steps[-1]["type"] == "hand_over":
                return steps, True
            name = next(iter(self._paths.ways[name]), None)
        return steps, True

    def _is_taken(self, widget: Widget, stops: Sequence[str]) -> bool:
        """A question stands in one place only, and what comes where outer ways meet is told there."""
        return widget.type not in _COPIED and (widget.name in self.made.carried or widget.name in stops)

    def _split(
        self, widget: Widget, steps: list[dict[str, Any]], stops: Sequence[str], depth: int
    ) -> str | None:
        """Adds the flows of a split; gives the widget to go on with below them."""
        if depth >= _DEEPEST:
            self.made.leave(widget, "too_deep")
            return None
        kept = self._paths.ways[widget.name]
        otherwise = widget.otherwise if widget.otherwise in kept else None
        subject = self._meanings.subject(widget.text("input"))
        if subject is None:
            onward = otherwise or next(iter(kept), None)
            self.made.leave(widget, "input", input=widget.text("input")[:100] or "?", next=onward or "—")
            return onward
        asks_again = widget.name in self._meanings.retries
        ways, lost = ways_of(widget, subject, kept, asks_again=asks_again)
        if asks_again and any(target is None for target, _ in ways):
            self.made.leave(widget, "uncovered")
        for target, predicate in lost:
            self.made.leave(widget, "condition", next=target or "—", predicate=predicate)
        if not any(test for _, test in ways):
            return otherwise
        self.made.carried[widget.name] = None
        meeting = self._meeting(widget, ways, otherwise, stops)
        if meeting is not None:
            steps += self._flows(widget, subject, ways, meeting, stops, depth)
        return meeting

    def _meeting(
        self, widget: Widget, ways: Sequence[Way], otherwise: str | None, stops: Sequence[str]
    ) -> str | None:
        """Where the ways of a split meet, or the one to tell below the others where they never do."""
        targets = list(dict.fromkeys(target for target, _ in ways if target is not None))
        met = self._paths.meeting(targets, stops[-1] if stops else None)
        if met is not None:
            return met
        unless = next((target for target, test in ways if test is None), None)
        last = unless or max(targets, key=lambda name: len(self._paths.reach(name)), default=None)
        if last != otherwise or last is None:  # who was not understood must not go on as if he had chosen it
            self._end_unless_understood(widget)
        return last

    def _flows(
        self,
        widget: Widget,
        subject: Subject,
        ways: Sequence[Way],
        meeting: str,
        stops: Sequence[str],
        depth: int,
    ) -> list[dict[str, Any]]:
        inner = stops if stops and meeting == stops[-1] else (*stops, meeting)
        flows: list[dict[str, Any]] = []
        earlier: list[Test] = []
        for target, test in ways:
            if test is None:
                self._otherwise(widget, target, meeting)
                continue
            if target != meeting:
                id_ = self._meanings.ids.give(f"{subject.id}_{target or 'END'}", "FLOW")
                told, ended = self._tell(target, widget, inner, depth + 1)
                told = [*told, *self._end(told)] if ended else told
                flow = {"type": "flow", "display_if": test.display_if(subject, earlier), "steps": told}
                flows += [{"id": id_, **flow}] if told else []
                self.made.count += 1
            earlier.append(test)
        return flows

    def _end(self, steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What a way that ends needs at its end: an End, unless its last message can be it."""
        last = steps[-1] if steps else None
        if last is not None and last["type"] in ("hand_over", "end"):
            return []
        if last is not None and last["type"] == "message" and "media_url" not in last:
            last["type"] = "end"
            return []
        return [self.made.new(self._meanings.word("FIN", "END"), {"type": "end"})]

    def _otherwise(self, widget: Widget, target: str | None, meeting: str) -> None:
        """Every option has its way: only who is never understood would come here, and he goes on or it ends."""
        if target == meeting:
            return
        if target is None or meeting not in self._paths.reach(target):
            self._end_unless_understood(widget)
        if target is not None:
            self.made.leave(widget, "asks_again", next=target)

    def _end_unless_understood(self, split: Widget) -> None:
        question = self.made.questions.get(self._meanings.asker(split.text("input")) or "")
        if question is not None and question["type"] != "text":
            question["end_if_unsuccessful"] = True
