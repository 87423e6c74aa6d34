"""Do the citations support what is said? Recall and precision of citations, as several conventions count them.

Source: Gao, Yen, Yu and Chen (2023), "Enabling Large Language Models to Generate Text with Citations", EMNLP 2023, the
section on automatic evaluation. With the statements S of an answer that count, and C(s) what s counts as citing:

- recall = share of S that cite something and are supported by all of C(s) together.
- precision = share of the citations, over all of S, that are of use. A citation is of no use when its statement is not
  supported, or when it is irrelevant: it alone does not support the statement, and without it the others still do. Two
  papers that only together support a statement are both of use; two that each support it are too.
- F1 = their harmonic mean for this answer; 0 when both are 0. The mean over answers is not the harmonic mean of the two
  means; papers report either under this name.

All are between 0 and 1, per answer; a report takes the mean over answers, so a long answer weighs no more than a short
one. What S and C(s) are is what `evals.conventions` says: compare numbers of one convention only. An answer that
abstained, is empty, or of which nothing counts, has none of them and is left out of the mean and counted. Support is
full support: `partly` is none. The numbers depend on the judge; where it also checked the answer while that was
written, recall says how often it agrees with itself.
"""

from collections import Counter
from collections.abc import Callable, Sequence

from assistant.types import cited_keys
from evals.conventions import CONVENTIONS
from evals.metrics.scores import judge_failed, not_applicable, share
from evals.types import Case, Score, StatementCheck

__all__ = [
    "alce_f1",
    "alce_precision",
    "alce_recall",
    "autosurvey_f1",
    "autosurvey_precision",
    "autosurvey_recall",
    "citation_concentration",
    "citation_coverage",
    "citation_f1",
    "citation_precision",
    "citation_recall",
    "scholarqa_f1",
    "scholarqa_precision",
    "scholarqa_recall",
    "unsupported_rate",
]


def citation_recall(case: Case) -> Score:
    """Share of statements that have citations and are supported by the concatenation of what they cite.

    As ALCE defines it, with every statement counted: one without a citation is not supported.
    """
    return _scored(case, "citewell", _recall)


def citation_precision(case: Case) -> Score:
    """Share of citations that are of use to a supported statement; 0 when nothing is cited.

    As ALCE defines it, with every citation counted: those of a statement that cites a paper which is not there are
    imprecise.
    """
    return _scored(case, "citewell", _precision)


def citation_f1(case: Case) -> Score:
    """Harmonic mean of this answer's citation recall and precision; 0 when both are 0.

    The mean over answers is not the harmonic mean of the two means; papers report either under this name.
    """
    return _scored(case, "citewell", _f1)


def alce_recall(case: Case) -> Score:
    """Citation recall as ALCE's script counts (Gao et al., 2023): of many citations the first three are used."""
    return _scored(case, "alce", _recall)


def alce_precision(case: Case) -> Score:
    """Citation precision as ALCE's script counts (Gao et al., 2023): 0 when nothing is cited.

    Of many citations of a statement the first three are used. Where one of them names no document, all of them are left
    out of the share: inventing does not lower it.
    """
    return _scored(case, "alce", _precision)


def alce_f1(case: Case) -> Score:
    """Harmonic mean of this answer's recall and precision as ALCE's script counts; ALCE itself reports the two."""
    return _scored(case, "alce", _f1)


def scholarqa_recall(case: Case) -> Score:
    """Citation recall as ScholarQABench counts (Asai et al., 2024): without sentences under 50 characters.

    An uncited sentence stands as citing what the one before it cites, so this is mostly higher than by ALCE's script.
    """
    return _scored(case, "scholarqa", _recall)


def scholarqa_precision(case: Case) -> Score:
    """Citation precision as ScholarQABench counts (Asai et al., 2024); 0 when nothing is cited.

    Citations that carry over to uncited sentences count in each of them.
    """
    return _scored(case, "scholarqa", _precision)


def scholarqa_f1(case: Case) -> Score:
    """Harmonic mean of this answer's recall and precision as ScholarQABench counts.

    The "cite F1" of its tables; whether those are means over answers or of two means its paper does not say.
    """
    return _scored(case, "scholarqa", _f1)


def autosurvey_recall(case: Case) -> Score:
    """Citation recall as AutoSurvey counts (Wang et al., 2024): over the statements that have a citation.

    Leaving citations out cannot lower it. It does not apply where nothing is cited.
    """
    return _scored(case, "autosurvey", _recall)


def autosurvey_precision(case: Case) -> Score:
    """Citation precision as AutoSurvey counts (Wang et al., 2024); does not apply where nothing is cited."""
    return _scored(case, "autosurvey", _precision)


def autosurvey_f1(case: Case) -> Score:
    """Harmonic mean of this answer's recall and precision as AutoSurvey counts; AutoSurvey itself reports the two."""
    return _scored(case, "autosurvey", _f1)


def unsupported_rate(case: Case) -> Score:
    """Share of statements that cite something which does not support them, or which is not there. Lower is better.

    This is what misleads a reader: a citation that looks like proof. 1 - recall is more, because there a statement
    without any citation is a fault too; recall, this rate and the share of uncited statements add up to 1.
    """
    return _scored(case, "citewell", _unsupported)


def citation_coverage(case: Case) -> Score:
    """Share of statements that have a citation, whatever it is worth.

    High coverage is easy to have: cite anything. Read it with precision; and read recall of cited statements only with
    this.
    """
    if case.answer.abstained or not case.answer.statements:
        return not_applicable("abstained" if case.answer.abstained else "the answer is empty")
    return share([bool(one.citations) for one in case.answer.statements], "statements have a citation")


def citation_concentration(case: Case) -> Score:
    """Herfindahl index of the cited papers: the sum of the squares of their shares of all citations. Lower is better.

    Between 1/n for n papers cited equally often and 1 for one paper (Hirschman, 1945; Herfindahl, 1950). A paper counts
    once in each statement that cites it. An answer of one statement cannot be spread, and where one paper holds the
    answer, 1 is right: compare the means of systems over the same questions.
    """
    times = Counter(key for statement in case.answer.statements for key in cited_keys([statement]))
    if case.answer.abstained or not times:
        return not_applicable("abstained" if case.answer.abstained else "nothing is cited")
    total = times.total()
    papers = "paper" if len(times) == 1 else "papers"
    return Score(
        value=sum((count / total) ** 2 for count in times.values()),
        explanation=f"{total} citations of {len(times)} {papers}",
    )


def _scored(case: Case, convention: str, value: Callable[[Sequence[StatementCheck], str], Score]) -> Score:
    if case.answer.abstained:
        return not_applicable("abstained")
    if case.checks is None:
        return judge_failed(case.judge_error)
    if not case.answer.statements:
        return not_applicable("the answer is empty")
    checks = case.checks.get(convention, ())
    return value(checks, convention) if checks else not_applicable(f"no statement counts by {convention}")


def _recall(checks: Sequence[StatementCheck], _: str) -> Score:
    return share([check.supported for check in checks], "statements are supported")


def _precision(checks: Sequence[StatementCheck], convention: str) -> Score:
    left_out = CONVENTIONS[convention].invented == "left out"
    useful = [
        check.supported and not one.irrelevant
        for check in checks
        if not (left_out and _invents(check))
        for one in check.citations
    ]
    return share(useful, "citations are of use") if useful else Score(value=0.0, explanation="no citation counts")


def _f1(checks: Sequence[StatementCheck], convention: str) -> Score:
    recall, precision = _recall(checks, convention).value or 0.0, _precision(checks, convention).value or 0.0
    total = recall + precision
    return Score(value=2 * recall * precision / total if total else 0.0)


def _unsupported(checks: Sequence[StatementCheck], _: str) -> Score:
    return share(
        [bool(check.citations) and not check.supported for check in checks],
        "statements cite what does not support them",
    )


def _invents(check: StatementCheck) -> bool:
    return not all(one.known for one in check.citations)
