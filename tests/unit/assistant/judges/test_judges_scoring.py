import json
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import CitewellError
from assistant.judges.embedded import VERSION, EmbeddedJudge
from assistant.judges.scoring import WEIGHTS, Feature, Linear, Scoring, digest_of, read_scoring, shipped_scoring
from tests.fakes.embedder import HashEmbedder

SHIPPED: dict[str, Any] = json.loads(WEIGHTS.read_text(encoding="utf-8"))


def written(folder: Path, shape: dict[str, Any]) -> Path:
    path = folder / "weights.json"
    path.write_text(json.dumps(shape), encoding="utf-8")
    return path


def test_the_shipped_weights_are_for_exactly_the_features_there_are() -> None:
    compared = EmbeddedJudge(HashEmbedder()).compared("Owls hunt mice.", ["Owls hunt at night."])
    assert compared is not None
    scoring = shipped_scoring()
    assert list(compared.features) == list(scoring.copied.features)
    assert list(scoring.free.features) == [name for name in compared.features if not name.startswith("copied_")]
    assert SHIPPED["judge"] == VERSION
    assert sum(SHIPPED["fitted_on"].values()) > 5_000
    assert 0 < shipped_scoring().partly < shipped_scoring().supported < 1


def test_a_probability_is_logistic_in_standardised_features_of_two_functions() -> None:
    free = Linear(features={"a": Feature(weight=2.0, mean=1.0, scale=0.5)}, intercept=-4.0)
    copied = Linear(features={"a": Feature(weight=0.0, mean=0.0, scale=1.0)}, intercept=8.0)
    scoring = Scoring(free=free, copied=copied, supported=0.6, partly=0.4)
    assert scoring.log_odds({"a": 2.0, "in_order": 0.0}) == 0.0
    assert scoring.probability({"a": 2.0, "b": 9.0, "in_order": 0.6}) == 0.5
    assert scoring.log_odds({"a": 2.0, "in_order": 1.0}) == 8.0
    assert scoring.log_odds({"a": 2.0, "in_order": 0.75}) == pytest.approx(4.0)
    assert 0 < scoring.probability({"a": -1e9, "in_order": 0.0}) < 1e-9
    with pytest.raises(KeyError):
        scoring.probability({"in_order": 0.0})


def test_weights_that_were_changed_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CitewellError, match="was changed"):
        read_scoring(written(tmp_path, SHIPPED | {"thresholds": {"supported": 0.9, "partly": 0.1}}))


@pytest.mark.parametrize("name", ["free", "copied", "thresholds"])
def test_weights_that_lack_something_are_refused(tmp_path: Path, name: str) -> None:
    rest = {key: value for key, value in SHIPPED.items() if key not in {name, "digest"}}
    with pytest.raises(CitewellError, match="cannot be read as weights"):
        read_scoring(written(tmp_path, rest | {"digest": digest_of(rest)}))


def test_what_is_no_file_or_no_json_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CitewellError, match="cannot be read"):
        read_scoring(tmp_path / "none.json")
    (tmp_path / "weights.json").write_text("[", encoding="utf-8")
    with pytest.raises(CitewellError, match="cannot be read"):
        read_scoring(tmp_path / "weights.json")
