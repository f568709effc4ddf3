"""Long lists in stretches: each begins behind a key and is read through an index, however long the list is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import InstrumentedAttribute

T = TypeVar("T")
LAST = 10**12
"""A key behind all others: what stands before it is the end of the list."""


@dataclass(frozen=True)
class Cursor:
    """Where in the list: what follows the key `after`, what leads up to the key `before`, or the beginning."""

    after: int | None = None
    before: int | None = None

    @property
    def backwards(self) -> bool:
        """Whether it is read from its end."""
        return self.before is not None


@dataclass(frozen=True)
class Page(Generic[T]):
    """A part of a long list. `previous`, `next`: addresses, None at the ends. `total`: None where nobody counted."""

    items: Sequence[T]
    previous: str | None = None
    next: str | None = None
    total: int | None = None

    @property
    def whole(self) -> bool:
        """Whether it is all there is."""
        return self.previous is None and self.next is None

    def of(self, items: Sequence[T]) -> "Page[T]":
        """The same stretch with what is to be shown of its items."""
        return Page(items, self.previous, self.next, self.total)


def after_key(
    query: Select[Any],
    key: InstrumentedAttribute[int] | ColumnElement[int],
    place: Cursor,
    *,
    newest_first: bool = False,
) -> Select[Any]:
    """The query for what follows (or leads up to) a key, in the order in which it is to be read."""
    if place.after is not None:
        query = query.where(key < place.after if newest_first else key > place.after)
    elif place.before is not None:
        query = query.where(key > place.before if newest_first else key < place.before)
    return query.order_by(key.desc() if newest_first != place.backwards else key.asc())


def paginate(
    read: Callable[[Cursor, int], list[Any]],
    key: Callable[[Any], int],
    place: Cursor,
    limit: int,
    url: Callable[..., str],
    total: int | None = None,
) -> Page[Any]:
    """Reads one row more than is shown. `read` gives rows in the order of `beyond`; `url` takes after= or before=."""
    found = read(place, limit + 1)
    if not found and place != Cursor():
        place = Cursor()
        found = read(place, limit + 1)
    more = len(found) > limit
    rows = found[:limit]
    if place.backwards:
        rows.reverse()
    earlier = more if place.backwards else place.after is not None
    later = place.backwards or more
    if total is None and not earlier and not later:
        total = len(rows)
    return Page(
        rows,
        url(before=key(rows[0])) if earlier and rows else None,
        url(after=key(rows[-1])) if later and rows else None,
        total,
    )
