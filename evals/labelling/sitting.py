"""Labelling by hand whether a cited paper supports a statement: what is labelled, in which order, and what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from assistant.types import Verdict
from evals.labelling.file import LabelFile

__all__ = ["KEYS", "Effect", "Item", "Labelling", "in_order"]

Effect = Literal["labelled", "moved", "quit", "unknown"]

KEYS = {
    "s": "supported",
    "p": "partly",
    "c": "contradicted",
    "u": "unsupported",
    "?": "skip",
    "b": "back",
    "q": "quit",
}
"""What each key does, in the order in which they are shown."""
_LABELS = frozenset({"supported", "partly", "contradicted", "unsupported"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A statement with the text cited for it, to be labelled."""

    id: str
    statement: str
    evidence: tuple[str, ...]
    """As a judge gets it: title and abstract, or the pieces of the source."""
    title: str
    text: str
    """What is shown as the cited text; its quotes are marked."""
    quotes: tuple[tuple[int, int], ...] = ()
    """Offsets in `text`."""
    verdict: Verdict | None = None
    """What a judge said of this pair."""
    run: str = ""
    """Name of the data set or file it is from."""
    place: str = ""
    """Where in it: the sample and the cite key."""


def in_order(items: Sequence[Item], *, seed: int, limit: int | None = None) -> list[Item]:
    """The items in random order, the same for the same seed; of items with one id only the first."""
    once = list({item.id: item for item in reversed(items)}.values())
    once.sort(key=lambda item: item.id)  # so that the order in the file has no say
    Random(seed).shuffle(once)  # noqa: S311 - because nothing secret is drawn
    return once[:limit]


class Labelling:
    """One sitting: goes through the items that have no label, takes keys, and saves every label at once."""

    def __init__(self, items: Sequence[Item], labels: LabelFile) -> None:
        """Start at the first item without a label.

        Args:
            items: In the order in which they are shown.
            labels: What was said so far, of these items and of others.
        """
        self._items = items
        self._labels = labels
        self._before: list[int] = []
        """Places that were shown before this one; the last is where `back` goes."""
        self._place = self._next_open(0)
        self.last: Item | None = None
        """The item that was labelled by the last key, if it was."""

    @property
    def item(self) -> Item | None:
        """The item to be labelled now; None when all are done."""
        return self._items[self._place] if self._place < len(self._items) else None

    @property
    def number(self) -> int:
        """Of the item, from 1."""
        return self._place + 1

    @property
    def total(self) -> int:
        """Items of this sitting."""
        return len(self._items)

    @property
    def labelled(self) -> int:
        """Items of this sitting that have a label."""
        return sum(item.id in self._labels for item in self._items)

    def label_of(self, item: Item) -> str:
        """The label of an item; empty when it has none."""
        return self._labels.label_of(item.id)

    def press(self, key: str) -> Effect:
        """Do what a key stands for.

        Raises:
            InputError: The label cannot be saved.
        """
        action, item = KEYS.get(key, ""), self.item
        if action in _LABELS and item:
            self._labels.put(item, action)
            self.last = item
            self._forward()
            return "labelled"
        if action == "skip" and item:
            self._forward()
        elif action == "back" and self._before:
            self._place = self._before.pop()
        elif not action:
            return "unknown"
        self.last = None
        return "quit" if action == "quit" else "moved"

    def _forward(self) -> None:
        self._before.append(self._place)
        self._place = self._next_open(self._place + 1)

    def _next_open(self, start: int) -> int:
        """The first place from `start` on whose item has no label."""
        places = range(start, len(self._items))
        return next((place for place in places if self._items[place].id not in self._labels), len(self._items))
