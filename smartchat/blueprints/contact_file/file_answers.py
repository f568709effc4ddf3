"""The answer to a contact file as the page shows it: how much is wrong, of which kinds, and where it stands."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from smartchat.domain.contact_file.mending import KEEP, NOTHING, Change, Changes, Mending
from smartchat.domain.contact_file.mending import Offer as MendingOffer
from smartchat.domain.contact_file.problems import Problem, ProblemLog
from smartchat.domain.contact_file.wording_contacts import country_name
from smartchat.services.contact_file.file_checks import FileCheck

from .file_sheets import HEADER_CODES, RepairSheet, sheet_of_headers, sheet_of_rows

_UNUSUAL = "unusual_phone"


@dataclass(frozen=True)
class Kind:
    """How many problems there are of a kind; `chosen` where the table shows only these."""

    code: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class OfferedMend:
    """`count` numbers without country code look like those of a country."""

    country_code: str
    country: str
    count: int


@dataclass(frozen=True)
class OtherCountry:
    """Numbers without + that read as those of `country`, in a file of numbers of `home`; `change` shows the first."""

    country: str
    home: str
    home_code: str
    count: int
    change: Change


@dataclass(frozen=True)
class Made:
    """Cells that were mended as chosen; `token` takes it back."""

    kind: str
    token: str
    count: int
    samples: Sequence[Change]


@dataclass(frozen=True)
class FileAnswer:
    """`general` are sentences about the file as a whole; `more_rows` are wrong and not in the sheet."""

    file_name: str
    ok: bool
    contacts: int
    errors: int
    general: Sequence[str]
    kinds: Sequence[Kind]
    sheet: RepairSheet | None
    more_rows: int
    offer: OfferedMend | None
    country_code: str
    completed: int
    warnings: Sequence[str]
    first_rows: int | None
    wrong_rows: int
    good_rows_usable: bool
    guessed_sample: str | None
    is_text: bool
    offers: Sequence[MendingOffer]
    other_country: OtherCountry | None
    made: Sequence[Made]
    unusual: int


def file_answer(
    check: FileCheck,
    file_name: str,
    language: str,
    country_code: str = "",
    kind: str | None = None,
    mending: Mending = NOTHING,
) -> FileAnswer:
    """What the page says of a checked file, in `es` or `en`; of the wrong rows those with one `kind`, if given."""
    counted = check.wrong_rows.problems
    kind = kind if kind in counted else None
    # Errors of cells are counted with their rows; all others are few and looked at one by one.
    others = [] if counted else _of(check.problems, "error")
    of_headers = [problem for problem in others if problem.code in HEADER_CODES] if check.header else []
    sheet, shown_rows = None, check.wrong_rows.first(kind)
    if check.header and (shown_rows or of_headers):
        sheet = (
            sheet_of_rows(check.header, shown_rows, language)
            if shown_rows
            else sheet_of_headers(check.header, of_headers, language)
        )
    return FileAnswer(
        file_name=file_name,
        ok=check.ok,
        contacts=check.contacts,
        errors=check.errors,
        general=[problem.message(language) for problem in others if problem not in of_headers],
        kinds=[Kind(code, count, code == kind) for code, count in counted.most_common()],
        sheet=sheet,
        more_rows=check.wrong_rows.count(kind) - len(shown_rows),
        offer=_offer(check, language),
        country_code=country_code if check.completed else "",
        completed=check.completed,
        warnings=[problem.message(language) for problem in _of(check.problems, "warning")],
        first_rows=check.first_rows,
        wrong_rows=check.wrong_rows.count(),
        good_rows_usable=check.good_rows_usable,
        guessed_sample=check.guessed_sample,
        is_text=check.is_text,
        offers=check.findings.offers(),
        other_country=_other_country(check, language),
        made=_made(check, mending),
        unusual=check.unusual,
    )


def _other_country(check: FileCheck, language: str) -> OtherCountry | None:
    """What most of the disputed numbers look like, and what most of the file is."""
    for (region, code, home), count in check.findings.other_regions.most_common(1):
        names = (country_name(region, language) or region, country_name(home, language) or home)
        return OtherCountry(*names, code, count, check.findings.others.samples[0])
    return None


def _made(check: FileCheck, mending: Mending) -> list[Made]:
    made = []
    for token in mending.tokens():
        kind = token.partition("-")[0]
        changes = check.findings.made.get(kind, Changes())
        if changes.count or mending.others == KEEP == token.partition("-")[2]:
            made.append(Made(kind, token, changes.count, changes.samples))
    return made


def _offer(check: FileCheck, language: str) -> OfferedMend | None:
    """The country that most of the national numbers look like."""
    offer = check.wrong_rows.country_offer()
    if offer is None:
        return None
    return OfferedMend(offer.code, country_name(offer.region, language) or offer.region, offer.count)


def _of(problems: Sequence[Problem], severity: str) -> list[Problem]:
    """All of one severity but the unusual numbers, which are counted.

    The log of a million knows how many there are, so that the search ends with the last.
    """
    counts = _counts(problems, severity)
    found = (problem for problem in problems if problem.severity == severity and problem.code != _UNUSUAL)
    return list(islice(found, counts.total() - counts[_UNUSUAL]))


def _counts(problems: Sequence[Problem], severity: str) -> Counter[str]:
    """How many of each code: a log of a million problems knows, without looking at each."""
    if isinstance(problems, ProblemLog):
        return problems.counts("error" if severity == "error" else "warning")
    return Counter(problem.code for problem in problems if problem.severity == severity)
