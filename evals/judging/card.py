"""A judge's report card: what it says of pairs that people have labelled, and what that cost."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from time import perf_counter
from typing import TYPE_CHECKING

from assistant.errors import CitewellError
from assistant.types import Usage, Verdict
from evals.cache import Cache, CachedJudge
from evals.judging.agreement import STATISTICS, Bin, Judgements, Statistic, balanced_accuracy, reliability
from evals.judging.alarms import Made, made
from evals.judging.types import Judged, Measure, Pair, PairSet
from evals.stats import Interval, interval, resampled
from evals.types import is_support
from vectorstore.errors import VectorstoreError

if TYPE_CHECKING:
    from assistant.verify import Judge

__all__ = ["Card", "Group", "Judged", "Measure", "Progress", "difference", "report_card"]

Progress = Callable[[int, int], None]
"""Told after each pair: pairs done, pairs in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The numbers over the pairs of one source."""

    n: int
    unscored: int
    base_rate: float | None
    metrics: Mapping[str, Measure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """How far a judge agrees with people."""

    dataset: str
    dataset_sha256: str
    pairs_sha256: str
    """Hash of the pairs that were judged, with their labels: cards with the same hash are of the same pairs."""
    judge: str
    seed: int
    judged: tuple[Judged, ...]
    metrics: Mapping[str, Measure]
    reliability: tuple[Bin, ...]
    by_problem: Mapping[str, Measure]
    """Share of the pairs with each problem that the judge does not call supported."""
    by_source: Mapping[str, Group]
    """Empty when all pairs are of one source."""
    made: Made | None
    """Of a set that was made, how much is found of each sort; None where people wrote the statements."""
    usage: Usage
    """What the verdicts cost, those that were known already what they cost then; a failed call is not known to cost."""
    ms_per_pair: float | None
    """Mean time of a verdict, in milliseconds, of those that were not known already; None when there is none."""
    wall_seconds: float
    notes: tuple[str, ...] = ()

    @property
    def unscored(self) -> int:
        """Pairs on which the judge failed; they are in none of the numbers."""
        return sum(one.verdict is None for one in self.judged)

    @property
    def base_rate(self) -> float | None:
        """Share of the scored pairs that people call supported."""
        return _base_rate(self.judged)


def report_card(
    pairs: PairSet,
    judge: "Judge",
    *,
    seed: int = 0,
    progress: Progress | None = None,
    parallel: int = 1,
    cache: Cache | None = None,
    resamples: int = 2_000,
) -> Card:
    """Have a judge judge labelled pairs, and compare.

    A verdict of `supported` counts as a yes, any other as a no. Precision, recall and the shares by problem have
    intervals of shares, the other numbers bootstrap intervals over pairs (see `evals.stats`). Pairs that share a
    statement or a text depend on each other, so where a set has many of those the intervals are too narrow.

    Args:
        pairs: The labelled pairs.
        judge: The judge; one that fails on a pair leaves it unscored.
        seed: Of the intervals.
        progress: Told after each pair.
        parallel: Pairs under way at a time.
        cache: Verdicts of earlier runs; a pair that is in it is not asked about.
        resamples: How often the pairs are drawn again for a bootstrap interval.
    """
    began = perf_counter()
    judged: list[Judged] = []
    timed = _Timed(judge)
    asked = CachedJudge(timed, cache)
    for one in _judged(pairs.pairs, asked, parallel):
        judged.append(one)
        if progress:
            progress(len(judged), len(pairs.pairs))
    scored = [one for one in judged if one.verdict]
    problems = dict.fromkeys(one.pair.problem for one in scored if not one.pair.supported)
    return Card(
        dataset=pairs.name,
        dataset_sha256=pairs.sha256,
        pairs_sha256=_digest(pairs.pairs),
        judge=judge.name,
        seed=seed,
        judged=tuple(judged),
        metrics=_metrics(scored, seed, resamples),
        reliability=reliability(_judgements(scored)) if scored else (),
        by_problem={problem: _rejected(scored, problem) for problem in sorted(problems)},
        by_source=_by_source(judged, seed, resamples),
        made=made(scored),
        usage=asked.usage if cache else _usage(scored),
        ms_per_pair=1000 * sum(timed.seconds) / len(timed.seconds) if timed.seconds else None,
        wall_seconds=perf_counter() - began,
        notes=(*pairs.notes, *_notes(asked)),
    )


def difference(first: Card, second: Card, *, seed: int = 0) -> Measure:
    """Compute how much higher the balanced accuracy of the first judge is, on the pairs that both scored.

    Raises:
        ValueError: The cards are of different pairs.
    """
    if first.pairs_sha256 != second.pairs_sha256:
        raise ValueError("The cards are of different pairs.")
    both = [
        (one, other) for one, other in zip(first.judged, second.judged, strict=True) if one.verdict and other.verdict
    ]
    if not both:
        return Measure(value=None, low=None, high=None, n=0, reason="no pair was scored by both judges")
    mine, others = _judgements([one for one, _ in both]), _judgements([other for _, other in both])

    def value(ours: Judgements, theirs: Judgements) -> float | None:
        here, there = balanced_accuracy(ours), balanced_accuracy(theirs)
        return None if here is None or there is None else here - there

    found = resampled(lambda chosen: value(mine.at(chosen), others.at(chosen)), len(both), seed=seed)
    return _measure(found, "the pairs are all supported or all not")


class _Timed:
    """A judge whose verdicts are timed; it stands behind the cache, since what is known already takes no time."""

    def __init__(self, judge: "Judge") -> None:
        self._judge = judge
        self.seconds: list[float] = []

    @property
    def name(self) -> str:
        return self._judge.name

    def judge(self, statement: str, evidence: Sequence[str]) -> Verdict:
        began = perf_counter()
        verdict = self._judge.judge(statement, evidence)
        self.seconds.append(perf_counter() - began)
        return verdict


def _notes(asked: CachedJudge) -> Iterator[str]:
    if asked.kept:
        yield f"{asked.kept} verdicts of {asked.name} were known already; its time a pair is that of the others."


def _usage(scored: Sequence[Judged]) -> Usage:
    return sum((one.verdict.usage for one in scored if one.verdict and one.verdict.usage), start=Usage())


def _judged(pairs: Sequence[Pair], judge: "Judge", parallel: int) -> Iterator[Judged]:
    """In the order of the pairs, each as soon as it and those before it are there."""
    if parallel == 1:
        yield from (_judge(pair, judge) for pair in pairs)
        return
    pool = ThreadPoolExecutor(max_workers=parallel)
    try:
        yield from pool.map(lambda pair: _judge(pair, judge), pairs)
    finally:
        pool.shutdown(cancel_futures=True)


def _judge(pair: Pair, judge: "Judge") -> Judged:
    try:
        return Judged(pair=pair, verdict=judge.judge(pair.statement, pair.evidence))
    except (CitewellError, VectorstoreError) as error:
        return Judged(pair=pair, verdict=None, error=str(error))


def _judgements(scored: Sequence[Judged]) -> Judgements:
    import numpy as np

    return Judgements(
        gold=np.array([one.pair.supported for one in scored], dtype=np.bool_),
        said=np.array([is_support(one.verdict) for one in scored], dtype=np.bool_),
        scores=np.array([one.verdict.score for one in scored if one.verdict], dtype=np.float64),
    )


def _metrics(scored: Sequence[Judged], seed: int, resamples: int) -> dict[str, Measure]:
    """All statistics; without any pair none of them is defined."""
    if not scored:
        return {
            one.name: Measure(value=None, low=None, high=None, n=0, reason="no pair was scored") for one in STATISTICS
        }
    judgements = _judgements(scored)
    return {one.name: _measure(_interval(one, judgements, seed, resamples), one.undefined) for one in STATISTICS}


def _interval(statistic: Statistic, judgements: Judgements, seed: int, resamples: int) -> Interval:
    """The interval of a share where the statistic is one of independent pairs, else a bootstrap interval."""
    gold, said = judgements.gold, judgements.said
    if statistic.name == "precision":
        return interval(gold[said].astype(float).tolist(), share=True)
    if statistic.name == "recall":
        return interval(said[gold].astype(float).tolist(), share=True)
    return resampled(lambda chosen: statistic.value(judgements.at(chosen)), len(gold), seed=seed, resamples=resamples)


def _measure(found: Interval, undefined: str) -> Measure:
    reason = undefined if found.value is None else "" if found.low is not None else "too few pairs for an interval"
    return Measure(value=found.value, low=found.low, high=found.high, n=found.n, reason=reason)


def _rejected(scored: Sequence[Judged], problem: str) -> Measure:
    some = [one for one in scored if not one.pair.supported and one.pair.problem == problem]
    return _measure(interval([float(not is_support(one.verdict)) for one in some], share=True), "")


def _by_source(judged: Sequence[Judged], seed: int, resamples: int) -> dict[str, Group]:
    sources = sorted({one.pair.source for one in judged})
    if len(sources) == 1:
        return {}
    return {source: _group([one for one in judged if one.pair.source == source], seed, resamples) for source in sources}


def _group(judged: Sequence[Judged], seed: int, resamples: int) -> Group:
    scored = [one for one in judged if one.verdict]
    return Group(
        n=len(judged),
        unscored=len(judged) - len(scored),
        base_rate=_base_rate(judged),
        metrics=_metrics(scored, seed, resamples),
    )


def _base_rate(judged: Sequence[Judged]) -> float | None:
    scored = [one.pair.supported for one in judged if one.verdict]
    return sum(scored) / len(scored) if scored else None


def _digest(pairs: Sequence[Pair]) -> str:
    total = sha256()
    for pair in pairs:
        total.update(repr((pair.id, pair.statement, pair.evidence, pair.supported, pair.problem)).encode())
    return total.hexdigest()
