"""A report as a JSON document and as a table for people. Fields of the document may be added, never renamed."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from assistant.shapes import statement_shape
from assistant.types import Statement
from evals.metrics import METRICS
from evals.types import Report, Result, StatementCheck, Summary

if TYPE_CHECKING:
    from rich.console import Group

__all__ = ["document", "table", "to_json"]

Json = dict[str, Any]

_DIGITS = 6
_CENT = 0.01


def to_json(report: Report) -> str:
    """Write the document of `eval run`: JSON without NaN."""
    return json.dumps(document(report), ensure_ascii=False, allow_nan=False, indent=2)


def document(report: Report) -> Json:
    """Shape a report as DESIGN says: `dataset`, `n`, `metrics`, `judge`, `versions`, and what was added to them."""
    return {
        "dataset": report.dataset.name,
        "dataset_sha256": report.dataset.sha256,
        "n": len(report.results),
        "failed": report.failed,
        "abstained": report.abstained,
        "unscored": report.unscored,
        "metrics": _summaries(report.metrics),
        "by_kind": {kind: _summaries(metrics) for kind, metrics in report.by_kind.items()},
        "judge": report.judge,
        "model": report.model,
        "seed": report.seed,
        "started": report.started,
        "versions": dict(report.versions),
        "prompts": dict(report.prompts),
        "totals": _totals(report),
        "notes": list(report.notes),
        "examples": [_example(result) for result in report.results],
    }


def _summaries(metrics: Mapping[str, Summary]) -> Json:
    return {
        name: {
            "value": _rounded(one.value),
            "low": _rounded(one.low),
            "high": _rounded(one.high),
            "n": one.n,
            "not_applicable": one.not_applicable,
            "unscored": one.unscored,
        }
        for name, one in metrics.items()
    }


def _totals(report: Report) -> Json:
    """Sums over all answers; the price is None when that of any answer is not known."""
    answers = [result.answer for result in report.results if result.answer]
    prices = [answer.usage.usd for answer in answers]
    known = [price for price in prices if price is not None]
    return {
        "tokens": {
            "prompt": sum(answer.usage.prompt for answer in answers),
            "completion": sum(answer.usage.completion for answer in answers),
        },
        "usd": _rounded(sum(known)) if len(known) == len(prices) else None,
        "seconds": _rounded(sum(answer.seconds.total for answer in answers)),
    }


def _example(result: Result) -> Json:
    sample, answer = result.sample, result.answer
    statements = answer.statements if answer else ()
    checks: tuple[StatementCheck | None, ...] = result.checks or (None,) * len(statements)
    return {
        "id": sample.id,
        "question": sample.question,
        "kind": sample.kind,
        "answerable": sample.answerable,
        "gold_keys": list(sample.gold_keys),
        "facts": [list(wordings) for wordings in sample.facts],
        "gold_answer": sample.answer,
        "answer": answer.text if answer else None,
        "abstained": answer.abstained if answer else None,
        "model": answer.model if answer else None,
        "statements": [_statement(one, check) for one, check in zip(statements, checks, strict=True)],
        "scores": {
            name: {"value": _rounded(score.value), "explanation": score.explanation, "failed": score.failed}
            for name, score in result.scores.items()
        },
        "error": result.error or None,
    }


def _statement(statement: Statement, check: StatementCheck | None) -> Json:
    """A statement as `ask` shapes it, with the system's own verdict, and beside it what the evaluation's judge said."""
    return statement_shape(statement) | {"checked": _check(check) if check else None}


def _check(check: StatementCheck) -> Json:
    return {
        "supported": check.supported,
        "verdict": check.joint.label if check.joint else None,
        "score": _rounded(check.joint.score) if check.joint else None,
        "judge": check.joint.judge if check.joint else None,
        "reason": check.joint.reason if check.joint else "",
        "citations": [
            {
                "key": one.key,
                "known": one.known,
                "alone": one.alone.label if one.alone else None,
                "rest": one.rest.label if one.rest else None,
                "precise": check.supported and not one.irrelevant,
            }
            for one in check.citations
        ],
    }


def table(report: Report) -> "Group":
    """Lay out the metrics for a terminal, the cautions below them."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, pad_edge=False)
    for heading in ("metric", "value", "95% interval", "n", "left out"):
        grid.add_column(heading, justify="left" if heading == "metric" else "right", no_wrap=True)
    shares = {metric.name for metric in METRICS if metric.share}
    for name, one in report.metrics.items():
        bounds = (
            "-" if one.low is None else f"{_number(one.low, name in shares)} to {_number(one.high, name in shares)}"
        )
        left_out = one.not_applicable + one.unscored
        grid.add_row(name, _number(one.value, name in shares), bounds, str(one.n), str(left_out or ""))
    counts = f"{report.abstained} abstained, {report.failed} failed, {report.unscored} unscored"
    made_by = f"model {report.model or 'not named'}, judge {report.judge}, seed {report.seed}"
    head = f"{report.dataset.name}: {len(report.results)} questions, {counts}\n{made_by}\n"
    notes = [Text(f"Note: {note}") for note in report.notes]
    return Group(Text(head), grid, *([Text("")] if notes else []), *notes)


def _number(value: float | None, is_share: bool) -> str:
    if value is None:
        return "-"
    if is_share:
        return f"{value:.3f}"
    return f"{value:.6f}" if 0 < value < _CENT else f"{value:,.2f}"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
