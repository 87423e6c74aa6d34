"""A sentence of a draft against the papers that it cites: together, each one alone, and part by part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.evidence.bank import EvidenceBank
from assistant.replies.attribution import others_called
from assistant.types import Label, Statement, Usage, Verdict
from assistant.types.findings import Use
from assistant.verify import Judge
from assistant.weighing.claimed import claimed, is_of_own_work
from assistant.weighing.comparing import SHOWN, Comparer, is_clear
from assistant.weighing.differences import difference
from assistant.weighing.parts import Part, clauses_of
from assistant.weighing.speaking import evidence_in

__all__ = ["Weighed", "Weigher"]

_SHOWN_OF_A_PART = 80
_MAY_BE_OF_SEVERAL = frozenset({None, "not-stated"})
"""Problems that go away where each clause is said in another place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What the cited papers say of a sentence."""

    statement: Statement
    """With the nearest quote of each paper and the verdict; of a sentence that was taken apart that of its weakest
    part."""
    uses: Mapping[str, Use]
    """What each paper does for it, by key."""


class Weigher:
    """Weighs sentences against papers of a bank."""

    def __init__(self, *, judge: Judge, bank: EvidenceBank) -> None:
        self._comparer = Comparer(judge=judge, bank=bank, claimed=claimed)
        self._papers = bank.papers

    @property
    def usage(self) -> Usage:
        """What asking the judge cost."""
        return self._comparer.usage

    def weigh(self, text: str, keys: tuple[str, ...], parts: Sequence[Part] = ()) -> Weighed:
        """Find out whether a sentence rests on papers.

        Args:
            text: The sentence as plain text; names by which it calls the papers may stand in it.
            keys: The papers, at least one.
            parts: Where it cites in several places, what stands with each; their keys are some of `keys`.
        """
        known = tuple(key for key in keys if self._papers[key].abstract)
        whole = self._comparer.compared(text, known or keys)
        if known and known != keys and whole.verdict.label != "supported":
            with_titles = self._comparer.compared(text, keys)
            whole = with_titles if with_titles.verdict.label == "supported" else whole
        apart = self._taken_apart(whole, parts) if parts else whole
        if apart.verdict.label != "supported" and apart.verdict.problem in _MAY_BE_OF_SEVERAL:
            apart = self._by_clauses(apart, known)
        if apart.verdict.label != "supported" and known != keys:
            apart = replace(apart, verdict=self._unread(apart, keys, known))
        elif apart.verdict.label == "unsupported" and is_of_own_work(text):
            apart = replace(apart, verdict=_own_work(apart.verdict))
        if apart.verdict.label in SHOWN:
            apart = self._beside_what_differs(apart, known or keys)
        if apart.verdict.label == "partly" and is_of_own_work(text):
            apart = replace(apart, verdict=_own_work(apart.verdict))
        quoted = {one.key: one for one in (*self._comparer.compared(text, keys).citations, *apart.citations)}
        statement = replace(apart, text=text, citations=tuple(quoted[key] for key in keys if key in quoted))
        return Weighed(statement=statement, uses=self._uses(statement, keys, parts))

    def _taken_apart(self, whole: Statement, parts: Sequence[Part]) -> Statement:
        """Each part beside its own papers; what only the paper of another part says has its key in the wrong place."""
        own = [self._comparer.compared(part.text, part.keys) for part in parts]
        weakest = min(own, key=lambda one: one.verdict.score)
        if all(one.verdict.label == "supported" for one in own):
            return weakest
        every = {key for part in parts for key in part.keys}
        for part, one in zip(parts, own, strict=True):
            others = [self._comparer.compared(part.text, (key,)) for key in every.difference(part.keys)]
            if one.verdict.label != "supported" and (said_by := next(filter(is_clear, others), None)):
                where = said_by.citations[0]
                reason = (
                    f"“{_short(part.text)}” is what {where.key} says, which is cited in another place: ‘{where.quote}’"
                )
                verdict = replace(one.verdict, label="unsupported", problem="wrong-paper", reason=reason)
                return replace(one, verdict=verdict)
        if whole.verdict.label == "supported":
            return whole
        reason = f"of “{_short(weakest.text)}”: {weakest.verdict.reason}"
        return replace(weakest, verdict=replace(weakest.verdict, reason=reason))

    def _beside_what_differs(self, statement: Statement, keys: tuple[str, ...]) -> Statement:
        """The statement, not supported where a number or a word of it stands against one of the papers."""
        papers = [self._papers[key] for key in keys]
        found = difference(
            claimed(statement.text, papers), [one.quote for one in statement.citations], evidence_in(papers)
        )
        if found is None:
            return statement
        label: Label = "contradicted" if found.problem == "negated" else "unsupported"
        verdict = replace(statement.verdict, label=label, score=0.0, problem=found.problem, reason=found.reason)
        return replace(statement, verdict=verdict)

    def _by_clauses(self, whole: Statement, keys: tuple[str, ...]) -> Statement:
        """The weakest clause when one of the papers supports each of them, else the sentence as it is."""
        best = [
            max((self._comparer.compared(clause, (key,)) for key in keys), key=lambda one: one.verdict.score)
            for clause in (clauses_of(claimed(whole.text, [self._papers[key] for key in keys])) if keys else ())
        ]
        if not best or any(one.verdict.label != "supported" for one in best):
            return whole
        return min(best, key=lambda one: one.verdict.score)

    def _unread(self, statement: Statement, keys: Sequence[str], known: Sequence[str]) -> Verdict:
        """The verdict where a cited paper has no abstract: it may say what the others do not."""
        unread = [key for key in keys if key not in known]
        people = others_called(claimed(statement.text, []), [self._papers[key] for key in keys])
        texts = " ".join(self._papers[key].title + self._papers[key].abstract for key in keys)
        if strangers := [one for one in people if one not in texts]:
            reason = f"the cited paper is not by {', '.join(strangers)} et al."
            return replace(statement.verdict, label="unsupported", problem="name-changed", reason=reason)
        reason = f"the library has no abstract of {', '.join(unread)}, and the title does not say it"
        return replace(statement.verdict, label="unverifiable", problem=None, reason=reason)

    def _uses(self, statement: Statement, keys: tuple[str, ...], parts: Sequence[Part]) -> dict[str, Use]:
        if len(keys) == 1:
            is_unread = statement.verdict.label == "unverifiable" and not self._papers[keys[0]].abstract
            alone: Use = "no-abstract" if is_unread else "supports" if statement.verdict.label in SHOWN else "untold"
            return {keys[0]: alone}
        saying = {key for key in keys if self._says_some_of(statement.text, key, parts)}
        uses: dict[str, Use] = {}
        for key in keys:
            if key in saying:
                uses[key] = "supports"
            elif not self._papers[key].abstract:
                uses[key] = "no-abstract"
            elif saying:
                uses[key] = "adds-nothing"
            else:  # together they may say what none says alone
                uses[key] = "supports" if statement.verdict.label == "supported" else "untold"
        return uses

    def _says_some_of(self, text: str, key: str, parts: Sequence[Part]) -> bool:
        said = claimed(text, [self._papers[key]])
        pieces = (text, *(part.text for part in parts), *clauses_of(said))
        return any(self._comparer.compared(piece, (key,)).verdict.label in SHOWN for piece in pieces)


def _own_work(verdict: Verdict) -> Verdict:
    reason = "it speaks of your own work, of which the cited abstract says nothing"
    return replace(verdict, label="unverifiable", problem=None, reason=reason)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_OF_A_PART else text[: _SHOWN_OF_A_PART - 1].rstrip() + "…"
