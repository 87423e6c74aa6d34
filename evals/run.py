"""Run a task: ask every question, judge every answer, score and sum up."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import perf_counter

from assistant.errors import CitewellError, InputError, ServiceError
from assistant.shapes import answer_from_shape, answer_shape
from assistant.types import Answer, Usage
from evals.cache import Cache, CachedDecomposer, CachedJudge, digest
from evals.claims import check_claims
from evals.datasets.digest import samples_digest
from evals.metrics import conventions_of, metrics_of
from evals.summary import by_kind, notes, summaries, used_papers, versions
from evals.support import check
from evals.task import Task
from evals.types import Case, EvalLog, Outputs, Progress, Result, Sample, Score

__all__ = ["run"]


def run(
    task: Task, *, seed: int = 0, parallel: int = 1, cache: Cache | None = None, progress: Progress | None = None
) -> EvalLog:
    """Ask every question, judge every answer, score and sum up.

    A sample whose question fails is recorded with its error, counted and unscored; the others go on. A judge that fails
    leaves the metrics that need it unscored for that sample. The same answers, verdicts and seed give the same numbers,
    whatever `parallel` is.

    Args:
        task: What is run.
        seed: Of the intervals.
        parallel: Questions under way at a time. The first one goes alone: what it loads, the others share.
        cache: Answers and verdicts of earlier runs; what is in it is not asked again.
        progress: Told after each sample.

    Raises:
        CitewellError: No sample got an answer: a `ServiceError`, or the first error itself when all failed because of
            what was asked for or of the library.
        ServiceError: The judge failed on every answer.
    """
    started, began = datetime.now(UTC).isoformat(timespec="seconds"), perf_counter()
    runner = _Runner(task, cache)
    results: dict[int, Result] = {}
    for done, (index, result) in enumerate(_each(runner, task.dataset.samples, parallel), start=1):
        results[index] = result
        if progress is not None:
            progress(done, len(task.dataset.samples), result)
    ordered = tuple(results[index] for index in sorted(results))
    if runner.errors and len(runner.errors) == len(ordered):
        raise _nothing_answered(runner.errors) from runner.errors[0]
    _refuse_unjudged(ordered, task.judge.name)
    return EvalLog(
        dataset=task.dataset.name,
        dataset_sha256=task.dataset.sha256,
        samples_sha256=samples_digest(task.dataset.samples),
        metric_sets=tuple(task.metric_sets),
        judge=task.judge.name,
        model=", ".join(dict.fromkeys(one.answer.model for one in ordered if one.answer and one.answer.model)),
        seed=seed,
        started=started,
        versions=versions(task),
        prompts=task.prompts,
        metrics=summaries(ordered, task.metric_sets, seed),
        by_kind=by_kind(ordered, task.metric_sets, seed),
        results=ordered,
        papers=used_papers(ordered, task),
        notes=tuple(notes(ordered, task)),
        wall_seconds=perf_counter() - began,
        judge_usage=runner.judge_usage,
        calls=runner.calls(ordered),
    )


def _each(runner: "_Runner", samples: Sequence[Sample], parallel: int) -> Iterator[tuple[int, Result]]:
    """The result of each sample with its place, in the order in which they are done."""
    alone = len(samples) if parallel == 1 else min(1, len(samples))
    for index in range(alone):
        yield index, runner.run(samples[index])
    if alone == len(samples):
        return
    with ThreadPoolExecutor(max_workers=parallel, thread_name_prefix="eval") as pool:
        under_way: dict[Future[Result], int] = {
            pool.submit(runner.run, samples[index]): index for index in range(alone, len(samples))
        }
        try:
            for future in as_completed(under_way):
                yield under_way[future], future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


@dataclass(frozen=True, slots=True)
class _Answered:
    answer: Answer
    is_cached: bool = False


class _Runner:
    """Takes one sample at a time from its question to its scores; several threads may call it."""

    def __init__(self, task: Task, cache: Cache | None) -> None:
        self._task = task
        self._cache = cache
        self._judge = CachedJudge(task.judge, cache)
        self._decomposer = CachedDecomposer(task.decomposer, cache) if task.decomposer else None
        self._metrics = metrics_of(task.metric_sets)
        self._conventions = conventions_of(task.metric_sets)
        self.errors: list[CitewellError] = []

    def run(self, sample: Sample) -> Result:
        try:
            answered = self._answered(sample)
            ranking = self._ranking(sample)
        except CitewellError as error:
            self.errors.append(error)
            failed = Score(value=None, explanation=f"the system failed: {error}", failed=True)
            scores = {metric.name: failed for metric in self._metrics}
            return Result(sample=sample, answer=None, checks=None, scores=scores, error=str(error))
        case = self._judged(self._case(sample, answered.answer, ranking))
        return Result(
            sample=sample,
            answer=case.answer,
            checks=case.checks,
            claims=case.claims,
            ranking=case.ranking,
            scores={metric.name: metric.score(case) for metric in self._metrics},
            error=_judging_error(case),
            cached=answered.is_cached,
        )

    @property
    def judge_usage(self) -> Usage:
        """What judging cost, and taking statements apart."""
        return self._judge.usage + (self._decomposer.usage if self._decomposer else Usage())

    def calls(self, results: Sequence[Result]) -> dict[str, int]:
        """How often the system and the judge were asked, and how often that was not needed."""
        kept = sum(result.cached for result in results)
        asked = 0 if isinstance(self._task.system, Outputs) else len(results) - kept
        return {
            "answers": asked,
            "answers_kept": kept,
            "verdicts": self._judge.asked,
            "verdicts_kept": self._judge.kept,
        }

    def _answered(self, sample: Sample) -> _Answered:
        system = self._task.system
        if isinstance(system, Outputs):
            answer = system.answers.get(sample.id)
            if answer is None:
                raise InputError(f"there is no answer to {sample.id!r} among the outputs")
            return _Answered(answer)
        # A question is all that the system is given: nothing that is known of the right answer can reach it.
        if self._cache is None or not self._task.fingerprint:
            return _Answered(_as_kept(system.ask(sample.question)))
        key = digest(self._task.fingerprint, sample.question)
        if kept := self._cache.answer(key):
            return _Answered(kept, is_cached=True)
        answer = _as_kept(system.ask(sample.question))
        self._cache.keep_answer(key, answer)
        return _Answered(answer)

    def _ranking(self, sample: Sample) -> tuple[str, ...] | None:
        system = self._task.system
        if isinstance(system, Outputs):
            return system.rankings.get(sample.id) or system.contexts.get(sample.id)
        return tuple(self._task.rank(sample.question)) if self._task.rank else None

    def _case(self, sample: Sample, answer: Answer, ranking: tuple[str, ...] | None) -> Case:
        papers = self._task.papers

        def known(key: str) -> str:
            """The key that the library uses; the one given may be an alias."""
            paper = papers(key)
            return paper.key if paper else key

        sample = replace(
            sample,
            gold_keys=tuple(dict.fromkeys(map(known, sample.gold_keys))),
            relevance={known(key): grade for key, grade in sample.relevance.items()},
            gold_spans=tuple(replace(span, key=known(span.key)) for span in sample.gold_spans),
        )
        system = self._task.system
        gives_quotes = not isinstance(system, Outputs) or system.gives_quotes
        return Case(sample=sample, answer=answer, papers=papers, ranking=ranking, gives_quotes=gives_quotes)

    def _judged(self, case: Case) -> Case:
        try:
            checks = check(case.answer, self._judge, self._task.papers, self._conventions)
        except CitewellError as error:
            case = replace(case, checks=None, judge_error=str(error))
        else:
            case = replace(case, checks=checks)
        return self._claimed(case) if self._decomposer else case

    def _claimed(self, case: Case) -> Case:
        """Claims fail on their own: what a whole statement was judged to be is kept."""
        assert self._decomposer is not None  # noqa: S101 - because the caller has looked
        system = self._task.system
        contexts = system.contexts.get(case.sample.id, ()) if isinstance(system, Outputs) else ()
        try:
            claims = check_claims(case.answer, self._decomposer, self._judge, self._task.papers, contexts)
        except CitewellError as error:
            return replace(case, claims=None, claims_error=str(error))
        return replace(case, claims=claims)


def _as_kept(answer: Answer) -> Answer:
    """With numbers rounded as in a file, so that an answer made now and one made before are scored alike."""
    return answer_from_shape(answer_shape(answer))


def _refuse_unjudged(results: Sequence[Result], judge: str) -> None:
    """A judge who is not there is found out here, not by whoever reads the numbers."""
    to_judge = [one for one in results if one.answer is not None and not one.answer.abstained]
    if to_judge and all(one.checks is None for one in to_judge):
        raise ServiceError(f"The judge {judge} gave no verdict on any of {len(to_judge)} answers; {to_judge[0].error}")


def _judging_error(case: Case) -> str:
    if case.judge_error:
        return f"the judge failed: {case.judge_error}"
    return case.claims_error and f"the claims could not be checked: {case.claims_error}"


def _nothing_answered(errors: Sequence[CitewellError]) -> CitewellError:
    """The library or the usage is at fault only when no service was."""
    first = errors[0]
    if all(error.exit_code != ServiceError.exit_code for error in errors):
        return type(first)(f"None of {len(errors)} questions got an answer; the first said: {first}")
    return ServiceError(
        f"None of {len(errors)} questions got an answer; the first said: {first} "
        "Try one question with `citewell ask` before running the data set again."
    )
