"""Is the answer right? Compared with the facts and the answers that a data set holds to be right."""

import re
import string
from collections import Counter
from collections.abc import Callable

from evals.facts import states
from evals.metrics.scores import not_applicable, yes_or_no
from evals.types import Case, Score

__all__ = ["alce_str_em", "all_facts", "exact_match", "facts_stated", "rouge_l", "token_f1"]

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ROUGE_TOKEN = re.compile(r"[a-z0-9]+")


def facts_stated(case: Case) -> Score:
    """Share of the facts asked for that the answer states in one of the given wordings.

    Like ALCE's string match (STR-EM), with the boundaries of `evals.facts.states`. Only statements are searched: not
    the citation markers, whose keys hold years and names, nor the reason of an abstention, which states nothing (0).
    """
    if not case.sample.facts:
        return not_applicable("no facts")
    text = _said(case)
    return _facts(case, [states(text, wordings) for wordings in case.sample.facts])


def all_facts(case: Case) -> Score:
    """1 when every fact asked for is stated, else 0; an abstention is 0."""
    if not case.sample.facts:
        return not_applicable("no facts")
    text = _said(case)
    return yes_or_no(all(states(text, wordings) for wordings in case.sample.facts))


def alce_str_em(case: Case) -> Score:
    """Share of the facts of which a wording is part of the answer, as ALCE counts (STR-EM; Gao et al., 2023).

    After SQuAD's normalisation: lower case, no punctuation, no articles. It knows no borders of words: `5` is part of
    `15`, and `1.5` is the same as `15`; `facts_stated` does better. A wording that is nothing but punctuation or an
    article is part of no text here (of every text in ALCE's script).
    """
    if not case.sample.facts:
        return not_applicable("no facts")
    text = _normalised(_said(case))
    return _facts(
        case,
        [any(bare in text for one in wordings if (bare := _normalised(one))) for wordings in case.sample.facts],
    )


def exact_match(case: Case) -> Score:
    """1 when the answer is one of the right answers, else 0.

    Source: Rajpurkar, Zhang, Lopyrev and Liang (2016), "SQuAD", EMNLP: lower case, without punctuation, the articles
    a, an, the, and repeated white space. Markers are no part of the answer. It is made for answers of a few words:
    whole sentences nearly always score 0. An abstention on a question that has an answer is 0; it does not apply where
    the question is known to have none.
    """
    return _best(case, lambda said, right: float(_normalised(said) == _normalised(right)))


def token_f1(case: Case) -> Score:
    """Harmonic mean of the precision and recall of the answer's words against a right answer; the best over them.

    Source: Rajpurkar et al. (2016), "SQuAD", with its normalisation. Words count as often as they occur, in any order,
    so a sentence and its negation are nearly the same to it. Between 0 and 1; an answer longer than the right one loses
    precision. An abstention on a question that has an answer is 0.
    """
    return _best(case, _token_f1)


def rouge_l(case: Case) -> Score:
    """ROUGE-L: harmonic mean of the shares of both texts that their longest common subsequence has.

    Source: Lin (2004), "ROUGE: A Package for Automatic Evaluation of Summaries". Equal to `rougeL` of the package
    rouge-score without a stemmer: words are runs of a-z and 0-9 in lower case, so text in other scripts scores 0. ALCE
    reports `rougeLsum` with a stemmer, which is another number. The best over the right answers is taken. Function
    words are common to all texts, so unrelated ones in the same language do not score 0. An abstention on a question
    that has an answer does.
    """
    return _best(case, _rouge_l)


def _said(case: Case) -> str:
    """The answer's words; a name in a list stands behind the question (as in QAMPARI), which is no part of them."""
    if case.answer.abstained:
        return ""
    asked = f"{case.answer.question} "
    return " ".join(statement.text.removeprefix(asked) for statement in case.answer.statements)


def _facts(case: Case, stated: list[bool]) -> Score:
    missing = [wordings[0] for wordings, one in zip(case.sample.facts, stated, strict=True) if not one]
    return Score(
        value=sum(stated) / len(stated),
        explanation=f"missing: {'; '.join(missing)}" if missing else "every fact is stated",
    )


def _best(case: Case, likeness: Callable[[str, str], float]) -> Score:
    if case.sample.answerable is False or not case.sample.answers:
        return not_applicable("no right answers" if not case.sample.answers else "the question has no answer")
    if case.answer.abstained:
        return Score(value=0.0, explanation="abstained")
    said = _said(case)
    best, right = max(((likeness(said, one), one) for one in case.sample.answers), key=lambda pair: pair[0])
    return Score(value=best, answer=said, explanation=f"nearest: {right}")


def _normalised(text: str) -> str:
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def _token_f1(said: str, right: str) -> float:
    ours, theirs = Counter(_normalised(said).split()), Counter(_normalised(right).split())
    if not ours or not theirs:
        return float(ours == theirs)
    return 2 * (ours & theirs).total() / (ours.total() + theirs.total())


def _rouge_l(said: str, right: str) -> float:
    from rapidfuzz.distance import LCSseq

    ours, theirs = _ROUGE_TOKEN.findall(said.lower()), _ROUGE_TOKEN.findall(right.lower())
    if not ours or not theirs:
        return 0.0
    return 2 * LCSseq.similarity(ours, theirs) / (len(ours) + len(theirs))
