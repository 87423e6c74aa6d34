from collections.abc import Sequence

from assistant.drafts import document_of
from assistant.planning.around import MOST_SENTENCES, relevant_around
from assistant.planning.facets import Facet
from assistant.planning.relevance import Signals
from assistant.planning.wide import Candidate
from tests.fakes.papers import paper

OWLS = "Barn owls hunt small mammals over open grassland at dusk."
TIDES = "Spring tides move estuary sediment further upstream than neap tides."


class Finder:
    """Finds the papers that were put down for a sentence, and remembers what was asked; nothing for a whole draft."""

    def __init__(self, found: dict[str, dict[str, float]]) -> None:
        self.found = found
        self.asked: list[str] = []

    def __call__(self, facets: Sequence[Facet]) -> list[Candidate]:
        self.asked += [one.text for one in facets]
        if len(facets) > 1:
            return []
        pairs = [
            pair for one in facets for text, papers in self.found.items() if text in one.text for pair in papers.items()
        ]
        signals = Signals(cosine=0, coverage=0, likeness=0, best=0, papers=1)
        return [
            Candidate(paper=paper(key, key, ""), probability=probability, facets=(), score=0, signals=signals)
            for key, probability in dict(pairs).items()
        ]


def keys(text: str, find: Finder, most: int = MOST_SENTENCES) -> list[str]:
    found = relevant_around(document_of(text, name="d.md", markup="markdown"), find, most_sentences=most)
    return [one.paper.key for one in found]


def test_a_paper_on_one_sentence_belongs_to_the_draft() -> None:
    assert keys(f"{OWLS}\n\n{TIDES}\n", Finder({OWLS: {"owl": 0.9}, TIDES: {"tide": 0.6, "near": 0.45}})) == [
        "owl",
        "tide",
    ]


def test_each_paper_once_by_the_side_that_it_fits_best() -> None:
    found = Finder({OWLS: {"owl": 0.55, "other": 0.6}, TIDES: {"owl": 0.8}})
    assert keys(f"{OWLS}\n\n{TIDES}\n", found) == ["owl", "other"]


def test_keys_and_short_sentences_are_not_searched_for() -> None:
    find = Finder({})
    keys(f"We like owls. @strix2020owl [p. 3] and others agree that {OWLS[:1].lower()}{OWLS[1:]}\n", find)
    assert not [one for one in find.asked if one == "We like owls."]
    assert not [one for one in find.asked[1:] if "strix2020owl" in one]


def test_a_long_draft_is_searched_for_at_regular_distances() -> None:
    lines = [f"{OWLS[:-1]} in the valley numbered {number}." for number in range(200)]
    find = Finder({})
    keys("\n\n".join(lines), find, most=10)
    of_sentences = [one for one in find.asked if "numbered" in one][-10:]
    assert [int(one.rstrip(".").split()[-1]) for one in of_sentences] == list(range(0, 200, 20))
