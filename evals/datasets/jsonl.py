"""Citewell's own data sets: JSON Lines, one question a line.

`{"id", "question", "answerable", "kind", "gold_keys", "facts": [[alternatives]], "answer"}`; all but `question` may be
left out, and `id` is then the number of the line. Other fields are left to the data set's author. One bad line refuses
the whole file, since scores over the rest would be scores of another data set.
"""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from assistant.errors import InputError
from evals.types import Dataset, Sample

__all__ = ["read"]

_FORMAT = '{"question": "...", "answerable": true, "gold_keys": ["..."], "facts": [["5%", "five per cent"]]}'


def read(path: Path) -> Dataset:
    """Read a data set.

    Raises:
        InputError: the file cannot be read, is empty, or has a bad line; the message names the file, the line and what
            to do.
    """
    raw = _bytes(path)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 at byte {error.start}; save the data set as UTF-8 text.") from error
    samples: list[Sample] = []
    lines: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        sample = _sample(line, number, path)
        if sample.id in lines:
            first = lines[sample.id]
            raise _bad(path, number, f"the id {sample.id!r} is that of line {first} too", "give each line its own id")
        lines[sample.id] = number
        samples.append(sample)
    if not samples:
        raise InputError(f"{path}: holds no questions; write one JSON object a line, such as {_FORMAT}.")
    return Dataset(name=path.name, sha256=sha256(raw).hexdigest(), samples=tuple(samples))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file; check the path of the data set.") from error
    except IsADirectoryError as error:
        raise InputError(f"{path}: is a folder; name the .jsonl file in it.") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check its permissions.") from error


def _sample(line: str, number: int, path: Path) -> Sample:
    try:
        raw = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise _bad(path, number, f"not JSON ({error})", f"write one object on one line, such as {_FORMAT}") from error
    if not isinstance(raw, dict):
        raise _bad(path, number, f"{_kind_of(raw)}, not an object", f"write {_FORMAT}")
    try:
        return _from_fields(raw, number)
    except _FieldError as error:
        raise _bad(path, number, error.problem, error.advice) from error


def _from_fields(raw: dict[str, Any], number: int) -> Sample:
    question = _text(raw, "question")
    if not question.strip():
        raise _FieldError("there is no question", 'give the line a "question"')
    sample = Sample(
        id=_id(raw, number),
        question=question,
        answerable=_answerable(raw),
        kind=_text(raw, "kind"),
        gold_keys=tuple(dict.fromkeys(_texts(raw.get("gold_keys"), "gold_keys"))),
        facts=_facts(raw),
        answer=_text(raw, "answer"),
    )
    if sample.answerable is False and (sample.gold_keys or sample.facts):
        problem = "the question is said not to be answerable, yet has gold_keys or facts"
        raise _FieldError(problem, 'set "answerable" to true or empty them')
    return sample


def _id(raw: dict[str, Any], number: int) -> str:
    value = raw.get("id")
    if value is None:
        return str(number)
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise _FieldError(f"id is {value!r}", "use a text or a whole number, or leave it out")
    return str(value)


def _answerable(raw: dict[str, Any]) -> bool | None:
    value = raw.get("answerable")
    if value is None or isinstance(value, bool):
        return value
    raise _FieldError(f"answerable is {value!r}", "use true, false or null")


def _text(raw: dict[str, Any], name: str) -> str:
    value = raw.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _FieldError(f"{name} is {_kind_of(value)}", "write it as text in quotes")
    return value


def _texts(value: object, name: str) -> tuple[str, ...]:
    """A list of texts, none of them blank."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise _FieldError(f"{name} is {_kind_of(value)}", "write a list of texts")
    for one in value:
        if not isinstance(one, str):
            raise _FieldError(f"{name} holds {_kind_of(one)} ({one!r})", "put it in quotes")
        if not one.strip():
            raise _FieldError(f"{name} holds an empty text", "fill it in or take it out")
    return tuple(value)


def _facts(raw: dict[str, Any]) -> tuple[tuple[str, ...], ...]:
    value = raw.get("facts")
    if value is None:
        return ()
    if not isinstance(value, list):
        raise _FieldError(f"facts is {_kind_of(value)}", "write a list of lists of texts")
    if any(not isinstance(fact, list) for fact in value):
        raise _FieldError("facts holds something that is not a list", 'write each fact as a list: [["5%"], ["BLEU"]]')
    facts = tuple(_texts(fact, "facts") for fact in value)
    if () in facts:
        raise _FieldError("facts holds a fact without a wording", "give each fact at least one")
    return facts


def _kind_of(value: object) -> str:
    names = {
        bool: "a boolean",
        int: "a number",
        float: "a number",
        str: "a text",
        list: "a list",
        dict: "an object",
    }
    return names.get(type(value), "null")


def _bad(path: Path, number: int, problem: str, advice: str) -> InputError:
    return InputError(f"{path}:{number}: {problem}; {advice}. Nothing was scored.")


class _FieldError(Exception):
    """A field of one line that cannot be used; becomes an `InputError` with file and line."""

    def __init__(self, problem: str, advice: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.advice = advice
