"""A sentence that a model wrote becomes a statement that may be shown, or a failure that says what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.evidence.bank import EvidenceBank
from assistant.evidence.passages import PromptPassage
from assistant.export.references import short_name
from assistant.reading.asking import named_papers
from assistant.replies.claims import Claim
from assistant.replies.languages import is_foreign
from assistant.types import Change, Citation, Dropped, Problem, Repair, Statement, Usage, Verdict
from assistant.verify import Judge
from assistant.weighing.comparing import SHOWN, Comparer, contradicts, is_clear

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
        self._bank = bank
        self._comparer = Comparer(judge=judge, bank=bank)
        keys = [one.key for one in passages]
        # A number of the prompt goes before a key that looks like it.
        self._keys = {key: key for key in keys} | {str(one.number): one.key for one in passages}
        self._papers = keys
        self.names = {name: short_name(bank.papers[key]) for name, key in self._keys.items()}
        """What may be cited, numbers and keys, with what each paper is called in a sentence."""

    @property
    def usage(self) -> Usage:
        """What asking the judge cost."""
        return self._comparer.usage

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
        written = self._comparer.compared(claim.text, cited)
        if written.verdict.label == "supported":
            return _noted(self._comparer.with_needed(written), as_written, unknown)
        tried = []
        for keys in self._candidates(claim.text, cited):
            tried.append(self._comparer.compared(claim.text, keys))
            if is_clear(tried[-1]) or self._may_rest_on(keys, written, tried):
                return _moved(self._comparer.with_needed(tried[-1]), written, as_written, unknown)
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
        return not is_other and not any(contradicts(one) for one in (written, *tried))

    def _partly_said_of(self, claim: Claim, tried: Sequence[Statement]) -> Statement | None:
        """What cites nothing and calls one paper by name, when that paper supports it partly."""
        named = named_papers([self._bank.papers[key] for key in self._papers], claim.text)
        for one in tried:
            is_of_it = len(named) == 1 and {citation.key for citation in one.citations} == named
            if not claim.cites and is_of_it and one.verdict.label == "partly" and one.verdict.problem is None:
                return one
        return None


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
