"""Citewell's own answers: the log of an evaluation, or what `citewell ask --json` printed.

Printed documents may stand one after another, as `citewell ask --json >> answers.json` leaves them, or in a list; `id`
names them, else their number does. Of a document only `question` and `statements` are needed. They name papers by cite
keys and hold no papers, which a log does: a note says so, and the keys are to be looked up in the user's library. What
the system had been given for a question is in neither: the papers nearest to it are not that, nor is a ranking.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.errors import InputError
from assistant.shapes import answer_from_shape
from assistant.types import Answer
from evals import log
from evals.datasets.digest import samples_digest
from evals.datasets.source import Item, Source, mended, open_source
from evals.types import Dataset, Outputs, Sample

__all__ = ["first_of", "is_log", "read"]

_EXAMPLE = '{"question": "...", "statements": [{"text": "...", "citations": [{"key": "...", "quote": "..."}]}]}'
_NO_PAPERS = "The answers came without their papers: cite keys are those of the library that was asked."
_MISSING: dict[str, Any] = {
    "dropped": [],
    "references": [],
    "abstained": False,
    "reason": "",
    "nearest": [],
    "model": "",
    "tokens": {"prompt": 0, "completion": 0},
    "usd": None,
    "seconds": {},
}
_MISSING_OF_STATEMENT: dict[str, Any] = {
    "verdict": "unverifiable",
    "score": 0.0,
    "judge": "",
    "reason": "not judged",
    "quoted": False,
}
_MISSING_OF_CITATION: dict[str, Any] = {"quote": "", "start": 0, "end": 0}


def read(path: Path) -> Outputs:
    """Read a log or printed answers.

    Raises:
        InputError: The file cannot be read, is of another version or has a bad answer.
    """
    source = open_source(path)
    if is_log(source.document()):
        return _of_log(path, source)
    samples: list[Sample] = []
    answers: dict[str, Answer] = {}
    for item in _documents(source):
        sample = Sample(id=item.identity("id") or str(item.number), question=item.question("question"))
        if sample.id in answers:
            raise item.bad(f"the id {sample.id!r} is there twice", "give each answer its own")
        samples.append(sample)
        answers[sample.id] = _answer(item)
    if not samples:
        raise InputError(f"{path}: holds no answers; `citewell ask --json` prints one.")
    dataset = Dataset(name=path.name, sha256=samples_digest(samples), samples=tuple(samples), notes=(_NO_PAPERS,))
    return Outputs(
        dataset=dataset,
        sha256=source.sha256,
        answers=answers,
        papers={},
        gives_quotes=_quotes(answers),
    )


def is_log(whole: object) -> bool:
    """Whether a JSON document is the log of an evaluation."""
    return isinstance(whole, dict) and "metrics" in whole and "examples" in whole


def first_of(source: Source) -> object:
    """The first of several JSON values that stand one after another; None when it is not JSON."""
    try:
        return json.JSONDecoder().raw_decode(source.text.lstrip())[0]
    except (ValueError, RecursionError):
        return None


def _of_log(path: Path, source: Source) -> Outputs:
    ran = log.read(path)
    answers = {result.sample.id: result.answer for result in ran.results if result.answer is not None}
    return Outputs(
        dataset=Dataset(
            name=ran.dataset, sha256=ran.dataset_sha256, samples=tuple(result.sample for result in ran.results)
        ),
        sha256=source.sha256,
        answers=answers,
        papers=ran.papers,
        rankings={result.sample.id: result.ranking for result in ran.results if result.ranking is not None},
        gives_quotes=_quotes(answers),
    )


def _quotes(answers: dict[str, Answer]) -> bool:
    return any(cited.quote for answer in answers.values() for said in answer.statements for cited in said.citations)


def _documents(source: Source) -> Iterator[Item]:
    """The documents of a list, or those that stand one after another."""
    if isinstance(source.document(), list):
        yield from source.rows(_EXAMPLE)
        return
    text, at, number = source.text, 0, 0
    decoder = json.JSONDecoder()
    while rest := text[at:].lstrip():
        number += 1
        at = len(text) - len(rest)
        blank = Item(fields={}, place=f"{source.path}, answer {number}", number=number)
        try:
            found, at = decoder.raw_decode(text, at)
            value = mended(found)
        except (ValueError, RecursionError) as error:
            raise blank.bad(f"not JSON ({error})", "keep what `citewell ask --json` printed as it is") from error
        if not isinstance(value, dict):
            raise blank.bad(f"{value!r} is not an object", f"write {_EXAMPLE}")
        yield Item(fields=value, place=blank.place, number=number)


def _answer(item: Item) -> Answer:
    if "statements" not in item.fields:
        raise item.bad("there are no statements", f"write {_EXAMPLE}")
    question = item.question("question")
    whole = {"standalone_question": question} | _MISSING | dict(item.fields)
    whole["statements"] = [
        _MISSING_OF_STATEMENT
        | dict(said.fields)
        | {"citations": [_MISSING_OF_CITATION | dict(cited.fields) for cited in said.objects("citations")]}
        for said in item.objects("statements")
    ]
    try:
        return answer_from_shape(whole)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        problem = f"a part of the answer is missing or odd ({error!r})"
        raise item.bad(problem, "keep what `citewell ask --json` printed as it is") from error
