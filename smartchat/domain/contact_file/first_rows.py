"""Which row had a number first: a hash table of whole numbers in two arrays."""

from array import array
from collections.abc import Sequence


class FirstRows:
    """Finds repeated contacts among a million in 25 to 50 MB; a dict of Python objects would take thrice that."""

    def __init__(self) -> None:
        self._count = 0
        self._make(1023)

    def _make(self, size: int) -> None:
        self._size = size
        self._keys = array("Q", (0,)) * size
        self._rows = array("I", (0,)) * size

    def add(self, keys: Sequence[int], rows: Sequence[int]) -> dict[int, int]:
        """Remember in which row each key (0 < key < 2**64) stands. Returns the first row of repeated ones, by row."""
        repeated: dict[int, int] = {}
        while 2 * (self._count + len(keys)) > self._size:
            self._grow()
        table, numbers, size = self._keys, self._rows, self._size
        for key, row in zip(keys, rows, strict=True):
            slot = key % size
            while (found := table[slot]) and found != key:
                slot = slot + 1 if slot + 1 < size else 0
            if found:
                repeated[row] = numbers[slot]
            else:
                table[slot] = key
                numbers[slot] = row
        self._count += len(keys) - len(repeated)
        return repeated

    def _grow(self) -> None:
        keys, rows = self._keys, self._rows
        self._make(4 * self._size + 3)
        table, numbers, size = self._keys, self._rows, self._size
        for key, row in zip(keys, rows, strict=True):
            if key:
                slot = key % size
                while table[slot]:
                    slot = slot + 1 if slot + 1 < size else 0
                table[slot] = key
                numbers[slot] = row
