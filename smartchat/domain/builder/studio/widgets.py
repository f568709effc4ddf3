"""Widgets that are no splits, one by one, as steps; what cannot be one goes on the list with its reason."""

import re
from dataclasses import dataclass, field
from typing import Any

from smartchat.domain.builder.studio.asking import asked_as
from smartchat.domain.builder.studio.document import Widget
from smartchat.domain.builder.studio.meanings import Meanings, variables_of
from smartchat.domain.builder.studio.result import LeftOutWidget

MOST_STEPS = 1000
_LONGEST_MEDIA = 2000
_MEDIA = re.compile(r"https?://[^\s{}]+\Z")
_WHY = {
    "make-http-request": "http",
    "run-function": "code",
    "run-subflow": "code",
    **dict.fromkeys(
        (
            "say-play",
            "gather-input-on-call",
            "connect-call-to",
            "make-outgoing-call",
            "make-outgoing-call-v2",
            "record-voicemail",
            "record-call",
            "enqueue-call",
            "capture-payments",
            "fork-stream",
            "connect-virtual-agent",
            "add-twiml-redirect",
        ),
        "voice",
    ),
}


@dataclass
class Steps:
    """Makes steps, and keeps book: `carried` widgets, `left` ones, and the question steps by widget."""

    meanings: Meanings
    carried: dict[str, None] = field(default_factory=dict)
    left: list[LeftOutWidget] = field(default_factory=list)
    questions: dict[str, dict[str, Any]] = field(default_factory=dict)
    count: int = 0

    def of(self, widget: Widget) -> list[dict[str, Any]]:
        """The step of a widget, or none."""
        match widget.type:
            case "send-message":
                return self._message(widget)
            case "send-and-wait-for-reply":
                return self._question(widget)
            case "set-variables":
                self._variables(widget)
            case "send-to-flex":
                return [self._carry(widget, {"type": "hand_over", "note": f"Twilio Studio: {widget.name}"})]
            case "trigger":
                self.carried[widget.name] = None
            case type_:
                self.leave(widget, _WHY.get(type_, "unknown_type"))
        return []

    def new(self, name: str, step: dict[str, Any]) -> dict[str, Any]:
        """A step with an ID like `name`."""
        self.count += 1
        return {"id": self.meanings.ids.give(name, self.meanings.word("PASO", "STEP")), **step}

    def leave(self, widget: Widget, code: str, **params: str) -> None:
        """Puts a widget on the list of what was left out, once for each reason."""
        found = LeftOutWidget(widget.name, widget.type, code, params)
        if found not in self.left:
            self.left.append(found)

    def _message(self, widget: Widget) -> list[dict[str, Any]]:
        text = self._said(widget)
        if text is None:
            return []
        step = {"type": "message", "text": text}
        media = widget.text("media_url").strip()
        if media and _MEDIA.match(media) and len(media) <= _LONGEST_MEDIA:
            step["media_url"] = media
        elif media:
            self.leave(widget, "media")
        return [self._carry(widget, step)]

    def _question(self, widget: Widget) -> list[dict[str, Any]]:
        if self._said(widget) is None:
            return []
        split = self.meanings.splits.get(widget.name)
        asked = asked_as(widget.text("body"), split.branches if split else (), self.meanings.plain)
        if asked is None:
            self.leave(widget, "liquid")
            return []
        step = self._carry(widget, dict(asked.fields))
        retry = self.meanings.retries.get(split.name) if split else None
        if retry is not None and retry.message is not None:
            again = self.meanings.flow.widgets[retry.message]
            text = self._said(again)
            if text is not None:
                step["retry_message"] = text
                self.carried[again.name] = None
        self.meanings.asked[widget.name] = step["id"], asked
        self.questions[widget.name] = step
        return [step]

    def _variables(self, widget: Widget) -> None:
        keys = [key for key, _ in variables_of(widget)]
        lost = dict.fromkeys(key for key in keys if key in self.meanings.changing)
        if lost:
            self.leave(widget, "variable", key=", ".join(lost)[:200])
        if len(lost) < len(set(keys)) or not keys:
            self.carried[widget.name] = None

    def _carry(self, widget: Widget, step: dict[str, Any]) -> dict[str, Any]:
        self.carried[widget.name] = None
        return self.new(widget.name, step)

    def _said(self, widget: Widget) -> str | None:
        """The text of a widget with our references; None, and on the list, where it has none that can be said."""
        body, sid = widget.text("body"), widget.text("content_sid").strip()
        if not body.strip():
            self.leave(widget, "template" if sid else "no_text", **({"sid": sid[:40]} if sid else {}))
            return None
        converted = self.meanings.names.convert(body)
        if converted is None or not converted.text.strip():
            self.leave(widget, "liquid")
            return None
        if converted.filters:
            self.leave(widget, "filter", filters=", ".join(dict.fromkeys(converted.filters))[:200])
        return converted.text
