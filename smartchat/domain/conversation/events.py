"""What can happen to a dialogue, and what is to be done for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from smartchat.domain import answers
from smartchat.domain.conversation.saying import Send
from smartchat.domain.inbound.buttons import Tap


@dataclass(frozen=True, slots=True)
class Opened:
    """The chatbot may open the conversation now."""

    now: datetime


@dataclass(frozen=True, slots=True)
class Received:
    """What the contact wrote since the question was asked, oldest first: one turn, however many messages.

    `taps` are the taps on buttons among them; their texts are not in `texts`. `written_at`: when the last of them was
    written; "tomorrow" and TODAY count from that day, whenever it is answered. `media` names what came beside the texts
    ("foto").
    """

    texts: tuple[str, ...]
    written_at: datetime
    taps: tuple[Tap, ...] = ()
    media: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExternalAnswered:
    """What another system gave, by ID; None where it failed, and `why`."""

    values: Mapping[str, str | int] | None
    now: datetime
    why: str = ""


@dataclass(frozen=True, slots=True)
class QuestionAnswered:
    """The answer to a question; `how` is a word for the operator ("exact", "number", "typo" …)."""

    step_id: str
    value: answers.Value
    how: str


@dataclass(frozen=True, slots=True)
class QuestionNotAnswered:
    """An answer that gave no value; `attempts_left` is how often it will still be asked for (0: given up)."""

    step_id: str
    why: str
    attempts_left: int


@dataclass(frozen=True, slots=True)
class MissingValue:
    """A calculation or another system gave no value, or a flow was skipped; `why` is a word.

    `ids`: what it was for want of, or what is no number; "absent": the value that the other system's answer did not
    give, whose place in the answer is `path`.
    """

    step_id: str
    why: str
    ids: tuple[str, ...] = ()
    path: str = ""

    @property
    def lacking(self) -> str:
        """As a dialogue keeps it: "skipped:N,MONTO", "absent:data.total", "timeout"."""
        of = self.path or ",".join(self.ids)
        return f"{self.why}:{of}" if of else self.why


@dataclass(frozen=True, slots=True)
class CallExternal:
    """Another system is to be asked now, outside of any transaction; the dialogue waits for ExternalAnswered."""

    step_id: str
    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None


@dataclass(frozen=True, slots=True)
class HandedOver:
    """From here on an operator answers; `note` is for them."""

    step_id: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Finished:
    """The conversation is over: "completed" at the end of the script, "ended" for want of an answer, "wrong_number"
    because the messages reach another person.
    """

    status: Literal["completed", "ended", "wrong_number"]


Event = Opened | Received | ExternalAnswered
Effect = Send | QuestionAnswered | QuestionNotAnswered | MissingValue | CallExternal | HandedOver | Finished
