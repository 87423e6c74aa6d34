"""Citewell's own data sets: JSON Lines, one question a line.

`{"id", "question", "answerable", "kind", "gold_keys", "gold_spans": [{"key", "text"}], "relevance": {key: grade},
"facts": [[wordings]], "answer": text or list of texts, "draft"}`; all but `question` may be left out, and `id` is then
the number of the line. Other fields are left to the data set's author. One bad line
refuses the whole file, since scores over the rest would be scores of another data set.
"""

from pathlib import Path
from typing import Any

from assistant.errors import InputError
from evals.datasets.source import Item, open_source
from evals.types import Dataset, Sample, Span

__all__ = ["read"]

_FORMAT = '{"question": "...", "answerable": true, "gold_keys": ["..."], "facts": [["5%", "five per cent"]]}'


def read(path: Path) -> Dataset:
    """Read a data set.

    Raises:
        InputError: The file cannot be read, is empty, or has a bad line; the message names the file, the line and what
            to do.
    """
    source = open_source(path)
    items = source.lines(_FORMAT)
    if not items:
        raise InputError(f"{path}: holds no questions; write one JSON object a line, such as {_FORMAT}.")
    samples: list[Sample] = []
    lines: dict[str, int] = {}
    for item in items:
        sample = _sample(item)
        if sample.id in lines:
            raise item.bad(f"the id {sample.id!r} is that of line {lines[sample.id]} too", "give each line its own id")
        lines[sample.id] = item.number
        samples.append(sample)
    return Dataset(name=path.name, sha256=source.sha256, samples=tuple(samples))


def _sample(item: Item) -> Sample:
    question = item.question("question")
    sample = Sample(
        id=item.identity("id") or str(item.number),
        question=question,
        answerable=_answerable(item),
        kind=item.text("kind"),
        gold_keys=tuple(dict.fromkeys(item.texts("gold_keys"))),
        relevance=_relevance(item),
        gold_spans=_spans(item),
        facts=_facts(item),
        answers=item.text_or_texts("answer"),
        draft=item.fields.get("draft") is True,
    )
    has_gold = sample.gold_keys or sample.facts or sample.gold_spans or any(sample.relevance.values())
    if sample.answerable is False and has_gold:
        problem = "the question is said not to be answerable, yet has gold_keys, gold_spans, relevance or facts"
        raise item.bad(problem, 'set "answerable" to true or empty them')
    return sample


def _answerable(item: Item) -> bool | None:
    value = item.fields.get("answerable")
    if value is None or isinstance(value, bool):
        return value
    raise item.bad(f"answerable is {value!r}", "use true, false or null")


def _relevance(item: Item) -> dict[str, int]:
    value: Any = item.fields.get("relevance")
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise item.bad(f"relevance is {value!r}", 'write an object of keys and grades: {"ant2020": 2}')
    for key, grade in value.items():
        if isinstance(grade, bool) or not isinstance(grade, int) or grade < 0:
            raise item.bad(f"the relevance of {key!r} is {grade!r}", "use a whole number, 0 for not relevant")
    return value


def _spans(item: Item) -> tuple[Span, ...]:
    spans = []
    for part in item.objects("gold_spans"):
        key, text = part.text("key"), part.text("text")
        if not key.strip() or not text.strip():
            raise part.bad("the span has no key or no text", 'write {"key": "...", "text": "..."}')
        spans.append(Span(key=key, text=text))
    return tuple(spans)


def _facts(item: Item) -> tuple[tuple[str, ...], ...]:
    value = item.values("facts")
    if any(not isinstance(fact, list) for fact in value):
        raise item.bad("facts holds something that is not a list", 'write each fact as a list: [["5%"], ["BLEU"]]')
    facts = tuple(item.texts_in(fact, "facts") for fact in value)
    if () in facts:
        raise item.bad("facts holds a fact without a wording", "give each fact at least one")
    return facts
