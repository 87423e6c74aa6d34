"""What is counted. Each metric looks at one answer; a report takes the mean over the answers it applies to.

A metric that does not apply to an answer is None and counted apart, never 0 and never NaN. The citation metrics of ALCE
are in `evals.alce`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from assistant.types import Citation, cited_keys
from evals.alce import citation_f1, citation_precision, citation_recall
from evals.facts import states
from evals.types import Case, Papers, Score

__all__ = ["METRICS", "VERSION", "Metric"]

VERSION = "1"
"""Raised whenever a metric counts differently, so that two runs are known not to be comparable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A named measure of one answer."""

    name: str
    score: Callable[[Case], Score]
    percentiles: tuple[int, ...] = ()
    """Reported besides the mean, as `name_p50`."""
    share: bool = True
    """Whether values lie between 0 and 1, higher being better."""


def quote_exactness(case: Case) -> Score:
    """Share of citations whose quote is exactly the stored text at the offsets it gives.

    Of the abstract or the title, as the citation says. Every citation counts, also a second one of the same paper. An
    empty quote, offsets out of range and a paper that is not in the library count 0: nothing can be shown for them.
    """
    citations = [one for statement in case.answer.statements for one in statement.citations]
    if case.answer.abstained or not citations:
        return _not_applicable("abstained" if case.answer.abstained else "nothing is cited")
    return _share([_is_exact(one, case.papers) for one in citations], "quotes are exact")


def right_paper(case: Case) -> Score:
    """1 when at least one cited paper is a gold one, else 0; an abstention on a question with gold papers is 0.

    One right paper among many wrong ones scores 1: read it with `cited_relevant`.
    """
    if not case.sample.gold_keys:
        return _not_applicable("no gold papers")
    return _yes_or_no(not _cited(case).isdisjoint(case.sample.gold_keys))


def cited_relevant(case: Case) -> Score:
    """Share of the cited papers that are gold ones, each paper once. Does not apply where nothing is cited.

    Gold lists are seldom complete: a paper not on the list may be relevant, so this is a lower bound.
    """
    cited = _cited(case)
    if not case.sample.gold_keys or not cited:
        return _not_applicable("nothing is cited" if case.sample.gold_keys else "no gold papers")
    return _share([key in case.sample.gold_keys for key in sorted(cited)], "cited papers are gold")


def gold_recall(case: Case) -> Score:
    """Share of the gold papers that are cited; an abstention on a question with gold papers is 0."""
    if not case.sample.gold_keys:
        return _not_applicable("no gold papers")
    cited = _cited(case)
    return _share([key in cited for key in case.sample.gold_keys], "gold papers are cited")


def facts_stated(case: Case) -> Score:
    """Share of the facts asked for that the answer states in one of the given wordings.

    Like ALCE's string match (STR-EM), with the boundaries of `evals.facts.states`. Only statements are searched: not
    the citation markers, whose keys hold years and names, nor the reason of an abstention, which states nothing (0).
    """
    if not case.sample.facts:
        return _not_applicable("no facts")
    stated = _stated(case)
    missing = [wordings[0] for wordings, one in zip(case.sample.facts, stated, strict=True) if not one]
    return Score(
        value=sum(stated) / len(stated),
        explanation=f"missing: {'; '.join(missing)}" if missing else "every fact is stated",
    )


def all_facts(case: Case) -> Score:
    """1 when every fact asked for is stated, else 0; an abstention is 0."""
    return _yes_or_no(all(_stated(case))) if case.sample.facts else _not_applicable("no facts")


def abstained_when_unanswerable(case: Case) -> Score:
    """1 when the system abstained on a question that the library cannot answer, 0 when it answered.

    Read it with `answered_when_answerable`: a system that always abstains has 1 here.
    """
    if case.sample.answerable is not False:
        return _not_applicable("not known to be unanswerable")
    return _yes_or_no(case.answer.abstained)


def answered_when_answerable(case: Case) -> Score:
    """1 when the system answered, rightly or wrongly, a question that the library can answer, 0 when it abstained."""
    if case.sample.answerable is not True:
        return _not_applicable("not known to be answerable")
    return _yes_or_no(not case.answer.abstained)


def abstention_accuracy(case: Case) -> Score:
    """1 when the system abstained exactly if the question is unanswerable, else 0.

    It moves with the share of unanswerable questions: with one in ten, never abstaining scores 0.9.
    """
    if case.sample.answerable is None:
        return _not_applicable("not known whether it is answerable")
    return _yes_or_no(case.answer.abstained != case.sample.answerable)


def prompt_tokens(case: Case) -> Score:
    """Tokens sent to the model for this answer, as the model counts them; 0 when no model was called."""
    return Score(value=float(case.answer.usage.prompt))


def completion_tokens(case: Case) -> Score:
    """Tokens that the model wrote for this answer, as the model counts them."""
    return Score(value=float(case.answer.usage.completion))


def usd(case: Case) -> Score:
    """Price of this answer in US dollars. Does not apply where no price is known, which is not the same as free."""
    price = case.answer.usage.usd
    return _not_applicable("no price is known for the model") if price is None else Score(value=price)


def seconds(case: Case) -> Score:
    """Wall time of this answer, as the system measured it, without the time of the judge.

    The first answer of a run includes loading what is loaded on first use: with few samples p95 is about that.
    """
    return Score(value=case.answer.seconds.total)


METRICS: tuple[Metric, ...] = (
    Metric(name="citation_recall", score=citation_recall),
    Metric(name="citation_precision", score=citation_precision),
    Metric(name="citation_f1", score=citation_f1),
    Metric(name="quote_exactness", score=quote_exactness),
    Metric(name="right_paper", score=right_paper),
    Metric(name="cited_relevant", score=cited_relevant),
    Metric(name="gold_recall", score=gold_recall),
    Metric(name="facts_stated", score=facts_stated),
    Metric(name="all_facts", score=all_facts),
    Metric(name="abstained_when_unanswerable", score=abstained_when_unanswerable),
    Metric(name="answered_when_answerable", score=answered_when_answerable),
    Metric(name="abstention_accuracy", score=abstention_accuracy),
    Metric(name="prompt_tokens", score=prompt_tokens, share=False),
    Metric(name="completion_tokens", score=completion_tokens, share=False),
    Metric(name="usd", score=usd, share=False),
    Metric(name="seconds", score=seconds, percentiles=(50, 95), share=False),
)
"""All metrics, in the order in which they are reported."""


def _cited(case: Case) -> frozenset[str]:
    return frozenset() if case.answer.abstained else frozenset(cited_keys(case.answer.statements))


def _stated(case: Case) -> list[bool]:
    text = "" if case.answer.abstained else " ".join(statement.text for statement in case.answer.statements)
    return [states(text, wordings) for wordings in case.sample.facts]


def _is_exact(citation: Citation, papers: Papers) -> bool:
    paper = papers(citation.key)
    if paper is None:
        return False
    text = paper.abstract if citation.where == "abstract" else paper.title
    in_range = 0 <= citation.start < citation.end <= len(text)
    return in_range and text[citation.start : citation.end] == citation.quote


def _share(marks: list[bool], of_what: str) -> Score:
    return Score(value=sum(marks) / len(marks), explanation=f"{sum(marks)} of {len(marks)} {of_what}")


def _yes_or_no(holds: bool) -> Score:
    return Score(value=float(holds))


def _not_applicable(why: str) -> Score:
    return Score(value=None, explanation=why)
