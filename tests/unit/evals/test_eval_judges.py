from pathlib import Path
from typing import Any

import pytest

from assistant.errors import UsageError
from assistant.judges.chat import ChatJudge
from assistant.judges.embedded import EmbeddedJudge
from assistant.judges.onnx import OnnxJudge
from assistant.verify import Judge
from evals.judging.judges import CosineJudge, OverlapJudge, open_judge
from prompts import Prompts
from tests.contracts.judge_contract import BEES, OTHER, OWLS, JudgeContract
from tests.fakes.classifier import classifier
from tests.fakes.embedder import HashEmbedder


class TestEmbedded(JudgeContract):
    def make(self) -> Judge:
        return EmbeddedJudge(HashEmbedder())


class TestOverlap(JudgeContract):
    def make(self) -> Judge:
        return OverlapJudge()

    @pytest.mark.parametrize(
        ("statement", "label", "score"),
        [
            ("Owls hunted mice by day and saw newts.", "unsupported", 3 / 6),
            ("The large owl hunts newts by day.", "supported", 3 / 5),
            ("Owl, owls: owl's newts!", "unsupported", 1 / 2),
        ],
    )
    def test_shares_of_content_words_by_their_stems(self, statement: str, label: str, score: float) -> None:
        verdict = OverlapJudge().judge(statement, [OWLS])
        assert (verdict.label, verdict.score) == (label, pytest.approx(score))

    def test_says_what_it_counted(self) -> None:
        assert OverlapJudge().judge("Owls hunt newts.", [OWLS]).reason == "2 of 3 content words are in the evidence"

    def test_words_may_stand_in_different_pieces(self) -> None:
        assert OverlapJudge().judge("Owls hunt mice, bees dance.", [OWLS, BEES]).label == "supported"

    def test_a_statement_without_content_cannot_be_judged(self) -> None:
        verdict = OverlapJudge().judge("It is.", [OWLS])
        assert (verdict.label, verdict.score) == ("unverifiable", 0.0)


class TestCosine(JudgeContract):
    def make(self) -> Judge:
        return CosineJudge(HashEmbedder())

    def test_the_nearest_sentence_of_all_pieces_counts(self) -> None:
        judge = CosineJudge(HashEmbedder())
        alone = judge.judge("Bees dance here.", [BEES])
        assert judge.judge("Bees dance here.", [OWLS, OTHER, BEES]).score == alone.score > 0.3
        assert judge.judge("Bees dance here.", [OWLS, OTHER]).score < alone.score

    def test_a_piece_is_embedded_once(self) -> None:
        embedder = HashEmbedder()
        judge = CosineJudge(embedder)
        for statement in ("Owls hunt.", "Owls see."):
            judge.judge(statement, [OWLS, BEES])
        assert embedder.document_calls == [["Owls hunt mice at night.", "They see with large eyes."], [BEES]]

    def test_the_embedder_is_in_the_name(self) -> None:
        assert CosineJudge(HashEmbedder("mine")).name == "cosine-1:mine"

    def test_what_has_no_utf_8_form_is_read_too(self) -> None:
        assert self.make().judge("Owls\ud800 hunt.", [f"{OWLS}\ud800"]).score > 0


def opened(spec: str, **options: Any) -> Judge:
    return open_judge(spec, embedder=HashEmbedder(), prompts=Prompts(), **options)


@pytest.mark.parametrize(
    ("spec", "kind"), [("embedded", EmbeddedJudge), ("overlap", OverlapJudge), ("cosine", CosineJudge)]
)
def test_a_judge_is_opened_by_its_name(spec: str, kind: type[Judge]) -> None:
    assert type(opened(spec)) is kind
    assert opened(spec, local=True, base_url="http://127.0.0.1:1/v1").name == opened(spec).name


def test_a_classifier_is_opened_by_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    classifier(tmp_path / "nli")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert type(opened(f"onnx:{tmp_path / 'nli'}")) is OnnxJudge
    assert opened("onnx:~/nli").name.startswith("onnx-1:nli@")


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        ("openai:qwen", "chat-2:openai:qwen@"),
        ("yes-no:openai:qwen", "chat-yes-no-2:openai:qwen@"),
    ],
)
def test_a_chat_model_is_opened_by_its_name(spec: str, name: str) -> None:
    judge = opened(spec, base_url="http://127.0.0.1:1/v1", local=True)
    assert type(judge) is ChatJudge
    assert judge.name.startswith(name)


@pytest.mark.parametrize("spec", ["", "overlaps", "yes-no:", "yes-no:embedded", "onnx:", "openai:", ":qwen"])
def test_what_is_no_judge_is_refused_with_what_there_is(spec: str) -> None:
    with pytest.raises(
        UsageError, match=rf"no judge '{spec}'\. .*The judges are: embedded, overlap, .*yes-no:provider"
    ):
        opened(spec)


@pytest.mark.parametrize("spec", ["", "overlaps", "qwen", "yes-no:", "yes-no:qwen", "yes-no:embedded", "onnx:"])
def test_a_server_does_not_make_it_one(spec: str) -> None:
    with pytest.raises(UsageError, match="There is no judge"):
        opened(spec, base_url="http://127.0.0.1:1/v1")


@pytest.mark.parametrize("spec", ["openai:gpt", "yes-no:openai:gpt"])
def test_local_refuses_a_judge_elsewhere(spec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789")
    with pytest.raises(UsageError, match="--local refuses openai:gpt"):
        opened(spec, local=True)
