"""Parts of a reply that state nothing: apologies, table rows, headings, what only announces something."""

import re

from assistant.replies.declining import says_it_lacks

__all__ = ["APOLOGY", "aside"]

APOLOGY = "the model excuses itself, which is no statement"
_IN_BRACKETS = re.compile(r"\([^()]*\)|\{[^{}]*\}|\$[^$]*\$")
_BORDER = re.compile(r"\S\s+\|\s+\S")
_APOLOGY = re.compile(
    r"(?:(?:oh|well|unfortunately|regrettably),?\s+)?(?:"
    r"(?:I['’]m|I am|we['’]re|we are)\s+(?:\w+ )?(?:sorry|afraid|unable to)\b|sorry\b|(?:my |our )?(?:sincere )?apolog"
    r"|(?:I|we) (?:\w+ )?(?:apologi[sz]e|regret)\b|as an? (?:AI|(?:large )?language model)\b[^.]{0,20}\bI\b"
    r"|I (?:cannot|can['’]t|can not|could not|couldn['’]t|won['’]t|will not|am not able to|must decline)(?: to)? "
    r"(?:help|assist|comply|provide|answer|do (?:that|this)|fulfil|continue|discuss|write|respond)\b)",
    re.IGNORECASE,
)
_CHAT = re.compile(
    r"(?:I hope (?:this|that|it)|let me know|feel free to|(?:sure|certainly|of course|great)[,!])\b", re.IGNORECASE
)
_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*\Z")
_SMALL = 3
"""Letters of words that have no capital in a heading."""
_LONGEST_HEADING = 10


def aside(text: str, *, is_cited: bool) -> str:
    """What a part of a reply is that states nothing; empty for a statement.

    Args:
        text: A sentence, or what stood in the place of one.
        is_cited: It cites something, which a heading does not.
    """
    if _BORDER.search(_IN_BRACKETS.sub("", text)):
        return "a row of a table is no statement"
    if text.endswith((":", "：")):
        return "it announces what follows, which is no statement"
    if _APOLOGY.match(text) and not says_it_lacks(text):
        return APOLOGY
    if _CHAT.match(text) and not is_cited:
        return "it speaks to the reader, which is no statement"
    return "a heading is no statement" if not is_cited and _is_heading(text) else ""


def _is_heading(text: str) -> bool:
    """True for a few words with capitals and no full stop."""
    said = text.split()
    long = [word for word in said if len(word) > _SMALL and word[0].isalpha()]
    has_capitals = len(long) > 1 and all(word[0].isupper() for word in long)
    return has_capitals and len(said) <= _LONGEST_HEADING and not _END.search(text)
