"""How far two people who labelled the same pairs agree."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import InputError
from evals.judging.pairs.lines import OWN_LABELS
from evals.labelling.file import Row, read_labels

__all__ = ["Agreement", "agreement"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Two people's labels of the same pairs."""

    n: int
    """Pairs that both labelled."""
    only_one: int
    """Pairs that one of the two labelled."""
    agree: float
    """Share of the pairs with the same label, 0 to 1."""
    kappa: float | None
    """Cohen's (1960), over all labels; None where both used one label only, when chance explains everything."""
    kappa_supported: float | None
    """Cohen's kappa of supported against the rest, which is what citation metrics count."""
    confusion: Mapping[tuple[str, str], int]
    """(the first one's label, the second one's) to how often; most frequent first."""


def agreement(first: Path, second: Path) -> Agreement:
    """Compare two files that `citewell eval label` wrote.

    Raises:
        InputError: A file cannot be read, they have no pair in common, an id stands for two pairs, or a label is none.
    """
    left, right = read_labels(first), read_labels(second)
    shared = [one for one in left if one in right]
    if not shared:
        raise InputError(
            f"{first} and {second} have no pair in common; label the same run twice, each to its own --out."
        )
    for one in shared:
        if any(left[one].get(field) != right[one].get(field) for field in ("statement", "evidence")):
            raise InputError(f"The id {one!r} is one pair in {first} and another in {second}; compare other files.")
    said, told = ([_label(rows[one], one, path) for one in shared] for rows, path in ((left, first), (right, second)))
    return Agreement(
        n=len(shared),
        only_one=len(left) + len(right) - 2 * len(shared),
        agree=sum(one == other for one, other in zip(said, told, strict=True)) / len(shared),
        kappa=_kappa(said, told),
        kappa_supported=_kappa([one == "supported" for one in said], [one == "supported" for one in told]),
        confusion=dict(Counter(zip(said, told, strict=True)).most_common()),
    )


def _label(row: Row, identity: str, path: Path) -> str:
    """The label in the words of `citewell eval label`."""
    label = str(row["label"]).strip().lower()
    if label not in OWN_LABELS:
        raise InputError(f"{path}: the label of {identity!r} is {label!r}; use one of: {', '.join(OWN_LABELS)}.")
    return OWN_LABELS[label] or "supported"


def _kappa(said: Sequence[object], told: Sequence[object]) -> float | None:
    mine, yours, count = Counter(said), Counter(told), len(said)
    by_chance = sum(mine[one] * yours[one] for one in mine) / count**2
    agreed = sum(one == other for one, other in zip(said, told, strict=True)) / count
    return (agreed - by_chance) / (1 - by_chance) if by_chance < 1 else None
