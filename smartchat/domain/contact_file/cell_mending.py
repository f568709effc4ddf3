"""Mends the cells of one file as its operator chose, and notes what else could be mended."""

from collections.abc import Callable
from dataclasses import replace

from smartchat.domain.contact_file.cells import CellFault, shown, trimmed, unguarded
from smartchat.domain.contact_file.dates_as_written import days_by_order
from smartchat.domain.contact_file.file_country import FileCountry, other_country, own_number
from smartchat.domain.contact_file.mending import KEEP, Findings, Mending, Seen
from smartchat.domain.contact_file.numbers_as_written import possible_numbers
from smartchat.domain.contact_file.phone import Phone, PhoneFault, read_phone
from smartchat.domain.contact_file.values import Value

Changed = Callable[[int, int, str], None]
"""Takes each cell that is mended as chosen: its row, the index of its column, its value."""

_WAYS = ("dmy", "mdy", "point", "comma")


class Mender:
    """One for a file, while it is read once."""

    def __init__(self, mending: Mending, seen: Seen, changed: Changed | None) -> None:
        self.findings = Findings()
        self.country = FileCountry()
        self._mending = mending
        self._before = seen
        self._changed = changed

    @property
    def seen(self) -> Seen:
        """At the end of the file: what it has to be read again with; the same as before where it need not."""
        found = self._before
        if not found.home and not self._mending.others and self.country.disputed():
            found = replace(found, home=self.country.code())
        if not self._mending.numbers and self.findings.points_seen and self.findings.numbers.only[1]:
            found = replace(found, commas=True)
        return found

    def phone(self, number: int, cell: Value, phone: Phone | PhoneFault) -> Phone | PhoneFault:
        """What a CONTACT cell says once it is mended as chosen, and compared with the country of the file."""
        self.country.add(phone)
        if isinstance(phone, Phone):
            return self._at_home(number, cell, phone)
        if not phone.proposed:
            return phone
        if not self._mending.phones:
            self.findings.phones.add(shown(cell), phone.proposed)
            return phone
        self._mended("phones", number, 0, cell, phone.proposed)
        return read_phone(phone.proposed)

    def _at_home(self, number: int, cell: Value, phone: Phone) -> Phone | PhoneFault:
        code = self._mending.country_code or self._before.home
        own = own_number(phone, code) if code and self._mending.others != KEEP else None
        if own is None:
            return phone
        if self._mending.others:
            self._mended("others", number, 0, cell, own.phone)
            return own
        found = other_country(phone, code)
        self.findings.others.add(shown(cell), own.phone)
        self.findings.other_regions[found.region, code, found.expected] += 1
        return found

    def value(self, number: int, index: int, cell: Value, fault: CellFault) -> str | None:
        """The value of a wrong Custom Data cell, mended as chosen; None where it stays wrong."""
        if not isinstance(cell, str):
            return None
        text = unguarded(trimmed(cell))
        match fault.code:
            case "invalid_date":
                kind, chosen, found = "dates", self._mending.dates, self.findings.dates
                readings = days_by_order(text)
            case "invalid_number":
                kind, chosen, found = "numbers", self._mending.numbers, self.findings.numbers
                readings = possible_numbers(text.replace("\N{MINUS SIGN}", "-"))
            case _:
                return None
        if not chosen:
            found.add(text, *readings)
            return None
        value = readings[_WAYS.index(chosen) % 2]
        if value is not None:
            self._mended(kind, number, index, cell, value)
        return value

    def _mended(self, kind: str, number: int, index: int, cell: Value, after: str) -> None:
        self.findings.mended(kind, shown(cell), after)
        if self._changed:
            self._changed(number, index, after)
