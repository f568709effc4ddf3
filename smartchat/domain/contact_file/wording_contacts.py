"""What a contact file's problems say to its owner: where, what, why, and what to do now.

A key is `code` or `code.reason`; a reason without a sentence of its own takes that of the code.
"""

from collections.abc import Mapping
from typing import Protocol

from smartchat.domain.contact_file.dates_as_written import possible_days
from smartchat.domain.contact_file.phone import proposed_number
from smartchat.domain.contact_file.wording_contacts_en import ENGLISH, WORDS_ENGLISH
from smartchat.domain.contact_file.wording_contacts_es import SPANISH, WORDS_SPANISH

_QUOTED_CHARACTERS = 40
_WHERE = {
    "en": ("Row {row}, {column}: ", "Row {row}, column {column}: ", "Row {row}: "),
    "es": ("Fila {row}, {column}: ", "Fila {row}, columna {column}: ", "Fila {row}: "),
}
_WHERE_IN_ROW = {"en": ("{column}: ", "Column {column}: "), "es": ("{column}: ", "Columna {column}: ")}
_BY_LETTER = {"extra_cell", "unknown_column.blank", "no_contact_column.blank"}
_SENTENCES: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "es": SPANISH}
# Params that are named by a word of the language: a delimiter, a kind of file, a country.
_WORDS: Mapping[str, Mapping[str, Mapping[str, str]]] = {"en": WORDS_ENGLISH, "es": WORDS_SPANISH}


class Worded(Protocol):
    """What the sentence for a problem is made of (`problems.Problem`)."""

    @property
    def code(self) -> str: ...
    @property
    def row(self) -> int | None: ...
    @property
    def column(self) -> str | None: ...
    @property
    def value(self) -> str | None: ...
    @property
    def params(self) -> Mapping[str, str | int]: ...


def message(problem: Worded, language: str) -> str:
    """The sentence for one problem. Language: `es` or `en` (and whatever begins so); English for any other."""
    language = "es" if language.lower().startswith("es") else "en"
    return _where(problem, language) + _sentence(problem, language)


def reason(problem: Worded, language: str) -> str:
    """The same without the row, for whoever stands in it: `CONTACT: 5512345678 has 10 digits …`."""
    language = "es" if language.lower().startswith("es") else "en"
    where = _WHERE_IN_ROW[language][_is_by_letter(problem)] if problem.column else ""
    return where.format(column=problem.column) + _sentence(problem, language)


def _sentence(problem: Worded, language: str) -> str:
    sentences = _SENTENCES[language]
    key = f"{problem.code}.{problem.params.get('reason', '')}"
    sentence = sentences.get(key) or sentences[problem.code]
    if key in sentences and f"{key}.region" in sentences and problem.params.get("region"):
        sentence = sentences[f"{key}.region"]
    return sentence.format_map(_Told(problem, language))


def country_name(region: str, language: str) -> str | None:
    """The name of a country (`MX`) in `es` or `en`; None where it is not known."""
    return _WORDS["es" if language.lower().startswith("es") else "en"]["region"].get(region)


def _is_by_letter(problem: Worded) -> bool:
    return not _BY_LETTER.isdisjoint({problem.code, f"{problem.code}.{problem.params.get('reason', '')}"})


def _where(problem: Worded, language: str) -> str:
    cell, letter, row = _WHERE[language]
    if problem.row is None:
        return ""
    if problem.column is None:
        return row.format(row=problem.row)
    return (letter if _is_by_letter(problem) else cell).format(row=problem.row, column=problem.column)


class _Told(dict[str, str | int]):
    """The words that a sentence may take in: the params of the problem, its column, value, and country."""

    def __init__(self, problem: Worded, language: str) -> None:
        super().__init__(problem.params)
        for name, words in _WORDS[language].items():
            if name in problem.params:
                self[name] = words.get(str(problem.params[name]), str(problem.params[name]))
        region = str(problem.params.get("region", ""))
        known = region in _WORDS[language]["region"]
        self["country"] = self["region"] if known else f"+{self['country_code']}"
        self["column"] = problem.column or ""
        self["value"] = _quoted(problem.value or "", language)
        self["bare"] = _short(problem.value or "")

        self["home"] = _WORDS[language]["region"].get(
            str(problem.params.get("expected", "")), f"+{self['country_code']}"
        )
        self["proposed"] = proposed_number(problem.value or "", str(problem.params.get("country_code", "")))
        self["bare_digits"] = "".join(mark for mark in problem.value or "" if mark.isdecimal())
        self["day"], self["other_day"] = (*possible_days(problem.value or ""), "", "")[:2]

    def __missing__(self, key: str) -> str:
        return ""


def _short(value: str) -> str:
    value = " ".join(value.split())
    return value if len(value) <= _QUOTED_CHARACTERS else value[: _QUOTED_CHARACTERS - 1] + "…"


def _quoted(value: str, language: str) -> str:
    return f"«{_short(value)}»" if language == "es" else f"“{_short(value)}”"
