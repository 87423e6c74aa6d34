"""Papers as a citation style writes them: their list, and how a text cites them."""

import re
import warnings
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from markupsafe import Markup, escape

from assistant.export.csl.citers import Citer, EngineCiter, NameCiter, letter
from assistant.export.csl.items import item_of
from assistant.export.csl.lettering import sort_key
from assistant.export.csl.marks import EndlessError, Formatted, cleaned, formatted
from assistant.export.csl.names import style_path
from assistant.export.csl.opening import StyleFile, open_style
from assistant.export.references import reference
from assistant.types import Paper

__all__ = ["Line", "Styled", "styled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a reference list."""

    key: str
    text: str
    html: Markup
    """The same with italics and so on, without the label; safe to put into a page."""
    label: str = ""
    """The number or letters that stand before it, as `[1]`; empty in most styles."""


class Styled:
    """The papers of one draft in one style.

    Attributes:
        lines: The reference list, each paper once, in the style's order.
        troubles: What the style could not write, for the user: each a sentence or two.
        name: The style's name as it was asked for; empty for the plain form.
    """

    def __init__(self, name: str, lines: Sequence[Line], troubles: Sequence[str], citer: Citer) -> None:
        self.name = name
        self.lines = tuple(lines)
        self.troubles = tuple(troubles)
        self._citer = citer

    def bracketed(self, keys: Sequence[str]) -> Formatted:
        """Papers cited together behind what they say: `(Li et al., 2023; Wu, 2024)`, `[1], [2]`."""
        return self._citer.bracketed(keys)

    def narrative(self, key: str) -> Formatted:
        """A paper cited as a part of the sentence: `Li et al. (2023a)`, `Li et al. [1]`."""
        return self._citer.narrative(key)


def styled(papers: Sequence[Paper], style: str | None) -> Styled:
    """Write papers in a style.

    A style that fails on a paper costs nothing but its form: the paper is written in the plain form, and `troubles`
    says so.

    Args:
        papers: In the order in which they are first cited; each once.
        style: A name that `style_path` takes, the path of a .csl file, or None for the plain form.

    Raises:
        UsageError: There is no such style.
        InputError: The file is no style that can be used.
    """
    if style is None:
        return _plain(papers, "", [])
    file = open_style(style_path(style), name=style)
    try:
        with _silent():
            written = _Written(papers, file)
    except Exception as error:  # noqa: BLE001 - because citeproc raises anything, also what Python raises for bugs
        return _plain(papers, style, [_failed(style, error)])
    return Styled(style, written.lines, written.troubles(style), written.citer)


class _Written:
    """What the citation processor makes of the papers."""

    def __init__(self, papers: Sequence[Paper], file: StyleFile) -> None:
        from assistant.export.csl.engine import Engine

        self._papers = papers
        self._engine = Engine(file, [item_of(paper, number=number) for number, paper in enumerate(papers)])
        self._order = self._engine.order
        self._has_list = file.has_list
        self._lost: list[str] = []
        letters = self._told_apart(file)
        self.citer: Citer = NameCiter(papers)
        if not file.is_note:
            self.citer = EngineCiter(papers, cited=self._cited, form=file.form, letters=letters)
        self.lines = [self._line(place) for place in self._order]

    def troubles(self, style: str) -> list[str]:
        """What the style could not write."""
        if not self._has_list:
            return [f"The style {style!r} has no reference list; the references are in the plain form."]
        if not self._lost:
            return []
        what = ", ".join(self._lost[:5]) + (" and others" if self._lost[5:] else "")
        return [f"The style {style!r} cannot write {what}; there the references are in the plain form."]

    def _cited(self, places: Sequence[int]) -> Formatted:
        with _silent():
            return self._form(self._engine.cited(places))

    def _told_apart(self, file: StyleFile) -> dict[int, str]:
        """Letters for papers that would still be cited in the same words when the style has said more of them."""
        if file.says_more:
            for place in (place for several in self._same() for place in several):
                self._engine.say_more(place)
        if not file.adds_suffix:
            return {}
        found = {place: letter(at) for several in self._same() for at, place in enumerate(several)}
        for place, suffix in found.items():
            self._engine.tell_apart(place, suffix)
        return found

    def _same(self) -> list[list[int]]:
        """Papers that are cited in the same words, in the order of the list."""
        same: defaultdict[str, list[int]] = defaultdict(list)
        for place in self._order:
            same[self._cited([place]).text].append(place)
        return [several for several in same.values() if several[1:]]

    def _line(self, place: int) -> Line:
        paper = self._papers[place]
        if not self._has_list:
            return _plain_line(paper)
        try:
            made = self._form(self._engine.entry(place))
        except EndlessError:
            raise
        except Exception:  # noqa: BLE001 - because citeproc raises anything, and one paper must not cost the list
            made = None
        if made is None or not _is_whole(made, paper):
            self._lost.append(paper.key)
            return _plain_line(paper)
        return Line(key=paper.key, text=made.text, html=made.html, label=made.label)

    def _form(self, raw: str) -> Formatted:
        return formatted(
            raw,
            et_al=self._engine.term("et-al") or "et al.",
            and_terms=(self._engine.term("and"), "&", "and"),
            moves_marks=self._engine.moves_marks,
        )


def _is_whole(made: Formatted, paper: Paper) -> bool:
    """Whether a line says something, and names who wrote it; a few styles lose that in the processor."""
    family = paper.record.authors[0].family.split()[-1:] if paper.record.authors else []
    return bool(re.search(r"\w", made.html.striptags())) and all(
        sort_key(cleaned(one)) in sort_key(made.text) for one in family
    )


def _plain(papers: Sequence[Paper], style: str, troubles: Sequence[str]) -> Styled:
    citer = NameCiter(papers)
    return Styled(style, [_plain_line(paper, citer.year(paper.key)) for paper in papers], troubles, citer)


def _plain_line(paper: Paper, year: str = "") -> Line:
    text = reference(paper, year).text
    return Line(key=paper.key, text=text, html=escape(text))


def _failed(style: str, error: Exception) -> str:
    what = " ".join(str(error).split())[:200] or type(error).__name__
    return f"The style {style!r} cannot be used ({what}); citations and references are in the plain form."


@contextmanager
def _silent() -> Iterator[None]:
    """What the citation processor warns of says nothing to a user."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
