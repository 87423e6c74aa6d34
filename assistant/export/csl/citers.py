"""How a text cites papers: by the style's own rules, or by names and years where a style cites in footnotes."""

import re
from collections.abc import Callable, Sequence
from string import ascii_lowercase
from typing import Protocol

from markupsafe import Markup, escape

from assistant.export.csl.marks import Formatted
from assistant.export.references import author_names
from assistant.types import Paper

__all__ = ["Citer", "EngineCiter", "NameCiter", "letter"]


class Citer(Protocol):
    """Writes citations."""

    def bracketed(self, keys: Sequence[str]) -> Formatted:
        """Papers cited behind what they say."""

    def narrative(self, key: str) -> Formatted:
        """A paper cited as a part of the sentence."""


class NameCiter:
    """`(Li et al., 2023; Wu, 2024b)`, with letters where two papers have one name and year."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        self._names = {paper.key: _name(paper) for paper in papers}
        self._years = {paper.key: str(paper.record.year or "n.d.") for paper in papers}
        labels = [(self._names[paper.key], self._years[paper.key]) for paper in papers]
        for at, paper in enumerate(papers):
            if labels.count(labels[at]) > 1:
                gap = "" if paper.record.year else "-"
                self._years[paper.key] += f"{gap}{letter(labels[:at].count(labels[at]))}"

    def year(self, key: str) -> str:
        """The year of a paper with its letter, as the list of references must have it."""
        return self._years[key]

    def bracketed(self, keys: Sequence[str]) -> Formatted:
        """Names and years in round brackets."""
        return _formatted(f"({'; '.join(f'{self._names[key]}, {self._years[key]}' for key in keys)})")

    def narrative(self, key: str) -> Formatted:
        """The name, and the year in round brackets."""
        return _formatted(f"{self._names[key]} ({self._years[key]})")


class EngineCiter:
    """As the style has it.

    Args:
        papers: In the order that `cited` counts in.
        cited: Writes citations of the papers at these places.
        form: How the style cites: `numeric`, `author-date`, `author` or `label`.
        letters: What stands behind the years of papers, by their places.
    """

    def __init__(
        self,
        papers: Sequence[Paper],
        *,
        cited: Callable[[Sequence[int]], Formatted],
        form: str,
        letters: dict[int, str],
    ) -> None:
        self._papers = {paper.key: paper for paper in papers}
        self._places = {paper.key: place for place, paper in enumerate(papers)}
        self._cited = cited
        self._form = form
        self._letters = letters
        self._fallback = NameCiter(papers)

    def bracketed(self, keys: Sequence[str]) -> Formatted:
        """One citation of all of them, in the style's order."""
        try:
            made = self._cited([self._places[key] for key in keys])
        except Exception:  # noqa: BLE001 - because citeproc raises anything
            return self._fallback.bracketed(keys)
        return made if re.search(r"\w", made.text) else self._fallback.bracketed(keys)

    def narrative(self, key: str) -> Formatted:
        """Names in the text, and with them what the style has beside names."""
        paper, name = self._papers[key], _name(self._papers[key])
        if self._form == "author":
            return _formatted(name)
        if self._form in ("numeric", "label"):
            mark = self.bracketed([key])
            gap = "" if mark.html.startswith("<sup>") else " "
            return Formatted(text=f"{name}{gap}{mark.text}", html=Markup("{}{}{}").format(name, gap, mark.html))
        suffix = self._letters.get(self._places[key], "")
        gap = "-" if suffix and not paper.record.year else ""
        return _formatted(f"{name} ({paper.record.year or 'n.d.'}{gap}{suffix})")


def letter(place: int) -> str:
    """`a`, `b`, ... `z`, `aa`, `ab` for the places from 0."""
    first, last = divmod(place, len(ascii_lowercase))
    return (letter(first - 1) if first else "") + ascii_lowercase[last]


def _name(paper: Paper) -> str:
    return " ".join(author_names(paper).split())


def _formatted(text: str) -> Formatted:
    return Formatted(text=text, html=escape(text))
