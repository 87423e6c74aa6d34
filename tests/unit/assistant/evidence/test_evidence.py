import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evidence.bank import EvidenceBank, sentences_of
from tests.fakes.embedder import HashEmbedder
from tests.fakes.papers import BY_KEY, PAPERS, bank, paper

LANTERN, TREMOR = BY_KEY["orbin2021lantern"], BY_KEY["quist2017tremor"]


def test_sentences_are_spans_of_the_abstract_and_the_title_is_none_of_them() -> None:
    sentences = sentences_of(LANTERN)
    assert len(sentences) == 4
    assert all(one.where == "abstract" and one.key == LANTERN.key for one in sentences)
    assert all(LANTERN.abstract[one.start : one.end] == one.text for one in sentences)


def test_without_an_abstract_the_title_is_the_evidence() -> None:
    (sentence,) = sentences_of(TREMOR)
    assert sentence.where == "title"
    assert TREMOR.title[sentence.start : sentence.end] == sentence.text == TREMOR.title


@given(st.text(max_size=200), st.text(max_size=60))
def test_quotes_of_any_paper_are_exact(abstract: str, title: str) -> None:
    for one in sentences_of(paper("x", title, abstract)):
        citation = one.citation
        assert (abstract or title)[citation.start : citation.end] == citation.quote != ""
        assert citation.where == ("abstract" if abstract else "title")


def test_the_nearest_sentence_comes_first() -> None:
    matches = bank().matches("a graph whose edges are causes")
    assert matches[0].sentence.key == "malk2022quillgraph"
    assert "edges are" in matches[0].sentence.text
    assert [one.similarity for one in matches] == sorted((one.similarity for one in matches), reverse=True)
    assert all(0 <= one.similarity <= 1.0001 for one in matches)


def test_matches_of_some_papers_only() -> None:
    matches = bank().matches("a graph whose edges are causes", [LANTERN.key])
    assert {one.sentence.key for one in matches} == {LANTERN.key}
    assert len(matches) == 4


def test_text_without_content_matches_without_overlap() -> None:
    assert all(one.similarity <= 0.5 for one in bank().matches("of the"))


def test_the_best_quote_of_each_paper_comes_in_the_order_asked_for() -> None:
    keys = ["malk2022quillgraph", "nobody2020", LANTERN.key]
    citations = bank().best_per_paper("memory as short summaries", keys)
    assert [one.key for one in citations] == ["malk2022quillgraph", LANTERN.key]
    assert "short summaries" in citations[1].quote


def test_an_empty_bank_matches_nothing() -> None:
    assert bank([]).matches("memory") == []
    assert bank([]).cosines("memory") == []
    assert bank([paper("x", "", "")]).matches("memory") == []


def test_sentences_are_embedded_once_and_not_before_they_are_needed() -> None:
    embedder = HashEmbedder()
    held = EvidenceBank(PAPERS, embedder)
    assert embedder.document_calls == []
    held.matches("memory")
    held.best_per_paper("graph", [LANTERN.key])
    assert held.cosines("rain") != held.cosines("copper")
    assert embedder.document_calls == [[one.text for one in held.sentences]]


def test_paper_vectors_are_means_in_the_order_of_the_keys() -> None:
    held = bank()
    keys = [TREMOR.key, LANTERN.key]
    vectors = held.paper_vectors(keys)
    assert vectors.shape == (2, held.vectors.shape[1])
    of_tremor = [index for index, one in enumerate(held.sentences) if one.key == TREMOR.key]
    assert vectors[0] == pytest.approx(held.vectors[of_tremor[0]])
    of_lantern = [index for index, one in enumerate(held.sentences) if one.key == LANTERN.key]
    assert vectors[1] == pytest.approx(np.mean(held.vectors[of_lantern], axis=0))
