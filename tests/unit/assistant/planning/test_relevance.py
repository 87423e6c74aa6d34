from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.jobs.ask import AskParts
from assistant.planning.facets import facets_of_topic
from assistant.planning.relevance import WEIGHTS, Signals, features, probability, relevant
from assistant.planning.wide import Candidate, wide_search
from assistant.types import Filter
from tests.fakes.papers import open_parts, paper
from vectorstore.embed import EmbeddedModel

cosines = st.floats(-1, 1)
any_signals = st.builds(
    Signals, cosine=cosines, coverage=st.floats(0, 1), likeness=cosines, best=cosines, papers=st.integers(0, 10**6)
)


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskParts]:
    with open_parts(tmp_path_factory.mktemp("relevance") / "library", embedder=EmbeddedModel()) as opened:
        yield opened


def kept(topic: str, parts: AskParts, where: Filter | None = None) -> set[str]:
    found = wide_search(
        facets_of_topic(topic),
        search=parts.search,
        lookup=parts.lookup,
        where=where or Filter(),
        limit=50,
        rarity=parts.rarity,
    )
    return {one.paper.key for one in relevant(found)}


@pytest.mark.parametrize(
    ("topic", "wanted"),
    [
        ("A survey of dialogue memory", {"orbin2021lantern", "malk2022quillgraph", "lindqvist2023survey"}),
        ("protein design for copper binding", {"ferro2018moss", "baptiste2021lichen"}),
        ("editing facts in language models", {"sund2020facet", "terrell2023manyfacet"}),
    ],
)
def test_papers_on_the_topic_are_kept_and_others_are_not(topic: str, wanted: set[str], parts: AskParts) -> None:
    assert wanted <= kept(topic, parts)
    assert len(kept(topic, parts) - wanted) <= 2


def test_of_a_list_of_topics_the_papers_on_each_are_kept(parts: AskParts) -> None:
    wanted = {"ferro2018moss", "sund2020facet", "lindqvist2023survey", "malk2022quillgraph"}
    assert wanted <= kept("editing facts, dialogue memory and copper binding", parts)


@pytest.mark.parametrize("topic", ["Italian cooking", "medieval church music", "tax law for farmers"])
def test_nothing_is_kept_when_the_library_holds_nothing_on_the_topic(topic: str, parts: AskParts) -> None:
    assert kept(topic, parts) == set()


def test_a_library_of_nothing_else_is_kept_whole(parts: AskParts) -> None:
    own = ("orbin2021lantern", "malk2022quillgraph", "lindqvist2023survey")
    assert kept("dialogue memory", parts, Filter(keys=own)) == set(own)
    assert kept("Italian cooking", parts, Filter(keys=own)) == set()


@given(any_signals)
def test_it_is_a_probability(signals: Signals) -> None:
    assert 0.0 <= probability(signals) <= 1.0
    assert len(features(signals)) == len(WEIGHTS)


@given(any_signals, st.floats(0, 0.5))
def test_a_nearer_paper_is_never_less_likely(signals: Signals, more: float) -> None:
    nearer = replace(signals, cosine=signals.cosine + more)
    assert probability(nearer) >= probability(signals)


@given(any_signals)
def test_of_more_papers_each_is_less_likely(signals: Signals) -> None:
    assert probability(replace(signals, papers=signals.papers + 50)) <= probability(signals)


def test_those_rather_relevant_than_not_are_kept_in_their_order() -> None:
    signals = Signals(cosine=0.5, coverage=0.5, likeness=0.5, best=0.5, papers=10)
    candidates = [
        Candidate(paper=paper(f"p{at}", "P"), probability=one, facets=(), score=-at, signals=signals)
        for at, one in enumerate([0.6, 0.3, 0.9])
    ]
    assert [one.paper.key for one in relevant(candidates)] == ["p0", "p2"]
    assert relevant([]) == []
