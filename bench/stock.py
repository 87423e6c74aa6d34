"""Chroma's own default embedding function without its download, for comparisons: the same weights, as Chroma runs them.

Chroma looks only for the names of the files in its cache folder. They are made here from the weights that Citewell
uses: an ordinary float graph with the usual inputs, and the tokenizer. Everything else is Chroma's code: padding to
256 word pieces, 32 texts a batch, onnxruntime's own choice of threads.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import TensorProto

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.fit_encoder import HEADS, WIDTH, Graph  # noqa: E402 - because the path is set above
from vectorstore import minilm  # noqa: E402 - because as above

if TYPE_CHECKING:
    from numpy.typing import NDArray

CACHE = ROOT / "bench" / ".cache" / "chroma-default"
_NAMES = ("config.json", "special_tokens_map.json", "tokenizer_config.json", "vocab.txt")  # Chroma reads none of these


def stock_embedding_function() -> Any:  # noqa: ANN401 - because chromadb's type is generic over what it embeds
    """Chroma's `ONNXMiniLM_L6_V2`, finding its files in bench/.cache."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    from chromadb.utils.embedding_functions.onnx_mini_lm_l6_v2 import ONNXMiniLM_L6_V2

    folder = CACHE / ONNXMiniLM_L6_V2.EXTRACTED_FOLDER_NAME
    if not (folder / "model.onnx").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        for name in _NAMES:
            (folder / name).touch()
        minilm.open_tokenizer().save(str(folder / "tokenizer.json"))
        (folder / "model.onnx").write_bytes(ordinary_graph())
    ONNXMiniLM_L6_V2.DOWNLOAD_PATH = CACHE
    return ONNXMiniLM_L6_V2()


def ordinary_graph() -> bytes:
    """The encoder with weights inside, in ONNX's own operators, with a mask for padding."""
    graph = Graph()
    tensors = minilm.float_tensors(minilm.packaged_weights())
    one = np.array(1, dtype=np.float32)

    def fixed(name: str, value: "NDArray[Any] | None" = None) -> str:
        return graph.fixed(name, tensors[name] if value is None else value)

    def linear(x: str, name: str, part: slice) -> str:
        weight = fixed(f"{name}.{part.start}.weight", np.ascontiguousarray(tensors[f"{name}.weight"][:, part]))
        bias = fixed(f"{name}.{part.start}.bias", tensors[f"{name}.bias"][part])
        return graph.add("Add", [graph.add("MatMul", [x, weight]), bias])

    def normalized(parts: Sequence[str], name: str) -> str:
        inputs = [graph.add("Add", parts), fixed(f"{name}.scale"), fixed(f"{name}.shift")]
        return graph.add("LayerNormalization", inputs, axis=-1, epsilon=1e-12)

    split = fixed("split", np.array([0, 0, HEADS, WIDTH // HEADS]))
    join = fixed("join", np.array([0, 0, WIDTH]))
    whole, wide = slice(0, WIDTH), slice(0, 4 * WIDTH)
    mask = graph.add("Cast", ["attention_mask"], to=TensorProto.FLOAT)
    mask = graph.add("Unsqueeze", [mask, fixed("axes", np.array([1, 2]))])
    far = fixed("far", np.array(-10_000, dtype=np.float32))
    mask = graph.add("Mul", [graph.add("Sub", [fixed("unit", one), mask]), far])
    words = fixed("word_vectors", tensors["words"] * tensors["words_scale"])
    begin, axis = fixed("begin", np.array([0])), fixed("axis", np.array([0]))
    positions = graph.add("Slice", [fixed("positions"), begin, graph.add("Shape", ["input_ids"], start=1, end=2), axis])
    x = normalized([graph.add("Gather", [words, "input_ids"]), positions], "embedding")
    for layer in range(minilm.LAYERS):
        heads = []
        for third in range(3):
            part = slice(third * WIDTH, (third + 1) * WIDTH)
            heads.append(graph.add("Reshape", [linear(x, f"{layer}.qkv", part), split]))
        query, value = (graph.add("Transpose", [heads[i]], perm=[0, 2, 1, 3]) for i in (0, 2))
        scores = graph.add("MatMul", [query, graph.add("Transpose", [heads[1]], perm=[0, 2, 3, 1])])
        scores = graph.add("Mul", [scores, fixed("root", np.array((WIDTH // HEADS) ** -0.5, dtype=np.float32))])
        weights = graph.add("Softmax", [graph.add("Add", [scores, mask])], axis=-1)
        attended = graph.add("Transpose", [graph.add("MatMul", [weights, value])], perm=[0, 2, 1, 3])
        attended = linear(graph.add("Reshape", [attended, join]), f"{layer}.attention", whole)
        x = normalized([attended, x], f"{layer}.attention_norm")
        inner = graph.add("Gelu", [linear(x, f"{layer}.intermediate", wide)])
        x = normalized([linear(inner, f"{layer}.output", whole), x], f"{layer}.output_norm")
    states = graph.add("Identity", [x], ["last_hidden_state"])
    texts = (TensorProto.INT64, ["batch", "length"])
    inputs = dict.fromkeys(("input_ids", "attention_mask", "token_type_ids"), texts)
    return graph.model(inputs, {states: TensorProto.FLOAT})
