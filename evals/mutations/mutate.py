"""One sentence of an abstract, made false in one way."""

import random
from collections.abc import Callable, Iterator, Sequence

from evals.mutations.editing import Draft, tidy
from evals.mutations.elsewhere import is_said_in, sentences_elsewhere
from evals.mutations.names import name_drafts
from evals.mutations.negation import negation_drafts
from evals.mutations.numbers import number_drafts
from evals.mutations.overclaiming import overclaim_drafts
from evals.mutations.types import Bad, Change, Mutation, applied

__all__ = ["mutate"]

_DRAFTS: dict[Bad, Callable[[str, str, Sequence[str], random.Random], Iterator[Draft]]] = {
    "number-changed": number_drafts,
    "negated": negation_drafts,
    "name-changed": name_drafts,
    "overclaimed": overclaim_drafts,
}
_NEAREST = 3


def mutate(sentence: str, abstract: str, others: Sequence[str], kind: Bad, rng: random.Random) -> Mutation | None:
    """Change a sentence so that its abstract does not support it any more.

    Ways are drawn by lot with equal chances, then the place. Nothing that comes out stands in the abstract.

    Args:
        sentence: A sentence that the abstract supports.
        abstract: The whole text that is cited for it.
        others: Other abstracts, the nearest first: names and sentences of them are put in.
        kind: What is to be wrong.
        rng: Decides; the same state gives the same mutation.

    Returns:
        None when the sentence has nothing that could be changed in this way.
    """
    if kind == "wrong-paper":
        return _from_elsewhere(abstract, others, rng)
    drafts: dict[str, list[tuple[Change, ...]]] = {}
    for way, changes in _DRAFTS[kind](sentence, abstract, others, rng):
        text = tidy(applied(sentence, changes))
        if text != sentence and not is_said_in(text, abstract):
            drafts.setdefault(way, []).append(changes)
    if not drafts:
        return None
    way = rng.choice(sorted(drafts))
    changes = rng.choice(drafts[way])
    return Mutation(kind=kind, way=way, origin=sentence, text=tidy(applied(sentence, changes)), changes=changes)


def _from_elsewhere(abstract: str, others: Sequence[str], rng: random.Random) -> Mutation | None:
    """A sentence of one of the nearest abstracts, or as often of any."""
    near = rng.random() < 0.5  # noqa: PLR2004 - because it is a coin
    some = others[:_NEAREST] if near else others
    found = [one for other in some for one in sentences_elsewhere(other) if not is_said_in(one, abstract)]
    if not found:
        return None
    text = rng.choice(found)
    return Mutation(kind="wrong-paper", way="near" if near else "any", origin=text, text=text, changes=())
