"""The first row of a contact file: CONTACT, then one column for each Custom Data step, in any order."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from smartchat.domain.contact_file.cells import shown, unguarded
from smartchat.domain.contact_file.problems import Problem
from smartchat.domain.contact_file.values import Value, column_letter
from smartchat.domain.script.custom_data import DataColumn
from smartchat.domain.script.reserved import CONTACT

REASON = "REASON"
# What people write where CONTACT belongs; matched after folding case and accents.
_CONTACT_WORDS = frozenset(
    "contact contacts contacto contactos telefono telefonos tel celular cel movil numero numeros phone phones"  # noqa: SIM905
    " phonenumber mobile cell whatsapp".split()
)
_ALIKE = 0.75
_COMPARED = 100  # letters; how alike two names are takes their product


@dataclass(slots=True)
class Headers:
    """Where each column stands. With errors among `problems`, the rows below cannot be read."""

    row: int
    width: int
    """The number of columns up to the last header."""
    fields: list[tuple[int, DataColumn]] = field(default_factory=list)
    """Index and column, in the order of the sheet."""
    extras: list[tuple[int, str]] = field(default_factory=list)
    """Index and name of the columns that the chatbot does not use."""
    blanks: list[int] = field(default_factory=list)
    """Indexes of the columns without a header, left of the last header."""
    reason: int | None = None
    """Index of the column of reasons in a file that came back repaired: nothing in it counts."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the rows below can be read."""
        return all(problem.severity == "warning" for problem in self.problems)


def clean_header(value: Value) -> str:
    """A header in NFC, without invisible characters, and without the spaces around it."""
    text = unicodedata.normalize("NFC", shown(value))
    if not text.isprintable():
        text = "".join(
            " " if mark.isspace() else mark for mark in text if mark.isspace() or _is_visible(mark)
        )
    return unguarded(text.strip())


def reason_header(columns: Sequence[DataColumn]) -> str:
    """The header over the reasons in a repaired file: not one that the chatbot uses (an ID never begins with _)."""
    return f"_{REASON}" if any(column.id == REASON for column in columns) else REASON


def _is_reason(name: str, columns: Sequence[DataColumn]) -> bool:
    """Whether a header is that of the reasons: where headers are wrong, it says so itself (`REASON: …`)."""
    header = reason_header(columns)
    return name == header or name.startswith(f"{header}: ")


def _is_visible(mark: str) -> bool:
    return unicodedata.category(mark) not in {"Cf", "Cc"}


def read_headers(row: int, cells: Sequence[Value], columns: Sequence[DataColumn]) -> Headers:
    """Match the headers in a row of the sheet with the columns that the chatbot needs."""
    names, reason = _names(cells, columns)
    headers = Headers(row, len(names), reason=reason)
    wanted = {unicodedata.normalize("NFC", column.id): column for column in columns}
    if not names or names[0] != CONTACT:
        headers.problems.append(_no_contact_column(row, names))
    seen: set[str] = {CONTACT}
    for index, name in enumerate(names):
        if index == reason:
            continue
        if not name:
            headers.blanks.append(index)
        elif index == 0 or (name == CONTACT and names[0] != CONTACT):
            # Misplaced or misspelt: said once, above.
            seen.add(name)
            if index == 0 and name in wanted:
                headers.fields.append((index, wanted[name]))
        elif name in seen:
            headers.problems.append(Problem("duplicate_column", row=row, column=name, value=name))
        else:
            seen.add(name)
            if name in wanted:
                headers.fields.append((index, wanted[name]))
            else:
                headers.extras.append((index, name))
    _compare(row, headers, [id_ for id_ in wanted if id_ not in seen])
    return headers


def _names(cells: Sequence[Value], columns: Sequence[DataColumn]) -> tuple[list[str], int | None]:
    """The headers without the empty ones at the end, and where that of the reasons is: it counts as empty."""
    names = [clean_header(cell) for cell in cells]
    reason = next((at for at, name in enumerate(names) if at and _is_reason(name, columns)), None)
    if reason is not None:
        names[reason] = ""
    while names and not names[-1]:
        names.pop()
    return names, reason


def _no_contact_column(row: int, names: Sequence[str]) -> Problem:
    first = names[0] if names else ""
    params = {"reason": "other", "letter": "A"}
    if CONTACT in names:
        params = {"reason": "elsewhere", "letter": column_letter(names.index(CONTACT))}
    elif not first:
        params["reason"] = "blank"
    elif folded(first) in _CONTACT_WORDS or get_close_matches(folded(first), ["contact"], 1, _ALIKE):
        params["reason"] = "similar"
    elif sum(mark.isdecimal() for mark in first) > len(first) // 2:
        params["reason"] = "no_headers"
    return Problem("no_contact_column", row=row, column=first or "A", value=first, params=params)


def _compare(row: int, headers: Headers, missing: Sequence[str]) -> None:
    """Say which columns are missing and which are not known, and pair those that are probably the same."""
    unknown = {name: column_letter(index) for index, name in headers.extras}
    proposals: dict[str, str] = {}
    for id_ in missing:
        similar = most_alike(id_, [name for name in unknown if name not in proposals])
        params = {"reason": "similar", "similar": similar, "letter": unknown[similar]} if similar else {}
        if similar:
            proposals[similar] = id_
        headers.problems.append(Problem("missing_column", row=row, column=id_, value=similar, params=params))
    for name in unknown:
        params = {"reason": "similar", "similar": proposals[name]} if name in proposals else {}
        headers.problems.append(Problem("unknown_column", "warning", row, name, name, params))


def most_alike(name: str, among: Sequence[str]) -> str | None:
    """The one of some names that is probably meant: the same but for case and accents, or nearly the same."""
    by_folded = {folded(other): other for other in reversed(among)}
    found = get_close_matches(folded(name), by_folded, 1, _ALIKE)
    return by_folded[found[0]] if found else None


def folded(name: str) -> str:
    """A name without case, accents, spaces and signs, to compare what people write: its first hundred letters."""
    decomposed = unicodedata.normalize("NFKD", name[:_COMPARED].casefold())
    return "".join(mark for mark in decomposed if mark.isalnum())[:_COMPARED]
