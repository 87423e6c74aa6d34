"""How citations are written on the terminal: by key, by number, or by author and year."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from string import ascii_lowercase
from typing import Literal

from assistant.errors import UsageError
from assistant.export.references import short_name
from assistant.types import Paper

CitationStyle = Literal["keys", "numeric", "author-year"]
STYLES: dict[str, CitationStyle] = {"keys": "keys", "numeric": "numeric", "author-year": "author-year"}
DEFAULT_STYLE: CitationStyle = "keys"


class Citer:
    """Names for the papers of one answer, given out in the order in which they are first cited."""

    def __init__(self, style: CitationStyle, lookup: Callable[[str], Paper | None]) -> None:
        self.style = style
        self._lookup = lookup
        self._labels: dict[str, str] = {}

    def label(self, key: str) -> str:
        """What stands for a paper: `li2023`, `2`, `Li et al., 2023`; a second paper of that name is `..., 2023b`."""
        if key not in self._labels:
            self._labels[key] = self._new(key)
        return self._labels[key]

    def marker(self, keys: Sequence[str]) -> str:
        """What stands behind a sentence that cites these papers; empty when it cites none."""
        labels = [self.label(key) for key in keys]
        if not labels:
            return ""
        match self.style:
            case "numeric":
                return f"[{', '.join(sorted(labels, key=int))}]"
            case "author-year":
                return f"({'; '.join(labels)})"
            case "keys":
                return f"[{'; '.join(labels)}]"

    def key_of(self, label: str) -> str | None:
        """The key of the paper that a label stands for in this answer."""
        return next((key for key, given in self._labels.items() if given == label), None)

    def _new(self, key: str) -> str:
        if self.style == "keys":
            return key
        if self.style == "numeric":
            return str(len(self._labels) + 1)
        label = self._author_year(key)
        taken = set(self._labels.values())
        letters = (f"{label}{letter}" for letter in ascii_lowercase[1:])
        return label if label not in taken else next((one for one in letters if one not in taken), f"{label} {key}")

    def _author_year(self, key: str) -> str:
        paper = self._lookup(key)
        if paper is None:
            return key
        names = short_name(replace(paper, record=replace(paper.record, year=None)))
        return f"{names}, {paper.record.year or 'n.d.'}"


def style_named(name: str) -> CitationStyle:
    """The style of this name.

    Raises:
        UsageError: There is none.
    """
    if style := STYLES.get(name.strip().lower()):
        return style
    raise UsageError(f"There is no citation style {name!r}. The styles are: {', '.join(STYLES)}.")
