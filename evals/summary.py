"""From the results of single questions to what is reported of all of them."""

import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from importlib import metadata

from assistant.types import Paper, cited_keys
from evals.metrics import SET_METRICS, VERSION, metrics_of
from evals.stats import Interval, interval, resampled
from evals.task import Task
from evals.types import Metric, Outputs, Result, Score, SetMetric, Summary

__all__ = ["by_kind", "notes", "summaries", "used_papers", "versions"]


def summaries(results: Sequence[Result], metric_sets: Sequence[str], seed: int) -> dict[str, Summary]:
    """The mean of each metric over the samples that it applies to, and each measure of the whole set."""
    found: dict[str, Summary] = {}
    for metric in metrics_of(metric_sets):
        scores = [result.scores[metric.name] for result in results]
        found[metric.name] = _summary(metric, scores, seed)
        for percentile in metric.percentiles:
            found[f"{metric.name}_p{percentile}"] = _summary(metric, scores, seed, percentile)
    if "citewell" in metric_sets:
        found |= {one.name: _of_all(one, results, seed) for one in SET_METRICS}
    return found


def by_kind(results: Sequence[Result], metric_sets: Sequence[str], seed: int) -> dict[str, Mapping[str, Summary]]:
    """The same for the samples of each kind; nothing when there are fewer than two kinds."""
    kinds = [kind for kind in dict.fromkeys(result.sample.kind for result in results) if kind]
    if len(kinds) < 2:  # noqa: PLR2004 - because one kind is the whole
        return {}
    return {kind: summaries([one for one in results if one.sample.kind == kind], metric_sets, seed) for kind in kinds}


def versions(task: Task) -> dict[str, str]:
    """What the numbers depend on besides the judge and the prompts."""
    try:
        citewell = metadata.version("citewell")
    except metadata.PackageNotFoundError:
        citewell = "not installed"
    decomposer = task.decomposer.name if task.decomposer else "none"
    made_by = {"citewell": citewell, "python": platform.python_version(), "metrics": VERSION, "claims": decomposer}
    return made_by | dict(task.versions)


def used_papers(results: Sequence[Result], task: Task) -> dict[str, Paper]:
    """The cited papers, the gold ones and what a system was given, each under the key by which it is named."""
    papers = task.papers
    contexts = task.system.contexts if isinstance(task.system, Outputs) else {}
    keys = dict.fromkeys(
        key
        for result in results
        for key in (
            *(cited_keys(result.answer.statements) if result.answer else ()),
            *result.sample.gold_keys,
            *contexts.get(result.sample.id, ()),
        )
    )
    return {key: paper for key in keys if (paper := papers(key))}


def notes(results: Sequence[Result], task: Task) -> Iterable[str]:
    """What a reader must know before believing the numbers."""
    yield from task.dataset.notes
    if failed := sum(result.answer is None for result in results):
        yield f"{failed} of {len(results)} questions got no answer and are in no metric."
    if unjudged := [result for result in results if result.answer is not None and result.checks is None]:
        yield (
            f"The judge failed on {len(unjudged)} answers; they are not in the citation metrics. The first: "
            f"{unjudged[0].error}"
        )
    gold = dict.fromkeys(key for result in results for key in result.sample.gold_keys)
    if missing := [key for key in gold if task.papers(key) is None]:
        yield f"Gold papers that the library does not hold, so that no system could cite them: {_some(missing)}."
    verifiers = {one.verdict.judge for result in results if result.answer for one in result.answer.statements}
    if task.judge.name in verifiers:
        yield (
            f"The judge {task.judge.name!r} also checked these answers while they were written: citation recall and "
            "precision say how far it agrees with itself."
        )
    if drafts := sum(result.sample.draft for result in results):
        yield f"{drafts} of {len(results)} questions are drafts that nobody has edited yet."
    if kept := sum(result.cached for result in results):
        yield f"{kept} of {len(results)} answers are from an earlier run, with their times; --no-cache asks again."
    answers = [result.answer for result in results if result.answer and not result.answer.abstained]
    if answers and not any(cited_keys(answer.statements) for answer in answers):
        yield "None of the answers cites anything: their citation recall and precision are 0; look at faithfulness."


def _some(keys: Sequence[str], most: int = 10) -> str:
    more = f" and {len(keys) - most} more" if len(keys) > most else ""
    return ", ".join(keys[:most]) + more


def _summary(metric: Metric, scores: Sequence[Score], seed: int, percentile: int | None = None) -> Summary:
    values = [one.value for one in scores if one.value is not None]
    found = interval(values, percentile=percentile, share=metric.share, seed=seed)
    unscored = sum(score.failed for score in scores)
    return _with_counts(found, not_applicable=len(scores) - found.n - unscored, unscored=unscored)


def _of_all(metric: SetMetric, results: Sequence[Result], seed: int) -> Summary:
    if metric.value(results) is None:
        unscored = sum(result.answer is None for result in results)
        return Summary(value=None, low=None, high=None, n=0, not_applicable=len(results) - unscored, unscored=unscored)
    counted, unscored = metric.counted(results), sum(result.answer is None for result in results)
    found = resampled(lambda chosen: metric.value([results[index] for index in chosen]), len(results), seed=seed)
    summary = _with_counts(found, not_applicable=len(results) - counted - unscored, unscored=unscored)
    return replace(summary, n=counted)


def _with_counts(found: Interval, *, not_applicable: int = 0, unscored: int = 0) -> Summary:
    return Summary(
        value=found.value,
        low=found.low,
        high=found.high,
        n=found.n,
        not_applicable=not_applicable,
        unscored=unscored,
    )
