"""What Twilio's error codes are about: every code that can come to a message, sorted once (twilio_codes.tsv).

A line of the table: the code; what it is `about`; what is done `then`; whether a report of it is `sure`; and a plain
sentence in both languages, for the operator. A code that is not in the table is about the destination as far as
anybody knows: the message fails, and where most of a sender's messages fail so, it is the sender's trouble after all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class About(StrEnum):
    """Whose trouble it is: this contact's alone, this message's, all contacts' there, or nobody can be written to.

    moment: it passes by itself.
    """

    CONTACT = "contact"
    MESSAGE = "message"
    DESTINATION = "destination"
    TEMPLATE = "template"
    SENDER = "sender"
    ACCOUNT = "account"
    MOMENT = "moment"


class Then(StrEnum):
    """What is done. fail: this message alone. share: it fails, and counts against the sender. stop: the sender waits.

    out: an opt-out. hold: until the contact writes. pause: again after 2, 4, 8 … seconds. capped: again a few times,
    15 minutes apart where Twilio had taken it. opening: once more when the hours open. look: look whether it was taken.
    """

    FAIL = "fail"
    SHARE = "share"
    STOP = "stop"
    OUT = "out"
    HOLD = "hold"
    PAUSE = "pause"
    CAPPED = "capped"
    OPENING = "opening"
    LOOK = "look"


@dataclass(frozen=True, slots=True)
class Code:
    """A line of the table. `sure` is False for what phone companies report and what may have arrived all the same."""

    code: int
    about: About
    then: Then
    sure: bool
    en: str
    es: str

    def sentence(self, language: str) -> str:
        """In `es`, or in English for any other language."""
        return self.es if language == "es" else self.en


def _read(text: str) -> dict[int, Code]:
    lines = [line.split("\t") for line in text.splitlines()[1:]]
    return {
        int(code): Code(int(code), About(about), Then(then), sure == "yes", en, es)
        for code, about, then, sure, en, es in lines
    }


CODES: Mapping[int, Code] = _read((Path(__file__).parent / "twilio_codes.tsv").read_text(encoding="utf-8"))
WINDOW = 25
"""How many of a sender's last messages are looked at."""
MOST_OF_WINDOW = 20
"""Where so many of them failed for reasons that are not the contacts' own, it is the sender's trouble."""
GOOD, BAD = ".", "x"


def sentence(code: int | None, language: str) -> str:
    """The plain sentence for a code; "" for one that is not in the table."""
    known = CODES.get(code or 0)
    return known.sentence(language) if known else ""


def counts(code: int | None) -> bool:
    """Whether such a failure counts against the sender: it is no fault of the contact's alone, or nobody knows it."""
    known = CODES.get(code or 0)
    return known is None or known.then is Then.SHARE


def may_have_arrived(code: int | None) -> bool:
    """Whether a message that was reported so can be on the contact's phone all the same."""
    known = CODES.get(code or 0)
    return known is None or not known.sure


def heard(history: str, taken: int = 0, failed: int = 0) -> str:
    """A sender's last messages as marks, oldest first, after so many more. Nothing is kept while all is well."""
    if not history and not failed:
        return ""
    marks = (history + GOOD * taken + BAD * failed)[-WINDOW:]
    return marks if BAD in marks else ""


def reported(history: str) -> str:
    """The marks after a message failed that was counted as taken before."""
    at = history.rfind(GOOD)
    return history[:at] + BAD + history[at + 1 :] if at >= 0 else heard(history, failed=1)


def failed_of_last(history: str) -> int:
    """How many of the last messages failed for such reasons."""
    return history.count(BAD)


def is_senders_trouble(history: str) -> bool:
    """Whether so many failed that it cannot be the destinations."""
    return failed_of_last(history) >= MOST_OF_WINDOW
