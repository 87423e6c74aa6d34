"""A log as a JSON document, and back. Fields of the document may be added, never renamed."""

import gzip
import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.errors import InputError
from assistant.shapes import answer_from_shape, answer_shape, statement_shape
from assistant.types import Author, Paper, Record, Statement, Usage, Verdict
from evals.types import (
    Checks,
    CitationCheck,
    ClaimCheck,
    EvalLog,
    Result,
    Sample,
    Score,
    Span,
    StatementCheck,
    Summary,
)

__all__ = ["document", "read", "to_bytes", "to_json"]

Json = dict[str, Any]

_PACKED = b"\x1f\x8b"
_DIGITS = 6
_FORMAT = 2
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
        "format": _FORMAT,
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
        "totals": _totals(log),
        "notes": list(log.notes),
        "papers": {key: _paper(paper) for key, paper in log.papers.items()},
        "examples": [_example(result) for result in log.results],
    }


def read(path: Path) -> EvalLog:
    """Read what `citewell eval run --out` wrote.

    Raises:
        InputError: The file cannot be read, or is no such document.
    """
    try:
        content = path.read_bytes()
        raw = json.loads((gzip.decompress(content) if content.startswith(_PACKED) else content).decode("utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file; `citewell eval run --out {path.name}` writes one.") from error
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error}).") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not JSON ({error}); name a file that `citewell eval run --out` wrote.") from error
    if not isinstance(raw, dict) or "metrics" not in raw or "examples" not in raw:
        raise InputError(f"{path}: no log of an evaluation; name a file that `citewell eval run --out` wrote.")
    if raw.get("format") != _FORMAT:
        raise InputError(
            f"{path}: written by another version of Citewell (format {raw.get('format', 1)!r}, not {_FORMAT}); "
            "run the evaluation again."
        )
    try:
        return _log(raw)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"{path}: a part of the log is missing or odd ({error!r}); run it again.") from error


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


def _totals(log: EvalLog) -> Json:
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
        "answer": answer.text if answer else None,
        "abstained": answer.abstained if answer else None,
        "model": answer.model if answer else None,
        "cached": result.cached,
        "statements": [_statement(one, result.checks) for one in (answer.statements if answer else ())],
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


def _statement(statement: Statement, checks: Checks | None) -> Json:
    """A statement as `ask` shapes it, with the system's own verdict, and beside it what the evaluation's judge said."""
    first: tuple[StatementCheck, ...] = next(iter((checks or {}).values()), ())
    found = next((one for one in first if one.text == statement.text), None)
    return statement_shape(statement) | {"checked": _check(found) if found else None}


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


def _log(raw: Json) -> EvalLog:
    return EvalLog(
        dataset=raw["dataset"],
        dataset_sha256=raw["dataset_sha256"],
        samples_sha256=raw["samples_sha256"],
        metric_sets=tuple(raw["metric_sets"]),
        judge=raw["judge"],
        model=raw["model"],
        seed=raw["seed"],
        started=raw["started"],
        versions=raw["versions"],
        prompts=raw["prompts"],
        metrics=_summaries_read(raw["metrics"]),
        by_kind={kind: _summaries_read(metrics) for kind, metrics in raw["by_kind"].items()},
        results=tuple(_result(one) for one in raw["examples"]),
        papers={key: _paper_read(key, one) for key, one in raw["papers"].items()},
        notes=tuple(raw["notes"]),
        wall_seconds=raw["wall_seconds"],
        judge_usage=Usage(**raw["totals"]["judge_tokens"], usd=raw["totals"]["judge_usd"]),
        calls=raw["calls"],
    )


def _summaries_read(raw: Json) -> dict[str, Summary]:
    return {name: Summary(**one) for name, one in raw.items()}


def _paper_read(key: str, raw: Json) -> Paper:
    authors = tuple(Author(**one) for one in raw["authors"])
    record = Record(title=raw["title"], authors=authors, year=raw["year"], abstract=raw["abstract"])
    return Paper(key=key, record=record)


def _result(raw: Json) -> Result:
    sample = Sample(
        id=raw["id"],
        question=raw["question"],
        answerable=raw["answerable"],
        kind=raw["kind"],
        gold_keys=tuple(raw["gold_keys"]),
        relevance=raw["relevance"],
        gold_spans=tuple(Span(**one) for one in raw["gold_spans"]),
        facts=tuple(map(tuple, raw["facts"])),
        answers=tuple(raw["gold_answers"]),
    )
    checks, claims, ranking = raw["checks"], raw["claims"], raw["ranking"]
    return Result(
        sample=sample,
        answer=answer_from_shape(raw["response"]) if raw["response"] else None,
        checks=None if checks is None else {name: tuple(map(_check_read, found)) for name, found in checks.items()},
        claims=None if claims is None else tuple(_claim_read(one) for one in claims),
        ranking=None if ranking is None else tuple(ranking),
        scores={name: Score(**one) for name, one in raw["scores"].items()},
        error=raw["error"] or "",
        cached=raw["cached"],
    )


def _check_read(raw: Json) -> StatementCheck:
    return StatementCheck(
        text=raw["text"],
        joint=_verdict_read(raw["verdict"]),
        citations=tuple(
            CitationCheck(
                key=one["key"], known=one["known"], alone=_verdict_read(one["alone"]), rest=_verdict_read(one["rest"])
            )
            for one in raw["citations"]
        ),
    )


def _claim_read(raw: Json) -> ClaimCheck:
    verdict = _verdict_read(raw["verdict"])
    if verdict is None:
        raise ValueError("a claim without a verdict")
    return ClaimCheck(text=raw["text"], verdict=verdict)


def _verdict_read(raw: Json | None) -> Verdict | None:
    if raw is None:
        return None
    usage = Usage(**raw["tokens"], usd=raw["usd"]) if raw["tokens"] else None
    return Verdict(label=raw["label"], score=raw["score"], judge=raw["judge"], reason=raw["reason"], usage=usage)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
