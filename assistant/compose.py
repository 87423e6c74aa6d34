"""Writing with a chat model: prompt within a token budget, and statements checked one by one as they arrive."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter

from assistant.asking import missing_names
from assistant.attribution import without_attribution
from assistant.evidence import EvidenceBank
from assistant.export.references import short_name
from assistant.llm import ChatModel
from assistant.replies import LONGEST_CLAIM, Claim, stream_claims
from assistant.text import QUESTION_WORDS, content_stems, fold
from assistant.types import Dropped, OnEvent, Paper, Statement, Usage
from assistant.verify import Judge
from vectorstore.tokens import count_tokens, truncate_tokens

PROMPT_TOKENS = 6_000
"""Passages together, so that the prompt fits models with small windows."""
NO_ANSWER = "NOT IN THE LIBRARY"
_SHORTEST = 3
"""Claims of fewer words ("Sure!") are no statements."""
_QUOTATION = re.compile(r"[“\"„«]([^“”\"„«»]+)[”\"“»]")
_WORDS_OF_A_QUOTATION = 3
_SHOWN = frozenset({"supported", "partly"})
_TITLE_TOKENS = 100
_LAYOUT_TOKENS = 12
"""Number, year and brackets of a passage in the prompt."""
_ADDS = 0.02
"""A citation adds something when the score is higher with it by more than this."""
_SHOWN_OF_A_LONG_ONE = 200
_PAPERS_TRIED = 3
"""So many of the nearest papers may turn out to be what a statement rests on."""


@dataclass(slots=True)
class Written:
    """What a model wrote, as far as it survived."""

    statements: list[Statement] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)
    generate: float = 0.0
    """Seconds spent waiting for the model."""
    verify: float = 0.0
    """Seconds spent checking."""
    declined: bool = False
    """The model said that the passages hold no answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptPassage:
    """A paper as a prompt shows it."""

    number: int
    key: str
    title: str
    authors: str
    year: int | None
    text: str


def prompt_passages(papers: Sequence[Paper], *, budget: int = PROMPT_TOKENS) -> list[PromptPassage]:
    """Number papers from 1 and give each its abstract until the budget is used up; the last one may be cut."""
    passages: list[PromptPassage] = []
    left = budget
    for number, paper in enumerate(papers, start=1):
        title = truncate_tokens(_plain(paper.title), _TITLE_TOKENS)
        left -= count_tokens(title) + _LAYOUT_TOKENS
        text = truncate_tokens(_plain(paper.abstract), max(left, 0))
        left -= count_tokens(text)
        if left < 0 or (paper.abstract and not text):
            break
        family = paper.record.authors[0].family if paper.record.authors else "Anonymous"
        more = " et al." if len(paper.record.authors) > 1 or paper.record.et_al else ""
        passages.append(
            PromptPassage(
                number=number, key=paper.key, title=title, authors=family + more, year=paper.record.year, text=text
            )
        )
    return passages


class Writer:
    """Asks a model and lets through only what the judge accepts."""

    def __init__(self, *, model: ChatModel, judge: Judge, bank: EvidenceBank) -> None:
        self._model = model
        self._judge = judge
        self._bank = bank

    def write(self, prompt: str, passages: Sequence[PromptPassage], on_event: OnEvent | None = None) -> Written:
        """Ask once; once more when nothing in the reply could be used.

        Args:
            prompt: What the model is sent.
            passages: The papers in it, all of them in the bank: only these may be cited.
            on_event: Called with each statement as soon as it has passed.

        Raises:
            ServiceError: The model failed, perhaps after statements were announced; there is no result then.
        """
        written = self._attempt(prompt, passages, on_event)
        if not written.statements and not written.declined:
            again = self._attempt(prompt, passages, on_event)
            again.dropped[:0] = [one for one in written.dropped if one not in again.dropped]
            again.usage += written.usage
            again.generate += written.generate
            again.verify += written.verify
            return again
        return written

    def _attempt(self, prompt: str, passages: Sequence[PromptPassage], on_event: OnEvent | None) -> Written:
        written = Written()
        keys = {one.key: one.key for one in passages} | {str(one.number): one.key for one in passages}
        called = {name: short_name(self._bank.papers[key]) for name, key in keys.items()}
        for claim in stream_claims(self._pieces(prompt, written), called):
            began = perf_counter()
            if _declines(claim.text):
                written.declined = True
            elif len(claim.text.split()) < _SHORTEST:
                written.dropped.append(Dropped(text=claim.text, reason="too short to be a statement"))
            else:
                self._take(claim, keys, written, on_event)
            written.verify += perf_counter() - began
        written.declined = written.declined and not written.statements
        return written

    def _pieces(self, prompt: str, written: Written) -> Iterator[str]:
        began = perf_counter()
        for delta in self._model.stream(prompt):
            written.generate += perf_counter() - began
            if delta.usage:
                written.usage += delta.usage
            yield delta.text
            began = perf_counter()

    def _take(self, claim: Claim, keys: Mapping[str, str], written: Written, on_event: OnEvent | None) -> None:
        if claim.is_cut:
            reason = f"it goes on for more than {LONGEST_CLAIM:,} characters"
            written.dropped.append(Dropped(text=claim.text[:_SHOWN_OF_A_LONG_ONE] + " …", reason=reason))
            return
        if any(fold(one.text) == fold(claim.text) for one in written.statements):
            written.dropped.append(Dropped(text=claim.text, reason="said before"))
            return
        unknown = ", ".join(name for name in claim.cites if name not in keys)
        cited = list(dict.fromkeys(keys[name] for name in claim.cites if name in keys))
        statement = self._supported(claim.text, cited, list(dict.fromkeys(keys.values())))
        if statement.verdict.label in _SHOWN:
            written.statements.append(statement)
            if unknown:
                reason = f"only its citation of {unknown}: there is no such passage"
                written.dropped.append(Dropped(text=claim.text, reason=reason))
            if on_event:
                on_event(statement)
            return
        why = f"cites {unknown}, which is no passage; " if unknown else ""
        written.dropped.append(
            Dropped(text=claim.text, reason=why + (statement.verdict.reason or statement.verdict.label))
        )

    def _supported(self, text: str, cited: Sequence[str], keys: Sequence[str]) -> Statement:
        """The statement with the citations it names, or with another of the papers that supports it.

        What a paper supports partly stands only when the model itself cited that paper.
        """
        named = self._judged(text, cited)
        if named.verdict.label == "supported":
            return self._with_needed(named)
        nearest = dict.fromkeys(match.sentence.key for match in self._bank.matches(text, keys))
        for key in list(nearest)[:_PAPERS_TRIED]:
            found = self._judged(text, [key])
            if found.verdict.label == "supported":
                return found
        return named

    def _with_needed(self, statement: Statement) -> Statement:
        """Without citations that neither support it alone nor add to what the others support."""
        for citation in statement.citations:
            rest = [one.key for one in statement.citations if one != citation]
            if rest and self._judged(statement.text, [citation.key]).verdict.label != "supported":
                without = self._judged(statement.text, rest)
                adds = without.verdict.label != "supported" or statement.verdict.score - without.verdict.score > _ADDS
                statement = statement if adds else without
        return statement

    def _judged(self, text: str, keys: Sequence[str]) -> Statement:
        papers = [self._bank.papers[key] for key in keys]
        said = without_attribution(text, papers)
        citations = tuple(self._bank.best_per_paper(said, keys))
        # The evidence of a paper is its abstract, or its title when that is all there is.
        evidence = [paper.abstract or paper.title for paper in papers]
        verdict = self._judge.judge(said, evidence)
        if not keys:
            verdict = replace(verdict, label="unsupported", score=0.0, reason="no retrieved paper says this")
        elif any(one.where == "title" for one in citations) and (more := _beyond(said, evidence)):
            reason = f"of a cited paper only the title is known, and it does not say: {', '.join(more)}"
            verdict = replace(verdict, label="unsupported", score=0.0, reason=reason)
        elif names := missing_names(said, papers):
            reason = f"the cited text does not name {', '.join(names)}"
            verdict = replace(verdict, label="unsupported", score=0.0, reason=reason)
        elif quote := _false_quotation(said, papers):
            reason = f"the cited text does not have the words {quote!r}"
            verdict = replace(verdict, label="unsupported", score=0.0, reason=reason)
        return Statement(text=text, citations=citations, verdict=verdict)


def _false_quotation(text: str, papers: Sequence[Paper]) -> str | None:
    """The first quotation of several words that stands in none of the papers."""
    present = [fold(f"{paper.title}\n{paper.abstract}") for paper in papers]
    for match in _QUOTATION.finditer(text):
        quote = fold(match.group(1)).strip(" .,;!?")
        if len(quote.split()) >= _WORDS_OF_A_QUOTATION and not any(quote in one for one in present):
            return match.group(1)
    return None


def _declines(text: str) -> bool:
    return NO_ANSWER in text or fold(text).strip(" .!\"'") == NO_ANSWER.lower()


def _beyond(text: str, evidence: Sequence[str]) -> list[str]:
    """Stems of the words that carry content and do not stand in the evidence."""
    present = set(content_stems(" ".join(evidence)))
    return [stem for stem in content_stems(text, leave_out=QUESTION_WORDS) if stem not in present]


def _plain(text: str) -> str:
    """One line, without characters that act on a terminal or a prompt's layout."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
