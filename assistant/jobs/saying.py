"""How it is said what an answer lacks."""

from collections.abc import Sequence

from assistant.reading.cues import ASKS
from assistant.retrieve import Lookup
from assistant.types import Dropped


def told(of_questions: str, of_things: str, parts: Sequence[str]) -> str:
    """That there is nothing on some parts of a question: each was asked, or else named."""
    questions, things = [one for one in parts if ASKS.search(one)], [one for one in parts if not ASKS.search(one)]
    return joined(
        f"{of_questions} {listed(questions)}." if questions else "",
        f"{of_things} {listed(things)}." if things else "",
    )


def listed(parts: Sequence[str]) -> str:
    """Parts of a question in quotation marks, any of them."""
    return " or ".join(f"“{part}”" for part in parts)


def joined(*sentences: str) -> str:
    """Sentences one after the other; empty ones are no sentences."""
    return " ".join(sentence for sentence in sentences if sentence)


def count(dropped: Sequence[Dropped]) -> str:
    """`1 sentence`, `2 sentences`."""
    return "1 sentence" if len(dropped) == 1 else f"{len(dropped)} sentences"


def nearest(keys: Sequence[str], lookup: Lookup) -> str:
    """The papers to look at instead, best first; empty for none."""
    papers = [paper for key in keys if (paper := lookup(key))]
    named = "; ".join(f"{paper.title} [{paper.key}]" for paper in papers)
    return f"The papers nearest to the question: {named}." if named else ""
