"""Sentences that say the opposite: a negation put in or taken out, a direction turned round."""

import random
import re
from collections.abc import Iterator, Sequence

from evals.mutations.editing import Draft, in_the_case_of, replaced
from evals.mutations.inflection import base_of

__all__ = ["negation_drafts"]

_AUXILIARY = re.compile(
    r"\b(is|are|was|were|can|does|did|will|should|has been|have been|had been)\b"
    r"(?! (?:not|no|never|only|also not|neither|nor|n't|likely|cannot)\b)(?!-)",
)
_VERBS = (
    """improves increases reduces decreases outperforms achieves requires allows enables supports shows provides
    contributes inhibits promotes induces causes affects depends leads helps predicts exceeds prevents activates
    regulates plays performs works generalizes correlates differs captures matches yields remains suffers"""
).split()
_VERB = re.compile(rf"(?<=[a-z\d)] )({'|'.join(_VERBS)})\b(?! not\b)")
_PAST = re.compile(
    r"(?<=[a-z\d)] )(improved|increased|reduced|decreased|outperformed|achieved|required|enabled|supported|showed"
    r"|inhibited|promoted|induced|caused|affected|predicted|exceeded|prevented|activated)\b"
    r"(?= (?:the|a|an|by|in|from|to|their|its|significantly|all|performance|survival|mortality|risk|expression)\b)"
)
_A_FINDING = re.compile(
    r"\b(?:an?|the) ((?:statistically |clinically )?(?:significant|strong|clear|positive|substantial|important)?\s?"
    r"(?:increase|decrease|difference|effect|association|correlation|improvement|reduction|relationship|evidence"
    r"|benefit|impact|interaction|gain|advantage))\b"
)
_EVIDENCE = re.compile(r"\b(found|show|shows|showed|there is|there was|provide|provides|provided) (evidence)\b")
_NOT = re.compile(
    r"(?<!or )(?<!if )(?<!whether )\b(is|are|was|were|can|do|does|did|could|will|should|has|have|had|but)( not)\b"
    r"(?! (?:only|just|merely|simply|necessarily|solely)\b)"
)
_CANNOT = re.compile(r"\bcannot\b")
_NEVER = re.compile(r"\bnever ")
_WITHOUT = re.compile(r"\bwithout\b")
_NO = re.compile(r"\bno (?=(?:significant|evidence|effect|difference|association|increase|decrease|benefit|change)\b)")
_UNABLE = re.compile(r"\b(?:unable|failed|fails|fail) to\b")

_PAIRS = (
    """increase/decrease increases/decreases increased/decreased increasing/decreasing higher/lower highest/lowest
    better/worse best/worst outperforms/underperforms outperform/underperform outperformed/underperformed
    outperforming/underperforming improves/worsens improve/worsen improved/worsened improving/worsening
    improvement/deterioration improvements/deteriorations upregulated/downregulated upregulation/downregulation
    up-regulated/down-regulated enhances/impairs enhance/impair enhanced/impaired enhancing/impairing
    promotes/inhibits promote/inhibit promoted/inhibited promoting/inhibiting activates/suppresses
    activate/suppress activated/suppressed activation/suppression superior/inferior larger/smaller faster/slower
    greater/smaller longer/shorter above/below before/after presence/absence effective/ineffective
    sufficient/insufficient efficient/inefficient significant/insignificant significantly/insignificantly
    likely/unlikely positive/negative positively/negatively stronger/weaker strong/weak gain/loss gains/losses
    beneficial/harmful success/failure successful/unsuccessful successfully/unsuccessfully supervised/unsupervised
    maximum/minimum maximize/minimize maximizes/minimizes accelerates/slows expensive/cheap robust/fragile
    common/rare frequent/infrequent more/less raises/lowers raise/lower raised/lowered reduces/increases
    reduce/increase reduced/increased reducing/increasing reduction/increase reductions/increases early/late
    similar/different consistent/inconsistent stable/unstable possible/impossible able/unable necessary/unnecessary
    essential/dispensable dependent/independent required/unneeded gained/lost benefit/harm benefits/harms
    accurate/inaccurate relevant/irrelevant reliable/unreliable independently/dependently susceptible/resistant
    exceeds/trails surpasses/trails surpass/trail surpassed/trailed agrees/disagrees agree/disagree"""
).split()
_OPPOSITES: dict[str, str] = {}
for _pair in _PAIRS:
    _one, _, _other = _pair.partition("/")
    _OPPOSITES.setdefault(_one, _other)
    _OPPOSITES.setdefault(_other, _one)
_DIRECTION = re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(_OPPOSITES, key=len, reverse=True))})(?![\w-])", re.IGNORECASE)
_BOTH = re.compile(r"^\s*(?:/|or|and/or|and)\s*(\w+)", re.IGNORECASE)
_SAYS_NO_DIRECTION = re.compile(r"\b(?:or|not|no) $|\bwhether\b", re.IGNORECASE)
"""A word after `whether` is asked about, not said."""
_SPECIFICALLY = re.compile(r" (?:specifically|recently|importantly|generally|precisely|concretely|formally)\b")


def negation_drafts(sentence: str, _abstract: str, _others: Sequence[str], rng: random.Random) -> Iterator[Draft]:
    """Ways to make a sentence say the opposite."""
    no = rng.choice(("not", "not", "not", "never"))
    yield from replaced(_AUXILIARY, sentence, lambda one: _negated(one[0], no), "inserted")
    does_not = rng.choice(("does not", "fails to"))
    yield from replaced(_VERB, sentence, lambda one: f"{does_not} {base_of(one[1])}", "inserted")
    yield from replaced(_PAST, sentence, lambda one: f"did not {base_of(one[1])}", "inserted")
    yield from replaced(_A_FINDING, sentence, lambda one: f"no {one[1]}", "inserted")
    yield from replaced(_EVIDENCE, sentence, lambda one: f"{one[1]} no {one[2]}", "inserted")
    yield from replaced(_NOT, sentence, lambda one: one[1], "removed")
    yield from replaced(_CANNOT, sentence, lambda _: "can", "removed")
    yield from replaced(_NEVER, sentence, lambda _: "", "removed")
    yield from replaced(_WITHOUT, sentence, lambda _: "with", "removed")
    yield from replaced(_NO, sentence, lambda _: "a ", "removed")
    yield from replaced(_UNABLE, sentence, lambda one: "able to" if one[0] == "unable to" else "managed to", "removed")
    yield from replaced(_DIRECTION, sentence, _turned, "direction")


def _negated(auxiliary: str, no: str) -> str:
    first, _, rest = auxiliary.partition(" ")
    if first == "can" and no == "not":
        return "cannot"
    return " ".join(part for part in (first, no, rest) if part)


def _turned(found: re.Match[str]) -> str | None:
    """The opposite word; none where both directions are named, or where the word is no direction."""
    opposite = _OPPOSITES[found[0].lower()]
    before, after = found.string[: found.start()], found.string[found.end() :]
    beside = _BOTH.match(after)
    if beside and beside[1].lower() == opposite:
        return None
    if _SAYS_NO_DIRECTION.search(before) or _SPECIFICALLY.match(after):
        return None
    return in_the_case_of(found[0], opposite)
