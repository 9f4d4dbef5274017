"""Look-up by a name that may change, without a scan for each question."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

T = TypeVar("T")


class Index(Generic[T]):
    """Finds the item that has a key among those that there are now.

    Nobody tells it of what comes, goes or is renamed. What it remembers is checked whenever it is
    asked: `present` tells whether an item is still there. Where that fails it is made anew, so
    that it always answers as a scan would. It costs nothing before the first question.
    """

    __slots__ = ("_items", "_key", "_known", "_present")

    def __init__(
        self,
        items: Callable[[], Iterable[T]],
        key: Callable[[T], str],
        present: Callable[[T], bool],
    ) -> None:
        self._items = items
        self._key = key
        self._present = present
        self._known: dict[str, T] = {}

    def find(self, key: str) -> T | None:
        """The item with this key, None if there is none."""
        found = self._known.get(key)
        if found is None or self._key(found) != key or not self._present(found):
            self._known = {self._key(item): item for item in self._items()}
            found = self._known.get(key)
        return found
