"""What reading an answer gives."""

from dataclasses import dataclass

Value = str | int | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Understood:
    """A value: text, whole number, date as YYYY-MM-DD, option(s), or the word for a meaning ("yes").

    `how` tells the operator what it was read from: "exact", "number", "word", "typo", "part", "meaning", "text",
    "date", "email".
    """

    value: Value
    how: str


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """No value, and why: "empty", "nothing" (no answer in it), "several", "unsure", "question", "denied",
    "out_of_range", "not_whole", "too_short", "too_long", "no_year", "impossible_date", "weekday"."""

    why: str


Answer = Understood | NotUnderstood
