"""A log as a table for people."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from evals.types import EvalLog, Summary

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table

__all__ = ["cost", "number", "table"]

_CENT = 0.01


def table(log: EvalLog) -> "Group":
    """Lay out the metrics for a terminal."""
    from rich.console import Group
    from rich.text import Text

    counts = f"{log.abstained} abstained, {log.failed} failed, {log.unscored} unscored"
    made_by = f"model {log.model or 'not named'}, judge {log.judge}, seed {log.seed}"
    head = f"{log.dataset}: {len(log.results)} questions, {counts}\n{made_by}\n"
    return Group(Text(head), _grid(log.metrics, log.failed), *([Text("")] if log.notes else []))


def _grid(metrics: Mapping[str, Summary], failed: int) -> "Table":
    from rich.table import Table

    from evals.metrics import named

    grid = Table(box=None, pad_edge=False)
    for heading in ("metric", "value", "95% interval", "n", "left out"):
        grid.add_column(heading, justify="left" if heading == "metric" else "right", no_wrap=True)
    for name, one in metrics.items():
        if not one.n and one.unscored <= failed:
            continue  # nothing in the data set that it could be measured on
        is_share = getattr(named(name), "share", True)
        bounds = "-" if one.low is None else f"{number(one.low, is_share)} to {number(one.high, is_share)}"
        left_out = one.not_applicable + one.unscored
        grid.add_row(name, number(one.value, is_share), bounds, str(one.n), str(left_out or ""))
    return grid


def number(value: float | None, is_share: bool) -> str:
    """A value as people read it; a dash for none."""
    if value is None:
        return "-"
    if is_share:
        return f"{value:.3f}"
    return f"{value:.6f}" if 0 < value < _CENT else f"{value:,.2f}"


def cost(who: str, tokens: Mapping[str, int], usd: float | None) -> str:
    """What calls cost, in words; empty when nothing was asked of a model."""
    count = sum(tokens.values())
    if not count:
        return ""
    price = "price not known" if usd is None else f"${usd:.4f}" if usd else "on this machine"
    return f"{who} {count:,} tokens, {price}"
