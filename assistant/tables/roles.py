"""What each sentence of an abstract does: it states the problem, the method, the data or a finding.

Cues, headings and place in the abstract vote; a sentence that two roles claim has none. `ROLES` is the order of the
columns of a comparison.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from assistant.evidence.bank import EvidenceBank, Sentence
from assistant.quoting.cutting import label_of
from assistant.quoting.framing import Framing, framing
from assistant.tables.cells import cell_of
from assistant.tables.role_cues import CUES, Role
from assistant.types import Citation, Paper, TableRow

__all__ = ["ROLES", "Role", "Scored", "chosen", "compared", "row_of", "scored"]

ROLES: tuple[Role, ...] = ("problem", "method", "data", "finding")

_HEADINGS: Mapping[Role, tuple[str, ...]] = {
    "problem": ("background", "context", "introduction", "motivation", "objective", "aim", "purpose", "goal"),
    "finding": ("result", "finding", "conclusion", "interpretation"),
    "data": ("participant", "patient", "setting", "subject", "data", "population", "sample"),
    "method": ("method", "design", "intervention"),
}
"""Of a heading with words of two roles (`methods and results`) nothing is concluded."""
_UNDER_HEADING, _UNDER_OTHER = 3.0, -3.0
_COMPILED = {role: [(weight, re.compile(cue, re.IGNORECASE)) for weight, cue in cues] for role, cues in CUES.items()}
_PLACES: Mapping[Role, tuple[float, float, float]] = {
    "problem": (1.2, -0.3, -1.5),
    "method": (-0.6, 0.5, -0.8),
    "data": (-0.8, 0.4, -0.5),
    "finding": (-1.5, 0.0, 0.8),
}
"""Added in the first quarter, the middle and the last third of an abstract."""
_LEAST: Mapping[Role, float] = {"problem": 1.4, "method": 1.4, "data": 1.4, "finding": 1.6}
_AHEAD = 0.5
"""By so much a role must be ahead of the others, to be the role of a sentence."""
_FRAMES: Mapping[str, Role] = {"object": "method", "claim": "finding", "result": "finding"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A sentence with what speaks for each role."""

    sentence: Sentence
    start: int
    """Where it begins in the abstract, after a heading."""
    framed: Framing
    scores: Mapping[Role, float]

    @property
    def text(self) -> str:
        """The sentence without its heading."""
        return self.sentence.text[self.start - self.sentence.start :]

    def ahead(self, role: Role) -> float:
        """By how much a role is ahead of the others; what is a method may name its data, too."""
        others = [
            score for other, score in self.scores.items() if other != role and {role, other} != {"method", "data"}
        ]
        return self.scores[role] - max(others)


def scored(sentences: Sequence[Sentence]) -> list[Scored]:
    """Score the sentences of one abstract, in its order."""
    found: list[Scored] = []
    heading = ""
    for at, sentence in enumerate(sentences):
        label, offset = label_of(sentence.text)
        heading = label or heading
        text = sentence.text[offset:]
        framed = framing(text)
        place = at / max(1, len(sentences) - 1)
        scores = {role: _score(role, text, place) + _by_heading(role, heading) for role in ROLES}
        if framed.kind in _FRAMES:
            scores[_FRAMES[framed.kind]] += 0.5
        found.append(Scored(sentence=sentence, start=sentence.start + offset, framed=framed, scores=scores))
    return found


def _score(role: Role, text: str, place: float) -> float:
    first, middle, last = _PLACES[role]
    by_place = first if place <= 0.25 else last if place >= 0.67 else middle  # noqa: PLR2004 - because it is said there
    return by_place + sum(weight for weight, cue in _COMPILED[role] if cue.search(text))


def _by_heading(role: Role, heading: str) -> float:
    """What a heading says for or against a role."""
    roles = {other for other, words in _HEADINGS.items() if any(word in heading for word in words)}
    if not heading or len(roles) != 1:
        return 0.0
    if role == "data" and roles == {"method"}:
        return 0.5
    return _UNDER_HEADING if role in roles else _UNDER_OTHER


def chosen(found: Iterable[Scored]) -> dict[Role, Scored]:
    """The sentence that fills each role best; none where nothing fits well."""
    found = list(found)
    best: dict[Role, Scored] = {}
    for role in ROLES:
        able = [one for one in found if one.scores[role] >= _LEAST[role] and one.ahead(role) >= _AHEAD]
        if able:
            best[role] = max(able, key=lambda one: one.scores[role])
    return best


def compared(papers: Sequence[Paper], bank: EvidenceBank) -> tuple[TableRow, ...]:
    """What each paper says of its problem, method, data and finding, quoted; a cell stays empty when nothing fits well.

    Args:
        papers: In the order of the rows.
        bank: Their sentences.
    """
    return tuple(_row(paper, bank) for paper in papers)


def _row(paper: Paper, bank: EvidenceBank) -> TableRow:
    sentences = [one for one in bank.sentences if one.key == paper.key and one.where == "abstract"]
    found = chosen(scored(sentences))
    return row_of(paper, {role: (one.text, one.start, one.framed) for role, one in found.items()})


def row_of(paper: Paper, found: Mapping[Role, tuple[str, int, Framing]]) -> TableRow:
    """A row from the sentence of each role, where it begins in the abstract, and its frame."""
    cells: dict[Role, Citation | None] = dict.fromkeys(ROLES)
    for role, (text, start, framed) in found.items():
        span = cell_of(text, role, framed)
        if span:
            first, end = start + span[0], start + span[1]
            cells[role] = Citation(key=paper.key, quote=paper.abstract[first:end], start=first, end=end)
    return TableRow(key=paper.key, **cast("dict[str, Citation | None]", cells))
