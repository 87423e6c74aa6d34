"""Which part of a sentence goes into a cell of a table: its frame taken off, cut where that changes nothing."""

import re

from assistant.quoting.cutting import balanced, shortened
from assistant.quoting.framing import FIRST_PERSON, Framing

__all__ = ["cell_of"]

_LONG = 30
"""Words from which a cell is cut, where that changes nothing."""
_TOO_LONG = 70
"""Longer sentences fill no cell."""
_HEDGED = frozenset(
    "suggest suggested suggests imply implied indicate indicated argue hypothesize hypothesise conjecture posit"
    " propose estimate assume claim contend".split()
)
"""With one of these before it, what is said is less than a fact; the verb stays."""
_BEFORE = re.compile(
    r"\A(?:however|nevertheless|yet|unfortunately|moreover|furthermore|thus|therefore|hence|finally|specifically"
    r"|in addition|additionally|in conclusion|overall|consequently|in particular|here"
    r"|in this (?:paper|work|study|article)),?\s+",
    re.IGNORECASE,
)
_NOUN = r"(?:data ?sets?|benchmarks?|corpora|corpus)(?![\w-])"
_WORD = r"(?!(?:on|from|using|with|in|for|of|to|by|that|which|over|across|and (?!\S*[A-Z]))\b)[\w$\\{}+/.’'-]+,?"
_NAMED_DATA = re.compile(
    rf"\b(?i:on|from|using|across|over|with|in|for|of|to)\s+(?P<what>(?:{_WORD}\s+){{0,7}}?(?i:{_NOUN}))"
)
_COUNTED = re.compile(
    r"(?P<what>(?<![\w.,$≥≤<>=–-])(?:\d[\d,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
    r"(?:[- ]hundred|[- ]thousand)?\s+(?:(?!(?:and|or|of|to|in|with|were|was)\b)[\w-]+\s+){0,4}?"
    r"(?:patients|participants|subjects|volunteers|children|women|men|adults|infants|users|students|respondents|people"
    r"|individuals|mice|rats|images|documents|sentences|questions|tweets|papers|abstracts|conversations"
    r"|hospitals|trials|studies|samples|proteins)(?:\s+with\s+[\w-]+(?:\s+[\w-]+)?(?=[.,;)]))?)(?![\w-])",
    re.IGNORECASE,
)
"""The data that a sentence names, within it."""
_MADE = re.compile(rf"\A(?:{_WORD}\s+){{1,9}}?{_NOUN}", re.IGNORECASE)
"""What is made is the data: `a new dataset of ...`."""
_TELLING = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b|(?<!\A)[A-Z]|\A\w*[A-Z]\w*[A-Z]"
)
"""It has a number or a name: `benchmark datasets` says nothing."""
_NOT_DATA = re.compile(
    r"\b(?:we|our|these|this|those|such|both|each|all|other|existing|state-of-the-art|original)\b", re.IGNORECASE
)
_STOP = re.compile(r"(?<!\betc)(?<!\bal)(?<!\bvs)[.。]\Z")


def cell_of(text: str, role: str, framed: Framing) -> tuple[int, int] | None:
    """Where a cell begins and ends in a sentence; None when no part of it reads well in a cell.

    A hedge (`results suggest that`) stays with what is hedged, and so does a condition.
    """
    if role == "data":
        span = _data_in(text)
        if span or not (framed.kind == "object" and _MADE.search(text[framed.start :])):
            return span
    start = _start(text, role, framed)
    rest = text[start:]
    end = len(rest.rstrip())
    if len(rest.split()) > _LONG:
        end = shortened(rest, _LONG) or end
    if len(rest[:end].split()) > _TOO_LONG or not rest[:end].strip():
        return None
    return start, start + len(_STOP.sub("", rest[:end]).rstrip())


def _start(text: str, role: str, framed: Framing) -> int:
    """Where what a sentence says begins, for this column."""
    wanted = {"method": ("object",), "data": ("object",), "finding": ("claim", "result")}.get(role, ())
    rest = text[framed.start :]
    is_hedged = framed.kind != "object" and framed.verb in _HEDGED
    if framed.kind in wanted and not is_hedged and not framed.wanted and balanced(rest):
        cut = shortened(rest, _LONG) if FIRST_PERSON.search(rest) else None
        if not FIRST_PERSON.search(rest[:cut]):
            return framed.start
    before = _BEFORE.match(text)
    return before.end() if before else 0


def _data_in(text: str) -> tuple[int, int] | None:
    """The first thing named that is data: `300 users`, `the TalkBack benchmark`."""
    for shape in (_NAMED_DATA, _COUNTED):
        for match in shape.finditer(text):
            what = match["what"]
            if balanced(what) and _TELLING.search(what) and not _NOT_DATA.search(what):
                return match.span("what")
    return None
