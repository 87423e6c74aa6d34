from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.embedders import library_embedder, remember_embedder
from assistant.errors import CitewellError, UsageError
from assistant.library.store import Library
from vectorstore.chunk import chunk_paper


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with closing(Library(tmp_path, chunker=chunk_paper)) as opened:
        yield opened


@pytest.mark.parametrize("name", ["onnx:/nowhere/model@12345678", "nobody:nothing"])
def test_a_model_that_is_gone_is_named_with_the_way_out(library: Library, name: str) -> None:
    remember_embedder(library, name)
    with pytest.raises(
        CitewellError, match="made the vectors of this library; `citewell reindex --embedding embedded`"
    ):
        library_embedder(library, None, local=False)


def test_a_model_that_was_never_used_is_only_named(library: Library) -> None:
    with pytest.raises(UsageError) as caught:
        library_embedder(library, "onnx:/nowhere/model", local=False)
    assert "/nowhere/model" in str(caught.value)
    assert "reindex" not in str(caught.value)
