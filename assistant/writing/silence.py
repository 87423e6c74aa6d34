"""How a reply ended, and why there may be no statement in it."""

from collections.abc import Mapping, Sequence

from assistant.guards.neutral import harmless
from assistant.llm import Ending
from assistant.replies.asides import APOLOGY
from assistant.types import Dropped

__all__ = ["ENDINGS", "LACKS", "REFUSED", "silence_of"]

REFUSED = frozenset({"filter", "refusal"})
LACKS = "it says that there is no answer, which is no statement"
ENDINGS: Mapping[Ending, str] = {
    "length": "The model's reply was cut off at its greatest length.",
    "filter": "The model's reply was held back by a filter of its vendor.",
    "refusal": "The model refused to answer.",
}
_WORDS_SHOWN = 200
"""Characters."""


def silence_of(outcomes: Sequence[object], heard: str, ending: Ending | None) -> str:
    """What a model did that gave no statement: `refused to answer: “...”`, `wrote nothing`; empty when it wrote some.

    Args:
        outcomes: What became of each sentence of all its replies.
        heard: How its last reply began.
        ending: How that one ended.
    """
    excuses = [one for one in outcomes if isinstance(one, Dropped) and one.reason == APOLOGY]
    if ending == "refusal" or (excuses and len(excuses) == len(outcomes)):
        words = harmless(excuses[0].text if excuses else heard)[:_WORDS_SHOWN].rstrip(" .!")
        return f"refused to answer: “{words}”" if words else "refused to answer"
    if outcomes:
        return ""
    return "wrote no sentence" if heard.strip() else "wrote nothing"
