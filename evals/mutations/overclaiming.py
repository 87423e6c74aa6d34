"""Sentences that claim too much: a hedge dropped, a scope widened, an association made a cause."""

import random
import re
from collections.abc import Iterator, Sequence

from evals.mutations.editing import Draft, replaced
from evals.mutations.inflection import third_person

__all__ = ["overclaim_drafts"]

_MODAL = re.compile(r"(\w+) (may|might)((?: also| thus| further| even| indeed)?) (?!not\b|have\b|help\b)([a-z]+)\b")
_MODAL_PAST = re.compile(r"\b(?:may|might|could) have\b")
_MODAL_HELP = re.compile(r"\b(?:may|might|could) help\b")
_CAN = re.compile(r"\bcan (?=(?:improve|reduce|increase|lead|cause|be used|achieve|predict|prevent|help|affect)\b)")
_SUGGEST = re.compile(r"\b(suggest(?:s|ed|ing)?|impl(?:y|ies|ied)|hypothesi[sz]e[sd]?|speculate[sd]?)(?= that\b)")
_PROVEN = {"suggest": "prove", "suggests": "proves", "suggested": "proved", "suggesting": "proving"}
_SEEM = re.compile(r"\b(appears?|seems?|tends?|appeared|seemed|tended) to (be\b)?")
_HEDGE = re.compile(
    r"\b(?:potentially|possibly|probably|perhaps|presumably|apparently|partially|partly|arguably"
    r"|at least in part|in part|to some extent|in some cases|in most cases|in certain cases|under certain conditions"
    r"|under some conditions)\b,?"
)
_LIKELY = re.compile(r"\b(is|are|was|were) (?:likely|thought|believed|expected) to (be\b)?")
_POTENTIAL = re.compile(r"\b(?:a )?(?:potential|possible|putative|promising)(?= (?!to\b|that\b|for\b|and\b|or\b)[a-z])")
_OFTEN = re.compile(
    r"(?<!most )(?<!more )(?<!as )\b"
    r"(?:often|usually|sometimes|typically|generally|frequently|commonly|mostly|occasionally)\b"
)
_SOME = re.compile(
    r"(?<!\d )(?<!the )(?<!as )(?<!how )\b(?:(?:some|several|many|certain|various|a number of|a subset of|a few"
    r"|(?:a|the) majority of) (?:of the )?"
    r"(?=(?:[a-z][\w-]* )?(?!(?:\w*(?:ous|ss|is|us)|was|has|its|as)\b)[a-z][\w-]*s\b)"
    r"|most (?:of the )?(?=(?!\w*(?:ous|ss|is|us)\b)[a-z][\w-]{2,}s\b))",
    re.IGNORECASE,
)
_ALMOST = re.compile(r"\b(?:almost|nearly|virtually|roughly|approximately) (?=all\b|every\b|always\b|no\b)")
_UP_TO = re.compile(r"\b(?:by up to|up to|as much as|as many as)(?= (?:an? )?[\d$])")
_WHERE = re.compile(
    r",? \b(?:in|among|for) (?!contrast\b|comparison\b|response\b|addition\b)"
    r"(?:(?:[a-z-]+ ){0,2}(?:mice|rats|rodents|animals|zebrafish|monkeys|pigs|humans|patients"
    r"|women|men|children|adults|adolescents|infants|students|participants|volunteers|English|Chinese|German)"
    r"|vitro|vivo|animal models|cell lines|a mouse model|this cohort|this population|some settings"
    r"|low-resource settings|simulation|simulations)\b(?= ?[.,;]| and\b|$)"
)
_LINKED = re.compile(
    r"\b(is|are|was|were|be) (?:(?:significantly|strongly|independently|positively|closely|also) )?"
    r"(?:associated with|linked to|related to|correlated with)"
)
_CAUSES = {"is": "causes", "are": "cause", "was": "caused", "were": "caused", "be": "cause"}
_ONLY = re.compile(r"\bonly (?=(?:in|when|if|for|on|with|under|a|the|among)\b)")
_BE = {True: "are", False: "is"}
_PLURAL = frozenset("they these those we".split())
_STILL_HEDGED = re.compile(r"\b(?:may|might|could|can|would) (?:be |have |also )?$")


def overclaim_drafts(sentence: str, _abstract: str, _others: Sequence[str], rng: random.Random) -> Iterator[Draft]:
    """Ways to make a sentence claim more than it did."""
    yield from replaced(_MODAL, sentence, _certain, "hedge")
    yield from replaced(_MODAL_PAST, sentence, lambda _: "have certainly", "hedge")
    yield from replaced(_MODAL_HELP, sentence, lambda _: "will", "hedge")
    yield from replaced(_CAN, sentence, lambda _: rng.choice(("will always ", "always ")), "hedge")
    yield from replaced(_SUGGEST, sentence, lambda one: _PROVEN.get(one[1], "proved"), "hedge")
    yield from replaced(_SEEM, sentence, _plainly, "hedge")
    yield from replaced(_HEDGE, sentence, _dropped, "hedge")
    yield from replaced(_LIKELY, sentence, lambda one: one[1] if one[2] else f"{one[1]} certain to ", "hedge")
    yield from replaced(_POTENTIAL, sentence, lambda one: "a proven" if one[0].startswith("a ") else "proven", "hedge")
    yield from replaced(_OFTEN, sentence, lambda _: "always", "scope")
    yield from replaced(_SOME, sentence, lambda _: "all ", "scope")
    yield from replaced(_ALMOST, sentence, lambda _: "", "scope")
    yield from replaced(_UP_TO, sentence, lambda one: "by" if one[0].startswith("by") else "", "scope")
    yield from replaced(_WHERE, sentence, lambda _: "", "scope")
    yield from replaced(_ONLY, sentence, lambda _: "", "scope")
    yield from replaced(_LINKED, sentence, lambda one: _CAUSES[one[1]], "cause")


def _certain(found: re.Match[str]) -> str | None:
    """A modal verb dropped: `X may improve` -> `X improves`, `cells may be` -> `cells are`."""
    subject, adverb, verb = found[1], found[3], found[4]
    if subject.endswith("ly") or verb in {"or", "and", "only", "well"} or verb.endswith("ly"):
        return None
    is_plural = subject.lower() in _PLURAL or bool(re.search(r"[^siu]s$", subject))
    if verb == "be":
        return f"{subject} {_BE[is_plural]}{adverb}"
    return f"{subject}{adverb} {verb if is_plural else third_person(verb)}"


def _dropped(found: re.Match[str]) -> str | None:
    """A hedge taken out, unless a modal verb before it still says the same."""
    return None if _STILL_HEDGED.search(found.string[: found.start()]) else ""


def _plainly(found: re.Match[str]) -> str:
    """`appears to be` -> `is`; before another verb the hedge becomes a certainty."""
    if found[2]:
        is_past, is_plural = found[1].endswith("ed"), not found[1].endswith("s")
        return ("were" if is_past else "are") if is_plural and not is_past else ("was" if is_past else "is")
    return "always has to " if found[1].endswith("s") else "always have to "
