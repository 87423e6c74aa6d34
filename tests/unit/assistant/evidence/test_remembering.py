import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import assistant.evidence.remembering
from assistant.evidence.remembering import Remembering, remembering
from tests.fakes.embedder import HashEmbedder


def test_only_new_texts_are_embedded_and_the_rows_are_in_order() -> None:
    embedder = HashEmbedder()
    memory = Remembering(embedder)
    memory.embed_documents(["a b", "c d"])
    rows = memory.embed_documents(["e f", "a b", "e f"])
    assert embedder.document_calls == [["a b", "c d"], ["e f"]]
    assert np.array_equal(rows, HashEmbedder().embed_documents(["e f", "a b", "e f"]))
    assert (memory.name, memory.dimensions) == ("hash-64", 64)


def test_a_question_is_embedded_once_and_apart_from_documents() -> None:
    embedder = HashEmbedder()
    memory = Remembering(embedder)
    memory.embed_documents(["a b"])
    first = memory.embed_query("a b")
    assert np.array_equal(first, memory.embed_query("a b"))
    assert embedder.query_calls == ["a b"]


def test_there_is_one_memory_for_an_embedder() -> None:
    embedder = HashEmbedder()
    memory = remembering(embedder)
    assert remembering(embedder) is memory
    assert remembering(memory) is memory
    assert remembering(HashEmbedder()) is not memory


def test_what_was_not_asked_for_lately_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assistant.evidence.remembering, "_TEXTS_REMEMBERED", 2)
    embedder = HashEmbedder()
    memory = Remembering(embedder)
    for texts in (["a"], ["b"], ["a"], ["c"], ["a"], ["b"]):
        memory.embed_documents(texts)
    assert embedder.document_calls == [["a"], ["b"], ["c"], ["b"]]


@given(st.lists(st.text(max_size=5), max_size=8))
def test_vectors_are_those_of_the_embedder(texts: list[str]) -> None:
    assert np.array_equal(Remembering(HashEmbedder()).embed_documents(texts), HashEmbedder().embed_documents(texts))
