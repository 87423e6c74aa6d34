"""What was found in drafts as one JSON document: fields may be added, never renamed."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

from assistant.export.findings.advice import advice, counts
from assistant.types.findings import Allowed, CitedKey, Finding, Findings

__all__ = ["findings_shape"]

Json = dict[str, Any]


def findings_shape(found: Sequence[Findings], *, allowed: Collection[Allowed] = ()) -> Json:
    """The document of `verify`; `verdict`, `score` and `judge` of a sentence that was not judged are null."""
    count = counts(found, allowed)
    return {
        "statements": [_statement(one, findings, allowed) for findings in found for one in findings.findings],
        "summary": count | {"ok": not count["errors"]},
        "files": [_file(findings, allowed) for findings in found],
        "judge": next((one.judge for one in found), ""),
        "tokens": {
            "prompt": sum(one.usage.prompt for one in found),
            "completion": sum(one.usage.completion for one in found),
        },
        "usd": None if any(one.usage.usd is None for one in found) else sum(one.usage.usd or 0.0 for one in found),
        "seconds": sum(one.seconds for one in found),
    }


def _statement(finding: Finding, findings: Findings, allowed: Collection[Allowed]) -> Json:
    verdict = finding.verdict
    return {
        "text": finding.text,
        "file": findings.document.name,
        "line": finding.sentence.line,
        "start": finding.sentence.start,
        "end": finding.sentence.end,
        "state": finding.state,
        "level": finding.level(allowed),
        "citations": [asdict(one) for one in finding.citations],
        "keys": [_key(one) for one in finding.keys],
        "verdict": verdict.label if verdict else None,
        "score": round(verdict.score, 4) if verdict else None,
        "judge": verdict.judge if verdict else None,
        "problem": finding.problem,
        "reason": finding.reason,
        "instead": asdict(finding.instead) if finding.instead else None,
        "advice": advice(finding),
    }


def _key(one: CitedKey) -> Json:
    return {"written": one.written, "key": one.key, "line": one.line, "use": one.use, "near": list(one.near)}


def _file(findings: Findings, allowed: Collection[Allowed]) -> Json:
    document = findings.document
    return {
        "file": document.name,
        "markup": document.markup,
        "summary": counts([findings], allowed),
        "not_read": list(document.includes),
        "troubles": [{"line": one.line, "what": one.what} for one in document.troubles],
        "note": findings.note,
    }
