"""A judge that asks a chat model."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

from assistant.errors import ServiceError, UsageError
from assistant.guards.neutral import harmless
from assistant.guards.orders import without_orders
from assistant.types import Label, Problem, Usage, Verdict
from prompts import Prompts, TemplateFolderError

if TYPE_CHECKING:
    from assistant.llm import ChatModel

__all__ = ["ChatJudge", "Form"]

Form = Literal["verdict", "yes-no"]

_PROMPTS: dict[Form, str] = {"verdict": "judge", "yes-no": "judge_yes_no"}
_NAMES: dict[Form, str] = {"verdict": "chat-2", "yes-no": "chat-yes-no-2"}
_NAME_WITH_SCHEMA = "chat-json-2"
_VERDICTS = ("supported", "partly", "contradicted", "unsupported")
_PROBLEMS = ("number-changed", "name-changed", "negated", "overclaimed", "wrong-paper", "not-stated")
_USUAL: Mapping[Label, Problem] = {"partly": "overclaimed", "contradicted": "negated", "unsupported": "not-stated"}
"""What is wrong where the model did not say what."""
_SCHEMA: Mapping[str, Any] = {
    "title": "verdict",
    "type": "object",
    "properties": {
        "reason": {"type": "string"},
        "verdict": {"type": "string", "enum": list(_VERDICTS)},
        "problem": {"anyOf": [{"type": "string", "enum": list(_PROBLEMS)}, {"type": "null"}]},
        "confidence": {"type": "integer", "minimum": 0, "maximum": 100},
    },
    "required": ["reason", "verdict", "problem", "confidence"],
    "additionalProperties": False,
}
"""What a model that writes JSON is held to: the reason comes first, so that the verdict follows from it."""
_MOST_CONFIDENT = 100
_THINK_END = "</think>"
_FENCE = "```"
_SHOWN = 80
_LONGEST_REASON = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opinion:
    """What a reply says."""

    label: Label
    score: float
    reason: str
    problem: Problem | None = None


class ChatJudge:
    """Asks a chat model whether the evidence supports a statement; a reply that cannot be read is asked for once more.

    Two forms of the question are known. `verdict` wants a JSON object with a reason, a verdict, what is wrong and the
    model's confidence; a model that writes JSON is held to that form by its schema. The score is support: one half for
    a verdict without any confidence, from there rising to 1 for `supported`, and falling to 0 for `contradicted` and
    `unsupported` and to 1/4 for `partly`, in proportion to the confidence. So it is above one half for nothing but full
    support. `yes-no` puts one document and one claim and wants a word, which is what models trained for the task expect
    (MiniCheck: Tang et al., 2024; they want claims of one sentence); its score is 1 or 0, because a word carries no
    confidence.

    Texts are made harmless as in other prompts: what an abstract tells its reader to do is left out, and nothing in a
    text can be taken for another part of the prompt. A model reads all of the evidence at once and fails when that is
    more than it can take. A changed template gives the judge another name.
    """

    def __init__(
        self, model: "ChatModel", prompts: Prompts, form: Form = "verdict", *, server: str | None = None
    ) -> None:
        """Judge with a model.

        Args:
            model: The model.
            prompts: The templates.
            form: What is asked for.
            server: Its address, when it is not the provider's own: two servers may give a name to two models.
        """
        self._model = model
        self._prompts = prompts
        self._form: Form = form
        self._server = server
        # Decided once: the name tells what was measured, and a server that refuses schemas is asked without.
        self._has_schema = form == "verdict" and model.writes_json
        self._digest = prompts.digests()[_PROMPTS[form]]

    @property
    def name(self) -> str:
        """Name and version, the model, the beginning of the hash of the prompt, and the server if one is named."""
        kind = _NAME_WITH_SCHEMA if self._has_schema else _NAMES[self._form]
        name = f"{kind}:{self._model.name}@{self._digest[:8]}"
        return f"{name} at {self._server}" if self._server else name

    def judge(self, statement: str, evidence: Sequence[str]) -> Verdict:
        """Say whether the pieces of evidence, taken together, support the statement.

        Raises:
            ServiceError: The model failed, or replied twice with something that is no verdict.
            UsageError: A template of the user's does not work.
        """
        pieces = [piece for one in evidence if (piece := harmless(without_orders(one)))]
        if not pieces:
            reason = "there is no text to compare with"
            return Verdict(label="unverifiable", score=0.0, judge=self.name, reason=reason)
        usage, reply = Usage(), ""
        for again in (False, True):
            reply, spent = self._ask(self._prompt(statement, pieces, again=again))
            usage += spent
            found = _yes_no(reply) if self._form == "yes-no" else _opinion(reply)
            if found:
                return self._verdict(found, usage)
        raise ServiceError(
            f"{self._model.name} was asked twice for a verdict and gave none that can be read; it replied "
            f"{reply.strip()[:_SHOWN]!r}. Try again, or name another judge."
        )

    def _verdict(self, found: _Opinion, usage: Usage) -> Verdict:
        return Verdict(
            label=found.label,
            score=found.score,
            judge=self.name,
            reason=found.reason,
            problem=found.problem,
            usage=usage,
        )

    def _prompt(self, statement: str, pieces: Sequence[str], *, again: bool) -> str:
        try:
            return self._prompts.render(
                _PROMPTS[self._form], statement=harmless(statement), evidence=pieces, again=again
            )
        except TemplateFolderError as error:
            raise UsageError(str(error)) from error

    def _ask(self, prompt: str) -> tuple[str, Usage]:
        pieces: list[str] = []
        usage = Usage()
        schema = _SCHEMA if self._has_schema and self._model.writes_json else None
        for delta in self._model.stream(prompt, schema):
            pieces.append(delta.text)
            usage += delta.usage or Usage()
        return "".join(pieces), usage


def _opinion(reply: str) -> _Opinion | None:
    """Read a verdict; None unless the reply is one JSON object with all that was asked for."""
    try:
        raw = json.loads(_bare(reply))
    except (ValueError, RecursionError):
        return None
    if not isinstance(raw, dict):
        return None
    verdict, confidence, reason = raw.get("verdict"), raw.get("confidence"), raw.get("reason")
    if not isinstance(verdict, str) or not isinstance(reason, str) or verdict.strip().lower() not in _VERDICTS:
        return None
    if isinstance(confidence, bool) or not isinstance(confidence, int | float):
        return None
    if not 0 <= confidence <= _MOST_CONFIDENT:
        return None
    label = cast("Label", verdict.strip().lower())
    return _Opinion(
        label=label,
        score=_support(label, confidence / _MOST_CONFIDENT),
        reason=_line(reason),
        problem=_problem(label, raw.get("problem")),
    )


def _problem(label: Label, said: object) -> Problem | None:
    """What is wrong, in the model's word if it is one that was offered; nothing is wrong with what is supported."""
    if label == "supported":
        return None
    word = said.strip().lower() if isinstance(said, str) else ""
    return cast("Problem", word) if word in _PROBLEMS else _USUAL[label]


def _yes_no(reply: str) -> _Opinion | None:
    word = _bare(reply).strip(" .\"'*").lower()
    if word == "yes":
        return _Opinion(label="supported", score=1.0, reason="the model said yes")
    if word == "no":
        return _Opinion(label="unsupported", score=0.0, reason="the model said no", problem="not-stated")
    return None


def _line(reason: str) -> str:
    """A reason as one short line that can be shown: what a model writes may hold line breaks and control characters."""
    line = " ".join("".join(char if char.isprintable() else " " for char in reason).split())
    return line if len(line) <= _LONGEST_REASON else line[: _LONGEST_REASON - 1].rstrip() + "…"


def _bare(reply: str) -> str:
    """A reply without what was thought before it and without the fence of a code block around all of it."""
    text = reply.rpartition(_THINK_END)[2].strip()
    if text.startswith(_FENCE) and text.endswith(_FENCE) and "\n" in text:
        return text.partition("\n")[2].removesuffix(_FENCE).strip()
    return text


def _support(label: Label, confidence: float) -> float:
    """Support, 0 to 1, from a verdict and a confidence in it, 0 to 1."""
    if label == "supported":
        return 0.5 + confidence / 2
    return 0.5 - confidence / (4 if label == "partly" else 2)
