"""What is counted. Each metric looks at one answer; a report takes the mean over the answers it applies to.

A metric that does not apply to an answer is None and counted apart, never 0 and never NaN. What each one counts, its
source and its traps are in the docstring of its function.
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from assistant.errors import UsageError
from evals.conventions import CONVENTIONS, Convention
from evals.metrics import abstention, answers, citations, cost, evidence, retrieval
from evals.metrics.abstention import risk_coverage
from evals.types import Metric, SetMetric

__all__ = [
    "METRICS",
    "METRIC_SETS",
    "SET_METRICS",
    "VERSION",
    "conventions_of",
    "metrics_of",
    "named",
    "risk_coverage",
]

VERSION = "2"
"""Raised whenever a metric counts differently, so that two runs are known not to be comparable."""

_PERCENTILE = re.compile(r"(.+)_p(\d+)")

_CITEWELL = (
    Metric(name="citation_recall", score=citations.citation_recall),
    Metric(name="citation_precision", score=citations.citation_precision),
    Metric(name="citation_f1", score=citations.citation_f1),
    Metric(name="unsupported_rate", score=citations.unsupported_rate, higher_is_better=False),
    Metric(name="faithfulness", score=evidence.faithfulness),
    Metric(name="quote_exactness", score=evidence.quote_exactness),
    Metric(name="citation_coverage", score=citations.citation_coverage),
    Metric(name="citation_concentration", score=citations.citation_concentration, higher_is_better=False),
    Metric(name="right_paper", score=evidence.right_paper),
    Metric(name="cited_relevant", score=evidence.cited_relevant),
    Metric(name="gold_recall", score=evidence.gold_recall),
    Metric(name="gold_span_recall", score=evidence.gold_span_recall),
    Metric(name="facts_stated", score=answers.facts_stated),
    Metric(name="all_facts", score=answers.all_facts),
    Metric(name="exact_match", score=answers.exact_match),
    Metric(name="token_f1", score=answers.token_f1),
    Metric(name="rouge_l", score=answers.rouge_l),
    Metric(name="abstained_when_unanswerable", score=abstention.abstained_when_unanswerable),
    Metric(name="answered_when_answerable", score=abstention.answered_when_answerable),
    Metric(name="abstention_accuracy", score=abstention.abstention_accuracy),
    Metric(name="ndcg_10", score=retrieval.ndcg_10),
    Metric(name="map", score=retrieval.average_precision),
    Metric(name="recall_100", score=retrieval.recall_100),
    Metric(name="recall_10", score=retrieval.recall_10),
    Metric(name="mrr", score=retrieval.reciprocal_rank),
    Metric(name="prompt_tokens", score=cost.prompt_tokens, share=False, higher_is_better=False),
    Metric(name="completion_tokens", score=cost.completion_tokens, share=False, higher_is_better=False),
    Metric(name="usd", score=cost.usd, share=False, higher_is_better=False),
    Metric(name="seconds", score=cost.seconds, percentiles=(50, 95), share=False, higher_is_better=False),
)

METRIC_SETS: Mapping[str, tuple[Metric, ...]] = MappingProxyType(
    {
        "citewell": _CITEWELL,
        "alce": (
            Metric(name="alce_citation_recall", score=citations.alce_recall),
            Metric(name="alce_citation_precision", score=citations.alce_precision),
            Metric(name="alce_citation_f1", score=citations.alce_f1),
            Metric(name="alce_str_em", score=answers.alce_str_em),
        ),
        "scholarqa": (
            Metric(name="scholarqa_citation_recall", score=citations.scholarqa_recall),
            Metric(name="scholarqa_citation_precision", score=citations.scholarqa_precision),
            Metric(name="scholarqa_citation_f1", score=citations.scholarqa_f1),
        ),
        "autosurvey": (
            Metric(name="autosurvey_citation_recall", score=citations.autosurvey_recall),
            Metric(name="autosurvey_citation_precision", score=citations.autosurvey_precision),
            Metric(name="autosurvey_citation_f1", score=citations.autosurvey_f1),
        ),
    }
)
"""By the name of the set, which is also that of the convention by which it counts citations; in order of report."""

METRICS: tuple[Metric, ...] = tuple(metric for found in METRIC_SETS.values() for metric in found)
"""All metrics of one answer."""

SET_METRICS: tuple[SetMetric, ...] = (
    SetMetric(
        name="aurc",
        value=abstention.aurc,
        counted=lambda results: len(risk_coverage(results)),
        higher_is_better=False,
    ),
)
"""Measures of all answers together."""


def metrics_of(sets: Sequence[str]) -> tuple[Metric, ...]:
    """The metrics of these sets, in their order, each once.

    Raises:
        UsageError: There is no set of such a name.
    """
    return tuple({metric.name: metric for name in _known(sets) for metric in METRIC_SETS[name]}.values())


def conventions_of(sets: Sequence[str]) -> tuple[Convention, ...]:
    """The conventions by which the statements must be checked for these sets, each once.

    Raises:
        UsageError: There is no set of such a name.
    """
    return tuple(CONVENTIONS[name] for name in dict.fromkeys(_known(sets)))


def named(name: str) -> Metric | SetMetric | None:
    """The metric that a name in a report is of, also as a percentile (`seconds_p95`); None when there is none."""
    found: dict[str, Metric | SetMetric] = {
        **{one.name: one for one in METRICS},
        **{one.name: one for one in SET_METRICS},
    }
    if name in found:
        return found[name]
    percentile = _PERCENTILE.fullmatch(name)
    of = found.get(percentile[1]) if percentile else None
    return of if percentile and isinstance(of, Metric) and int(percentile[2]) in of.percentiles else None


def _known(sets: Sequence[str]) -> Sequence[str]:
    if unknown := [name for name in sets if name not in METRIC_SETS]:
        raise UsageError(f"There is no metric set {unknown[0]!r}. The sets are: {', '.join(METRIC_SETS)}.")
    return sets
