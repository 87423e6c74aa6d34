"""Run a data set through a system and score what comes back."""

import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib import metadata

from assistant.errors import CitewellError, ServiceError
from assistant.types import Answer
from evals.metrics import METRICS, VERSION
from evals.stats import interval
from evals.support import check
from evals.types import Case, Dataset, Progress, Report, Result, Sample, Score, Setup, StatementCheck, Summary

__all__ = ["run"]


def run(dataset: Dataset, setup: Setup, *, seed: int = 0, progress: Progress | None = None) -> Report:
    """Ask every question, judge every answer, score and sum up.

    A sample whose question fails is recorded with its error, counted and unscored; the others go on. A judge that fails
    leaves the metrics that need it unscored for that sample. The same answers, verdicts and seed give the same numbers.

    Raises:
        CitewellError: no sample got an answer: a `ServiceError`, or the first error itself when all failed because of
        what
            was asked for or of the library.
    """
    started = datetime.now(UTC).isoformat(timespec="seconds")
    errors: list[CitewellError] = []
    results: list[Result] = []
    for done, sample in enumerate(dataset.samples, start=1):
        results.append(_run_one(sample, setup, errors))
        if progress is not None:
            progress(done, len(dataset.samples), sample.id)
    if errors and len(errors) == len(results):
        raise _nothing_answered(errors) from errors[0]
    return Report(
        dataset=dataset,
        judge=setup.judge.name,
        model=", ".join(_distinct(result.answer.model for result in results if result.answer)),
        seed=seed,
        started=started,
        versions=_versions(),
        prompts=setup.prompts,
        metrics=_summaries(results, seed),
        by_kind=_by_kind(results, seed),
        results=tuple(results),
        notes=tuple(_notes(results, setup)),
    )


def _run_one(sample: Sample, setup: Setup, errors: list[CitewellError]) -> Result:
    try:
        answer = setup.system.ask(sample.question)
    except CitewellError as error:
        errors.append(error)
        failed = Score(value=None, explanation=f"the system failed: {error}", failed=True)
        scores = {metric.name: failed for metric in METRICS}
        return Result(sample=sample, answer=None, checks=None, scores=scores, error=str(error))
    checks, judge_error = _checked(answer, setup)
    gold = tuple(
        paper.key if (paper := setup.papers(key)) else key for key in sample.gold_keys
    )  # a key may be an alias
    case = Case(
        sample=replace(sample, gold_keys=gold),
        answer=answer,
        papers=setup.papers,
        checks=checks,
        judge_error=judge_error,
    )
    return Result(
        sample=sample,
        answer=answer,
        checks=checks,
        scores={metric.name: metric.score(case) for metric in METRICS},
        error=judge_error and f"the judge failed: {judge_error}",
    )


def _checked(answer: Answer, setup: Setup) -> tuple[tuple[StatementCheck, ...] | None, str]:
    try:
        return check(answer, setup.judge, setup.papers), ""
    except CitewellError as error:
        return None, str(error)


def _nothing_answered(errors: Sequence[CitewellError]) -> CitewellError:
    """The library or the usage is at fault only when no service was."""
    first = errors[0]
    if all(error.exit_code != ServiceError.exit_code for error in errors):
        return type(first)(f"None of {len(errors)} questions got an answer; the first said: {first}")
    return ServiceError(
        f"None of {len(errors)} questions got an answer; the first said: {first} "
        "Try one question with `citewell ask` before running the data set again."
    )


def _summaries(results: Sequence[Result], seed: int) -> dict[str, Summary]:
    summaries: dict[str, Summary] = {}
    for metric in METRICS:
        scores = [result.scores[metric.name] for result in results]
        summaries[metric.name] = _summary(scores, seed)
        for percentile in metric.percentiles:
            summaries[f"{metric.name}_p{percentile}"] = _summary(scores, seed, percentile)
    return summaries


def _summary(scores: Sequence[Score], seed: int, percentile: int | None = None) -> Summary:
    found = interval([one.value for one in scores if one.value is not None], percentile=percentile, seed=seed)
    unscored = sum(score.failed for score in scores)
    return Summary(
        value=found.value,
        low=found.low,
        high=found.high,
        n=found.n,
        not_applicable=len(scores) - found.n - unscored,
        unscored=unscored,
    )


def _by_kind(results: Sequence[Result], seed: int) -> dict[str, Mapping[str, Summary]]:
    kinds = _distinct(result.sample.kind for result in results)
    if len(kinds) < 2:  # noqa: PLR2004 - because one kind is the whole
        return {}
    return {kind: _summaries([one for one in results if one.sample.kind == kind], seed) for kind in kinds}


def _notes(results: Sequence[Result], setup: Setup) -> Iterable[str]:
    if failed := sum(result.answer is None for result in results):
        yield f"{failed} of {len(results)} questions got no answer and are in no metric."
    if unjudged := sum(result.answer is not None and result.checks is None for result in results):
        yield f"The judge failed on {unjudged} answers; they are not in the citation metrics."
    gold = _distinct(key for result in results for key in result.sample.gold_keys)
    if missing := [key for key in gold if setup.papers(key) is None]:
        yield f"Gold papers that the library does not hold, so that no system could cite them: {', '.join(missing)}."
    verifiers = {one.verdict.judge for result in results if result.answer for one in result.answer.statements}
    if setup.judge.name in verifiers:
        yield (
            f"The judge {setup.judge.name!r} also checked these answers while they were written: citation recall and "
            "precision say how far it agrees with itself."
        )


def _versions() -> dict[str, str]:
    try:
        citewell = metadata.version("citewell")
    except metadata.PackageNotFoundError:
        citewell = "not installed"
    return {"citewell": citewell, "python": platform.python_version(), "metrics": VERSION}


def _distinct(names: Iterable[str]) -> list[str]:
    """Each name once, in order, without empty ones."""
    return [name for name in dict.fromkeys(names) if name]
