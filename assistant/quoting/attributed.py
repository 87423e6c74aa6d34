"""Paragraphs without a model that writes: quoted sentences, each set so that it says whose it is.

Nothing in them is claimed but who says what. The words between the quotes are the paper's own verb (`propose`, `show
that`) or a neutral one (`write`), and no word relates one paper to another.
"""

import re
from collections.abc import Collection, Sequence

from assistant.evidence.bank import EvidenceBank
from assistant.guards.orders import title_without_orders
from assistant.quoting.quotable import Quotable, is_readable, quotables
from assistant.quoting.setting import Opening, Setting, further, pointed_to, settings, stated
from assistant.replies.languages import is_foreign
from assistant.types import Citation, Order, Paper, Statement
from assistant.verify import Judge

__all__ = ["attributed", "best_of", "unsaid"]

_CANDIDATES = 4
"""Sentences of a paper that are looked at for one that reads well."""
_FRAGMENT_MATTERS = 0.12
"""Worth by which a sentence that can be set with the paper's own verb may stay behind one that cannot."""
_IN_A_ROW = 2
"""Sentences in a row that begin the same, at most, where there is a choice."""
_ROOM = 20
"""Words that must be left for a second quote of a paper."""
_LEAST_WORTH = 0.15
"""What a second quote must be worth."""
_ENGLISH = re.compile(r"\b(?:the|of|and|to|is|are|with|that|we|this|for|in)\b", re.IGNORECASE)
_ENOUGH_ENGLISH = 3


def attributed(
    papers: Sequence[Paper],
    *,
    topic: str,
    bank: EvidenceBank,
    judge: Judge,
    words: int | None = None,
    order: Order = "theme",
    said: Collection[Citation] = (),
) -> list[Statement]:
    """Write one paragraph on papers that belong together: what each says of the topic, quoted.

    Args:
        papers: Of the bank; for `theme` in the order in which they are to be written about.
        topic: What the paragraph is about.
        bank: The sentences that may be quoted.
        judge: What compares each statement with the paper that it quotes.
        words: About so many in all; then the last papers are left out, or a second sentence of the first ones is
            quoted. None for one sentence of each paper.
        order: `time` puts the oldest paper first, and those without a year last.
        said: What other paragraphs quote: it is not quoted again.

    Returns:
        A statement for each paper that can be quoted or pointed to, with exact offsets. Papers that have neither a
        sentence nor a title which reports are left out.
    """
    chosen = [_Chosen(paper, topic, bank, said) for paper in papers]
    chosen = [one for one in chosen if one.settings]
    if words is not None:
        _fit(chosen, words)
        chosen = [one for one in chosen if one.is_in]
    if order == "time":
        chosen.sort(key=lambda one: (one.paper.record.year is None, one.paper.record.year or 0))
    statements: list[Statement] = []
    openings: list[Opening] = []
    for one in chosen:
        for setting in [_varied(one.settings, openings), *one.more]:
            openings.append(setting.opening)
            statements.append(stated(setting, one.paper, judge))
    return statements


class _Chosen:
    """A paper with what may be quoted of it."""

    def __init__(self, paper: Paper, topic: str, bank: EvidenceBank, said: Collection[Citation]) -> None:
        self.paper = paper
        matches = [one for one in bank.matches(topic, [paper.key]) if one.sentence.where == "abstract"]
        new, is_again = unsaid(quotables(matches, paper.title), paper, said)
        # A sentence in another language than the text says nothing to its readers.
        found = new if is_foreign(topic) else [one for one in new if not _is_foreign(one.text, paper)]
        self._best = best_of(found, paper)
        if is_again and self._best and self._best.worth < _LEAST_WORTH:
            self._best = None
        self._others = [one for one in found if one is not self._best]
        self.settings = settings(self._best, paper) if self._best else _title(paper)
        self.is_in = True
        self.more: list[Setting] = []

    @property
    def length(self) -> int:
        """Words of its first sentence."""
        return len(self.settings[0].text.split())

    def add(self, room: int) -> int:
        """Quote a second sentence when there is a good one that fits, and say how long it is."""
        for one in self._others if self._best else ():
            setting = further(one, self.paper)
            length = len(setting.text.split())
            if one.worth >= _LEAST_WORTH and length <= room and not _overlap(setting, self.settings[0]):
                self.more.append(setting)
                return length
        return 0


def _fit(chosen: Sequence[_Chosen], words: int) -> None:
    """Leave out the last papers, or quote more of the first ones, until there are about so many words."""
    length = 0
    for at, one in enumerate(chosen):
        # Half a sentence too much is nearer than the whole sentence too little.
        one.is_in = at == 0 or length + one.length // 2 <= words
        length += one.length if one.is_in else 0
    for one in chosen:
        if words - length >= _ROOM:
            length += one.add(words - length)


def _overlap(left: Setting, right: Setting) -> bool:
    return left.citation.start < right.citation.end and right.citation.start < left.citation.end


def best_of(found: Sequence[Quotable], paper: Paper) -> Quotable | None:
    """The sentence to quote; None when all are too long to be read as a quote."""
    able = [one for one in found if is_readable(settings(one, paper)[0].citation.quote)]
    if not able:
        return None
    near = [one for one in able[:_CANDIDATES] if able[0].worth - one.worth <= _FRAGMENT_MATTERS]
    return next((one for one in near if _is_fragment(settings(one, paper)[0], one)), near[0])


def _is_fragment(setting: Setting, one: Quotable) -> bool:
    """Whether the paper's own verb stands before the quote."""
    return one.framed.start > 0 and setting.citation.start == one.start + one.framed.start


def _is_foreign(text: str, paper: Paper) -> bool:
    """Whether a sentence is in another language; beside others that are, it must look like English."""
    return is_foreign(text) or (is_foreign(paper.abstract) and len(_ENGLISH.findall(text)) < _ENOUGH_ENGLISH)


def unsaid(found: Sequence[Quotable], paper: Paper, said: Collection[Citation]) -> tuple[list[Quotable], bool]:
    """The sentences of which nothing was quoted before, and whether something of the paper was."""
    quotes = [one for one in said if one.key == paper.key and one.where == "abstract"]
    new = [
        one
        for one in found
        if not any(quote.start < one.sentence.end and one.sentence.start < quote.end for quote in quotes)
    ]
    return new, bool(quotes)


def _title(paper: Paper) -> list[Setting]:
    """`See also`, with the title less what is no title."""
    title = title_without_orders(paper.title).strip()
    start = paper.title.find(title)
    if not title or start < 0:
        return []
    citation = Citation(key=paper.key, quote=title, start=start, end=start + len(title), where="title")
    return [pointed_to(paper, citation)]


def _varied(found: Sequence[Setting], openings: Sequence[Opening]) -> Setting:
    """The best way to set a sentence that does not begin as the ones before it do."""
    for setting in found:
        row = _IN_A_ROW if setting.opening == "name" else 1
        if list(openings[-row:]) != [setting.opening] * row:
            return setting
    return found[0]
