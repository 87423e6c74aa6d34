"""Did retrieval find the papers that hold the answer? By `ir_measures`, question by question.

All are between 0 and 1 and need a ranking of papers (not of chunks), best first; a paper that is there twice counts at
its first place. Relevant are the papers with a grade above 0, or where there are no grades the gold ones, with 1. They
do not apply where there is no ranking or nothing is relevant. What is not judged counts as not relevant, so all are
lower bounds where judgements are incomplete.
"""

from collections.abc import Mapping, Sequence

from evals.metrics.scores import not_applicable
from evals.types import Case, Score

__all__ = ["average_precision", "ndcg_10", "recall_10", "recall_100", "reciprocal_rank"]


def ndcg_10(case: Case) -> Score:
    """NDCG@10: gains of the first ten papers, discounted by the logarithm of their place, as a share of the best order.

    Source: Järvelin and Kekäläinen (2002), "Cumulated gain-based evaluation of IR techniques". The gain is the grade
    itself, as in trec_eval and BEIR; with 2^grade - 1 the number would be another where grades go beyond 1.
    """
    return _scored(case, "nDCG@10")


def average_precision(case: Case) -> Score:
    """Average precision: the mean of the precision at the place of each relevant paper; one not found adds 0.

    Source: Buckley and Voorhees (2000), "Evaluating evaluation measure stability". Its mean over questions is MAP. It
    depends on how deep the ranking goes.
    """
    return _scored(case, "AP")


def recall_10(case: Case) -> Score:
    """Recall@10: share of the relevant papers among the first ten. With more than ten relevant ones it cannot be 1."""
    return _scored(case, "R@10")


def recall_100(case: Case) -> Score:
    """Recall@100: share of the relevant papers among the first hundred; a shorter ranking is scored as it is."""
    return _scored(case, "R@100")


def reciprocal_rank(case: Case) -> Score:
    """Reciprocal rank: 1 / place of the first relevant paper, 0 when there is none. Its mean over questions is MRR.

    Source: Voorhees (1999), "The TREC-8 Question Answering Track Report". It depends on how deep the ranking goes.
    """
    return _scored(case, "RR")


def _scored(case: Case, measure: str) -> Score:
    grades = case.sample.relevance or dict.fromkeys(case.sample.gold_keys, 1)
    relevant = {key: grade for key, grade in grades.items() if grade > 0}
    if case.ranking is None or not relevant:
        return not_applicable("retrieval was not asked" if case.ranking is None else "no relevant papers are known")
    ranking = list(dict.fromkeys(case.ranking))
    found = sum(key in relevant for key in ranking)
    explanation = f"{found} of {len(relevant)} relevant papers among the {len(ranking)} found"
    return Score(value=_value(measure, relevant, ranking) if found else 0.0, explanation=explanation)


def _value(measure: str, relevant: Mapping[str, int], ranking: Sequence[str]) -> float:
    import ir_measures

    judgements = [ir_measures.Qrel("q", key, grade) for key, grade in relevant.items()]
    run = [ir_measures.ScoredDoc("q", key, float(-place)) for place, key in enumerate(ranking)]
    (found,) = ir_measures.iter_calc([ir_measures.parse_measure(measure)], judgements, run)
    return float(found.value)
