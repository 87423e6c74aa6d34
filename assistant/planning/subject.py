"""What a topic is about, without the words that ask for a text on it."""

import re

from assistant.text import STOP_WORDS, content_stems

__all__ = ["VAGUE", "subject_of"]

VAGUE = frozenset(
    """advance advances analysis application applications approach approaches case challenge challenges comparison
    comprehensive critical current development developments direction directions emerging evaluation field framework
    future improvement introduction issue issues landscape method methods model models new novel opportunities
    opportunity outlook overview paper papers perspective perspectives potential power problem problems progress promise
    prospect prospects recent recommendation recommendations review rise role state status studies study survey system
    systems task tasks taxonomy technique techniques technology tool tools topic trend trends use uses work""".split()
)
"""Words that fit any field: what is made of them alone names no topic."""

_MANNER = (
    r"(?:(?:systematic|scoping|literature|brief|short|comprehensive|critical|recent|comparative|thorough|in[- ]depth|"
    r"narrative|structured|technical|state[- ]of[- ]the[- ]art|selective|broad|first)[ -]+(?:and\s+)?)*"
)
_KIND = (
    rf"(?:{_MANNER}(?:surveys?|reviews?|overviews?|introductions?|tutorials?|meta-?\s?analys[ie]s|bibliograph(?:y|ies)|"
    r"related works?)(?:\s+and\s+(?:reviews?|surveys?|meta-?\s?analys[ie]s|outlook|perspectives?|taxonomy))?)"
)
_REQUEST = re.compile(
    r"\A(?:please\s+)?(?:(?:can|could) you\s+)?(?:write|draft|find|give me|summari[sz]e|what (?:is|has been) "
    r"(?:known|done|written|said))\s+(?:me\s+)?(?:an?\s+|the\s+|some\s+)?(?:"
    rf"(?:{_KIND}|papers?|(?:related |previous |prior |existing )?(?:works?|research|literature))(?:\s+section)?\s+)?"
    r"(?:of|on|about)\s+",
    re.IGNORECASE,
)
_OPENING = re.compile(
    rf"\A(?:an?\s+|the\s+)?(?:{_KIND}|(?:papers?|(?:related |previous |prior )(?:works?|research|literature)))"
    r"\s+(?:of|on|about|for|in|to)\s+(?:the\s+)?",
    re.IGNORECASE,
)
_INSIDE = re.compile(rf"(?<=:)\s+(?:an?\s+|the\s+)?{_KIND}\s+(?:of|on|about|for|in|to)\s+(?:the\s+)?", re.IGNORECASE)
_ENDING = re.compile(rf"\s*(?:[:–—,(]|\s-)\s*(?:an?\s+|the\s+)?{_KIND}\W*\Z", re.IGNORECASE)
_BARE = re.compile(rf"\A(?:an?\s+|the\s+)?{_KIND}\W*\Z", re.IGNORECASE)
_AFTER_COLON = re.compile(r"\s*:\s*([^:]*)\Z")
_OF = re.compile(r"\s+(?:of|in|for|on|to|towards?)\s+(?:the\s+)?", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")


def subject_of(topic: str) -> str:
    """A topic without what asks for a text on it, or says nothing of it.

    `A Survey on X`, `X: A Review`, `The Rise and Potential of X`, `related work on X` give `X`; a topic that is made of
    such words alone gives nothing.
    """
    subject = " ".join(topic.split())
    for shape in (_REQUEST, _OPENING, _ENDING):
        subject = _unless_empty(shape.sub("", subject, count=1), subject)
    subject = _INSIDE.sub(" ", subject)
    subject = _without_vague_opening(_without_vague_ending(subject))
    return "" if _BARE.match(subject) or not content_stems(subject) else subject


def _unless_empty(shorter: str, subject: str) -> str:
    """The shorter one when it still says something."""
    shorter = shorter.strip(" :,;–—-")
    return shorter if content_stems(shorter, leave_out=VAGUE) else subject


def _without_vague_ending(subject: str) -> str:
    """`X: Taxonomy, comparison, and recommendations` gives `X`."""
    match = _AFTER_COLON.search(subject)
    return subject[: match.start()] if match and _is_vague(match.group(1)) else subject


def _without_vague_opening(subject: str) -> str:
    """`Recent advances in X` gives `X`."""
    match = _OF.search(subject)
    return _unless_empty(subject[match.end() :], subject) if match and _is_vague(subject[: match.start()]) else subject


def _is_vague(text: str) -> bool:
    return all(word.lower() in VAGUE or word.lower() in STOP_WORDS for word in _WORD.findall(text))
