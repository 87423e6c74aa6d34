from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.classifier import VOCABULARY
from tests.fakes.sentence_model import sentence_model
from vectorstore.errors import EmbedderMismatch, ModelFolderError
from vectorstore.onnx_folder import OnnxFolderModel, full_name
from vectorstore.types import Embedder, Vectors

PROMPTS = {"config_sentence_transformers.json": {"prompts": {"query": "owls ", "passage": "bees "}}}


def bag(words: str, cls: float = 1.0) -> Vectors:
    """The unit vector of a bag of words with the closing and the opening token."""
    vector = np.zeros(len(VOCABULARY), dtype=np.float32)
    for word in words.split():
        vector[VOCABULARY[word]] += 1
    vector[VOCABULARY["[SEP]"]] += 1
    vector[VOCABULARY["[CLS]"]] += cls
    return vector / np.linalg.norm(vector)  # type: ignore[no-any-return] - because numpy's division is not typed


def opened(folder: Path) -> OnnxFolderModel:
    return OnnxFolderModel(f"onnx:{folder}")


def test_the_mean_of_the_tokens(tmp_path: Path) -> None:
    model = opened(sentence_model(tmp_path))
    assert isinstance(model, Embedder)
    assert model.dimensions == len(VOCABULARY)
    texts = ["owls hunt mice", "bees dance", "owls"]
    np.testing.assert_allclose(model.embed_documents(texts), [bag(text) for text in texts], atol=1e-6)
    np.testing.assert_allclose(model.embed_query("bees dance"), bag("bees dance"), atol=1e-6)
    assert model.embed_documents([]).shape == (0, len(VOCABULARY))


@pytest.mark.parametrize(
    "options",
    [
        {"inputs": ["input_ids"]},
        {"inputs": ["input_ids", "attention_mask", "token_type_ids"]},
        {"output": "token_embeddings"},
        {"output": "anything"},
        {"output": "sentence_embedding", "pooled": True},
        {"output": "sentence_embedding", "pooled": True, "files": {"modules.json": [{"type": "a.models.Dense"}]}},
        {"length": 12, "inputs": ["input_ids", "attention_mask"]},
        {"files": {"modules.json": [{"type": "a.models.Transformer"}, {"type": "a.models.Normalize"}]}},
        {"files": {"1_Pooling/config.json": {"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}}},
    ],
)
def test_other_exports_say_the_same(tmp_path: Path, options: dict[str, Any]) -> None:
    found = opened(sentence_model(tmp_path, **options)).embed_documents(["owls hunt mice", "bees"])
    np.testing.assert_allclose(found, [bag("owls hunt mice"), bag("bees")], atol=1e-6)


def test_the_first_token_where_the_folder_says_so(tmp_path: Path) -> None:
    pooling = {"1_Pooling/config.json": {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}}
    vector = opened(sentence_model(tmp_path, files=pooling)).embed_query("owls hunt")
    assert vector[VOCABULARY["[CLS]"]] == 1.0


def test_prompts_before_queries_and_documents(tmp_path: Path) -> None:
    model = opened(sentence_model(tmp_path, files=PROMPTS))
    np.testing.assert_allclose(model.embed_query("hunt"), bag("owls hunt"), atol=1e-6)
    np.testing.assert_allclose(model.embed_documents(["hunt"]), [bag("bees hunt")], atol=1e-6)


def test_the_window_is_what_the_files_say(tmp_path: Path) -> None:
    model = opened(sentence_model(tmp_path, files={"sentence_bert_config.json": {"max_seq_length": 5}}))
    np.testing.assert_allclose(model.embed_query("owls hunt mice at night"), bag("owls hunt mice"), atol=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.sampled_from(["owls", "bees", "\ud800", "日本"]), max_size=6).map(" ".join), max_size=8))
def test_a_vector_depends_on_its_text_alone(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    model = opened(sentence_model(tmp_path_factory.mktemp("model")))
    found = model.embed_documents(texts)
    assert all(np.array_equal(row, model.embed_documents([text])[0]) for row, text in zip(found, texts, strict=True))
    assert np.allclose(np.linalg.norm(found, axis=1), 1)


class TestName:
    def test_opens_the_same_model_again(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        name = opened(sentence_model(tmp_path / "m@odel")).name
        assert name.startswith(f"onnx:{tmp_path / 'm@odel'}@")
        assert OnnxFolderModel(name).name == name
        monkeypatch.chdir(tmp_path)
        assert full_name("onnx:m@odel") == name

    @pytest.mark.parametrize("files", [PROMPTS, {"sentence_bert_config.json": {"max_seq_length": 5}}])
    def test_another_model_in_the_folder_is_refused(self, tmp_path: Path, files: dict[str, Any]) -> None:
        name = opened(sentence_model(tmp_path)).name
        sentence_model(tmp_path, files=files)
        with pytest.raises(EmbedderMismatch, match="indexed with"):
            OnnxFolderModel(name)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"files": {"1_Pooling/config.json": {"pooling_mode_max_tokens": True}}}, "asks for pooling_mode_max_tokens"),
        (
            {"files": {"modules.json": [{"type": "sentence_transformers.models.Dense"}]}},
            "names Dense, which model.onnx",
        ),
        ({"output": "logits", "pooled": True}, "gives logits, and no vector for each token"),
        ({"inputs": ["input_ids", "pixels"]}, "an embedding model takes whole numbers as input_ids"),
        ({"files": {"config.json": []}}, "config.json holds no JSON object"),
    ],
)
def test_folders_that_cannot_be_used(tmp_path: Path, options: dict[str, Any], message: str) -> None:
    sentence_model(tmp_path, **options)
    with pytest.raises(ModelFolderError, match=message):
        opened(tmp_path).embed_query("owls")


def test_no_tokenizer_and_no_folder(tmp_path: Path) -> None:
    (sentence_model(tmp_path) / "tokenizer.json").unlink()
    with pytest.raises(ModelFolderError, match=r"There is no .*tokenizer\.json"):
        opened(tmp_path).embed_query("owls")
    with pytest.raises(ModelFolderError, match="There is no folder"):
        opened(tmp_path / "none")
