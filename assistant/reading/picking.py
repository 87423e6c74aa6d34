"""Which sentences of a paper answer a question."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.evidence.bank import Sentence
from assistant.reading import cues
from assistant.reading.worth import SENTENCE_WEIGHTS, sentence_features

if TYPE_CHECKING:
    from assistant.reading.extract import Reading

__all__ = ["picked", "scored"]

_FEW = 3
_BEHIND_AMONG_FEW, _BEHIND_AMONG_MANY = 4.0, 2.5
"""Log-odds by which a sentence may stay behind the paper's best one, up to the third and from the fourth on."""


def picked(reading: "Reading", key: str, most: int) -> list[Sentence]:
    """The sentences of a paper that answer, in the order of the abstract.

    One that leans on the sentence before it ("They ...") brings that one along, if need be in place of the weakest, and
    two quotes with a single sentence between them that is little weaker are not torn apart.
    """
    ranking = _ranked_by(reading, key)
    weighed = scored(ranking, key)
    if cues.ASKS_FOR_A_SIZE.search(ranking.question):
        weighed = [pair for pair in weighed if cues.HAS_A_SIZE.search(pair[0].text)] or weighed
    if not cues.ASKS_FOR_CODE.search(reading.question):
        weighed = [pair for pair in weighed if not cues.POINTS_TO_CODE.search(pair[0].text)] or weighed
    ranked = sorted(weighed, key=lambda pair: -pair[1])[:most]
    best = ranked[0][1]
    chosen = [
        sentence
        for rank, (sentence, score) in enumerate(ranked)
        if best - score <= (_BEHIND_AMONG_FEW if rank < _FEW else _BEHIND_AMONG_MANY)
    ]
    in_order = [sentence for sentence, _ in reading.sentences[key]]
    kept = _with_those_before(chosen, in_order, most)
    near = {sentence for sentence, score in weighed if best - score <= _BEHIND_AMONG_FEW}
    between = [
        one
        for before, one, after in zip(in_order, in_order[1:], in_order[2:], strict=False)
        if before in kept and after in kept and one in near and one not in kept
    ]
    return sorted([*kept, *between[: max(0, most - len(kept))]], key=lambda sentence: sentence.start)


def _ranked_by(reading: "Reading", key: str) -> "Reading":
    """What sentences are weighed for: the question without the title that says which paper is meant.

    Words of the title would bring out the same sentences whatever is asked.
    """
    own = reading.own
    is_meant = own is not None and key in reading.about and not reading.asks_about_several
    return own if own is not None and is_meant and own.weights else reading


def scored(reading: "Reading", key: str) -> list[tuple[Sentence, float]]:
    """Sentences of a paper with their scores: for the question or for the clause that they fit best."""
    best: dict[Sentence, float] = {}
    for one in (reading, *reading.parts):
        for sentence, features in sentence_features(one, key):
            score = sum(SENTENCE_WEIGHTS[name] * value for name, value in features.items())
            best[sentence] = max(score, best.get(sentence, score))
    return list(best.items())


def _with_those_before(chosen: Sequence[Sentence], in_order: Sequence[Sentence], most: int) -> list[Sentence]:
    """The sentences, best first, with those that their first words point back to; at most so many."""
    before = dict(zip(in_order[1:], in_order, strict=False))
    kept: list[Sentence] = []
    for sentence in chosen:
        wanted = [sentence]
        while cues.POINTS_BACK.search(wanted[-1].text) and wanted[-1] in before:
            wanted.append(before[wanted[-1]])
        new = [one for one in wanted if one not in kept]
        if len(kept) + len(new) <= most or not kept:
            kept += new[:most]
    return kept
