from pathlib import Path
from typing import Any

import pytest

from assistant.errors import UsageError
from assistant.judges.chat import ChatJudge
from assistant.judges.embedded import EmbeddedJudge
from assistant.judges.onnx import OnnxJudge
from assistant.judges.opening import KNOWN, open_judge
from assistant.llm import ModelChoice
from prompts import Prompts
from tests.contracts.judge_contract import OWLS, VERBATIM
from tests.fakes.chat import ScriptedModel
from tests.fakes.classifier import classifier
from tests.fakes.embedder import HashEmbedder

SERVER = "http://127.0.0.1:1/v1"


def opened(spec: str, **options: Any) -> EmbeddedJudge | OnnxJudge | ChatJudge:
    return open_judge(spec, embedder=HashEmbedder(), prompts=Prompts(), **options)


def test_the_embedded_judge() -> None:
    assert type(opened("embedded", local=True, base_url=SERVER, model=ScriptedModel())) is EmbeddedJudge


def test_a_classifier_by_its_folder(tmp_path: Path) -> None:
    classifier(tmp_path / "nli")
    assert type(opened(f"onnx:{tmp_path / 'nli'}")) is OnnxJudge


@pytest.mark.parametrize(("spec", "word"), [("llm", "chat-2:"), ("yes-no:llm", "chat-yes-no-2:")])
def test_the_model_that_answers(spec: str, word: str) -> None:
    model = ScriptedModel(["Yes"])
    judge = opened(spec, model=model, base_url=SERVER)
    assert judge.name.startswith(f"{word}scripted:model@")
    assert judge.name.endswith(f" at {SERVER}")
    assert not model.prompts


def test_the_model_that_answers_is_the_one_that_is_asked() -> None:
    model = ScriptedModel(["Yes"])
    assert opened("yes-no:llm", model=model).judge(VERBATIM, [OWLS]).label == "supported"
    assert model.left == 0


@pytest.mark.parametrize("spec", ["llm", "yes-no:llm"])
@pytest.mark.parametrize("base_url", [None, SERVER])
def test_without_a_model_that_answers_it_cannot_judge(spec: str, base_url: str | None) -> None:
    with pytest.raises(UsageError, match=rf"{spec}.*no chat model does\. Name one with --model"):
        opened(spec, base_url=base_url)


@pytest.mark.parametrize(
    ("spec", "name"),
    [("openai:qwen", "openai:qwen"), ("yes-no:openai:qwen", "openai:qwen")],
)
def test_another_model_is_made_by_whoever_opens_models(spec: str, name: str) -> None:
    asked: list[ModelChoice] = []

    def made(choice: ModelChoice) -> ScriptedModel:
        asked.append(choice)
        return ScriptedModel(name=choice.name)

    judge = opened(spec, base_url=SERVER, model=ScriptedModel(), opened=made)
    assert [(one.name, one.base_url) for one in asked] == [(name, SERVER)]
    assert f":{name}@" in judge.name


@pytest.mark.parametrize("spec", ["", "embeded", "yes-no:", "yes-no:embedded", "onnx:", "openai:", ":qwen"])
@pytest.mark.parametrize("base_url", [None, SERVER])
def test_what_is_none_is_refused_with_what_there_is(spec: str, base_url: str | None) -> None:
    with pytest.raises(UsageError, match=rf"no judge '{spec}'\. .*The judges are: {KNOWN}\."):
        opened(spec, base_url=base_url)


@pytest.mark.parametrize(
    ("spec", "base_url", "meant"),
    [
        ("embeded", None, "Did you mean embedded?"),
        ("Embedded", SERVER, "Did you mean embedded?"),
        ("lm", SERVER, "Did you mean llm?"),
        ("qwen", SERVER, f"A model at {SERVER} is openai:qwen."),
        ("yes-no:qwen", SERVER, f"A model at {SERVER} is yes-no:openai:qwen."),
        ("qwen", None, ""),
    ],
)
def test_what_may_have_been_meant_is_said(spec: str, base_url: str | None, meant: str) -> None:
    with pytest.raises(UsageError) as raised:
        opened(spec, base_url=base_url)
    assert f"There is no judge {spec!r}. {meant}{' ' if meant else ''}The judges are" in str(raised.value)


def test_the_names_to_choose_from_can_be_others() -> None:
    with pytest.raises(UsageError, match=r"The judges are: this one\."):
        opened("embeded", known="this one")


def test_local_refuses_a_model_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789")
    with pytest.raises(UsageError, match="--local refuses openai:gpt"):
        opened("openai:gpt", local=True)
