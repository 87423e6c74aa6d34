"""Atomic claims: an answer taken apart, and each part compared with everything that the answer could rest on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.errors import ServiceError
from assistant.llm import ChatModel
from assistant.types import Answer, Usage, Verdict, cited_keys
from assistant.verify import Judge
from evals.support import passage
from evals.types import ClaimCheck, Papers
from prompts import Prompts

__all__ = ["Decomposer", "ModelClaims", "SentenceClaims", "Split", "check_claims"]

_SHORTEST_CLAUSE = 4
"""Words."""
_ATTEMPTS = 2
_LENGTHS = 5
_LONGEST_SHORT_REPLY = 300
"""Characters. A reply may have so many, and as many more as the statement has, so many times."""
_VERBS = frozenset(
    "is are was were be has have had do does did can could may might must will would shall should cannot remains "
    "remain shows show showed uses use used improves improve improved outperforms outperform outperformed".split()
)
"""Words that make a clause of what they stand in. Few on purpose: what is not split is only judged as a whole."""
_POINTING = frozenset(
    "it its he his she her they their them this that these those which who whose both such each neither one ones "
    "others there former latter".split()
)
_WORD = re.compile(r"[^\W_][\w'’-]*")
_OPENING, _CLOSING = "([{“«", ")]}”»"
_SIGN = "- "
_THINK = "<think>"
_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """The claims of a statement, at least one, in its order."""

    claims: tuple[str, ...]
    usage: Usage | None = None
    """What it cost to find them; None when it costs nothing."""


class Decomposer(Protocol):
    """Takes statements apart."""

    @property
    def name(self) -> str:
        """Name and version; faithfulness over claims of decomposers of different names is not comparable."""
        ...

    def split(self, statement: str) -> Split:
        """Find the claims that a statement makes.

        Raises:
            ServiceError: The model that is asked failed, or its replies cannot be read.
        """
        ...


class SentenceClaims:
    """Takes a statement for one claim, unless a semicolon stands between two clauses that can be read alone.

    The clauses are told by a verb that is often seen, in each part; a part that points back (`it`, `these`, `the
    latter`), a colon, brackets or quotation marks leave the statement whole. A statement that joins two claims by `and`
    is one claim, and is not supported when one half of it is not: faithfulness is a little lower than over finer ones.
    """

    name = "sentences-1"

    def split(self, statement: str) -> Split:
        """Find the claims that a statement makes."""
        parts = [part.strip() for part in statement.split(";")]
        if len(parts) > 1 and _can_be_parted(statement) and all(map(_is_clause, parts)):
            return Split(claims=(*(f"{part}." for part in parts[:-1]), parts[-1]))
        return Split(claims=(statement,))


class ModelClaims:
    """Asks a chat model for the claims.

    It decides what is counted: a model that leaves a doubtful half of a sentence or a hedge out raises faithfulness,
    and one that adds something lowers it. A claim that it repeats is one. A reply that cannot be read, or goes on and
    on, is asked for once more.
    """

    def __init__(self, model: ChatModel, prompts: Prompts) -> None:
        self._model = model
        self._prompts = prompts
        self.name = f"claims-1:{model.name}:{prompts.digests()['claims'][:8]}"

    def split(self, statement: str) -> Split:
        """Find the claims that a statement makes.

        Raises:
            ServiceError: The model failed, or its reply cannot be read, twice.
        """
        prompt = self._prompts.render("claims", sentence=" ".join(statement.split()))
        longest = _LENGTHS * len(statement) + _LONGEST_SHORT_REPLY
        usage, reply = Usage(), ""
        for _ in range(_ATTEMPTS):
            reply, cost = self._reply(prompt, longest)
            usage += cost
            if len(reply) <= longest and (claims := _claims_read(reply)):
                return Split(claims=claims, usage=usage)
        raise ServiceError(
            f"{self._model.name} gave no list of claims for {statement!r}, {_ATTEMPTS} times; the last reply began "
            f"{reply[:200]!r}. Name another model, or have whole sentences judged."
        )

    def _reply(self, prompt: str, longest: int) -> tuple[str, Usage]:
        """The reply as far as it is wanted, and what it cost; the price of one that is broken off is not known."""
        text, usage = "", None
        for delta in self._model.stream(prompt):
            text += delta.text
            usage = delta.usage or usage
            said = _THOUGHTS.sub("", text)
            if len(said) > longest and not said.lstrip().startswith(_THINK):
                break
        return _THOUGHTS.sub("", text).strip(), usage or _estimated(prompt, text)


def check_claims(
    answer: Answer, decomposer: Decomposer, judge: Judge, papers: Papers, context_keys: Sequence[str] = ()
) -> tuple[ClaimCheck, ...]:
    """Compare each claim of an answer with all that the answer could rest on; no claims when it abstained.

    That is everything which the system had been given for the question (as in RAGAS: Es et al., 2023) where that is
    known, else every paper that the answer cites anywhere. What cites nothing has nothing to rest on: its claims are
    `unverifiable`, and nobody is asked.

    Args:
        answer: Whose statements are taken apart.
        decomposer: Who does so.
        judge: Who compares; about a claim that is made twice it is asked once.
        papers: The papers behind the keys; keys without one are left out.
        context_keys: What the system had been given, best first; empty when not known.

    Raises:
        CitewellError: The decomposer or the judge failed.
    """
    if answer.abstained:
        return ()
    keys = dict.fromkeys(context_keys) or dict.fromkeys(cited_keys(answer.statements))
    evidence = [piece for key in keys if (paper := papers(key)) is not None for piece in passage(paper)]
    verdicts: dict[str, Verdict] = {}
    found: list[ClaimCheck] = []
    for statement in answer.statements:
        for claim in decomposer.split(statement.text).claims:
            if claim not in verdicts:
                verdicts[claim] = _verdict(claim, evidence, judge)
            found.append(ClaimCheck(text=claim, verdict=verdicts[claim]))
    return tuple(found)


def _verdict(claim: str, evidence: Sequence[str], judge: Judge) -> Verdict:
    if evidence:
        return judge.judge(claim, evidence)
    return Verdict(label="unverifiable", score=0.0, judge=judge.name, reason="the answer cites nothing that is there")


def _can_be_parted(statement: str) -> bool:
    return ":" not in statement and not any(char in statement for char in _OPENING + _CLOSING + '"')


def _is_clause(part: str) -> bool:
    words = [word.casefold() for word in _WORD.findall(part)]
    if len(words) < _SHORTEST_CLAUSE or not _VERBS.intersection(words):
        return False
    return _POINTING.isdisjoint(words[:3])


def _claims_read(reply: str) -> tuple[str, ...]:
    """The claims of a reply of which every line is one, each once; none when it is not so."""
    lines = [line.strip() for line in reply.splitlines() if line.strip()]
    claims = [line.removeprefix(_SIGN).strip() for line in lines if line.startswith(_SIGN)]
    return tuple(dict.fromkeys(claims)) if len(claims) == len(lines) and all(claims) else ()


def _estimated(prompt: str, reply: str) -> Usage:
    from vectorstore.tokens import count_tokens

    return Usage(prompt=count_tokens(prompt), completion=count_tokens(reply), usd=None)
