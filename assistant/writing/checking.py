"""A sentence that a model wrote becomes a statement that may be shown, or a failure that says what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.evidence.bank import EvidenceBank
from assistant.evidence.passages import PromptPassage
from assistant.export.references import short_name
from assistant.guards.orders import title_without_orders, without_orders
from assistant.reading.asking import missing_names, named_papers
from assistant.replies.attribution import others_called, without_attribution, years_called
from assistant.replies.claims import Claim
from assistant.replies.languages import is_foreign
from assistant.replies.quotations import quotations
from assistant.text import fold
from assistant.types import Change, Citation, Dropped, Label, Paper, Problem, Repair, Statement, Usage, Verdict
from assistant.verify import Judge
from assistant.writing.speaking import beyond, evidence_in, speaking_of

SHOWN: frozenset[Label] = frozenset({"supported", "partly"})
"""Labels of statements that reach the reader."""
_AROUND = ' :.,“”"'
_ADDS = 0.02
"""A citation adds something when the score is higher with it by more than this."""
_CLEAR = 0.75
"""Score from which support is clear: less does not put one paper in the place of another that the model cited."""
_PAPERS_TRIED = 3
"""So many of the nearest papers may turn out to be what a statement rests on."""
_NAMED_TOGETHER = frozenset({2, 3})
"""So many papers that a statement calls by name are tried together, as when it compares them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A sentence that is not supported."""

    statement: Statement
    """As it was written: with the nearest quotes of the papers that it cites, and the verdict on these."""
    cited: tuple[str, ...]
    """Keys of papers, or names that are none."""
    problem: Problem
    reason: str

    @property
    def dropped(self) -> Dropped:
        """The account of it when it is left out."""
        return Dropped(
            text=self.statement.text,
            reason=self.reason,
            problem=self.problem,
            cited=self.cited,
            verdict=replace(self.statement.verdict, problem=self.problem, reason=self.reason),
        )

    @property
    def kept(self) -> Statement:
        """The sentence when it is shown although nothing supports it."""
        verdict = replace(self.statement.verdict, problem=self.problem, reason=self.reason)
        return replace(self.statement, verdict=verdict)


class Checker:
    """Compares sentences with what they cite, for one prompt: only the papers in it may be cited."""

    def __init__(self, *, judge: Judge, bank: EvidenceBank, passages: Sequence[PromptPassage]) -> None:
        self._judge = judge
        self._bank = bank
        keys = [one.key for one in passages]
        # A number of the prompt goes before a key that looks like it.
        self._keys = {key: key for key in keys} | {str(one.number): one.key for one in passages}
        self._papers = keys
        self.names = {name: short_name(bank.papers[key]) for name, key in self._keys.items()}
        """What may be cited, numbers and keys, with what each paper is called in a sentence."""
        self._as_evidence: dict[str, Paper] = {}
        self._judged: dict[tuple[str, tuple[str, ...]], Statement] = {}
        self.usage = Usage()
        """What asking the judge cost."""

    def known(self, names: Sequence[str]) -> tuple[str, ...]:
        """Keys of the papers among names, each once."""
        return tuple(dict.fromkeys(self._keys[name] for name in names if name in self._keys))

    def as_written(self, claim: Claim) -> tuple[str, ...]:
        """What a claim cites: keys of papers, or names that are none, each once."""
        return tuple(dict.fromkeys(self._keys.get(name, name) for name in claim.cites))

    def nearest(self, text: str) -> Citation | None:
        """The sentence of the passages that is nearest to a text."""
        return next((match.sentence.citation for match in self._bank.matches(text, self._papers)), None)

    def check(self, claim: Claim) -> Statement | Failure:
        """Find out what a sentence rests on.

        A sentence keeps the citations that support it. Where they do not, the papers that it calls by name are cited if
        they support it together, or else one of the nearest papers if that alone does. What a paper supports partly
        stands only when the model itself cited that paper, or cited none and called that one by name. Another paper
        than the cited one must support it clearly unless the statement calls that one by name, and so must any paper
        when one before it contradicts it.
        """
        cited = self.known(claim.cites)
        unknown = tuple(name for name in claim.cites if name not in self._keys)
        as_written = self.as_written(claim)
        written = self._compared(claim.text, cited)
        if written.verdict.label == "supported":
            return _noted(self._with_needed(written), as_written, unknown)
        tried = []
        for keys in self._candidates(claim.text, cited):
            tried.append(self._compared(claim.text, keys))
            if is_clear(tried[-1]) or self._may_rest_on(keys, written, tried):
                return _moved(self._with_needed(tried[-1]), written, as_written, unknown)
        if written.verdict.label in SHOWN:
            return _noted(written, as_written, unknown)
        if called := self._partly_said_of(claim, tried):
            return _moved(called, written, as_written, unknown)
        return _failure(written, tried, as_written, unknown)

    def _candidates(self, text: str, cited: Sequence[str]) -> list[tuple[str, ...]]:
        """Keys of papers that a sentence may rest on: the ones that it calls by name, and each of the nearest ones."""
        named = named_papers([self._bank.papers[key] for key in self._papers], text)
        together = tuple(key for key in self._papers if key in named)
        nearest = dict.fromkeys(match.sentence.key for match in self._bank.matches(text, self._papers))
        groups = [together] if len(together) in _NAMED_TOGETHER else []
        groups += [(key,) for key in list(nearest)[:_PAPERS_TRIED]]
        return [group for group in groups if set(group) != set(cited)]

    def _may_rest_on(self, keys: Sequence[str], written: Statement, tried: Sequence[Statement]) -> bool:
        """True when support by these papers, tried last, is enough although it may not be clear."""
        if tried[-1].verdict.label != "supported":
            return False
        cited = {one.key for one in written.citations}
        if set(keys) <= cited:
            return True
        named = named_papers([self._bank.papers[key] for key in self._papers], written.text)
        is_other = bool(cited) and not (set(keys) <= set(named) and cited.isdisjoint(named))
        return not is_other and not any(_contradicts(one) for one in (written, *tried))

    def _partly_said_of(self, claim: Claim, tried: Sequence[Statement]) -> Statement | None:
        """What cites nothing and calls one paper by name, when that paper supports it partly."""
        named = named_papers([self._bank.papers[key] for key in self._papers], claim.text)
        for one in tried:
            is_of_it = len(named) == 1 and {citation.key for citation in one.citations} == named
            if not claim.cites and is_of_it and one.verdict.label == "partly" and one.verdict.problem is None:
                return one
        return None

    def _with_needed(self, statement: Statement) -> Statement:
        """Without citations that neither support it alone nor add to what the others support."""
        for citation in statement.citations:
            rest = tuple(one.key for one in statement.citations if one != citation)
            if rest and self._compared(statement.text, (citation.key,)).verdict.label != "supported":
                without = self._compared(statement.text, rest)
                adds = without.verdict.label != "supported" or statement.verdict.score - without.verdict.score > _ADDS
                statement = statement if adds else without
        return statement

    def _compared(self, text: str, keys: tuple[str, ...]) -> Statement:
        if (text, keys) not in self._judged:
            self._judged[text, keys] = self._newly_compared(text, keys)
        return self._judged[text, keys]

    def _newly_compared(self, text: str, keys: tuple[str, ...]) -> Statement:
        said = without_attribution(text, [self._bank.papers[key] for key in keys])
        citations = tuple(self._quoting(said, one) for one in self._bank.best_per_paper(said, keys))
        # A paper that has nothing to quote supports nothing.
        papers = [self._read(one.key) for one in citations]
        verdict = self._refused(said, papers)
        if verdict is None:
            verdict = self._judge.judge(said, [piece for one in papers for piece in speaking_of(said, one)])
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
        elif quote := _false_quotation(said, papers):
            reason = f"the cited text does not have the words “{quote}”"
        else:
            return None
        return Verdict(label="unsupported", score=0.0, judge=self._judge.name, reason=reason, problem=problem)


def is_clear(statement: Statement) -> bool:
    """True for support that does not leave it open whether the paper says it."""
    return statement.verdict.label == "supported" and statement.verdict.score >= _CLEAR


def _contradicts(statement: Statement) -> bool:
    return statement.verdict.label == "contradicted" or statement.verdict.problem == "negated"


def _noted(statement: Statement, as_written: Sequence[str], unknown: Sequence[str]) -> Statement:
    """The statement with a word on the citations that it has no more."""
    left = {one.key for one in statement.citations}
    idle = [name for name in as_written if name not in left and name not in unknown]
    reasons = [f"there is no passage {', '.join(unknown)}"] if unknown else []
    reasons += [f"the statement does not rest on {', '.join(idle)}"] if idle else []
    if not reasons:
        return statement
    return _repaired(statement, "citation-removed", as_written, "; ".join(reasons))


def _moved(found: Statement, written: Statement, as_written: Sequence[str], unknown: Sequence[str]) -> Statement:
    """The statement with the papers that support it in the place of those that were cited."""
    keys = {one.key for one in found.citations}
    if keys <= set(as_written):
        others = ", ".join(name for name in as_written if name not in keys)
        return _repaired(found, "citation-removed", as_written, f"the statement does not rest on {others}")
    if not as_written:
        return _repaired(found, "attributed", (), "it cited nothing")
    if len(unknown) == len(as_written):
        return _repaired(found, "reattributed", as_written, f"unknown key: there is no passage {', '.join(unknown)}")
    return _repaired(
        found, "reattributed", as_written, f"wrong paper: {written.verdict.reason or 'it does not say it'}"
    )


def _repaired(statement: Statement, change: Change, before: Sequence[str], reason: str) -> Statement:
    repair = Repair(change=change, before="; ".join(before), reason=reason)
    return replace(statement, repairs=(*statement.repairs, repair))


def _failure(
    written: Statement, tried: Sequence[Statement], as_written: tuple[str, ...], unknown: Sequence[str]
) -> Failure:
    verdict = written.verdict
    reason = verdict.reason or verdict.label
    problem = _problem(verdict)
    if not written.citations:
        nearest = max(tried, key=lambda one: one.verdict.score, default=None)
        if nearest and nearest.verdict.problem and nearest.verdict.problem != problem:
            problem = nearest.verdict.problem
            keys = ", ".join(one.key for one in nearest.citations)
            reason += f"; the nearest, {keys}: {nearest.verdict.reason}"
    elif problem == "not-stated" and (partly := next((one for one in tried if one.verdict.label in SHOWN), None)):
        problem = "wrong-paper"
        reason += f"; a part of it is said by {', '.join(one.key for one in partly.citations)}"
    if unknown:
        problem = problem if written.citations else "unknown-key"
        reason = f"cites {', '.join(unknown)}, which is no passage; {reason}"
    if is_foreign(written.text):
        reason += "; the check reads English, and this seems to be in another language"
    return Failure(statement=written, cited=as_written, problem=problem, reason=reason)


def _problem(verdict: Verdict) -> Problem:
    return verdict.problem or ("negated" if verdict.label == "contradicted" else "not-stated")


def _false_quotation(text: str, papers: Sequence[Paper]) -> str | None:
    """The first quotation of several words, folded, that stands in none of the papers."""
    present = [fold(f"{paper.title}\n{paper.abstract}") for paper in papers]
    return next((quote for quote in quotations(text) if not any(quote in one for one in present)), None)
