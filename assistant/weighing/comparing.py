"""One sentence beside papers: the quotes that it was most likely written from, and what a judge says of the two."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from assistant.evidence.bank import EvidenceBank
from assistant.guards.orders import title_without_orders, without_orders
from assistant.reading.asking import missing_names
from assistant.replies.attribution import others_called, without_attribution, years_called
from assistant.replies.quotations import quotations
from assistant.text import fold, without_fonts
from assistant.types import Citation, Label, Paper, Problem, Statement, Usage, Verdict
from assistant.verify import Judge
from assistant.weighing.speaking import beyond, evidence_in, speaking_of

__all__ = ["SHOWN", "Claimed", "Comparer", "contradicts", "false_quotation", "is_clear"]

SHOWN: frozenset[Label] = frozenset({"supported", "partly"})
"""Labels of statements that reach the reader."""
Claimed = Callable[[str, Iterable[Paper]], str]
"""What of a sentence the papers that it cites are to say: it loses what only they cannot say of themselves."""
_AROUND = ' :.,“”"'
_MARKS = re.compile(r"[\"'`]|<<|>>")
_ADDS = 0.02
"""A citation adds something when the score is higher with it by more than this."""
_CLEAR = 0.75
"""Score from which support is clear: less does not put one paper in the place of another that was cited."""


class Comparer:
    """Compares sentences with papers of a bank; what was compared once is not asked again."""

    def __init__(self, *, judge: Judge, bank: EvidenceBank, claimed: Claimed = without_attribution) -> None:
        """Nothing has been compared yet.

        Args:
            judge: Who says whether papers support a sentence.
            bank: The papers.
            claimed: What of a sentence is compared.
        """
        self._judge = judge
        self._bank = bank
        self._claimed = claimed
        self._as_evidence: dict[str, Paper] = {}
        self._judged: dict[tuple[str, tuple[str, ...]], Statement] = {}
        self.usage = Usage()
        """What asking the judge cost."""

    def compared(self, text: str, keys: tuple[str, ...]) -> Statement:
        """The sentence with the nearest quote of each paper, and the verdict on all of them together."""
        if (text, keys) not in self._judged:
            self._judged[text, keys] = self._newly_compared(text, keys)
        return self._judged[text, keys]

    def with_needed(self, statement: Statement) -> Statement:
        """Without citations that neither support it alone nor add to what the others support."""
        for citation in statement.citations:
            rest = tuple(one.key for one in statement.citations if one != citation)
            if rest and self.compared(statement.text, (citation.key,)).verdict.label != "supported":
                without = self.compared(statement.text, rest)
                adds = without.verdict.label != "supported" or statement.verdict.score - without.verdict.score > _ADDS
                statement = statement if adds else without
        return statement

    def _newly_compared(self, text: str, keys: tuple[str, ...]) -> Statement:
        said = self._claimed(text, [self._bank.papers[key] for key in keys])
        citations = tuple(self._quoting(said, one) for one in self._bank.best_per_paper(said, keys))
        # A paper that has nothing to quote supports nothing.
        papers = [self._read(one.key) for one in citations]
        verdict = self._refused(said, papers)
        if verdict is None:
            pieces = [without_fonts(piece) for one in papers for piece in speaking_of(said, one)]
            verdict = self._judge.judge(said, pieces)
            self.usage += verdict.usage or Usage()
        return Statement(text=text, citations=citations, verdict=verdict)

    def _quoting(self, said: str, citation: Citation) -> Citation:
        """The citation, or the one of the sentence from which the statement itself quotes, or of the title.

        The title is quoted when it holds every word of the statement and the abstract's nearest sentence does not.
        """
        title = self._read(citation.key).title
        if beyond(said, [citation.quote]) and not beyond(said, [title]):
            start = self._bank.papers[citation.key].title.find(title)
            if start >= 0:
                return Citation(key=citation.key, quote=title, start=start, end=start + len(title), where="title")
        for quote in quotations(said):
            if quote not in fold(citation.quote):
                sentences = (one for one in self._bank.sentences if one.key == citation.key and quote in fold(one.text))
                citation = next((one.citation for one in sentences), citation)
        return citation

    def _read(self, key: str) -> Paper:
        """A paper as it counts as evidence: what it tells its reader to do says nothing."""
        if key not in self._as_evidence:
            paper = self._bank.papers[key]
            title, abstract = title_without_orders(paper.title), without_orders(paper.abstract)
            self._as_evidence[key] = replace(paper, record=replace(paper.record, title=title, abstract=abstract))
        return self._as_evidence[key]

    def _refused(self, said: str, papers: Sequence[Paper]) -> Verdict | None:
        """What no judge needs to be asked about; None when one does."""
        problem: Problem = "not-stated"
        text = fold(" ".join(evidence_in(papers)))
        if not papers:
            reason = "no retrieved paper says this"
        elif said.startswith(":") and fold(said).strip(_AROUND) in {fold(one.title).strip(_AROUND) for one in papers}:
            reason = "it only names the paper"
        elif not all(one.abstract for one in papers) and (more := beyond(said, evidence_in(papers))):
            reason = f"of a cited paper only the title is known, and it does not say: {', '.join(more)}"
        elif names := missing_names(said, papers):
            problem, reason = "name-changed", f"the cited text does not name {', '.join(names)}"
        elif people := [one for one in others_called(said, papers) if fold(one) not in text]:
            problem, reason = (
                "name-changed",
                f"the cited text is not by {', '.join(people)} et al., and does not name them",
            )
        elif years := [one for one in years_called(said) if one not in text]:
            problem, reason = "number-changed", f"says {', '.join(years)}, which is no year of the cited text"
        elif quote := false_quotation(said, papers):
            reason = f"the cited text does not have the words “{quote}”"
        else:
            return None
        return Verdict(label="unsupported", score=0.0, judge=self._judge.name, reason=reason, problem=problem)


def is_clear(statement: Statement) -> bool:
    """True for support that does not leave it open whether the paper says it."""
    return statement.verdict.label == "supported" and statement.verdict.score >= _CLEAR


def contradicts(statement: Statement) -> bool:
    """True when the papers say the opposite."""
    return statement.verdict.label == "contradicted" or statement.verdict.problem == "negated"


def false_quotation(text: str, papers: Sequence[Paper]) -> str | None:
    """The first quotation of several words, folded, that stands in none of the papers; marks within it do not count."""
    texts = [f"{paper.title}\n{paper.abstract}" for paper in papers]
    present = [_without_marks(fold(one)) for text in texts for one in (text, without_fonts(text))]
    return next((one for one in quotations(text) if not any(_without_marks(one) in text for text in present)), None)


def _without_marks(folded: str) -> str:
    """Without quotation marks: within others they are written as single ones."""
    return " ".join(_MARKS.sub("", folded).split())
