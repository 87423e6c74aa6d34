"""Sentences that compare papers: all of them are cited, or the sentence is not shown."""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.evidence.bank import EvidenceBank
from assistant.evidence.passages import PromptPassage
from assistant.export.references import author_names, short_name
from assistant.quoting.setting import person_of
from assistant.replies.claims import Claim
from assistant.types import Paper, Repair, Statement, cited_keys
from assistant.verify import Judge
from assistant.writing.checking import Checker, Failure
from assistant.writing.own_draft import OWN_KEY
from assistant.writing.voice import in_third_person

__all__ = ["ComparisonChecker", "called_papers", "papers_compared"]

_CUE = re.compile(
    r"\b(?:than|(?:out|under)perform(?:s|ed|ing)?|surpass(?:es|ed)?|exceeds?|beats?|compar(?:ed|able|ing|ison)"
    r"|differs?|different from|similar(?:ly)? to|just as|(?:builds?|improves?|relies|based) (?:up)?on|extends?|while"
    r"|adopts?|follow(?:s|ing))\b",
    re.IGNORECASE,
)
"""Words by which a paper may be set beside another one, if the sentence calls that one by name."""
_CONTRAST = re.compile(
    r"\b(?:unlike|whereas|(?:in|by) contrast|contrary to|opposed to|contrasts? with|conversely|likewise|similarly)\b",
    re.IGNORECASE,
)
"""Words by which the papers that a sentence cites are set side by side."""
_OPENING = re.compile(
    r"(?:similarly|likewise|conversely|equally|by comparison|(?:in|by) (?:contrast|comparison)|on the other hand"
    r"|(?:un)?like (?:this|these|those|the (?:former|previous|first))|in the same (?:way|vein|spirit)"
    r"|(?:in contrast|compared|similar|contrary) (?:to|with) (?:this|these|those|the (?:former|previous|first)))\b",
    re.IGNORECASE,
)
"""How a sentence begins that sets what it says beside the sentence before it."""
_BOTH = re.compile(r"\b(?:both|(?:the|these) two) (?:papers|studies|works|articles|surveys)\b", re.IGNORECASE)
_WORDS_OF_A_NAME = 3
_SHORTEST_NAME = 3


def called_papers(text: str, papers: Sequence[Paper]) -> frozenset[str]:
    """Keys of the papers that a sentence calls by the name before the colon of their title, or by their authors."""
    return frozenset(one.key for one in papers if any(_stands_in(name, text) for name in _names(one, papers)))


def papers_compared(
    text: str, papers: Sequence[Paper], *, cited: Sequence[str], before: Sequence[str] = ()
) -> tuple[str, ...]:
    """Keys of the papers that a sentence sets side by side, in the order of `papers`; fewer than two when it does not.

    Args:
        text: The sentence.
        papers: Those that it may speak of.
        cited: What it cites, or what was written to be cited.
        before: What the sentence before it cites.
    """
    called = called_papers(text, papers)
    sides = set(called) if len(called) > 1 else set()
    if _CONTRAST.search(text) or (called and _CUE.search(text)):
        sides |= {*cited, *called}
    if not sides - set(cited) and _OPENING.match(text) and set(cited).isdisjoint(before):
        sides |= {*cited, *before}
    return tuple(one.key for one in papers if one.key in sides)


class ComparisonChecker(Checker):
    """Lets no sentence pass that compares papers and cites only one of them, and none that calls their work ours."""

    def __init__(self, *, judge: Judge, bank: EvidenceBank, passages: Sequence[PromptPassage]) -> None:
        super().__init__(judge=judge, bank=bank, passages=passages)
        self._shown_papers = [bank.papers[one.key] for one in passages]
        self._before: tuple[str, ...] = ()

    def check(self, claim: Claim) -> Statement | Failure:
        """As `Checker.check`; what compares papers cites all of them when together they support it, or fails.

        A sentence that says `we` of the papers that it cites is put into the third person.
        """
        said = claim if self._is_own(claim) else replace(claim, text=in_third_person(claim.text))
        found = self._checked(said)
        if said == claim or isinstance(found, Failure):
            return found
        told = Repair(change="rewritten", before=claim.text, reason="it spoke of the work of others as ours")
        return replace(found, text=self._named(claim.text, found), repairs=(told, *found.repairs))

    def _is_own(self, claim: Claim) -> bool:
        """True for what tells of the user's own draft."""
        cited = self.known(claim.cites) or [one.key for one in self._shown_papers]
        return OWN_KEY in cited

    def _named(self, text: str, found: Statement) -> str:
        """With the authors' name for `we` where the statement rests on one paper and does not name it yet."""
        paper, *others = (self._bank.papers[key] for key in cited_keys([found]))
        is_clear = others or short_name(paper) in text or person_of(paper) == "one"
        return found.text if is_clear else in_third_person(text, short_name(paper))

    def _checked(self, claim: Claim) -> Statement | Failure:
        found = super().check(claim)
        if isinstance(found, Failure):
            return found
        resting = cited_keys([found])
        written = tuple(dict.fromkeys([*resting, *self.known(claim.cites)]))
        sides = papers_compared(claim.text, self._shown_papers, cited=written, before=self._before)
        self._before = resting
        if _BOTH.search(claim.text) and len({*resting, *sides}) < 2:  # noqa: PLR2004 - because that is what both are
            reason = "it speaks of two papers and rests on one"
            return Failure(statement=found, cited=self.as_written(claim), problem="not-stated", reason=reason)
        if len(sides) < 2 or set(sides) <= set(resting):  # noqa: PLR2004 - because two are compared
            return found
        together = self._comparer.compared(claim.text, sides)
        if together.verdict.label == "supported":
            return self._with_all(together, found, claim)
        names = " with ".join(short_name(self._bank.papers[key]) for key in sides)
        reason = f"it compares {names}, and together they do not support it"
        return Failure(statement=together, cited=self.as_written(claim), problem="not-stated", reason=reason)

    def _with_all(self, together: Statement, found: Statement, claim: Claim) -> Statement:
        """The statement with every side cited, and a word on what was put in."""
        as_written = self.as_written(claim)
        kept = tuple(one for one in found.repairs if one.change != "citation-removed")
        added = [one.key for one in together.citations if one.key not in as_written]
        if not added:
            return replace(together, repairs=kept)
        told = Repair(
            change="reattributed" if as_written else "attributed",
            before="; ".join(as_written),
            reason=f"it compares papers and did not cite {', '.join(added)}",
        )
        return replace(together, repairs=(*kept, told))


def _names(paper: Paper, papers: Sequence[Paper]) -> list[str]:
    """What a sentence may call a paper; by its authors only when no other paper has the same."""
    names = [short_name(paper)] if sum(short_name(one) == short_name(paper) for one in papers) == 1 else []
    own, colon, _ = paper.title.partition(":")
    if colon and len(own.split()) <= _WORDS_OF_A_NAME and len(own.strip()) >= _SHORTEST_NAME:
        names.append(own.strip())
    if paper.record.authors:
        authors = author_names(paper)
        is_only = sum(author_names(one) == authors for one in papers) == 1
        names += [authors] if is_only and authors != paper.record.authors[0].family else []
    return names


def _stands_in(name: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None
