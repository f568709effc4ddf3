"""The rehearsal of a launch: the opening of every contact, made as it would be sent, and counted.

Nothing is estimated from a sample: a row goes through `dialogue.advance`, or through a plan that gives the same.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple

from smartchat.domain.conversation.dialogue import Dialogue, Effect, Opened, Send, advance, is_true
from smartchat.domain.conversation.opening_plan import plan_of
from smartchat.domain.script.script import Script
from smartchat.domain.script.steps import End, Flow, Message, MultipleChoiceQuestion, Question, Step
from smartchat.domain.script.texts import references, shown
from smartchat.domain.sending.plain_letters import in_plain_letters
from smartchat.domain.sending.segments import segments

Engine = Callable[[Dialogue, Opened], tuple[Dialogue, tuple[Effect, ...]]]

ROWS_NAMED = 10
LETTERS_NAMED = 30
_SIZES_KEPT = 4_096


@dataclass(frozen=True, slots=True)
class Longest:
    """The longest single message, of the first row that has it. `plain_segments`: in plain letters.

    Without segments (WhatsApp) both are 0, and it is the longest in characters.
    """

    row: int
    text: str
    segments: int
    plain_segments: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A {{ID}} that came out empty: for how many contacts, and the first of their rows."""

    id: str
    contacts: int
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """All openings of a campaign in numbers.

    `parts`: how many contacts get openings of so many segments. `plain_segments`: the sum if all were written in plain
    letters. `dear_contacts` get at least one message in UCS-2, `dear_letters` are what makes it so, with the number
    of contacts, most frequent first. `unmade` contacts have an opening that is empty or could not be made.
    `template_gaps`: what leaves a variable of a WhatsApp template empty, which Twilio refuses.
    """

    in_segments: bool
    contacts: int
    messages: int
    segments: int
    plain_segments: int
    parts: Mapping[int, int]
    dear_contacts: int
    dear_letters: tuple[tuple[str, int], ...]
    longest: Longest | None
    gaps: tuple[Gap, ...]
    unmade: int
    unmade_rows: tuple[int, ...]
    template_gaps: tuple[Gap, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {**asdict(self), "parts": {str(parts): n for parts, n in self.parts.items()}}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Summary":
        """The opposite of `to_json`, also after a way through JSON."""
        return cls(
            **{
                **data,
                "parts": {int(parts): n for parts, n in data["parts"].items()},
                "dear_letters": tuple((letter, n) for letter, n in data["dear_letters"]),
                "longest": Longest(**data["longest"]) if data["longest"] else None,
                "gaps": _gaps_from(data["gaps"]),
                "template_gaps": _gaps_from(data.get("template_gaps", ())),
                "unmade_rows": tuple(data["unmade_rows"]),
            }
        )


def _gaps_from(data: Iterable[Mapping[str, Any]]) -> tuple[Gap, ...]:
    return tuple(Gap(gap["id"], gap["contacts"], tuple(gap["rows"])) for gap in data)


class _Size(NamedTuple):
    segments: int
    units: int
    plain_segments: int
    costly: str


class Rehearsing:
    """Fed with each contact, in the order of the rows; `summary()` at any time."""

    def __init__(
        self,
        script: Script,
        in_segments: bool,
        now: datetime,
        planned: bool = True,
        engine: Engine | None = None,
    ) -> None:
        """`planned=False` sends every row through the dialogue engine: slower, and the same. What `engine` raises
        (also because it took too long) makes the row one whose opening could not be made.
        """
        self._advance = engine or advance
        self._script, self._now, self._in_segments = script, now, in_segments
        self._plan = plan_of(script) if planned else None
        self._sizes: dict[str, _Size] = {}
        self._contacts = self._messages = self._segments = self._plain = self._dear = self._unmade = 0
        self._parts: Counter[int] = Counter()
        self._letters: Counter[str] = Counter()
        self._gaps: dict[str, tuple[int, list[int]]] = {}
        self._template_gaps: dict[str, tuple[int, list[int]]] = {}
        self._unmade_rows: list[int] = []
        self._longest: tuple[int, int] = (-1, -1)
        self._longest_message: tuple[int, str] = (0, "")

    def add(self, row: int, custom_data: Mapping[str, str]) -> None:
        """Counts the opening of one contact; `custom_data` as the contact file gave it."""
        self._contacts += 1
        texts = self._plan.texts(custom_data) if self._plan else None
        if texts is None:
            texts = self._as_sent(row, custom_data)
        if texts:
            self._count(row, texts)
        else:
            self._unmade += 1
            _name(row, self._unmade_rows)

    def summary(self) -> Summary:
        """What has been counted so far."""
        return Summary(
            in_segments=self._in_segments,
            contacts=self._contacts,
            messages=self._messages,
            segments=self._segments,
            plain_segments=self._plain,
            parts=dict(sorted(self._parts.items())),
            dear_contacts=self._dear,
            dear_letters=tuple(self._letters.most_common(LETTERS_NAMED)),
            longest=self._longest_of_all(),
            gaps=_sorted(self._gaps),
            unmade=self._unmade,
            unmade_rows=tuple(self._unmade_rows),
            template_gaps=_sorted(self._template_gaps),
        )

    def _as_sent(self, row: int, custom_data: Mapping[str, str]) -> list[str]:
        begun = Dialogue.begin(self._script, custom_data)
        try:
            dialogue, effects = self._advance(begun, Opened(self._now))
        except Exception:  # noqa: BLE001 - whatever fault one row shows, the others are to be counted
            return []
        sends = [effect for effect in effects if isinstance(effect, Send)]
        _leave(row, empty_references(dialogue), self._gaps)
        _leave(row, empty_in_templates(self._script, sends), self._template_gaps)
        return [send.text for send in sends]

    def _count(self, row: int, texts: Sequence[str]) -> None:
        self._messages += len(texts)
        parts, costly = 0, ""
        for text in texts:
            size = self._sizes.get(text) or self._size(text)
            parts += size.segments
            self._plain += size.plain_segments
            costly += size.costly
            length = size[:2]
            if length > self._longest:
                self._longest, self._longest_message = length, (row, text)
        self._segments += parts
        self._parts[parts] += 1
        if costly:
            self._dear += 1
            self._letters.update(set(costly))

    def _size(self, text: str) -> _Size:
        size = _size_of(text) if self._in_segments else _Size(0, len(text), 0, "")
        if len(self._sizes) < _SIZES_KEPT:
            self._sizes[text] = size
        return size

    def _longest_of_all(self) -> Longest | None:
        row, text = self._longest_message
        if not text:
            return None
        size = self._size(text)
        return Longest(row, text, size.segments, size.plain_segments)


def _size_of(text: str) -> _Size:
    counted = segments(text)
    if not counted.costly:
        return _Size(counted.count, counted.units, counted.count, "")
    return _Size(counted.count, counted.units, segments(in_plain_letters(text)).count, counted.costly)


def _name(row: int, rows: list[int]) -> None:
    if len(rows) < ROWS_NAMED:
        rows.append(row)


def _leave(row: int, ids: Iterable[str], gaps: dict[str, tuple[int, list[int]]]) -> None:
    for id_ in ids:
        count, rows = gaps.setdefault(id_, (0, []))
        _name(row, rows)
        gaps[id_] = (count + 1, rows)


def _sorted(gaps: Mapping[str, tuple[int, list[int]]]) -> tuple[Gap, ...]:
    """The most frequent first."""
    found = (Gap(id_, count, tuple(rows)) for id_, (count, rows) in gaps.items())
    return tuple(sorted(found, key=lambda gap: -gap.contacts))


def empty_in_templates(script: Script, sends: Iterable[Send]) -> set[str]:
    """What leaves a variable of a template empty: the IDs in it, or the variable itself where it has none."""
    empty = (
        (send, name) for send in sends if send.template for name, text in send.template.variables if not text
    )
    return {id_ for send, name in empty for id_ in _ids_of_variable(script, send.step_id, name)}


def _ids_of_variable(script: Script, step_id: str, name: str) -> tuple[str, ...]:
    step = script.all_steps[script.positions[step_id]]
    template = step.template if isinstance(step, Message) else None
    text = dict(template.variables).get(name, "") if template else ""
    return tuple(_ids(text)) or (f"{step_id} {{{{{name}}}}}",)


def empty_references(opened: Dialogue) -> set[str]:
    """The IDs that left a gap in what an opening said, or would have said."""
    named = (id_ for step in _opening_steps(opened) for text in _texts(step) for id_ in _ids(text))
    return {id_ for id_ in named if not shown(opened.given.get(id_)).strip()}


def _ids(text: str) -> Iterator[str]:
    return (reference.id for reference in references(text))


def _opening_steps(opened: Dialogue) -> Iterator[Step]:
    """The steps that an opening went through."""
    script, position = opened.script, 0
    while position < len(script.all_steps):
        step = script.all_steps[position]
        position += 1
        yield step
        if isinstance(step, Flow) and not is_true(opened, step.display_if):
            position = script.ends[position - 1]
        if isinstance(step, End) or step.id == opened.step:
            return
        if isinstance(step, Question) and step.end_if_unsuccessful:
            return


def _texts(step: Step) -> tuple[str, ...]:
    match step:
        case Message() | Question() if step.template is not None:
            return tuple(text for _, text in step.template.variables)
        case Message():
            return (step.text,)
        case End():
            return (step.text or "",)
        case MultipleChoiceQuestion():
            return (step.text, *step.options)
        case Question():
            return (step.text,)
        case _:
            return ()
