"""The texts of an opening, ready to be filled in: what `dialogue.advance` sends, for rows without surprises, faster."""

from collections.abc import Mapping
from dataclasses import dataclass

from smartchat.domain.conversation.questions import answerable, asked
from smartchat.domain.script.script import Script
from smartchat.domain.script.steps import (
    AnyQuestion,
    CustomData,
    End,
    Message,
    MultipleChoiceQuestion,
    Question,
)
from smartchat.domain.script.texts import LONGEST_BODY, pieces, references


@dataclass(frozen=True, slots=True)
class Piece:
    """One message: `pattern` (for %) takes the values of `ids`; `below` are the options that stand under it."""

    pattern: str
    ids: tuple[str, ...]
    below: str = ""


@dataclass(frozen=True, slots=True)
class OpeningPlan:
    """The messages before the first answer, in order."""

    pieces: tuple[Piece, ...]

    def texts(self, custom_data: Mapping[str, str]) -> list[str] | None:
        """What a contact with these values is sent; None where only the dialogue can say (a gap, a long text)."""
        texts = []
        for piece in self.pieces:
            text = piece.pattern
            if piece.ids:
                values = tuple([custom_data.get(id_) for id_ in piece.ids])
                for value in values:
                    if type(value) is not str or not value or value.isspace():
                        return None
                text = (text % values).strip()
            if piece.below:
                text = f"{text}\n{piece.below}"
            if not text or len(text) > LONGEST_BODY:
                return None
            texts.append(text)
        return texts


def plan_of(script: Script) -> OpeningPlan | None:
    """The plan of a script; None where its opening depends on more than values put into texts."""
    known = {column.id for column in script.custom_data}
    planned: list[Piece] = []
    for step in script.steps:
        match step:
            case CustomData():
                continue
            case Message():
                piece = None if step.template is not None else _piece(step.text)
            case End(text=text):
                if not text:
                    break
                piece = _piece(text)
            case Question():
                piece = None if step.template is not None else _question(step)
            case _:
                return None
        if piece is None or not known.issuperset(piece.ids):
            return None
        planned.append(piece)
        if not isinstance(step, Message):
            break
    return OpeningPlan(tuple(planned))


def _question(step: AnyQuestion) -> Piece | None:
    if not isinstance(step, MultipleChoiceQuestion) or step.show_options is False:
        return _piece(step.text)
    if any(references(option) for option in step.options):
        return None
    if not references(step.text):
        return Piece(asked(step, {}), ())
    if step.show_options is None:  # whether the options are shown depends on what stands in the text
        return None
    lines = (f"{number}. {option}" for number, option in enumerate(answerable(step, {}).options, 1) if option)
    return _piece(step.text, "\n".join(lines).strip())


def _piece(text: str, below: str = "") -> Piece:
    plain, ids = pieces(text)
    if not ids:
        return Piece(plain[0].strip(), (), below)
    return Piece("%s".join(part.replace("%", "%%") for part in plain), ids, below)
