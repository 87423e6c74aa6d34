"""A conversation as a document: Markdown to read, JSON to load again."""

import builtins
import json
import re
import types
import typing
from collections.abc import Sequence
from dataclasses import is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

from assistant.export.markdown import escaped
from assistant.shapes import answer_from_shape, answer_shape
from assistant.types import Answer, Conflict, Statement, Turn, cited_keys

_FORMAT = "citewell-conversation"
_LINK = re.compile(r"https://(?:doi|arxiv)\.org/[\w./():;-]+$")


def conversation_markdown(turns: Sequence[Turn]) -> str:
    """A heading for each question, its answer with `[@key]` citations, which pandoc reads, and its references."""
    return "\n".join(_turn(turn) for turn in turns)


def _turn(turn: Turn) -> str:
    answer = turn.answer
    body = [escaped(answer.reason)] if answer.abstained else [_sentence(one) for one in answer.statements]
    if answer.lacking:
        body.append(f"Not in the library: {escaped('; '.join(answer.lacking))}.")
    parts = [f"## {escaped(turn.question)}", *body, *(_conflict(one) for one in answer.conflicts)]
    if answer.references:
        parts.append("\n".join(f"- \\[{escaped(one.key)}\\] {_reference(one.text)}" for one in answer.references))
    return "\n\n".join(part for part in parts if part) + "\n"


def _reference(text: str) -> str:
    """A reference with a link at its end where it names a DOI or an arXiv paper; nothing else in it acts."""
    found = _LINK.search(text)
    return f"{escaped(text[: found.start()])} <{found[0]}>" if found else escaped(text)


def _sentence(statement: Statement) -> str:
    text = escaped(statement.text)
    if statement.quoted and any(one.quote == statement.text for one in statement.citations):
        text = f"“{text}”"
    keys = "; ".join(f"@{key}" for key in cited_keys([statement]))
    label = statement.verdict.label
    mark = {"supported": "", "partly": " (partly supported)"}.get(label, f" ({label})")
    return text + (f" [{keys}]" if keys else "") + mark


def _conflict(conflict: Conflict) -> str:
    sides = (("On one side", conflict.supporting), ("On the other", conflict.opposing))
    lines = [f"- {name}: “{escaped(one.quote)}” [@{one.key}]" for name, side in sides for one in side]
    return "The papers disagree:\n\n" + "\n".join(lines)


def conversation_json(turns: Sequence[Turn]) -> str:
    """One JSON document: the turns in the shape of `ask`."""
    document = {"format": _FORMAT, "turns": [answer_shape(turn.answer) for turn in turns]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def read_conversation(text: str) -> list[Turn]:
    """Read what `conversation_json` wrote.

    Raises:
        ValueError: It is no such document.
    """
    try:
        document: Any = json.loads(text)
        is_ours = document["format"] == _FORMAT
        answers = [answer_from_shape(raw) for raw in document["turns"]] if is_ours else []
        are_whole = all(_fits(answer, Answer) for answer in answers)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError("it is no conversation") from error
    if not (is_ours and are_whole):
        raise ValueError("it is no conversation")
    return [Turn(question=answer.question, answer=answer) for answer in answers]


def _fits(value: object, kind: Any) -> bool:  # noqa: ANN401 - because types have no common type
    """Whether a value is of the type that its field declares, where JSON may hold anything."""
    inside = get_args(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        fields = get_type_hints(kind)
        return isinstance(value, kind) and all(_fits(getattr(value, name), of) for name, of in fields.items())
    match get_origin(kind):
        case typing.Literal:
            return value in inside
        case types.UnionType | typing.Union:
            return any(_fits(value, one) for one in inside)
        case builtins.tuple:
            return isinstance(value, tuple) and all(_fits(one, inside[0]) for one in value)
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, int | float) if kind is float else isinstance(value, kind)
