"""A citing sentence without the places where its citations stood."""

import re

__all__ = ["without_markers"]

_PLACE = r"<\|\w+\|>"
_BRACKETS = re.compile(rf"\s*[\[(]([^\[\]()]*{_PLACE}[^\[\]()]*)[\])]")
_LONE = re.compile(rf"\s*[\[(]?{_PLACE}[\])]?")
_BESIDE = re.compile(rf"[\s,;:–-]*{_PLACE}")
_NAME = re.compile(r"[\W\d]*(?:[A-Z][\w'’.-]*|et|al|and|see|e\.g|i\.e|cf|of|van|von|de|der|[a-d])?[\W\d]*")
_STRAY_SPACE = re.compile(r"\s+(?=[,;:)\]]|\.(?:\s|$))")
_DOUBLED = re.compile(r"([.,;:])(?:\s*\1)+")


def without_markers(sentence: str) -> str:
    """Take out citation markers, as Citation-Integrity writes them: `[<|cit|>]`, `(Berg et al., <|other_cit|>)`.

    A bracket goes as a whole when names, years and numbers are all that it holds; words that say something stay in it.
    """
    text = _BRACKETS.sub(_bracket, sentence)
    text = _LONE.sub("", text)
    text = _DOUBLED.sub(r"\1", _STRAY_SPACE.sub("", text))
    return " ".join(text.split())


def _bracket(found: re.Match[str]) -> str:
    rest = _BESIDE.sub("", found[1]).strip()
    if all(_NAME.fullmatch(word) for word in rest.split()):
        return ""
    return f" ({rest})"
