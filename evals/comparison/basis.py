"""Whether the numbers of two runs mean the same."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from assistant.errors import UsageError
from evals.types import EvalLog, Result

__all__ = ["Basis", "basis", "check_names", "is_better_higher", "is_share", "refuse", "shared"]

_MEASURES = {"metrics": "the metrics count differently", "claims": "answers were taken apart into claims differently"}
"""Versions that say how it was counted; the others say who was counted."""

_WORDS = {
    "library": "papers of the library, by their hash",
    "embedder": "embedding model",
    "system": "model and its server",
    "code": "the program's own code, by its hash",
}
_OUTPUTS = "outputs"
"""Under this name versions have the hash of the file that the answers were read from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What stands between two runs."""

    reasons: tuple[str, ...]
    """Why their numbers do not mean the same; empty when they do."""
    stated: tuple[str, ...]
    """What else differs: that is what one compares, or it does not matter."""


def basis(first: EvalLog, second: EvalLog) -> Basis:
    """Find what differs between two runs.

    Judge, prompts, ways of counting, sets of metrics and questions must be the same. Models, versions of the program
    and seeds are what one compares. A prompt that only one run records, because the other's answers came from elsewhere
    or from a version without it, is stated.
    """
    return Basis(reasons=tuple(_reasons(first, second)), stated=tuple(_stated(first, second)))


def refuse(found: Basis, *, anyway: bool) -> None:
    """Refuse to go on when there are reasons, unless told to.

    Raises:
        UsageError: Lists every reason.
    """
    if found.reasons and not anyway:
        listed = "".join(f"\n- {reason}" for reason in found.reasons)
        raise UsageError(
            f"The numbers of these runs do not mean the same:{listed}\n"
            "Run both in the same way, or give --anyway to compare them all the same."
        )


def shared(first: EvalLog, second: EvalLog) -> tuple[tuple[Result, Result], ...]:
    """Results of the questions that both runs asked under the same id and in the same words, in the first's order."""
    others = {result.sample.id: result for result in second.results}
    pairs = ((result, others.get(result.sample.id)) for result in first.results)
    return tuple((one, two) for one, two in pairs if two and one.sample.question == two.sample.question)


def check_names(names: Iterable[str], known: Sequence[str], option: str) -> None:
    """Refuse a metric that is not there.

    Raises:
        UsageError: Names those that are spelled nearly so, else all.
    """
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=3, cutoff=0.5)
            hint = f"Did you mean {' or '.join(near)}?" if near else f"There are {', '.join(known)}."
            raise UsageError(f"{option} {name!r}: no such metric. {hint}")


def is_better_higher(name: str) -> bool | None:
    """Whether a higher value of a metric is better; None for one that this version does not know."""
    from evals.metrics import named

    metric = named(name)
    return metric.higher_is_better if metric else None


def is_share(name: str) -> bool:
    """Whether a metric is no amount such as seconds; measures of the whole set are none."""
    from evals.metrics import named

    return getattr(named(name), "share", True)


def _reasons(first: EvalLog, second: EvalLog) -> Iterable[str]:
    if first.judge != second.judge:
        yield f"judge: {first.judge!r} and {second.judge!r}"
    changed = [name for name, text in first.prompts.items() if second.prompts.get(name, text) != text]
    if changed:
        yield f"prompts: not the same text in {', '.join(sorted(changed))}"
    for name, what in _MEASURES.items():
        before, after = first.versions.get(name), second.versions.get(name)
        if before != after:
            yield f"{name}: {what} ({before or 'not recorded'} and {after or 'not recorded'})"
    if set(first.metric_sets) != set(second.metric_sets):
        yield f"metric sets: {', '.join(first.metric_sets)} and {', '.join(second.metric_sets)}"
    if first.samples_sha256 != second.samples_sha256:
        common = len(shared(first, second))
        yield (
            f"data: {len(first.results)} questions of {first.dataset} and {len(second.results)} of {second.dataset}, "
            f"or what is known of right answers, are not the same; {common} questions are in both"
        )


def _stated(first: EvalLog, second: EvalLog) -> Iterable[str]:
    pairs = {"model": (first.model, second.model), "seed": (str(first.seed), str(second.seed))}
    if first.samples_sha256 == second.samples_sha256:
        pairs["file of the data set"] = _apart(first, second)
    pairs["answers"] = (_answers(first), _answers(second))
    pairs |= _versions(first.versions, second.versions)
    for what, (before, after) in pairs.items():
        if before != after:
            yield f"{what}: {before or 'not named'} and {after or 'not named'}"
    alone = set(first.prompts) ^ set(second.prompts)
    if alone:
        yield f"prompts that one run records and the other does not: {', '.join(sorted(alone))}"


def _apart(first: EvalLog, second: EvalLog) -> tuple[str, str]:
    if first.dataset_sha256 == second.dataset_sha256:
        return "", ""
    return f"{first.dataset} ({first.dataset_sha256[:8]})", f"{second.dataset} ({second.dataset_sha256[:8]})"


def _answers(log: EvalLog) -> str:
    digest = log.versions.get(_OUTPUTS)
    return f"those of a file (SHA-256 {digest[:8]})" if digest else "asked for in the run"


def _versions(first: Mapping[str, str], second: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    names = [name for name in dict.fromkeys([*first, *second]) if name not in _MEASURES and name != _OUTPUTS]
    if (_OUTPUTS in first) != (_OUTPUTS in second):
        # What made the answers is recorded where they were asked for only, and that has been said.
        names = [name for name in names if name in first and name in second]
    return {
        _WORDS.get(name, f"version of {name}"): (first.get(name, "not recorded"), second.get(name, "not recorded"))
        for name in names
    }
