"""A sentence with several citations, taken apart at the places where they stand."""

import re
from dataclasses import dataclass

from assistant.replies.quotations import quotations
from assistant.text import content_stems
from assistant.types import DraftSentence

__all__ = ["Part", "clauses_of", "parts_of"]

_WORDS_BEFORE = 3
"""So many words before a citation tell its place in the plain text."""
_LEAST_STEMS = 3
"""Words that carry content in what can be judged alone."""
_WORD = re.compile(r"\w+")
_OPENED = re.compile(r"(?:\\[A-Za-z]+\*?(?:\[[^\]]*\])*\{|\[)[^{}\[\]]*$")
"""A citation's own beginning, before its first key."""
_JOINT = re.compile(r"^[\s,;:.]*(?:(?:and|but|while|whereas|or|though|although)\b)?[\s,]*", re.IGNORECASE)
_CLOSES = re.compile(r"\s*(?:[,;:.!?]|(?:and|but|while|whereas|or|though|although)\b|\Z)", re.IGNORECASE)
"""What follows a citation that stands at the end of what it is cited for: `Li and Song [1] find that` does not."""
_BETWEEN = re.compile(r";\s+|,\s+(?:and|but|while|whereas|though|although)\s+|\s+(?:while|whereas)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Words of a sentence that can be judged alone."""

    text: str
    keys: tuple[str, ...]
    """As written, of the citations that stand with it."""


def parts_of(sentence: DraftSentence, source: str, text: str) -> tuple[Part, ...]:
    """The parts that citations in the middle of a sentence close, and what follows them.

    Args:
        sentence: It has several citations, or none of this makes sense.
        source: What the offsets of its citations count in.
        text: The sentence as plain text.

    Returns:
        Two or more parts, each with words enough to be judged; none where the sentence cannot be taken apart.
    """
    bracketed = [found for group in sentence.groups if (found := [one for one in group if not one.narrative])]
    begins, at = sentence.start, 0
    parts: list[Part] = []
    waiting: tuple[str, ...] = ()
    for group in bracketed:
        keys = (*waiting, *dict.fromkeys(one.key for one in group))
        cut = _place(source[begins : group[0].start], text, at)
        begins = group[-1].end
        if cut is None or _is_short(text[at:cut]) or not _CLOSES.match(text, cut):
            waiting = keys
            continue
        parts.append(Part(text=_whole(text[at:cut]), keys=keys))
        at, waiting = cut, ()
    if parts and (waiting or not _is_short(text[at:])):
        rest = text[at:]
        if _is_short(rest):
            parts[-1] = Part(text=parts[-1].text, keys=(*parts[-1].keys, *waiting))
        else:
            parts.append(Part(text=_whole(rest), keys=waiting or sentence.keys))
    return tuple(parts) if len(parts) > 1 else ()


def clauses_of(text: str) -> tuple[str, ...]:
    """The clauses of a sentence, two or more with words enough to be judged; none where it has but one, or quotes."""
    if any(quotations(text)):
        return ()
    clauses = [_whole(one) for one in _BETWEEN.split(text)]
    return tuple(clauses) if len(clauses) > 1 and not any(map(_is_short, clauses)) else ()


def _place(before: str, text: str, at: int) -> int | None:
    """Where the words that stand before a citation end in the plain text; None when they are not found there."""
    words = _WORD.findall(_OPENED.sub("", before))[-_WORDS_BEFORE:]
    if not words:
        return None
    found = re.compile(r"\W+".join(map(re.escape, words))).search(text, at)
    return found.end() if found else None


def _is_short(text: str) -> bool:
    return len(set(content_stems(text))) < _LEAST_STEMS


def _whole(text: str) -> str:
    """A part as a sentence."""
    bare = _JOINT.sub("", text, count=1).strip().rstrip(",;:")
    bare = bare[:1].upper() + bare[1:]
    return bare if bare.endswith((".", "!", "?", "”", '"')) else f"{bare}."
