"""Reactions as phones send them by SMS: “Le gustó “…””, “Loved an image”, “👍 to “…””; also what is taken back."""

import re
import unicodedata
from dataclasses import dataclass

from smartchat.domain.text_forms import search_form

_OPEN, _CLOSE = "\"“”«„'‘’‹", "\"”“»'’›"
_SIGN = rf"[^\w\s{_OPEN}]{{1,12}}"
_LIKES = '(?:a [^"“”]{1,40}? )?[lt]e gusto|te ha gustado|le ha gustado|me gusta|liked'
_OTHERS = (
    "[lt]e encanto|[lt]e ha encantado|me encanta|amo|no [lt]e gusto|no le ha gustado|le disgusto|enfatizo|ha "
    "enfatizado|destaco|ha destacado|"
    "subrayo|pregunto por|pregunto|cuestiono|ha cuestionado|puso en duda|ha puesto en duda|interrogo|exclamo|"
    "le parecio (?:dudoso|gracioso|divertido|raro)|le (?:sorprendio|entristecio|enojo)|se rio de|se rio con|se ha "
    "reido de|le dio risa|le hizo gracia|le ha hecho gracia|"
    "loved|disliked|laughed at|emphasi[sz]ed|questioned"
)
_TAKEN_BACK = (
    r"(?:removed|deleted) (?:a |an |the |their )?.{1,40}? from|"
    r"(?:se )?(?:ha )?(?:elimino|eliminado|quito|quitado|borro|borrado|retiro|retirado) .{1,40}? (?:de|a|en|del)"
)
_REACTED = "(?:reacted with |reacted |reaccionaste con |reacciono con |reacciono |ha reaccionado con |ha reaccionado )?"
_TO = "(?:to|a|en|al mensaje|al|with)"
_THING = (
    r"(?:a|an|una|un|the|your|tu|su) (?:image|photo|picture|message|text|video|movie|attachment|audio|voice "
    r"message|sticker|link|"
    r"gif|imagen|foto|fotografia|mensaje|adjunto|archivo|archivo adjunto|audio|nota de voz|enlace|pelicula|ubicacion|"
    r"contacto)"
)
_REACTION = re.compile(
    rf"(?:(?P<like>{_LIKES})|(?P<other>{_OTHERS})|(?P<back>{_TAKEN_BACK})|{_REACTED}(?P<sign>{_SIGN}) {_TO})"
    rf":? (?:{_THING}|[{_OPEN}] ?(?P<quote>.*))",
    re.DOTALL,
)
# In languages and phones to come: something was done to a quotation; `quotes` asks what is quoted.
_DONE_TO = re.compile(
    r"(?:\w+ ){0,3}\w+(?:ó|ed|gusto|encanto)\b[^\"“”«»]{0,20}[\"“«] ?(?P<quote>.*?)[\"”»]? ?(?:with "
    r"\S{1,12}|con \S{1,12})?",
    re.DOTALL | re.IGNORECASE,
)
_YES = "👍"
# A truncated quote ends in dots, and may have no sign at its end.
_ENDS = re.compile(rf"(?P<quote>.*?)(?P<cut>\.\.\.)? ?(?:[{_CLOSE}]|(?<=\.\.\.))$", re.DOTALL)
_LONGEST = 5000


@dataclass(frozen=True, slots=True)
class Reaction:
    """A sign that was put on a message. `likes`: with a thumb up, and not taken back. `quote`: the beginning of the
    message in the form of `search_form`, None where it is not known; `whole`: whether that is all of it. `on_question`:
    whether the channel says that it is on the question that waits.
    """

    likes: bool
    quote: str | None = None
    whole: bool = True
    on_question: bool = False

    def is_on(self, text: str) -> bool:
        """Whether that message is this text, or ends in it: a question that is asked again has words before it."""
        if self.on_question or not self.quote:
            return self.on_question
        folded = _folded(text)
        return f" {self.quote}".endswith(f" {folded}") if self.whole else folded.startswith(self.quote)


def reaction_of(text: str) -> Reaction | None:
    """The reaction that a text of a phone stands for; None where a person wrote it."""
    if len(text) > _LONGEST:
        return None
    found = _REACTION.fullmatch(_folded(text))
    if found is None or (found["sign"] and not _is_picture(found["sign"])):
        return None
    likes = bool(found["like"]) or (found["sign"] or "").startswith(_YES)
    if found["quote"] is None:
        return Reaction(likes)
    end = _ENDS.fullmatch(found["quote"])
    if end is None:  # something is said behind the quotation: a person
        return None
    return Reaction(likes, end["quote"].strip(), whole=not end["cut"])


def quotes(text: str, question: str) -> Reaction | None:
    """The reaction that a text stands for by what it quotes: something done to the very question that was asked."""
    found = _DONE_TO.fullmatch(" ".join(text.split())) if len(text) <= _LONGEST else None
    if found is None:
        return None
    reaction = Reaction(likes=False, quote=_folded(found["quote"]).strip())
    return reaction if reaction.is_on(question) and len(_folded(question)) > 3 else None


def by_sign(sign: str, on_question: bool) -> Reaction:
    """A reaction of WhatsApp, whose text is the sign alone ("" where it was taken back)."""
    return Reaction(_folded(sign).startswith(_YES), on_question=on_question)


def _folded(text: str) -> str:
    """`search_form` without what cannot be seen: Android puts it around its signs."""
    return search_form("".join(c for c in text if unicodedata.category(c) != "Cf" and c != "\ufe0f"))


def _is_picture(sign: str) -> bool:
    return any(unicodedata.category(c) == "So" for c in sign)
