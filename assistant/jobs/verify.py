"""Verify: a draft's sentences -> the papers that they cite -> verdicts -> what is wrong, and what says it instead."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from time import perf_counter

from assistant.errors import CitewellError, LimitReached, ServiceError
from assistant.evidence.bank import EvidenceBank
from assistant.export.references import short_name
from assistant.jobs.ask import AskParts
from assistant.library.keys import near_keys
from assistant.retrieve import find_papers
from assistant.text import content_stems
from assistant.types import (
    Citation,
    Document,
    DraftSentence,
    Filter,
    Mention,
    Paper,
    Problem,
    Statement,
    Usage,
    Verdict,
)
from assistant.types.findings import CitedKey, Finding, Findings, State
from assistant.weighing.claimed import claimed, names_only
from assistant.weighing.comparing import false_quotation, is_clear
from assistant.weighing.parts import Part, parts_of
from assistant.weighing.weigher import Weighed, Weigher

__all__ = ["verify"]

OnProgress = Callable[[int, int], None]
"""(sentences done, sentences in all)."""
_FAILURES = 3
"""After so many failures one after the other the judge is not asked any more."""
_PAPERS_TRIED = 4
"""So many of the papers found may turn out to be the one that says it."""
_CERTAIN, _BETTER_BY = 0.9, 0.25
"""Score of a paper that was meant in the place of one that supports a sentence too, and by how much it is better."""
_LEAST_SAID = 4
"""Words that carry content in what one paper can be told from another by: `Methods for editing.` is said by many."""


def verify(
    document: Document, parts: AskParts, *, on_progress: OnProgress | None = None, suggest: bool = True
) -> Findings:
    """Compare each sentence of a draft with the papers that it cites.

    A sentence is judged as a whole against all of its papers, and part by part where it cites in several places. When
    the judge fails at one sentence the others are judged all the same.

    Args:
        document: The draft.
        parts: What it is done with; no model writes.
        on_progress: Told after each sentence.
        suggest: Look in the library for a paper that says what the cited ones do not.

    Raises:
        ServiceError: The judge failed before anything was judged.
        LimitReached: A limit does not allow the first call of the judge.
    """
    began = perf_counter()
    verifying = _Verifying(document, parts, suggest=suggest)
    sentences = document.sentences
    found = []
    for number, sentence in enumerate(sentences, start=1):
        found.append(verifying.finding(sentence))
        if on_progress:
            on_progress(number, len(sentences))
    if verifying.failure and not any(one.state == "judged" for one in found):
        raise verifying.failure
    return Findings(
        document=document,
        findings=tuple(found),
        papers=tuple(verifying.papers.values()),
        judge=parts.judge.name,
        usage=verifying.usage,
        seconds=perf_counter() - began,
        note=f"Some sentences could not be checked: {verifying.failure}" if verifying.failure else "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Instead:
    """A paper that says what the cited ones do not."""

    paper: Paper
    citation: Citation


class _Verifying:
    """One draft from its first sentence to its last."""

    def __init__(self, document: Document, parts: AskParts, *, suggest: bool) -> None:
        self._document = document
        self._parts = parts
        self._suggest = suggest
        self._resolved = {key: parts.lookup(key) for key in document.keys}
        self.papers = {paper.key: paper for paper in self._resolved.values() if paper}
        self._weigher = Weigher(judge=parts.judge, bank=EvidenceBank(self.papers.values(), parts.embedder))
        self._held: list[str] | None = None
        self._spent = Usage()
        self._failed = 0
        self.failure: CitewellError | None = None
        """Why a sentence could not be checked, the first time that one could not."""

    @property
    def usage(self) -> Usage:
        return self._weigher.usage + self._spent

    def finding(self, sentence: DraftSentence) -> Finding:
        text = " ".join(sentence.said(self._called).split())
        if sentence.is_ignored:
            return self._finding(sentence, text, "ignored")
        if not sentence.mentions:
            return self._finding(sentence, text, "uncited")
        cited = [paper for key in sentence.keys if (paper := self._resolved[key])]
        if not cited:
            return self._of_unknown(sentence, text)
        if names_only(text, cited):
            return self._finding(sentence, text, "no-claim")
        return self._judged(sentence, text, tuple(dict.fromkeys(paper.key for paper in cited)))

    def _judged(self, sentence: DraftSentence, text: str, keys: tuple[str, ...]) -> Finding:
        if self._is_over:
            return replace(self._finding(sentence, text, "unchecked"), reason="the judge had failed before")
        try:
            weighed = self._weigher.weigh(text, keys, self._parted(sentence, text))
            instead = None
            if self._suggest and not is_clear(weighed.statement):
                instead = self._instead(text, keys, weighed.statement)
        except (ServiceError, LimitReached) as error:
            self._failed += 1
            self.failure = self.failure or error
            return replace(self._finding(sentence, text, "unchecked"), reason=str(error))
        self._failed = 0
        return self._with_verdict(self._finding(sentence, text, "judged", weighed), weighed, instead)

    def _with_verdict(self, finding: Finding, weighed: Weighed, instead: _Instead | None) -> Finding:
        verdict = weighed.statement.verdict
        problem: Problem | None = None if verdict.label == "supported" else verdict.problem
        reason = verdict.reason
        misquotes = verdict.label != "supported" and self._misquotes(finding)
        if instead:
            problem, reason = "wrong-paper", f"{short_name(instead.paper)} says it, which is not cited; {reason}"
            if verdict.label == "supported":
                verdict = replace(verdict, label="unsupported", problem=problem, reason=reason)
            self.papers.setdefault(instead.paper.key, instead.paper)
        if finding.unknown:
            problem, reason = "unknown-key", f"{_no_paper(finding.unknown)}; of the others: {reason}"
        return replace(
            finding,
            citations=weighed.statement.citations,
            verdict=verdict,
            problem=problem,
            reason=reason,
            instead=instead.citation if instead else None,
            misquotes=misquotes,
        )

    def _misquotes(self, finding: Finding) -> bool:
        papers = [self.papers[one.key] for one in finding.keys if one.key]
        return false_quotation(claimed(finding.text, papers), papers) is not None

    def _of_unknown(self, sentence: DraftSentence, text: str) -> Finding:
        """A sentence none of whose keys a paper has; perhaps a paper of the library says it all the same."""
        finding = self._finding(sentence, text, "judged")
        reason = _no_paper(finding.unknown)
        instead = None
        if self._suggest and not self._is_over:
            with suppress(ServiceError, LimitReached):  # what is wrong is known without a judge
                instead = self._instead(" ".join(sentence.said(lambda _: "They").split()), ())
        if instead:
            reason = f"{reason}; {short_name(instead.paper)} says this"
            self.papers.setdefault(instead.paper.key, instead.paper)
        verdict = Verdict(
            label="unsupported", score=0.0, judge=self._parts.judge.name, reason=reason, problem="unknown-key"
        )
        return replace(
            finding,
            verdict=verdict,
            problem="unknown-key",
            reason=reason,
            instead=instead.citation if instead else None,
        )

    @property
    def _is_over(self) -> bool:
        """True when the judge need not be asked any more."""
        return self._failed >= _FAILURES or isinstance(self.failure, LimitReached)

    def _instead(self, text: str, cited: Sequence[str], statement: Statement | None = None) -> _Instead | None:
        """The paper of the library that clearly says a sentence, if it is none of those cited.

        Where these support it, though not clearly, the other one must say it so much better that its key was meant.
        """
        wanted = claimed(text, [self.papers[key] for key in cited])
        if len(set(content_stems(wanted))) < _LEAST_SAID:
            return None
        found = find_papers(
            wanted, search=self._parts.search, lookup=self._parts.lookup, limit=_PAPERS_TRIED, where=Filter()
        )
        others = {one.paper.key: one.paper for one in found if one.paper.key not in cited}
        bank = EvidenceBank(others.values(), self._parts.embedder)
        nearest = dict.fromkeys(match.sentence.key for match in bank.matches(wanted))
        weigher = Weigher(judge=self._parts.judge, bank=bank)
        try:
            tried = (weigher.weigh(wanted, (key,)).statement for key in nearest)
            said = next((one for one in tried if is_clear(one) and _is_better(one, statement)), None)
        finally:
            self._spent += weigher.usage
        return _Instead(paper=others[said.citations[0].key], citation=said.citations[0]) if said else None

    def _parted(self, sentence: DraftSentence, text: str) -> tuple[Part, ...]:
        """The parts of a sentence that papers of the library are cited for."""
        found = parts_of(sentence, self._document.source, text)
        known = [replace(part, keys=self._known(part.keys)) for part in found]
        return tuple(known) if all(part.keys for part in known) else ()

    def _known(self, written: Sequence[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(paper.key for key in written if (paper := self._resolved[key])))

    def _called(self, written: str) -> str:
        """What a sentence calls the paper of a key that is a part of it."""
        paper = self._resolved[written]
        return short_name(paper) if paper else f"@{written}"

    def _finding(self, sentence: DraftSentence, text: str, state: State, weighed: Weighed | None = None) -> Finding:
        first = {one.key: one for one in reversed(sentence.mentions)}
        keys = tuple(self._cited(key, first[key], weighed) for key in sentence.keys)
        return Finding(sentence=sentence, text=text, state=state, keys=keys)

    def _cited(self, written: str, mention: Mention, weighed: Weighed | None) -> CitedKey:
        line = self._document.line_of(mention.start)
        paper = self._resolved[written]
        if paper is None:
            return CitedKey(written=written, key=None, line=line, use="unknown", near=self._near(written))
        use = weighed.uses[paper.key] if weighed else "untold"
        return CitedKey(written=written, key=paper.key, line=line, use=use)

    def _near(self, written: str) -> tuple[str, ...]:
        """Keys that may have been meant, the nearest first."""
        if self._held is None:
            self._held = list(self._parts.keys(Filter()))
        return near_keys(written, self._held)


def _is_better(other: Statement, cited: Statement | None) -> bool:
    """True when a paper says something that those cited do not, or says it better by far."""
    if cited is None or cited.verdict.label != "supported":
        return True
    return other.verdict.score >= _CERTAIN and other.verdict.score - cited.verdict.score >= _BETTER_BY


def _no_paper(unknown: Sequence[CitedKey]) -> str:
    keys = ", ".join(one.written for one in unknown)
    return f"no paper has the key {keys}" if len(unknown) == 1 else f"no papers have the keys {keys}"
