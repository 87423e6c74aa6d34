"""A log from its JSON document."""

import gzip
import json
import zlib
from pathlib import Path
from typing import Any

from assistant.errors import InputError
from assistant.shapes import answer_from_shape
from assistant.types import Author, Paper, Record, Usage, Verdict
from evals.log.writing import FORMAT
from evals.types import CitationCheck, ClaimCheck, EvalLog, Result, Sample, Score, Span, StatementCheck, Summary

__all__ = ["read"]

Json = dict[str, Any]

_PACKED = b"\x1f\x8b"


def read(path: Path) -> EvalLog:
    """Read what `citewell eval run --out` wrote.

    Raises:
        InputError: The file cannot be read, or is no such document.
    """
    try:
        content = path.read_bytes()
        raw = json.loads(
            (gzip.decompress(content) if content.startswith(_PACKED) else content).decode("utf-8"),
            parse_constant=_refused,
        )
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file; `citewell eval run --out {path.name}` writes one.") from error
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error}).") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not JSON ({error}); name a file that `citewell eval run --out` wrote.") from error
    if not isinstance(raw, dict) or "metrics" not in raw or "examples" not in raw:
        raise InputError(f"{path}: no log of an evaluation; name a file that `citewell eval run --out` wrote.")
    if raw.get("format") != FORMAT:
        raise InputError(
            f"{path}: written by another version of Citewell (format {raw.get('format', 1)!r}, not {FORMAT}); "
            "run the evaluation again."
        )
    try:
        return _log(raw)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"{path}: a part of the log is missing or odd ({error!r}); run it again.") from error


def _refused(constant: str) -> float:
    raise ValueError(f"{constant} is no number")


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
        draft=raw["draft"],
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
