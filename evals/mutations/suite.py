"""Labelled statements from many abstracts: honest rewrites, and sentences made false in each way."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from assistant.text import title_fingerprint
from evals.judging.types import Pair
from evals.mutations.elsewhere import nearest, sentences_elsewhere
from evals.mutations.mutate import mutate
from evals.mutations.paraphrase import joined, paraphrase
from evals.mutations.types import BAD_KINDS, Bad, Case, Label, Mutation

__all__ = ["Part", "Source", "make_suite", "part_of", "written_cases"]

Part = Literal["fit", "report"]
_LABELS: dict[Bad, Label] = {
    "number-changed": "REFUTE",
    "negated": "REFUTE",
    "name-changed": "NEI",
    "overclaimed": "NEI",
    "wrong-paper": "NEI",
}
_OTHERS = 30
_ATTEMPTS = 12
_TRIES = 4
_SEVERAL = 0.1
_PARAPHRASED = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An abstract to make statements from."""

    title: str
    abstract: str
    author: str = ""
    """How people call it, such as `Li et al. (2023)`; empty when they do not."""


def part_of(title: str) -> Part:
    """Which half of all papers one belongs to, by a hash of its title's letters and digits: `fit` or `report`.

    What is fitted on the one half is measured on the other, whatever the file that a paper comes from.
    """
    return "fit" if sha256(title_fingerprint(title).encode()).digest()[0] % 2 else "report"


def make_suite(sources: Sequence[Source], *, per_kind: int, seed: int, paraphrases: int | None = None) -> list[Case]:
    """Make labelled statements.

    Half of the mutations are paraphrased as well, so that whether a statement stands in its abstract word for word does
    not tell the kinds apart. No sentence is used twice in one kind. The same sources, numbers and seed make the same
    statements.

    Args:
        sources: Abstracts; the same one twice counts once. Each kind goes through them in an order of its own.
        per_kind: So many statements of each kind; fewer where the abstracts do not have them.
        seed: Of all that is drawn.
        paraphrases: So many honest ones; as many as there are false ones in all when None.
    """
    some = list({one.title + one.abstract: one for one in sources if one.abstract.strip()}.values())
    maker = _Maker(some, seed)
    wanted = len(BAD_KINDS) * per_kind if paraphrases is None else paraphrases
    found = list(maker.honest(wanted))
    for kind in BAD_KINDS:
        found += maker.false(kind, per_kind)
    return found


def written_cases(pairs: Sequence[Pair]) -> list[Case]:
    """What people wrote and labelled as supported, as honest statements."""
    return [
        Case(
            id=f"written-{pair.source}-{pair.id}".replace(" ", "_"),
            statement=pair.statement,
            evidence=pair.evidence,
            label="SUPPORT",
            kind="written",
            way=pair.source,
            origin="",
            paper=pair.evidence[0] if len(pair.evidence) > 1 else "",
        )
        for pair in pairs
        if pair.supported
    ]


class _Maker:
    def __init__(self, sources: Sequence[Source], seed: int) -> None:
        self._sources = sources
        self._seed = seed
        self._near: dict[int, list[int]] = {}

    def honest(self, count: int) -> Iterator[Case]:
        """Paraphrases, a tenth of them of two sentences in one."""
        used: set[str] = set()
        made = 0
        for number, (at, rng) in enumerate(self._drawn("paraphrase")):
            if made >= count or number > _ATTEMPTS * count:
                return
            source = self._sources[at]
            sentences = [one for one in sentences_elsewhere(source.abstract) if one not in used]
            if not sentences:
                continue
            chosen = rng.randrange(len(sentences))
            used.add(origin := sentences[chosen])
            text = origin
            if rng.random() < _SEVERAL and chosen + 1 < len(sentences):
                text = joined(origin, sentences[chosen + 1], source.abstract)
            said = paraphrase(text, source.abstract, rng, author=source.author)
            if said is None:
                continue
            ways = (*(["joined"] if text != origin else []), *said[1])
            yield self._case(source, f"paraphrase-{made}", said[0], ways, origin)
            made += 1

    def false(self, kind: Bad, count: int) -> Iterator[Case]:
        """Mutations of one kind; every other one is paraphrased too."""
        used: set[str] = set()
        made = 0
        for number, (at, rng) in enumerate(self._drawn(kind)):
            if made >= count or number > _ATTEMPTS * count:
                return
            source = self._sources[at]
            sentences = [one for one in sentences_elsewhere(source.abstract) if one not in used]
            others = [self._sources[one].abstract for one in self._others(at, kind)]
            for sentence in rng.sample(sentences, len(sentences)):
                found = mutate(sentence, source.abstract, others, kind, rng)
                if found and found.text not in used:
                    used |= {sentence, found.text}
                    yield self._mutated(source, f"{kind}-{made}", found, rng)
                    made += 1
                    break

    def _mutated(self, source: Source, name: str, found: Mutation, rng: random.Random) -> Case:
        said = None
        if rng.random() < _PARAPHRASED:
            tries = (
                paraphrase(found.text, source.abstract, rng, author=source.author, changes=found.changes)
                for _ in range(_TRIES)
            )
            said = next((one for one in tries if one), None)
        text, rules = said or (found.text, ())
        return Case(
            id=f"{name}-{self._seed}",
            statement=text,
            evidence=_evidence(source),
            label=_LABELS[found.kind],
            kind=found.kind,
            way=found.way,
            origin=found.origin,
            changes=found.changes,
            paraphrased=rules,
            paper=source.title,
        )

    def _case(self, source: Source, name: str, text: str, ways: Sequence[str], origin: str) -> Case:
        return Case(
            id=f"{name}-{self._seed}",
            statement=text,
            evidence=_evidence(source),
            label="SUPPORT",
            kind="paraphrase",
            way="+".join(ways),
            origin=origin,
            paper=source.title,
        )

    def _drawn(self, what: str) -> Iterator[tuple[int, random.Random]]:
        """Places of the sources again and again, shuffled anew for each round, each with its own lot."""
        rng = random.Random(f"{self._seed} {what}")  # noqa: S311 - because nothing secret hangs on it
        order = list(range(len(self._sources)))
        while order:
            rng.shuffle(order)
            for at in order:
                yield at, random.Random(rng.getrandbits(64))  # noqa: S311 - because as above

    def _others(self, at: int, kind: Bad) -> list[int]:
        """The nearest abstracts; only where something is taken from them."""
        if kind not in {"name-changed", "wrong-paper"}:
            return []
        if not self._near:
            abstracts = [one.abstract for one in self._sources]
            self._near = dict(enumerate(nearest(abstracts, range(len(abstracts)), _OTHERS)))
        return self._near[at]


def _evidence(source: Source) -> tuple[str, ...]:
    return tuple(one for one in (source.title, source.abstract) if one.strip())
