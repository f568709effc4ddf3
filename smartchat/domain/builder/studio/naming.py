"""Unique IDs for Studio's names."""

import re
import unicodedata

from smartchat.domain.script.reserved import RESERVED_IDS
from smartchat.domain.script.texts import is_id

_LONGEST = 60


class Ids:
    """IDs that are legal and given once, in capitals as columns are headed."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def give(self, name: str, otherwise: str) -> str:
        """An ID like `name`; like `otherwise` (a legal ID) where nothing of it can stand in one."""
        plain = re.sub(r"\W+", "_", unicodedata.normalize("NFC", name)).strip("_").upper()[:_LONGEST]
        if not is_id(plain):
            plain = f"{otherwise}_{plain}".rstrip("_")
        if not is_id(plain):
            plain = otherwise
        id_, number = plain, 2
        while id_ in self._given or id_ in RESERVED_IDS:
            id_, number = f"{plain}_{number}", number + 1
        self._given.add(id_)
        return id_
