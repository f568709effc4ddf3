"""Which row had a number first: a hash table of whole numbers in two arrays."""

from array import array

_SPREAD = 0x9E3779B97F4A7C15


class FirstRows:
    """Finds repeated contacts among a million in 24 MB; a dict of Python objects would take five times that."""

    def __init__(self) -> None:
        self._count = 0
        self._make(1024)

    def _make(self, size: int) -> None:
        self._mask = size - 1
        self._keys = array("Q", bytes(8 * size))
        self._rows = array("I", bytes(4 * size))

    def add(self, key: int, row: int) -> int:
        """Remember the row of a key (0 < key < 2**64). Returns the row that had it first, or 0 if it is new."""
        keys = self._keys
        mask = self._mask
        slot = (key * _SPREAD >> 40) & mask
        while found := keys[slot]:
            if found == key:
                return self._rows[slot]
            slot = (slot + 1) & mask
        keys[slot] = key
        self._rows[slot] = row
        self._count += 1
        if self._count * 2 > mask:
            self._grow()
        return 0

    def _grow(self) -> None:
        old = zip(self._keys, self._rows, strict=True)
        self._make(4 * (self._mask + 1))
        self._count = 0
        for key, row in old:
            if key:
                self.add(key, row)
