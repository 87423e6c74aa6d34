"""What the page knows of a metric besides its value: the group it is shown in, what it means, which way is better."""

import inspect
import re
from dataclasses import dataclass
from functools import partial
from typing import Literal

from evals.types import Metric, SetMetric, Summary

__all__ = ["GROUPS", "About", "Group", "about"]

Group = Literal["Citations", "Answers", "Abstention", "Retrieval", "Cost", "Other"]

GROUPS: tuple[Group, ...] = ("Citations", "Answers", "Abstention", "Retrieval", "Cost", "Other")
"""In the order in which they are shown."""

_PATTERNS: tuple[tuple[Group, str], ...] = (
    ("Abstention", r"abst|answerable|aurc"),
    ("Cost", r"tokens|usd|seconds"),
    ("Retrieval", r"^(ndcg|map|mrr|recall|precision)(_\d+)?$"),
    ("Answers", r"fact|exact_match|token_f1|rouge|str_em|correct"),
    ("Citations", r"citation|cited|quote|unsupported|faithful|paper|gold"),
)
"""The first that is found in a metric's name says its group."""

_WAY = re.compile(r" (?:Lower|Higher) is better\.")
_ORDER = "Compute the "
"""Docstrings begin with an order; a reader of the page is told what a metric is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a reader is told of a metric."""

    name: str
    group: Group
    help: str
    """What it measures, on one line; empty when the metric is not known here."""
    is_share: bool
    """Whether it is drawn on an axis from 0 to 1."""
    higher_is_better: bool | None
    """None when the metric is not known here."""


def about(name: str, summary: Summary) -> About:
    """Say what is known of a metric of a log, which another version may have written."""
    from evals.metrics import named

    metric = named(name)
    group = _group(name)
    return About(
        name=name,
        group=group,
        help=_help(metric),
        is_share=metric.share if isinstance(metric, Metric) else _looks_like_share(summary, group),
        higher_is_better=metric.higher_is_better if metric else None,
    )


def _group(name: str) -> Group:
    for group, pattern in _PATTERNS:
        if re.search(pattern, name):
            return group
    return "Other"


def _help(metric: Metric | SetMetric | None) -> str:
    if metric is None:
        return ""
    counted = metric.score if isinstance(metric, Metric) else metric.value
    function = counted.func if isinstance(counted, partial) else counted
    first = " ".join((inspect.getdoc(function) or "").split("\n\n")[0].split())
    # Which way is better is shown from the metric itself.
    first = _WAY.sub("", first)
    return f"The {first.removeprefix(_ORDER)}" if first.startswith(_ORDER) else first


def _looks_like_share(summary: Summary, group: Group) -> bool:
    known = [one for one in (summary.value, summary.low, summary.high) if one is not None]
    return group != "Cost" and all(0 <= one <= 1 for one in known)
