"""What changed between two versions of a chatbot, in Spanish and English."""

from collections.abc import Mapping
from typing import Any, Protocol

from smartchat.domain.script_file.wording_scripts import field_words

_LONGEST = 60
_BEFORE = 15  # characters shown before the first difference of two long texts

# kind: (Spanish, English)
_SENTENCES: Mapping[str, tuple[str, str]] = {
    "added": ("Se agregó {step}{text}.", "{step} was added{text}."),
    "removed": ("Se quitó {step}{text}.", "{step} was removed{text}."),
    "renamed": ("{old_id} ahora se llama {step}.", "{old_id} is now called {step}."),
    "moved": ("Se movió {step}.", "{step} was moved."),
    "changed": ("Se cambió {step}: {fields}.", "{step} was changed: {fields}."),
    "settings": ("Ajustes: {fields}.", "Settings: {fields}."),
}
# (Spanish, English), by which of the two values there is
_BOTH = ("{field}: «{new}» (antes «{old}»)", "{field}: “{new}” (it was “{old}”)")
_NEW = ("{field}: «{new}» (antes no tenía)", "{field}: “{new}” (it had none before)")
_GONE = ("{field}: se quitó «{old}»", "{field}: “{old}” was removed")
_YES = ("sí", "yes")
_NO = ("no", "no")


class Told(Protocol):
    """A changed field."""

    @property
    def field(self) -> str: ...
    @property
    def old(self) -> Any: ...
    @property
    def new(self) -> Any: ...


class Changed(Protocol):
    """A change, as `domain.editing.differences` finds it."""

    @property
    def kind(self) -> str: ...
    @property
    def step(self) -> str | None: ...
    @property
    def text(self) -> str: ...
    @property
    def fields(self) -> tuple[Any, ...]: ...
    @property
    def old_id(self) -> str | None: ...


def change_sentence(change: Changed, language: str) -> str:
    """One sentence for one change."""
    which = 0 if language == "es" else 1
    text = f": «{_short(change.text)}»" if which == 0 else f": “{_short(change.text)}”"
    return _SENTENCES[change.kind][which].format(
        step=change.step,
        old_id=change.old_id,
        text=text if change.text.strip() else "",
        fields="; ".join(_field(field, language) for field in change.fields),
    )


def _field(field: Told, language: str) -> str:
    which = 0 if language == "es" else 1
    old, new = _value(field.old, which), _value(field.new, which)
    sentence = (_BOTH if old and new else _NEW if new else _GONE)[which]
    start = _first_word_apart(old, new) if old and new else 0
    return sentence.format(
        field=field_words(field.field, language), old=_short(old, start), new=_short(new, start)
    )


def _value(value: Any, which: int) -> str:
    match value:
        case None:
            return ""
        case bool():
            return (_YES if value else _NO)[which]
        case list():
            return _plain(", ".join(map(str, value)))
        case dict():
            return _plain(", ".join(f"{key}: {_value(inner, which)}" for key, inner in value.items()))
        case _:
            return _plain(str(value))


def _plain(text: str) -> str:
    return " ".join(text.split())


def _first_word_apart(old: str, new: str) -> int:
    """From where on two texts are shown: 0, or so far in that the first word in which they differ is seen."""
    apart = (at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b)
    alike = next(apart, min(len(old), len(new)))
    if max(len(old), len(new)) <= _LONGEST or alike < _LONGEST // 2:
        return 0
    return max(new.rfind(" ", 0, alike - _BEFORE) + 1, alike - _LONGEST // 2)


def _short(text: str, start: int = 0) -> str:
    words = _plain(text)[start:]
    shown = words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
    return f"…{shown}" if start else shown
