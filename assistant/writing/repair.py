"""Sentences that failed their check go back to the model once, with what is wrong with them."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.evidence.passages import PromptPassage
from assistant.guards.neutral import harmless
from assistant.replies.claims import Claim, claims_in
from assistant.text import content_stems, fold, numbers
from assistant.types import Change, Problem, Repair, Statement
from assistant.weighing.comparing import is_clear
from assistant.writing.checking import Checker, Failure
from assistant.writing.fitness import unfit
from prompts import Prompts

__all__ = ["MOST_REPAIRED", "accepted", "drifts", "faults", "repair_prompt", "rewrites_in", "says_again"]

MOST_REPAIRED = 8
"""Sentences that are sent back at once; a reply with more of them is not worth it."""
_FAULTS_NAMED = 3
"""Sentences of a useless reply that the model is told about."""
_DROP = "DROP"
_NUMBERED = re.compile(r"[\s>*_#-]*(?:sentence\s+)?(\d{1,2})\s?[.):\]]+(?!\d)[\s*_]*(?P<body>\S.*)", re.IGNORECASE)
_FRAME = "<>*_ "
"""Signs with which a sentence may be set off."""
_SHARED = 0.3
"""Share of the content words that a sentence and its new form have in common, at least."""
_DEFINITE: frozenset[Problem] = frozenset({"negated", "number-changed", "name-changed"})
"""With one of these against its own paper, a sentence as it is needs clear support to cite another paper."""
_THINK_END = "</think>"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Faulty:
    """A sentence as the repair prompt shows it."""

    number: int
    text: str
    reason: str
    nearest: str
    """The sentence of the passages that is nearest to it."""


def repair_prompt(
    failures: Sequence[Failure], subject: str, passages: Sequence[PromptPassage], checker: Checker, prompts: Prompts
) -> str:
    """The sentences, what is wrong with each, and the passages that they cite or are nearest to.

    Args:
        failures: What is to be written anew.
        subject: The question or topic that they were written on.
        passages: Those of the first prompt, whose numbers stay.
        checker: What compared the sentences with them.
        prompts: The templates.
    """
    numbers_of = {one.key: one.number for one in passages}
    known = frozenset(checker.names)
    faulty = []
    wanted: set[str] = set()
    for number, failure in enumerate(failures, start=1):
        nearest = checker.nearest(failure.statement.text)
        wanted |= {nearest.key, *failure.cited} if nearest else set(failure.cited)
        faulty.append(
            _Faulty(
                number=number,
                text=harmless(failure.statement.text, known),
                reason=harmless(failure.reason, known),
                nearest=f"{harmless(nearest.quote, known)} [{numbers_of[nearest.key]}]" if nearest else "",
            )
        )
    return prompts.render(
        "repair",
        subject=harmless(subject, known),
        passages=[one for one in passages if one.key in wanted],
        sentences=faulty,
        drop=_DROP,
    )


def faults(failures: Sequence[Failure], known: Collection[str]) -> str:
    """What was wrong with a reply of which nothing could be used."""
    named = [
        f"“{harmless(one.statement.text, known)}” ({harmless(one.reason, known)})" for one in failures[:_FAULTS_NAMED]
    ]
    return "no passage supports what it said: " + "; ".join(named) if named else "it held no statement"


def rewrites_in(reply: str, known: Mapping[str, str], count: int) -> dict[int, Claim]:
    """The new sentences of a reply by the number of the old one, from 1; those that are to be dropped are not in it.

    Args:
        reply: A line for each sentence, each with its number. Other lines are left out.
        known: Numbers and keys of passages that exist, with what each is called.
        count: Number of sentences that were sent back; of a single one the number may be missing.
    """
    reply = reply.rpartition(_THINK_END)[2]
    lines = [match for line in reply.splitlines() if (match := _NUMBERED.match(line))]
    found = [(int(match[1]), match["body"].strip(_FRAME)) for match in lines]
    if not found and count == 1:
        found = [(1, reply.strip().strip(_FRAME))]
    rewritten: dict[int, Claim] = {}
    for number, body in found:
        claim = None if body.startswith(_DROP) else _first_sentence(body, known)
        if claim and 1 <= number <= count:
            rewritten.setdefault(number, claim)
    return rewritten


def accepted(
    failure: Failure, rewritten: Claim | None, *, checker: Checker, shown: Sequence[Statement]
) -> Statement | Failure:
    """The statement in its new form, or the failure with a word on why the new form fails too.

    Args:
        failure: The sentence as it was.
        rewritten: Its new form; None when the model gave none.
        checker: What compares it with the passages.
        shown: Statements that reach the reader, which it must not repeat.
    """
    if rewritten is None:
        return _failed_again(failure, "the model found no passage that says it")
    if drifts(failure.statement.text, rewritten.text):
        return _failed_again(failure, "rewritten, it is about something else")
    if any(says_again(rewritten.text, one.text) for one in shown):
        return _failed_again(failure, "rewritten, it says what is said already")
    result = checker.check(rewritten)
    if isinstance(result, Failure):
        is_same = fold(rewritten.text) == fold(failure.statement.text)
        why = f"rewritten as “{rewritten.text}”, it fails too: {result.reason}"
        return _failed_again(failure, "the model wrote it in the same words again" if is_same else why)
    told = _told(failure, rewritten)
    if told.change == "reattributed" and failure.problem in _DEFINITE and not is_clear(result):
        return _failed_again(failure, "the model cited another paper, which does not say it clearly")
    return replace(result, repairs=(told, *result.repairs))


def drifts(before: str, after: str) -> bool:
    """True when two sentences have so few words in common that they are not about the same thing."""
    wanted, present = set(content_stems(before)), set(content_stems(after))
    fewest = min(len(wanted), len(present))
    return len(wanted & present) < _SHARED * fewest if fewest else True


def says_again(text: str, shown: str) -> bool:
    """True when a sentence has no word and no number that the other one has not."""
    return fold(text) == fold(shown) or (
        set(content_stems(text)) <= set(content_stems(shown)) and numbers(text) <= numbers(shown)
    )


def _told(failure: Failure, rewritten: Claim) -> Repair:
    """What was changed; a model may leave a sentence as it is and only cite another passage."""
    before = failure.statement.text
    if fold(before) != fold(rewritten.text):
        return Repair(change="rewritten", before=before, reason=failure.reason)
    change: Change = "reattributed" if failure.cited else "attributed"
    return Repair(change=change, before="; ".join(failure.cited), reason=failure.reason)


def _failed_again(failure: Failure, why: str) -> Failure:
    return replace(failure, reason=f"{failure.reason}; {why}")


def _first_sentence(body: str, known: Mapping[str, str]) -> Claim | None:
    return next((claim for claim in claims_in(body, known) if not unfit(claim)), None)
