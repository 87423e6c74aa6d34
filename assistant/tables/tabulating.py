"""A comparison of papers whose sentences a chat model chooses; the words of every cell are the paper's own."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.errors import CitewellError, UsageError
from assistant.evidence.bank import EvidenceBank
from assistant.guards.neutral import harmless
from assistant.llm import ChatModel
from assistant.tables.roles import ROLES, Role, Scored, compared, row_of, scored
from assistant.types import Paper, TableRow, Usage
from prompts import Prompts, TemplateFolderError

__all__ = ["Compared", "compared_by"]

_PROMPT = "roles"
_NUMBER: Mapping[str, Any] = {"anyOf": [{"type": "integer"}, {"type": "null"}]}
_SCHEMA: Mapping[str, Any] = {
    "title": "roles",
    "type": "object",
    "properties": dict.fromkeys(ROLES, _NUMBER),
    "required": list(ROLES),
    "additionalProperties": False,
}
_FENCE = "```"
_THINK_END = "</think>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A table, and what came of asking a model for it."""

    rows: tuple[TableRow, ...]
    usage: Usage = field(default_factory=Usage)
    note: str = ""
    """Why some rows were filled without the model; empty when none was."""


def compared_by(model: ChatModel, prompts: Prompts, papers: Sequence[Paper], bank: EvidenceBank) -> Compared:
    """What each paper says of its problem, method, data and finding, where a model names the sentences by number.

    The model is asked once for each paper with an abstract, and once more when its reply cannot be read. A number that
    no sentence has leaves its cell empty. A paper whose reply cannot be read at all, and every paper after the model
    has failed, is compared without it.

    Args:
        model: Asked for numbers only.
        prompts: The templates.
        papers: In the order of the rows.
        bank: Their sentences.

    Raises:
        UsageError: A template of the user's does not work.
    """
    asking = _Asking(model, prompts)
    rows = tuple(asking.row(paper, bank) for paper in papers)
    return Compared(rows=rows, usage=asking.usage, note=asking.note)


class _Asking:
    """Asks until the model fails, and keeps the account."""

    def __init__(self, model: ChatModel, prompts: Prompts) -> None:
        self._model = model
        self._prompts = prompts
        self._has_failed = False
        self.usage = Usage()
        self.note = ""

    def row(self, paper: Paper, bank: EvidenceBank) -> TableRow:
        """The row of a paper."""
        sentences = scored([one for one in bank.sentences if one.key == paper.key and one.where == "abstract"])
        numbers = self._numbers(sentences) if sentences and not self._has_failed else None
        if numbers is None:
            return compared([paper], bank)[0]
        named: dict[Role, Scored] = {
            role: sentences[number - 1] for role, number in numbers.items() if 1 <= number <= len(sentences)
        }
        return row_of(paper, {role: (one.text, one.start, one.framed) for role, one in named.items()})

    def _numbers(self, sentences: Sequence[Scored]) -> dict[Role, int] | None:
        """The number of a sentence for each role that has one; None when the model gave no answer."""
        lines = [harmless(one.text) for one in sentences]
        for again in (False, True):
            prompt = self._prompt(lines, again=again)
            try:
                found = _read(self._reply(prompt))
            except CitewellError as error:
                self._has_failed = True
                self.note = f"Part of the table was filled without the model: {error}"
                return None
            if found is not None:
                return found
        self.note = self.note or f"{self._model.name} gave no numbers for a row of the table; it was filled without it."
        return None

    def _prompt(self, lines: Sequence[str], *, again: bool) -> str:
        try:
            return self._prompts.render(_PROMPT, sentences=lines, again=again)
        except TemplateFolderError as error:
            raise UsageError(str(error)) from error

    def _reply(self, prompt: str) -> str:
        pieces: list[str] = []
        for delta in self._model.stream(prompt, _SCHEMA if self._model.writes_json else None):
            pieces.append(delta.text)
            self.usage += delta.usage or Usage()
        return "".join(pieces)


def _read(reply: str) -> dict[Role, int] | None:
    """The numbers of a reply that is one JSON object; what is no number counts as null."""
    text = reply.rpartition(_THINK_END)[2].strip()
    if text.startswith(_FENCE) and text.endswith(_FENCE) and "\n" in text:
        text = text.partition("\n")[2].removesuffix(_FENCE).strip()
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or not any(role in said for role in ROLES):
        return None
    return {
        role: number for role in ROLES if isinstance(number := said.get(role), int) and not isinstance(number, bool)
    }
