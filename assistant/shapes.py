"""The JSON shapes that other programs rely on: fields may be added, never renamed."""

import json
from dataclasses import asdict
from typing import Any

from assistant.accounting import account_of
from assistant.types import (
    Account,
    Answer,
    Citation,
    Conflict,
    Draft,
    Dropped,
    Outcome,
    Paper,
    Reference,
    Repair,
    Seconds,
    Statement,
    Usage,
    Verdict,
)

Json = dict[str, Any]


def paper_shape(paper: Paper) -> Json:
    """One entry of `list`."""
    record = paper.record
    return {
        "key": paper.key,
        "title": record.title,
        "authors": [{"family": author.family, "given": author.given} for author in record.authors],
        "et_al": record.et_al,
        "year": record.year,
        "date": record.date,
        "venue": record.venue,
        "doi": record.doi,
        "arxiv_id": record.arxiv_id,
        "pmid": record.pmid,
        "url": record.url,
        "category": record.category,
        "tags": list(record.tags),
        "entry_type": record.entry_type,
        "details": dict(record.details),
        "notes": record.notes,
        "abstract": record.abstract,
        "abstract_source": dict(record.filled).get("abstract", record.source) if record.abstract else None,
        "extracted": record.extracted,
        "source": record.source,
        "incomplete": list(paper.incomplete),
    }


def statement_shape(statement: Statement) -> Json:
    """One sentence with its citations and its verdict."""
    return {
        "text": statement.text,
        "citations": [asdict(one) for one in statement.citations],
        "verdict": statement.verdict.label,
        "score": round(statement.verdict.score, 4),
        "judge": statement.verdict.judge,
        "reason": statement.verdict.reason,
        "problem": statement.verdict.problem,
        "quoted": statement.quoted,
        "own": statement.own,
        "repairs": [asdict(one) for one in statement.repairs],
    }


def dropped_shape(dropped: Dropped) -> Json:
    """One sentence that was left out; `verdict`, `score` and `judge` are null when it was not judged."""
    verdict = dropped.verdict
    return {
        "text": dropped.text,
        "reason": dropped.reason,
        "problem": dropped.problem,
        "cited": list(dropped.cited),
        "verdict": verdict.label if verdict else None,
        "score": round(verdict.score, 4) if verdict else None,
        "judge": verdict.judge if verdict else None,
    }


def answer_shape(answer: Answer) -> Json:
    """The document of `ask`."""
    return {
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "answer": answer.text,
        "abstained": answer.abstained,
        "complete": answer.complete,
        "outcome": answer.outcome,
        "reason": answer.reason,
        "nearest": list(answer.nearest),
        "confidence": None if answer.confidence is None else round(answer.confidence, 4),
        "statements": [statement_shape(statement) for statement in answer.statements],
        "dropped": [dropped_shape(one) for one in answer.dropped],
        "lacking": list(answer.lacking),
        "conflicts": [_conflict_shape(one) for one in answer.conflicts],
        "account": asdict(answer.account),
        "references": [{"key": one.key, "text": one.text} for one in answer.references],
        "model": answer.model,
        "tokens": {"prompt": answer.usage.prompt, "completion": answer.usage.completion},
        "usd": answer.usage.usd,
        "seconds": _seconds_shape(answer.seconds),
    }


def draft_shape(draft: Draft, markdown: str) -> Json:
    """The document of `related-work`."""
    return {
        "title": draft.title,
        "sections": [
            {"heading": section.heading, "statements": [statement_shape(one) for one in section.statements]}
            for section in draft.sections
        ],
        "references": [{"key": one.key, "text": one.text} for one in draft.references],
        "dropped": [dropped_shape(one) for one in draft.dropped],
        "account": asdict(draft.account),
        "coverage": {
            "retrieved": draft.coverage.retrieved,
            "cited": draft.coverage.cited,
            "uncited": list(draft.coverage.uncited),
        },
        "reason": draft.reason,
        "complete": draft.complete,
        "style": draft.style,
        "table": [asdict(row) for row in draft.table],
        "markdown": markdown,
        "model": draft.model,
        "tokens": {"prompt": draft.usage.prompt, "completion": draft.usage.completion},
        "usd": draft.usage.usd,
        "seconds": _seconds_shape(draft.seconds),
    }


def answer_to_json(answer: Answer) -> str:
    """Write an answer in the shape of `ask`."""
    return json.dumps(answer_shape(answer), ensure_ascii=False)


def answer_from_json(text: str) -> Answer:
    """Read what `answer_to_json` wrote."""
    return answer_from_shape(json.loads(text))


def answer_from_shape(raw: Json) -> Answer:
    """Read what `answer_shape` made, in this version or in an earlier one, which knew fewer fields."""
    statements = tuple(statement_from_shape(one) for one in raw["statements"])
    dropped = tuple(dropped_from_shape(one) for one in raw["dropped"])
    return Answer(
        question=raw["question"],
        standalone_question=raw["standalone_question"],
        statements=statements,
        dropped=dropped,
        references=tuple(Reference(**one) for one in raw["references"]),
        abstained=raw["abstained"],
        outcome=raw["outcome"] if "outcome" in raw else _outcome(raw),
        lacking=tuple(raw.get("lacking", ())),
        conflicts=tuple(_conflict(one) for one in raw.get("conflicts", ())),
        account=Account(**raw["account"]) if "account" in raw else account_of(statements, dropped),
        reason=raw["reason"],
        nearest=tuple(raw["nearest"]),
        confidence=raw.get("confidence"),
        complete=raw.get("complete", True),
        model=raw["model"],
        usage=Usage(prompt=raw["tokens"]["prompt"], completion=raw["tokens"]["completion"], usd=raw["usd"]),
        seconds=Seconds(**raw["seconds"]),
    )


def _outcome(raw: Json) -> Outcome:
    """How an answer ended that was saved without saying so."""
    if not raw["abstained"]:
        return "answered"
    return "nothing-supported" if raw["dropped"] else "declined" if raw["seconds"]["generate"] else "not-in-library"


def statement_from_shape(raw: Json) -> Statement:
    """Read what `statement_shape` made, in this version or in an earlier one."""
    return Statement(
        text=raw["text"],
        citations=tuple(Citation(**one) for one in raw["citations"]),
        verdict=Verdict(
            label=raw["verdict"],
            score=raw["score"],
            judge=raw["judge"],
            reason=raw["reason"],
            problem=raw.get("problem"),
        ),
        quoted=raw["quoted"],
        own=raw.get("own", False),
        repairs=tuple(Repair(**one) for one in raw.get("repairs", ())),
    )


def dropped_from_shape(raw: Json) -> Dropped:
    """Read what `dropped_shape` made."""
    reason, problem = raw["reason"], raw.get("problem")
    verdict = None
    if raw.get("verdict"):
        verdict = Verdict(label=raw["verdict"], score=raw["score"], judge=raw["judge"], reason=reason, problem=problem)
    return Dropped(text=raw["text"], reason=reason, problem=problem, cited=tuple(raw.get("cited", ())), verdict=verdict)


def _conflict_shape(conflict: Conflict) -> Json:
    return {
        "claim": conflict.claim,
        "supporting": [asdict(one) for one in conflict.supporting],
        "opposing": [asdict(one) for one in conflict.opposing],
        "score": round(conflict.score, 4),
    }


def _conflict(raw: Json) -> Conflict:
    return Conflict(
        claim=raw["claim"],
        supporting=tuple(Citation(**one) for one in raw["supporting"]),
        opposing=tuple(Citation(**one) for one in raw["opposing"]),
        score=raw["score"],
    )


def _seconds_shape(seconds: Seconds) -> Json:
    return {
        "retrieve": round(seconds.retrieve, 3),
        "generate": round(seconds.generate, 3),
        "verify": round(seconds.verify, 3),
        "total": round(seconds.total, 3),
        "first": None if seconds.first is None else round(seconds.first, 3),
    }
