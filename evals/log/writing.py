"""A log as a JSON document. Fields of the document may be added, never renamed."""

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.shapes import answer_shape, statement_shape
from assistant.types import Paper, Statement, Usage, Verdict
from evals.types import (
    Checks,
    EvalLog,
    Result,
    StatementCheck,
    Summary,
)

__all__ = ["FORMAT", "document", "to_bytes", "to_json", "totals"]

Json = dict[str, Any]

_DIGITS = 6
FORMAT = 2
"""Of the document; what is older cannot be read back."""


def to_json(log: EvalLog) -> str:
    """Write the document of `eval run`: JSON without NaN."""
    return json.dumps(document(log), ensure_ascii=False, allow_nan=False, indent=2)


def to_bytes(log: EvalLog, path: Path) -> bytes:
    """What a file of this name holds: the document, packed when the name ends in `.gz`."""
    text = (to_json(log) + "\n").encode("utf-8")
    return gzip.compress(text, mtime=0) if path.suffix == ".gz" else text


def document(log: EvalLog) -> Json:
    """Shape a log as DESIGN says: `dataset`, `n`, `metrics`, `judge`, `versions`, and what was added to them."""
    return {
        "format": FORMAT,
        "dataset": log.dataset,
        "dataset_sha256": log.dataset_sha256,
        "samples_sha256": log.samples_sha256,
        "n": len(log.results),
        "failed": log.failed,
        "abstained": log.abstained,
        "unscored": log.unscored,
        "metric_sets": list(log.metric_sets),
        "metrics": _summaries(log.metrics),
        "by_kind": {kind: _summaries(metrics) for kind, metrics in log.by_kind.items()},
        "judge": log.judge,
        "model": log.model,
        "seed": log.seed,
        "started": log.started,
        "wall_seconds": _rounded(log.wall_seconds),
        "calls": dict(log.calls),
        "versions": dict(log.versions),
        "prompts": dict(log.prompts),
        "totals": totals(log),
        "notes": list(log.notes),
        "papers": {key: _paper(paper) for key, paper in log.papers.items()},
        "examples": [_example(result) for result in log.results],
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


def totals(log: EvalLog) -> Json:
    """Sums over all answers, and over the judge's calls; a price is None when that of any call is not known."""
    answers = [result.answer for result in log.results if result.answer]
    usage = sum((answer.usage for answer in answers), start=Usage())
    return {
        "tokens": {"prompt": usage.prompt, "completion": usage.completion},
        "usd": _rounded(usage.usd),
        "seconds": _rounded(sum(answer.seconds.total for answer in answers)),
        "judge_tokens": {"prompt": log.judge_usage.prompt, "completion": log.judge_usage.completion},
        "judge_usd": _rounded(log.judge_usage.usd),
    }


def _paper(paper: Paper) -> Json:
    record = paper.record
    return {
        "title": record.title,
        "authors": [{"family": one.family, "given": one.given} for one in record.authors],
        "year": record.year,
        "abstract": record.abstract,
    }


def _example(result: Result) -> Json:
    sample, answer = result.sample, result.answer
    return {
        "id": sample.id,
        "question": sample.question,
        "kind": sample.kind,
        "answerable": sample.answerable,
        "gold_keys": list(sample.gold_keys),
        "relevance": dict(sample.relevance),
        "gold_spans": [{"key": one.key, "text": one.text} for one in sample.gold_spans],
        "facts": [list(wordings) for wordings in sample.facts],
        "gold_answers": list(sample.answers),
        "draft": sample.draft,
        "answer": answer.text if answer else None,
        "abstained": answer.abstained if answer else None,
        "model": answer.model if answer else None,
        "cached": result.cached,
        "statements": _statements(answer.statements if answer else (), result.checks),
        "response": answer_shape(answer) if answer else None,
        "checks": None
        if result.checks is None
        else {name: [_check(one) for one in found] for name, found in result.checks.items()},
        "claims": None
        if result.claims is None
        else [{"text": one.text, "verdict": _verdict(one.verdict)} for one in result.claims],
        "ranking": None if result.ranking is None else list(result.ranking),
        "scores": {
            name: {
                "value": _rounded(score.value),
                "answer": score.answer,
                "explanation": score.explanation,
                "failed": score.failed,
            }
            for name, score in result.scores.items()
        },
        "error": result.error or None,
    }


def _statements(statements: Sequence[Statement], checks: Checks | None) -> list[Json]:
    """Statements as `ask` shapes them, with the system's own verdicts, and what the evaluation's judge said of them.

    By the first convention, which may leave statements out; equal wordings are told apart by their order.
    """
    left = list(next(iter((checks or {}).values()), ()))
    shapes = []
    for statement in statements:
        check = next((one for one in left if one.text == statement.text), None)
        if check is not None:
            left.remove(check)
        shapes.append(statement_shape(statement) | {"checked": _check(check) if check else None})
    return shapes


def _check(check: StatementCheck) -> Json:
    return {
        "text": check.text,
        "supported": check.supported,
        "verdict": _verdict(check.joint),
        "citations": [
            {
                "key": one.key,
                "known": one.known,
                "alone": _verdict(one.alone),
                "rest": _verdict(one.rest),
                "precise": check.supported and not one.irrelevant,
            }
            for one in check.citations
        ],
    }


def _verdict(verdict: Verdict | None) -> Json | None:
    if verdict is None:
        return None
    usage = verdict.usage
    return {
        "label": verdict.label,
        "score": _rounded(verdict.score),
        "judge": verdict.judge,
        "reason": verdict.reason,
        "tokens": {"prompt": usage.prompt, "completion": usage.completion} if usage else None,
        "usd": _rounded(usage.usd) if usage else None,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
