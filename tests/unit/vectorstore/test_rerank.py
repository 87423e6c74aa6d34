import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.cross_encoders import BaseCrossEncoder
from langchain_core.documents import BaseDocumentCompressor, Document
from onnx import TensorProto

from tests.fakes.classifier import classifier
from tests.fakes.sentence_model import sentence_model
from vectorstore.errors import ModelFolderError, RerankerError
from vectorstore.rerank import OnnxCrossEncoder, Reranker, open_reranker, rerank
from vectorstore.types import Chunk, Passage, Scores

QUERY = "owls hunt mice at night"
TEXTS = ["bees dance to tell where flowers are", "owls hunt mice", "whales sing songs that travel far", "owls sing"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return classifier(tmp_path_factory.mktemp("models") / "tiny", ["relevance"], support=0, against=None)


class Fixed:
    """A reranker that gives what it was told to give, and remembers what it was asked."""

    name = "fixed"

    def __init__(self, scores: Sequence[float]) -> None:
        self._scores = list(scores)
        self.calls: list[tuple[str, list[str]]] = []

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        self.calls.append((query, list(texts)))
        return self._scores


def passages(*scores: float) -> list[Passage]:
    return [
        Passage(
            chunk=Chunk(id=f"c{at}#0", key=f"c{at}", title=f"Title {at}", text=f"Text {at}.", start=0, end=7),
            score=score,
            scores=Scores(dense=0.5, lexical=float(at)),
        )
        for at, score in enumerate(scores)
    ]


class TestOnnx:
    def test_log_odds_of_a_single_output(self, folder: Path) -> None:
        # 24 times the share of the text's words (and its closing token) that the query has, less 0.75.
        scores = OnnxCrossEncoder(folder).scores(QUERY, TEXTS)
        shares = [1 / 8, 4 / 4, 1 / 7, 2 / 3]
        assert scores == pytest.approx([24 * (share - 0.75) for share in shares], abs=1e-3)

    @pytest.mark.parametrize(
        ("labels", "support"),
        [
            (["LABEL_0", "LABEL_1"], 1),
            (["relevant", "irrelevant"], 0),
            (["contradiction", "entailment", "neutral"], 1),
        ],
    )
    def test_log_odds_of_several(self, tmp_path: Path, labels: list[str], support: int) -> None:
        scores = OnnxCrossEncoder(classifier(tmp_path, labels, support=support, against=None)).scores(QUERY, TEXTS[1:2])
        others = {2: 0.0, 3: 0.6931}[len(labels)]  # the others' outputs are 0 each
        assert scores == pytest.approx([6.0 - others], abs=1e-3)

    def test_scores_do_not_depend_on_what_else_is_scored(self, folder: Path) -> None:
        model = OnnxCrossEncoder(folder)
        texts = [" ".join(text.split()[: at % 5 + 1]) for at, text in enumerate(TEXTS * 40)]
        alone = [model.scores(QUERY, [text])[0] for text in texts[:20]]
        assert model.scores(QUERY, texts)[:20] == pytest.approx(alone, abs=1e-5)
        assert model.scores(QUERY, []) == []

    @pytest.mark.parametrize(
        "shape",
        [
            {"length": 40},
            {"number": TensorProto.INT32},
            {"where": "onnx/model.onnx"},
            {"where": "model_quantized.onnx"},
        ],
    )
    def test_other_exports_say_the_same(self, tmp_path: Path, folder: Path, shape: dict[str, Any]) -> None:
        other = OnnxCrossEncoder(classifier(tmp_path, ["relevance"], support=0, against=None, **shape))
        assert other.scores(QUERY, TEXTS) == pytest.approx(OnnxCrossEncoder(folder).scores(QUERY, TEXTS), abs=1e-4)

    def test_a_vocabulary_instead_of_a_tokenizer(self, tmp_path: Path, folder: Path) -> None:
        other = classifier(tmp_path, ["relevance"], support=0, against=None)
        words = json.loads((other / "tokenizer.json").read_text())["model"]["vocab"]
        (other / "vocab.txt").write_text("\n".join(sorted(words, key=words.__getitem__)))
        named = OnnxCrossEncoder(other).name
        (other / "tokenizer.json").unlink()
        found = OnnxCrossEncoder(other)
        assert found.scores(QUERY.upper(), TEXTS) == pytest.approx(
            OnnxCrossEncoder(folder).scores(QUERY, TEXTS), abs=1e-4
        )
        assert found.name != named

    def test_of_a_long_text_the_beginning_is_read(self, folder: Path) -> None:
        model = OnnxCrossEncoder(folder)
        text = "owls hunt mice " * 40
        assert model.scores(QUERY, [text]) == model.scores(QUERY, [text + "bees dance " * 40])

    def test_a_long_query_is_refused(self, folder: Path) -> None:
        with pytest.raises(RerankerError, match=r"'owls owls .*too long for onnx:tiny@\w{8}, which reads 64 tokens"):
            OnnxCrossEncoder(folder).scores("owls " * 80, TEXTS)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (lambda folder: (folder / "tokenizer.json").unlink(), r"no .*tokenizer\.json, which splits"),
            (lambda folder: (folder / "model.onnx").unlink(), r"holds no model\.onnx and no onnx/model\.onnx"),
            (lambda folder: (folder / "model.onnx").write_text("x"), r"no ONNX model that can be run"),
            (lambda folder: classifier(folder, number=TensorProto.FLOAT), r"takes whole numbers as input_ids"),
            (lambda folder: classifier(folder, ["a", "b", "c"]), r"3 outputs \(a, b, c\): it is not clear which"),
            (lambda folder: (folder / "config.json").unlink(), r"3 outputs \(not named\)"),
        ],
    )
    def test_folders_that_cannot_be_used(self, tmp_path: Path, change: Any, message: str) -> None:
        change(classifier(tmp_path))
        with pytest.raises(ModelFolderError, match=message) as raised:
            OnnxCrossEncoder(tmp_path)
        assert "\n" not in str(raised.value)

    def test_another_kind_of_model_is_told_by_the_shape_of_what_it_gives(self, tmp_path: Path) -> None:
        message = r"for 1 it gave the shape \(1, \d+, \d+\)\. It is another kind of model"
        with pytest.raises(ModelFolderError, match=message) as raised:
            OnnxCrossEncoder(sentence_model(tmp_path))
        assert len(str(raised.value)) < 500

    def test_no_folder(self, tmp_path: Path) -> None:
        with pytest.raises(ModelFolderError, match=r"There is no folder '.*none'"):
            open_reranker(tmp_path / "none")

    def test_a_folder_by_its_name(self, folder: Path) -> None:
        for named in (folder, str(folder), f"onnx:{folder}"):
            assert open_reranker(named).name == OnnxCrossEncoder(folder).name


class TestOrder:
    def test_the_first_are_put_in_order_and_the_rest_stay(self) -> None:
        reranker = Fixed([-3.0, 7.0, 1.0])
        found = rerank("q", passages(0.9, 0.8, 0.7, 0.6, 0.5), reranker, depth=3)
        assert [one.chunk.key for one in found] == ["c1", "c2", "c0", "c3", "c4"]
        assert [one.scores.rerank for one in found] == [7.0, 1.0, -3.0, None, None]
        assert [one.score for one in found] == pytest.approx([7.0, 1.0, -3.0, -3.0, -3.1])
        assert {one.scores.dense for one in found} == {0.5}
        assert reranker.calls == [("q", ["Title 0\nText 0.", "Title 1\nText 1.", "Title 2\nText 2."])]

    def test_nothing_to_order(self) -> None:
        reranker = Fixed([])
        assert rerank("q", [], reranker) == []
        assert reranker.calls == []

    @given(st.lists(st.tuples(st.integers(-3, 3), st.floats(0, 1)), max_size=12), st.integers(0, 12))
    def test_every_passage_once_by_falling_score(self, given: list[tuple[int, float]], depth: int) -> None:
        listed = passages(*sorted((score for _, score in given), reverse=True))
        found = rerank("q", listed, Fixed([score for score, _ in given][:depth]), depth=depth) if depth else listed
        assert sorted(one.chunk.key for one in found) == sorted(one.chunk.key for one in listed)
        scores = [one.score for one in found]
        assert scores == sorted(scores, reverse=True)
        places = [int(one.chunk.key[1:]) for one in found]
        ties = zip(zip(scores, places, strict=True), list(zip(scores, places, strict=True))[1:], strict=False)
        assert all(before[1] < after[1] for before, after in ties if before[0] == after[0])

    @pytest.mark.parametrize("scores", [[1.0], [1.0, float("nan")], [1.0, float("inf")]])
    def test_something_else_than_a_score_for_each(self, scores: list[float]) -> None:
        with pytest.raises(RerankerError, match=r"'fixed' gave .* for 2 texts"):
            rerank("q", passages(0.2, 0.1), Fixed(scores))


class Pairs(BaseCrossEncoder):
    """LangChain's kind of cross-encoder: counts the words that both have."""

    model_name = "words"

    def score(self, text_pairs: list[tuple[str, str]]) -> list[float]:
        return [float(len(set(one.split()) & set(other.split()))) for one, other in text_pairs]


class Compressor(BaseDocumentCompressor):
    """Keeps what shares a word with the query, most first."""

    scored: bool = True
    keeps_metadata: bool = True
    fails: bool = False

    def compress_documents(self, documents: Any, query: str, callbacks: Any = None) -> list[Document]:
        if self.fails:
            raise RuntimeError("key sk-secret was refused")
        common = [(len(set(query.split()) & set(one.page_content.split())), one) for one in documents]
        return [
            Document(
                page_content=one.page_content[:4],
                metadata=(one.metadata if self.keeps_metadata else {})
                | ({"relevance_score": score / 10} if self.scored else {}),
            )
            for score, one in sorted(common, key=lambda pair: -pair[0])
            if score
        ]


class TestLangChain:
    def test_a_cross_encoder(self) -> None:
        found = open_reranker(Pairs())
        assert isinstance(found, Reranker)
        assert found.name == "langchain:Pairs:words"
        assert found.scores(QUERY, TEXTS) == [0.0, 3.0, 0.0, 1.0]

    def test_a_compressor_that_scores(self) -> None:
        assert open_reranker(Compressor()).scores(QUERY, TEXTS) == pytest.approx([-0.9, 0.3, -0.9, 0.1])

    def test_a_compressor_that_only_orders(self) -> None:
        found = open_reranker(Compressor(scored=False))
        assert found.scores(QUERY, TEXTS) == [0.0, 2.0, 0.0, 1.0]
        assert found.scores(QUERY, TEXTS[:1]) == [-1.0]
        assert found.scores(QUERY, []) == []

    def test_a_compressor_that_does_not_say_which_is_which(self) -> None:
        with pytest.raises(RerankerError, match="Compressor does not say which"):
            open_reranker(Compressor(keeps_metadata=False)).scores(QUERY, TEXTS)

    def test_its_failure_is_named_without_its_words(self) -> None:
        with pytest.raises(RerankerError, match=r"'langchain:Compressor' failed \(RuntimeError\)") as raised:
            open_reranker(Compressor(fails=True)).scores(QUERY, TEXTS)
        assert "sk-secret" not in str(raised.value)

    def test_something_else(self) -> None:
        with pytest.raises(RerankerError, match="42 is no reranker"):
            open_reranker(42)

    def test_one_of_ours(self) -> None:
        ours = Fixed([])
        assert open_reranker(ours) is ours
