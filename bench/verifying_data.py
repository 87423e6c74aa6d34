"""Drafts for `verifying.py`: honest sentences from abstracts of one topic, as people cite, and what is made false."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from assistant.export.markdown import escaped
from assistant.text import title_fingerprint
from evals.mutations import Bad, Change, mutate, paraphrase
from evals.mutations.editing import decapitalised
from evals.mutations.elsewhere import nearest, sentences_elsewhere
from evals.mutations.reading import sources_in
from evals.mutations.suite import Source, part_of

EACH = 5_000
"""Papers of each file that are looked at."""
LIBRARY = 120
SENTENCES = 100
OF_A_KIND = 10
FORMS = ("bracket", "bracket", "bracket", "bracket", "narrative", "narrative", "quote", "two", "named")
CHANGED: tuple[Bad, ...] = ("number-changed", "negated")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A sentence of the draft, on a line of its own."""

    form: str
    papers: tuple[int, ...]
    """Places of its papers in the library."""
    origins: tuple[str, ...]
    """Sentences of their abstracts that it was made from."""
    said: tuple[str, ...]
    """Those, perhaps in other words."""
    keys: tuple[str, ...]
    kind: str = "honest"

    @property
    def markdown(self) -> str:
        """As it stands in the file."""
        first, key = bare(self.said[0]), self.keys[0]
        if self.form == "two":
            return f"{first} [@{key}], and {lowered(bare(self.said[1]))} [@{self.keys[1]}]."
        if self.form == "narrative":
            return f"@{key} report that {lowered(first)}."
        if self.form == "quote":
            return f"@{key} write: “{escaped(self.said[0])}”"
        return f"{first} [@{key}]."


def bare(sentence: str) -> str:
    """Without its full stop, as Markdown."""
    return escaped(sentence.rstrip("."))


def lowered(sentence: str) -> str:
    """As it stands within another sentence."""
    return decapitalised(sentence, "")


def pool(path: Path, part: str) -> list[Source]:
    """The papers of a file that no judge was fitted on and that belong to a part."""
    every = [one for one in sources_in(path, most=EACH) if part_of(one.title) == "report"]
    return [one for one in every if second_part(one.title) == part and len(sentences_elsewhere(one.abstract)) > 2]


def second_part(title: str) -> str:
    """`look` or `report`, by another byte of the hash that parts what was fitted from what is reported."""
    return "look" if sha256(title_fingerprint(title).encode()).digest()[1] % 2 else "report"


def topical(some: Sequence[Source], rng: random.Random) -> list[Source]:
    """A paper drawn by lot and those nearest to it."""
    at = rng.randrange(len(some))
    near = nearest([one.abstract for one in some], [at], LIBRARY - 1)[0]
    return [some[at], *(some[one] for one in near)]


def honest(some: Sequence[tuple[Source, str]], rng: random.Random) -> list[Line]:
    """So many sentences that the papers support, no sentence twice."""
    stock = [(at, one) for at, (source, _) in enumerate(some) for one in sentences_elsewhere(source.abstract)]
    rng.shuffle(stock)
    lines: list[Line] = []
    while len(lines) < SENTENCES and len(stock) > 1:
        form = rng.choice(FORMS)
        drawn = [stock.pop() for _ in range(2 if form == "two" else 1)]
        if form == "two" and drawn[0][0] == drawn[1][0]:
            continue
        made = [spoken(sentence, some[at][0], form, rng) for at, sentence in drawn]
        if all(made):
            places = tuple(at for at, _ in drawn)
            lines.append(
                Line(
                    form=form,
                    papers=places,
                    origins=tuple(sentence for _, sentence in drawn),
                    said=tuple(str(one) for one in made),
                    keys=tuple(some[at][1] for at in places),
                )
            )
    return lines


def spoken(sentence: str, source: Source, form: str, rng: random.Random, changes: Sequence[Change] = ()) -> str | None:
    """A sentence as a draft has it: quoted as it is, named with its authors, or as often as not in other words."""
    if form == "quote":
        return sentence
    if form != "named" and rng.random() < 0.5:
        return None if sentence.startswith(("We ", "Our ", "In this paper")) else sentence
    author = source.author if form == "named" else ""
    said = paraphrase(sentence, source.abstract, rng, author=author, changes=changes)
    is_told_twice = form == "narrative" and said and "frame" in said[1]
    return said[0] if said and not is_told_twice else None


def made_false(lines: Sequence[Line], some: Sequence[tuple[Source, str]], rng: random.Random) -> list[Line]:
    """The draft with so many of its sentences made false in each way."""
    false = list(lines)
    free = [at for at, line in enumerate(lines) if len(line.papers) == 1]
    rng.shuffle(free)
    for kind in CHANGED:
        for at in changed(false, free, some, kind, rng):
            free.remove(at)
    swap(false, free, some, rng)
    for at in free[:OF_A_KIND]:
        key = false[at].keys[0]
        false[at] = replace(false[at], keys=(invented(key, rng),), kind="invented")
    return false


def changed(
    false: list[Line], free: Sequence[int], some: Sequence[tuple[Source, str]], kind: Bad, rng: random.Random
) -> list[int]:
    """Change what sentences say; the places of those that were."""
    done: list[int] = []
    for at in free:
        if len(done) == OF_A_KIND:
            break
        line = false[at]
        source = some[line.papers[0]][0]
        others = [other.abstract for number, (other, _) in enumerate(some) if number != line.papers[0]][:30]
        found = mutate(line.origins[0], source.abstract, others, kind, rng)
        if found is None:
            continue
        is_as_it_was = line.said[0] == line.origins[0]
        tries = (spoken(found.text, source, line.form, rng, found.changes) for _ in range(6))
        text = found.text if is_as_it_was else next((one for one in tries if one), None)
        if text:
            false[at] = replace(line, said=(text,), kind=kind)
            done.append(at)
    return done


def swap(false: list[Line], free: list[int], some: Sequence[tuple[Source, str]], rng: random.Random) -> None:
    """Exchange the keys of pairs of sentences: every other time with the nearest paper that is cited."""
    for number in range(OF_A_KIND // 2):
        first = free.pop()
        place = false[first].papers[0]
        others = [at for at in free if false[at].papers[0] != place]
        if number % 2:
            second = rng.choice(others)
        else:
            order = nearest([one.abstract for one, _ in some], [place], len(some))[0]
            second = min(others, key=lambda at: order.index(p) if (p := false[at].papers[0]) in order else len(some))
        free.remove(second)
        one, other = false[first], false[second]
        way = "swapped" if number % 2 else "swapped with the nearest"
        false[first] = replace(one, keys=other.keys, kind=way)
        false[second] = replace(other, keys=one.keys, kind=way)


def invented(key: str, rng: random.Random) -> str:
    """A key as a model makes it up: of nobody's, or with another year or letter."""
    if rng.random() < 0.5:
        people = ("smith", "chen", "garcia", "mueller", "tanaka")
        return f"{rng.choice(people)}{rng.randint(1998, 2025)}{rng.choice(('learning', 'towards', 'effects'))}"
    return f"{key}{rng.choice('abx')}" if key[-1].isdigit() else f"{key[:-1]}q"
