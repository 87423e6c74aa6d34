"""Citation recall and precision as ALCE defines them.

Source: Gao, Yen, Yu and Chen (2023), "Enabling Large Language Models to Generate Text with Citations", EMNLP 2023, the
section on automatic evaluation. Scores are per answer; a report takes their mean over answers (macro-average), so a
long answer weighs no more than a short one.

What is counted where the definition leaves room, or the authors' published script differs from it:

- A statement is one of `Answer.statements`. All are counted, however short: no minimum of characters.
- A statement without a citation is not supported (recall 0 for it) and adds nothing to precision.
- A paper cited twice in one statement is one citation. The published script counts it twice.
- All citations of a statement are used. The published script reads only the first three unless told otherwise.
- A statement that cites a paper which the library does not hold is not supported, and all its citations are imprecise.
  The
  published script leaves them out of precision altogether, which rewards inventing.
- An answer with statements and without any citation has precision 0, as in the published script. An answer that
  abstained
  or is empty has neither recall nor precision: it is left out of the mean and counted.
- Support is a verdict of `supported`; `partly` is none, since ALCE asks for full support.
- The numbers depend on the judge. Where the judge also checked the answer while it was written, recall says how often
  it
  agrees with itself.
"""

from collections.abc import Callable

from evals.types import Case, Score, StatementCheck

__all__ = ["citation_f1", "citation_precision", "citation_recall"]


def citation_recall(case: Case) -> Score:
    """Share of statements that have citations and are supported by the concatenation of what they cite."""
    return _scored(case, _recall)


def citation_precision(case: Case) -> Score:
    """Share of citations that are of use to a supported statement.

    A citation counts 0 when its statement is not supported, or when it is irrelevant: it alone does not support the
    statement, and without it the others still do. Two papers that only together support a statement are both of use;
    two that each support it are too.
    """
    return _scored(case, _precision)


def citation_f1(case: Case) -> Score:
    """Harmonic mean of this answer's citation recall and precision; 0 when both are 0.

    The mean over answers is not the harmonic mean of the two means; papers report either under this name.
    """
    return _scored(case, _f1)


def _scored(case: Case, value: Callable[[tuple[StatementCheck, ...]], Score]) -> Score:
    if case.answer.abstained:
        return Score(value=None, explanation="abstained")
    if case.checks is None:
        return Score(value=None, explanation=f"the judge failed: {case.judge_error}", failed=True)
    if not case.checks:
        return Score(value=None, explanation="the answer is empty")
    return value(case.checks)


def _recall(checks: tuple[StatementCheck, ...]) -> Score:
    supported = sum(check.supported for check in checks)
    return Score(value=supported / len(checks), explanation=f"{supported} of {len(checks)} statements are supported")


def _precision(checks: tuple[StatementCheck, ...]) -> Score:
    useful = [check.supported and not one.irrelevant for check in checks for one in check.citations]
    if not useful:
        return Score(value=0.0, explanation="no statement has a citation")
    return Score(value=sum(useful) / len(useful), explanation=f"{sum(useful)} of {len(useful)} citations are of use")


def _f1(checks: tuple[StatementCheck, ...]) -> Score:
    recall, precision = _recall(checks).value or 0.0, _precision(checks).value or 0.0
    total = recall + precision
    return Score(value=2 * recall * precision / total if total else 0.0)
