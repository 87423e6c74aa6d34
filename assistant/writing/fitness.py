"""Which parts of a reply are statements at all."""

import re
from collections.abc import Collection

from assistant.guards.orders import is_order
from assistant.replies.asides import aside
from assistant.replies.claims import LONGEST_CLAIM, Claim
from assistant.text import fold

__all__ = ["unfit"]

_SHORTEST = 3
"""Claims of fewer words ("Sure!") are no statements."""
_SIGN_WORDS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{2}")
"""What counts as a word where none are set apart."""


def unfit(claim: Claim, said: Collection[str] = ()) -> str:
    """Why a claim is no statement at all, or none to show; empty when it is one.

    Args:
        claim: What was written.
        said: Folded texts of the sentences before it.
    """
    if claim.is_cut:
        return f"it goes on for more than {LONGEST_CLAIM:,} characters"
    if len(claim.text.split()) + len(_SIGN_WORDS.findall(claim.text)) < _SHORTEST:
        return "too short to be a statement"
    if fold(claim.text) in said:
        return "said before"
    if is_order(claim.text):
        return "it tells somebody to do something instead of reporting"
    return aside(claim.text, is_cited=bool(claim.cites))
