import json
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, numpy_helper

from assistant.errors import ServiceError, UsageError
from assistant.judges.onnx import OnnxJudge
from assistant.verify import Judge
from tests.contracts.judge_contract import BEES, OTHER, OWLS, VERBATIM, JudgeContract
from tests.fakes.classifier import classifier


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return classifier(tmp_path_factory.mktemp("models") / "tiny-nli")


class TestContract(JudgeContract):
    @pytest.fixture(autouse=True)
    def _folder(self, folder: Path) -> None:
        self.folder = folder

    def make(self) -> Judge:
        return OnnxJudge(self.folder)


def test_one_half_is_support(folder: Path) -> None:
    judge = OnnxJudge(folder)
    # Of "bees see mice ." and the closing token four of five are found: log-odds of 1.2 against 0 and 0.
    verdict = judge.judge("Bees see mice.", [OWLS])
    assert (verdict.label, verdict.problem) == ("supported", None)
    assert verdict.score == pytest.approx(0.6241, abs=1e-3)
    assert verdict.reason == "entailment: 0.62"
    # Of "bees dance mice ." and the closing token three of five: -3.6.
    verdict = judge.judge("Bees dance mice.", [OWLS])
    assert (verdict.label, verdict.problem) == ("unsupported", "not-stated")
    assert verdict.score == pytest.approx(0.0134, abs=1e-3)


def test_contradiction_is_told_from_absence(folder: Path) -> None:
    verdict = OnnxJudge(folder).judge("Owls do not hunt mice at night.", [OWLS])
    assert (verdict.label, verdict.problem) == ("contradicted", "negated")
    assert verdict.score < 0.01
    assert verdict.reason == "entailment: 0.00; contradiction: 1.00"


def test_pieces_that_fit_are_read_together(folder: Path) -> None:
    statement = "Owls hunt mice. Bees dance to tell where flowers are."
    assert OnnxJudge(folder).judge(statement, [OWLS, BEES]).label == "supported"
    assert OnnxJudge(folder).judge(statement, [BEES]).label == "unsupported"


def test_long_evidence_is_read_in_parts_and_the_best_counts(folder: Path) -> None:
    evidence = [f"{OTHER} " * 10, f"{OTHER} {VERBATIM} {OTHER}", f"{OTHER} " * 10]
    verdict = OnnxJudge(folder).judge(VERBATIM, evidence)
    assert verdict.label == "supported"
    assert verdict.score == OnnxJudge(folder).judge(VERBATIM, [VERBATIM]).score
    assert "(part 2 of 4)" in verdict.reason


def test_a_statement_that_needs_two_distant_places_is_not_seen(folder: Path) -> None:
    evidence = [OWLS, f"{OTHER} " * 20, BEES]
    assert (
        OnnxJudge(folder).judge("Owls hunt mice. Bees dance to tell where flowers are.", evidence).label != "supported"
    )


def test_a_sentence_longer_than_the_window_is_cut(folder: Path) -> None:
    endless = "whales sing songs " * 60 + "owls hunt mice at night . " + "whales sing songs " * 60
    verdict = OnnxJudge(folder).judge("Whales sing songs", [endless])
    assert verdict.label == "supported"
    assert "part 1 of" in verdict.reason


def test_what_has_no_utf_8_form_is_read_too(folder: Path) -> None:
    assert OnnxJudge(folder).judge(f"{VERBATIM}\ud800", [f"\ud800 {OWLS}"]).label == "supported"


def test_a_statement_that_leaves_no_room_is_refused(folder: Path) -> None:
    with pytest.raises(UsageError, match=r"'owls owls .* is too long for onnx-1:tiny-nli@\w{8}, which reads 64 tokens"):
        OnnxJudge(folder).judge("owls " * 50, [OWLS])


def test_the_name_changes_with_any_file_that_decides(tmp_path: Path) -> None:
    folder = classifier(tmp_path / "m")
    first = OnnxJudge(folder).name
    assert first.startswith("onnx-1:m@")
    (folder / "tokenizer_config.json").write_text('{"model_max_length": 32}')
    second = OnnxJudge(folder).name
    classifier(folder, support=None)
    assert len({first, second, OnnxJudge(folder).name}) == 3


def test_the_name_changes_with_weights_in_a_file_of_their_own(tmp_path: Path) -> None:
    path = classifier(tmp_path / "m") / "model.onnx"
    model = onnx.load(path)
    for tensor in model.graph.initializer:
        if tensor.data_type == TensorProto.FLOAT:  # those that are raw are kept apart; shapes must not be
            tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor), tensor.name))
    onnx.save(model, path, save_as_external_data=True, location="heavy.bin", size_threshold=0)
    first = OnnxJudge(path.parent).name
    path.with_name("notes.txt").write_text("The model does not read this.")
    assert OnnxJudge(path.parent).name == first
    heavy = path.with_name("heavy.bin")
    heavy.write_bytes(heavy.read_bytes() + b"\0")
    assert OnnxJudge(path.parent).name != first


@pytest.mark.parametrize(
    ("labels", "support"),
    [
        (("ENTAILMENT", "not_entailment"), 0),
        (("unsupported", "supported"), 1),
        (("LABEL_0", "LABEL_1"), 1),
        (("0", "1"), 1),
        (("refuted", "nei", "Supports"), 2),
        (("LABEL_0",), 0),
    ],
)
def test_the_label_that_means_support_is_told_by_name(tmp_path: Path, labels: tuple[str, ...], support: int) -> None:
    judge = OnnxJudge(classifier(tmp_path, labels, support=support, against=None))
    assert judge.judge(VERBATIM, [OWLS]).label == "supported"
    assert judge.judge(OTHER, [OWLS]).label == "unsupported"


@pytest.mark.parametrize(
    "labels", [("LABEL_0", "LABEL_1", "LABEL_2"), ("good", "bad"), ("entailment", "supported"), ("1", "2", "3")]
)
def test_labels_that_do_not_tell_are_refused(tmp_path: Path, labels: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match=rf"are {', '.join(labels)}: it is not clear which one means support"):
        OnnxJudge(classifier(tmp_path, labels))


def test_a_single_output_is_log_odds(tmp_path: Path) -> None:
    judge = OnnxJudge(classifier(tmp_path, ["score"], support=0))
    assert judge.judge("Bees see mice.", [OWLS]).score == pytest.approx(1 / (1 + 2.718281828**-1.2), abs=1e-4)


def test_the_model_may_lie_where_exporters_put_it(tmp_path: Path) -> None:
    judge = OnnxJudge(classifier(tmp_path, where="onnx/model.onnx"))
    assert judge.judge(VERBATIM, [OWLS]).label == "supported"


def test_narrow_numbers_and_a_fixed_length_are_served(tmp_path: Path) -> None:
    wide = OnnxJudge(classifier(tmp_path / "wide"))
    narrow = OnnxJudge(classifier(tmp_path / "narrow", number=TensorProto.INT32, length=40))
    for evidence in ([OWLS], [OWLS, BEES] * 5):
        assert narrow.judge(VERBATIM, evidence).score == pytest.approx(wide.judge(VERBATIM, evidence).score, abs=1e-6)
    with pytest.raises(UsageError, match="reads 64 tokens"):
        OnnxJudge(classifier(tmp_path / "long", length=128)).judge("owls " * 100, [OWLS])


@pytest.mark.parametrize(
    ("config", "tokenizer_config", "window"),
    [
        ({}, None, 64),
        ({"model_type": "roberta", "max_position_embeddings": 66}, None, 64),
        ({}, '{"model_max_length": 48}', 48),
        ({}, '{"model_max_length": 1000000000000000019884624838656}', 64),
        ({"max_position_embeddings": None}, None, 512),
    ],
)
def test_the_window_is_what_the_files_say(
    tmp_path: Path, config: dict[str, object], tokenizer_config: str | None, window: int
) -> None:
    folder = classifier(tmp_path, config=config)
    if tokenizer_config:
        (folder / "tokenizer_config.json").write_text(tokenizer_config)
    with pytest.raises(UsageError, match=f"reads {window} tokens"):
        OnnxJudge(folder).judge("owls " * 600, [OWLS])


class TestFiles:
    def refused(self, folder: Path, message: str) -> None:
        with pytest.raises(UsageError, match=message) as raised:
            OnnxJudge(folder)
        assert "\n" not in str(raised.value)

    def test_no_folder(self, tmp_path: Path) -> None:
        self.refused(tmp_path / "none", r"There is no folder '.*none' with an ONNX model; .*optimum-cli export")

    def test_no_model(self, tmp_path: Path) -> None:
        self.refused(tmp_path, r"holds no model\.onnx and no onnx/model\.onnx")

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("config.json", r"no .*config\.json, which has the names"),
            ("tokenizer.json", r"no .*tokenizer\.json, which"),
        ],
    )
    def test_a_file_is_missing(self, tmp_path: Path, name: str, message: str) -> None:
        (classifier(tmp_path) / name).unlink()
        self.refused(tmp_path, message)

    @pytest.mark.parametrize(
        ("name", "content", "message"),
        [
            ("config.json", "{", r"config\.json cannot be read as JSON"),
            ("config.json", "[]", r"config\.json holds no JSON object"),
            ("config.json", "{}", r"config\.json does not number the labels from 0"),
            ("config.json", '{"id2label": {"a": "entailment"}}', "does not number the labels"),
            ("config.json", '{"id2label": {"1": "entailment", "2": "x"}}', "does not number the labels"),
            ("tokenizer.json", "{}", r"tokenizer\.json is no tokenizer"),
            ("model.onnx", "not a model", r"model\.onnx is no ONNX model that can be run here"),
        ],
    )
    def test_a_file_is_something_else(self, tmp_path: Path, name: str, content: str, message: str) -> None:
        (classifier(tmp_path) / name).write_text(content)
        self.refused(tmp_path, message)

    def test_more_labels_than_outputs(self, tmp_path: Path) -> None:
        classifier(tmp_path)
        names = {"id2label": {"0": "entailment", "1": "b", "2": "c", "3": "d"}}
        (tmp_path / "config.json").write_text(json.dumps(names))
        self.refused(tmp_path, r"must give one number for each of entailment, b, c, d; it gave \[\[")

    def test_inputs_of_another_kind_of_model(self, tmp_path: Path) -> None:
        classifier(tmp_path, number=TensorProto.FLOAT)
        self.refused(tmp_path, r"takes input_ids tensor\(float\), .* takes whole numbers as input_ids")

    def test_a_model_that_fails_later(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        judge = OnnxJudge(classifier(tmp_path, length=40))
        judge._model._model._paired.no_padding()
        with pytest.raises(ServiceError, match=r"model\.onnx cannot read a pair of texts"):
            judge.judge(VERBATIM, [OWLS])
