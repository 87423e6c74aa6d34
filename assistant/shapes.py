"""The JSON shapes that other programs rely on: fields may be added, never renamed."""

import json
from typing import Any

from assistant.types import (
    Answer,
    Citation,
    Draft,
    Dropped,
    Paper,
    Reference,
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
        "url": record.url,
        "category": record.category,
        "tags": list(record.tags),
        "abstract": record.abstract,
        "source": record.source,
        "incomplete": list(paper.incomplete),
    }


def statement_shape(statement: Statement) -> Json:
    """One sentence with its citations and its verdict."""
    return {
        "text": statement.text,
        "citations": [
            {"key": one.key, "quote": one.quote, "start": one.start, "end": one.end, "where": one.where}
            for one in statement.citations
        ],
        "verdict": statement.verdict.label,
        "score": round(statement.verdict.score, 4),
        "judge": statement.verdict.judge,
        "reason": statement.verdict.reason,
        "quoted": statement.quoted,
    }


def answer_shape(answer: Answer) -> Json:
    """The document of `ask`."""
    return {
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "answer": answer.text,
        "abstained": answer.abstained,
        "reason": answer.reason,
        "nearest": list(answer.nearest),
        "confidence": None if answer.confidence is None else round(answer.confidence, 4),
        "statements": [statement_shape(statement) for statement in answer.statements],
        "dropped": [{"text": one.text, "reason": one.reason} for one in answer.dropped],
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
        "dropped": [{"text": one.text, "reason": one.reason} for one in draft.dropped],
        "coverage": {
            "retrieved": draft.coverage.retrieved,
            "cited": draft.coverage.cited,
            "uncited": list(draft.coverage.uncited),
        },
        "reason": draft.reason,
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
    """Read what `answer_shape` made."""
    return Answer(
        question=raw["question"],
        standalone_question=raw["standalone_question"],
        statements=tuple(_statement(one) for one in raw["statements"]),
        dropped=tuple(Dropped(**one) for one in raw["dropped"]),
        references=tuple(Reference(**one) for one in raw["references"]),
        abstained=raw["abstained"],
        reason=raw["reason"],
        nearest=tuple(raw["nearest"]),
        confidence=raw.get("confidence"),  # sessions of version 0.1.0 have none
        model=raw["model"],
        usage=Usage(prompt=raw["tokens"]["prompt"], completion=raw["tokens"]["completion"], usd=raw["usd"]),
        seconds=Seconds(**raw["seconds"]),
    )


def _statement(raw: Json) -> Statement:
    return Statement(
        text=raw["text"],
        citations=tuple(Citation(**one) for one in raw["citations"]),
        verdict=Verdict(label=raw["verdict"], score=raw["score"], judge=raw["judge"], reason=raw["reason"]),
        quoted=raw["quoted"],
    )


def _seconds_shape(seconds: Seconds) -> Json:
    return {
        "retrieve": round(seconds.retrieve, 3),
        "generate": round(seconds.generate, 3),
        "verify": round(seconds.verify, 3),
        "total": round(seconds.total, 3),
    }
