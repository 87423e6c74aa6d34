"""What a sentence says, without the words that only name who said it."""

import re

__all__ = ["without_frame"]

_PERSON = r"[^\W\d_a-z][\w'’-]+"
_SEVERAL = rf"{_PERSON}\s+(?:et al\.?|(?:and|&)\s+{_PERSON}|and (?:colleagues|co-?workers|others))"
_YEAR = r"(?:19|20)\d\d[a-z]?"
_CALLED = rf"(?:{_SEVERAL},?\s+\({_YEAR}\)|{_PERSON}\s+\({_YEAR}\))"
_AUTHORS = (
    r"(?:[Tt]he|[Tt]his|[Tt]hese|[Ii]ts|[Oo]ne|[Aa])\s+(?:cited\s+)?"
    r"(?:authors?|study|paper|work|researchers?|abstract|article|text|publication)"
)
_WHO = rf"(?:{_CALLED}|{_SEVERAL}|{_AUTHORS})"
_SAY = (
    r"(?:also\s+)?(?:reports?|reported|finds?|found|shows?|showed|states?|stated|notes?|noted|argues?|argued|concludes?"
    r"|concluded|observes?|observed|demonstrates?|demonstrated|says?|said|describes?|described)"
)
_FRAME = re.compile(
    rf"^\s*(?:[Aa]ccording to\s+{_WHO},\s*"
    rf"|[Aa]s\s+(?:{_SAY}\s+by\s+{_WHO}|{_WHO}\s+{_SAY}),\s*"
    rf"|[Ii]t\s+(?:is|was|has been)\s+{_SAY}\s+that\s+"
    rf"|(?:{_WHO}|[Tt]hey|[Ww]e)\s+{_SAY}\s+that\s+)"
)
_IN_BRACKETS = re.compile(rf"\s*[(\[](?:{_SEVERAL}|{_PERSON}),?\s+{_YEAR}[)\]]")
_ANYWHERE = re.compile(rf"\b(?:{_CALLED}|{_PERSON}\s+et al\.?)")


def without_frame(statement: str) -> str:
    """Cut `According to Li et al. (2023),` and `The authors report that`: no text says that of itself.

    An author who does something in the sentence becomes `they`. `The authors suggest that` stays: it hedges.
    """
    said = _IN_BRACKETS.sub("", statement)
    said = _FRAME.sub("", said, count=1)
    said = _ANYWHERE.sub("they", said)
    return said if any(char.isalnum() for char in said) else statement
