"""The country that most numbers of a file are of, and the digits without + that read as another one's.

Digits are a trap there: 46 of a hundred Mexican numbers written as 1 and ten digits exist in the United States too.
"""

from collections import Counter
from collections.abc import Sequence
from operator import itemgetter

from smartchat.domain.contact_file.phone import Phone, national_phone
from smartchat.domain.numbering import PhoneFault, country_code_of, region_of

_OLD_MEXICAN = ("1", 11)
_MOST_EXAMPLES = 1_000
_beginning = itemgetter(slice(4))  # the plus, and a country code of up to three digits


class FileCountry:
    """Counts the numbers of a file by country; asked at its end."""

    def __init__(self) -> None:
        self._beginnings: Counter[str] = Counter()
        self._codes: Counter[str] = Counter()
        self._bare: dict[str, list[str]] = {}

    def add_all(self, numbers: Sequence[str]) -> None:
        """Numbers in E.164, many at a time."""
        self._beginnings.update(map(_beginning, numbers))

    def add(self, phone: Phone | PhoneFault) -> None:
        """What one cell says. Digits that may be of two countries count for both."""
        if isinstance(phone, PhoneFault):
            if phone.reason == "no_country_code" and phone.country_code:
                self._codes[phone.country_code] += 1
            return
        code = country_code_of(phone.phone)
        self._codes[code] += 1
        if phone.digits:
            examples = self._bare.setdefault(code, [])
            if len(examples) < _MOST_EXAMPLES:
                examples.append(phone.digits)
            if (phone.digits[0], len(phone.digits)) == _OLD_MEXICAN and national_phone(phone.digits, "52"):
                self._codes["52"] += 1

    def code(self) -> str:
        """The country code of most numbers; "" where no country has more than every other."""
        codes = self._codes.copy()
        for beginning, count in self._beginnings.items():
            codes[country_code_of(beginning)] += count
        (code, most), (_, next_) = [*codes.most_common(2), ("", 0), ("", 0)][:2]
        return code if most > next_ else ""

    def disputed(self) -> bool:
        """Whether digits without + that were taken for another country's make numbers of the file's own too."""
        own = self.code()
        return bool(own) and any(
            len(examples) == _MOST_EXAMPLES or any(national_phone(digits, own) for digits in examples)
            for code, examples in self._bare.items()
            if code != own
        )


def other_country(phone: Phone, own_code: str) -> PhoneFault:
    """The fault of digits that read as another country's (`region`); `expected` is the region of `own_code`."""
    other = country_code_of(phone.phone)
    region = "US" if other == "1" else region_of(phone.phone)
    return PhoneFault("other_country", "", len(phone.digits), own_code, region, region_of(f"+{own_code}"))


def own_number(phone: Phone, code: str) -> Phone | None:
    """What the digits of a number of another country make in the file's own; None where they make nothing there."""
    if not phone.digits or country_code_of(phone.phone) == code:
        return None
    return national_phone(phone.digits, code)
